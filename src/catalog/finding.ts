// What a diagnosis finds. Owns the shape, and what to do about each problem that stands in the catalog's own text.
import type { Problem, ProblemName } from './shape.js';

/** `error`: the catalog, or what the path names, cannot be used; `warning`: it can, with a risk; `note`: good to know. */
export type Severity = 'error' | 'warning' | 'note';

/** What is found around the text: the file, its folder, the lock, the modules, and entries that are right but of no use. */
export type PlaceName =
  | 'no-folder'
  | 'unreadable-file'
  | 'not-a-file'
  | 'too-large'
  | 'writable-file'
  | 'writable-folder'
  | 'lock-held'
  | 'leftover'
  | 'refused-module-name'
  | 'missing-module'
  | 'writable-module'
  | 'no-base'
  | 'unused-layer'
  | 'hidden-chain'
  | 'disabled-name-space';

/** One thing that a diagnosis found. */
export interface Finding {
  readonly name: ProblemName | PlaceName;
  readonly severity: Severity;
  /** The file or folder concerned; null where the catalog is in none. */
  readonly file: string | null;
  /** Where in the catalog, like `protocols[3].module`; '' for the whole. */
  readonly path: string;
  /** One clause, to be read after file and path. */
  readonly reason: string;
  /** What to do. */
  readonly remedy: string;
}

const RESET = 'reset the catalog, which keeps the old file beside it';
const REINSTALL = 'remove the entry and install its provider again, or reset the catalog';

const remedies: Readonly<Record<ProblemName, string>> = {
  'not-text': RESET,
  'not-json': `repair the text, or ${RESET}`,
  'not-a-catalog': `see that WINSOCK2_CATALOG names the right file, or ${RESET}`,
  'newer-version': 'use the newer release that wrote it, or reset the catalog, which keeps the old file beside it',
  'wrong-value': `correct the value, or ${RESET}`,
  'missing-member': `add the member, or ${RESET}`,
  'unknown-member': `take the member out, or ${RESET}`,
  duplicate: `take one of the two out, or ${RESET}`,
  'next-id-in-use': 'set it to one more than the greatest dwCatalogEntryId',
  'two-modules': 'name one module in all entries of the provider',
  'wrong-chain-length': REINSTALL,
  'missing-entry': REINSTALL,
  'cyclic-chain': REINSTALL,
  'missing-base': REINSTALL,
  'base-above-base': REINSTALL,
};

/** A problem in the catalog's text, as a finding. */
export function findingOf({ name, path, what }: Problem, file: string | null): Finding {
  return { name, severity: 'error', file, path, reason: what, remedy: remedies[name] };
}
