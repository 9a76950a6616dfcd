// The documents contract: texts that a process shares with others and that outlive it. Where they are kept (beside the catalog)
// and how they are saved is the business of whoever mounts the device.
import type { Process } from './process.js';

/** The name under which a process's documents are mounted. */
export const DOCUMENTS_DEVICE = '\\Device\\Documents';

/** A document's text (null while there is none), or why it cannot be had: a Winsock error, and words for people. */
export type DocumentText =
  | { readonly ok: true; readonly text: string | null }
  | { readonly ok: false; readonly error: { readonly code: number; readonly message: string } };

/** A text that several processes may share. */
export interface SharedDocument {
  describe(): string;
  /** The text as it is now. */
  loadSync(): DocumentText;
  /**
   * Changes the text with everybody else kept out; it is saved whole or not at all, and lasts once this has ended.
   *
   * @param change - told the text; the answer is the new one, null to leave it. It may be called again with a newer text
   */
  update(change: (text: string | null) => string | null): Promise<DocumentText>;
  /** Calls `changed` after changes, whoever makes them, until the result is called. */
  watch(changed: () => void): () => void;
}

/** Where documents are. */
export interface Documents {
  /** The document of this name: a file's name, or a path. */
  document(name: string): SharedDocument;
}

/** The documents of a process; null where none are mounted. */
export function documentsOf(process: Process): Documents | null {
  return (process.openDevice(DOCUMENTS_DEVICE) as Documents | undefined) ?? null;
}
