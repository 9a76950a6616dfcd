// Socket options: what the rest of afd and its provider use of this folder.

export { getOption, numberOption, type OptionAnswer } from './get.js';
export { setOption } from './set.js';
export { applyInherited } from './inherit.js';
export { optionRules } from './table.js';
export type { OptionRule, SocketKind, Support } from './rule.js';
