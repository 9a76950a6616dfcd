// The one table of control codes, made of the files per family.
import { basicControls } from './basic.js';
import { changeControls } from './changes.js';
import { datagramControls } from './datagram.js';
import { filterControls } from './filters.js';
import { interfaceControls } from './interfaces.js';
import { qosControls } from './qos.js';
import { rawControls } from './raw.js';
import { refusedControls } from './refused.js';
import type { ControlRule } from './rule.js';
import { securityControls } from './security.js';
import { sortControls } from './sort.js';
import { streamControls } from './stream.js';

/** Every control code that is known, for the documentation and the tests. */
export const controlRules: readonly ControlRule[] = [
  ...basicControls,
  ...interfaceControls,
  ...changeControls,
  ...datagramControls,
  ...filterControls,
  ...rawControls,
  ...streamControls,
  ...qosControls,
  ...sortControls,
  ...securityControls,
  ...refusedControls,
];

/** The rows by number. */
export const controlTable: ReadonlyMap<number, ControlRule> = new Map(controlRules.map((rule) => [rule.code >>> 0, rule]));
