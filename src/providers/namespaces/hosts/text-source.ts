// Where the text of the files comes from: the contract, and files in memory. The machine's own are node-texts.ts.
import { OPEN_EXISTING } from '../../../abi/index.js';
import type { FileSystem } from '../../../win32/index.js';

/** What reading a file gave. */
export interface ReadText {
  readonly text: string;
  /** As `stamp` would answer, if nothing has changed since. */
  readonly stamp: string;
  /** Whether the stamp will differ after the next change; not so when the file was changed only just now. */
  readonly isSettled: boolean;
}

/** Text by path. Nothing here throws. */
export interface TextSource {
  /** What is different after every change of the file; null while there is none that can be read. */
  stamp(path: string): string | null;
  /** The whole text as it was at one moment; null for none, a text for why it cannot be had. */
  read(path: string): ReadText | string | null;
  /** Calls `changed` after one of the files has changed; absent where nobody can notice. */
  readonly watch?: (paths: readonly string[], changed: () => void) => () => void;
}

/** Far beyond any real file of this kind; keeps a wrong one from being read into memory. */
export const MAX_BYTES = 64 * 1024 * 1024;

const decoder = new TextDecoder();

/** Bytes as text. What is no UTF-8 becomes a character that no name has. */
export function decodeText(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

/** The files of a file system whose reads are done at once, as those in memory are. */
export class FileSystemTexts implements TextSource {
  readonly #files: FileSystem;

  constructor(files: FileSystem) {
    this.#files = files;
  }

  /** The text itself: it is in memory anyway. */
  stamp(path: string): string | null {
    const opened = this.#files.open(path, { read: true, write: false, disposition: OPEN_EXISTING });
    if ('error' in opened) return null;
    const bytes = new Uint8Array(Math.min(Math.max(opened.file.size(), 0), MAX_BYTES));
    let count = 0;
    opened.file.read(bytes, 0, (_error, read) => {
      count = read;
    });
    opened.file.close();
    return decodeText(bytes.subarray(0, count));
  }

  read(path: string): ReadText | null {
    const text = this.stamp(path);
    return text === null ? null : { text, stamp: text, isSettled: true };
  }
}
