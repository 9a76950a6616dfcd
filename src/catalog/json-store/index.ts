// What of the JSON store's parts is used outside it. Re-exports, and the reset of a file by its name.
import { JsonStore } from '../json-store.js';
import type { ResetResult } from './reset.js';

export { diagnose, type DiagnoseOptions } from './diagnose.js';
export type { ModuleNames } from './diagnose-content.js';
export { objectionToModule } from './module-file.js';
export type { ResetResult } from './reset.js';

/**
 * Puts the built-in catalog in a catalog file's place, whatever it holds, and keeps the old file beside it.
 *
 * @param file - the file's path; this user's catalog file if left out
 * @returns see `JsonStore.reset`
 */
export function resetCatalog(file?: string): Promise<ResetResult> {
  return new JsonStore(file === undefined ? {} : { file }).reset();
}
