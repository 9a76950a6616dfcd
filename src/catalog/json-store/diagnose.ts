// What is wrong with a catalog and all around it: file, folders, lock, text, modules. Goes on after each finding, as far
// as anything can be known behind it. Changes nothing, so that what is found stays there to be looked at.
import { readContent } from '../file-format.js';
import { findingOf, type Finding } from '../finding.js';
import { JsonStore } from '../json-store.js';
import type { CatalogStore } from '../store.js';
import { contentFindings, type ModuleNames } from './diagnose-content.js';
import { fileFindings, lockFindings } from './diagnose-file.js';
import { realFiles } from './files.js';
import { readAnyway } from './read.js';

/** What a diagnosis stands on. */
export interface DiagnoseOptions {
  /** How modules are found; null to leave them out. */
  readonly modules: ModuleNames | null;
  /** As process.platform, which is the default; on 'win32' modes and owners are not looked at. */
  readonly platform?: string;
}

/**
 * Diagnoses a catalog.
 *
 * @param what - a file's path, or a store
 * @param options - see `DiagnoseOptions`
 * @returns everything found, in the order of the way to the catalog's entries: file, lock, text, modules. None: all is well
 */
export function diagnose(what: string | CatalogStore, options: DiagnoseOptions): readonly Finding[] {
  const { modules, platform = process.platform } = options;
  const store = typeof what === 'string' ? new JsonStore({ file: what }) : what;
  if (!(store instanceof JsonStore)) return ofOtherStore(store, modules, platform);
  const { file } = store;
  if (file === null) return [noFolder];

  const findings = [...fileFindings(file, platform), ...lockFindings(file)];
  const bytes = readAnyway(file, realFiles);
  if (bytes === null) return findings;
  const read = readContent(bytes);
  if (!read.ok) return [...findings, ...read.problems.map((problem) => findingOf(problem, file))];
  return [...findings, ...contentFindings(read.content, file, modules, platform)];
}

const noFolder: Finding = {
  name: 'no-folder',
  severity: 'warning',
  file: null,
  path: '',
  reason: 'this user has no configuration folder, so that the built-in catalog serves and nothing can be installed',
  remedy: 'set WINSOCK2_CATALOG to a file that only this user can write to',
};

function ofOtherStore(store: CatalogStore, modules: ModuleNames | null, platform: string): readonly Finding[] {
  const loaded = store.loadSync();
  if (loaded.ok) return contentFindings(loaded.catalog.content(), null, modules, platform);
  const { file, path, message } = loaded.error;
  return [{ name: 'unreadable-file', severity: 'error', file, path, reason: message, remedy: 'see what keeps the catalog' }];
}
