// Every command, in the order in which help lists them.
import type { CommandDefinition, GroupDefinition } from '../definition.js';
import { completer, completion } from './completion.js';
import { netstat } from './netstat.js';
import { selftest } from './selftest.js';
import { showCatalog } from './show-catalog.js';
import { showMap } from './show-map.js';
import { showNamespaces } from './show-namespaces.js';
import { showProviders } from './show-providers.js';

/** Name resolution adds lookup, register and browse here. */
export const commands: readonly (CommandDefinition | GroupDefinition)[] = [
  {
    name: 'show',
    summary: 'What is installed',
    commands: [showCatalog, showProviders, showNamespaces, showMap],
  },
  netstat,
  selftest,
  completion,
  completer(() => commands),
];
