// What of the JSON store's parts is used outside it. Re-exports only.
export { diagnose, type DiagnoseOptions } from './diagnose.js';
export type { ModuleNames } from './diagnose-content.js';
export { objectionToModule } from './module-file.js';
export type { ResetResult } from './reset.js';
