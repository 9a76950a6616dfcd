// Every command, in the order in which help lists them.
import type { CommandDefinition, GroupDefinition } from '../definition.js';
import { auditTrail } from './audit-trail.js';
import { browse } from './browse.js';
import { categorySet } from './category-set.js';
import { categoryShow } from './category-show.js';
import { completer, completion } from './completion.js';
import { doctor } from './doctor.js';
import { disable, enable } from './enable.js';
import { install } from './install.js';
import { installNamespace } from './install-namespace.js';
import { lookup } from './lookup.js';
import { netstat } from './netstat.js';
import { order } from './order.js';
import { register } from './register.js';
import { removeProvider } from './remove-provider.js';
import { reset } from './reset.js';
import { selftest } from './selftest.js';
import { showCatalog } from './show-catalog.js';
import { showMap } from './show-map.js';
import { showNamespaces } from './show-namespaces.js';
import { showProviders } from './show-providers.js';
import { trace } from './trace.js';

export const commands: readonly (CommandDefinition | GroupDefinition)[] = [
  { name: 'show', summary: 'What is installed', commands: [showCatalog, showProviders, showNamespaces, showMap] },
  install,
  installNamespace,
  { name: 'remove', summary: 'Remove what is installed', commands: [removeProvider] },
  order,
  enable,
  disable,
  lookup,
  register,
  browse,
  reset,
  { name: 'category', summary: 'Categories of layers', commands: [categoryShow, categorySet] },
  { name: 'audit', summary: 'What happened to the catalog', commands: [auditTrail] },
  doctor,
  trace,
  netstat,
  selftest,
  completion,
  completer(() => commands),
];
