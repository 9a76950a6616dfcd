// Control codes: what the rest of afd and its provider use of this folder.

export { control } from './control.js';
export type { ControlAnswer, ControlOutcome, ControlRule } from './rule.js';
export { controlRules } from './table.js';
