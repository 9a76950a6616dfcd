// One file as a table that is always the file's: it is read again once it has changed. Owns when to look; the text is parse.ts's.
import type { BadLine, Parsed } from './parse.js';
import type { TextSource } from './text-source.js';

/** How a file is looked at. */
export interface Looking {
  readonly source: TextSource;
  /** Milliseconds since some moment. */
  readonly now: () => number;
  /** How many milliseconds a look is good for. */
  readonly trustMs: number;
  /** Told what is wrong with a file: for the trace. */
  readonly note: (path: string, what: string) => void;
}

/** Of one reading; a file that is none at all would otherwise fill the trace. */
const MOST_NOTES = 20;

/** A file, and the table that its entries make. */
export class WatchedFile<T, Table> {
  readonly #path: string | null;
  readonly #looking: Looking;
  readonly #parse: (text: string) => Parsed<T>;
  readonly #tableOf: (entries: readonly T[]) => Table;
  #table: Table | null = null;
  #stamp: string | null = null;
  #isSettled = false;
  #lookedAt = 0;

  /** @param path - undefined for a file that is not there at all */
  constructor(path: string | undefined, looking: Looking, parse: (text: string) => Parsed<T>, tableOf: (entries: readonly T[]) => Table) {
    this.#path = path ?? null;
    this.#looking = looking;
    this.#parse = parse;
    this.#tableOf = tableOf;
  }

  /** The table of the file as it is now. */
  get table(): Table {
    const { now, trustMs, source } = this.#looking;
    const path = this.#path;
    if (path === null) return (this.#table ??= this.#tableOf(this.#parse('').entries));
    const time = now();
    if (this.#table !== null && time - this.#lookedAt < trustMs) return this.#table;
    this.#lookedAt = time;
    const stamp = source.stamp(path);
    if (this.#table !== null && this.#isSettled && stamp === this.#stamp) return this.#table;
    return this.#readAgain(path);
  }

  #readAgain(path: string): Table {
    const found = this.#looking.source.read(path);
    if (typeof found === 'string') {
      // What was read before is as good as it can be had; the next look may find more.
      this.#looking.note(path, `cannot be read: ${found}`);
      this.#isSettled = false;
      return (this.#table ??= this.#tableOf(this.#parse('').entries));
    }
    const isSame = this.#table !== null && found?.stamp === this.#stamp;
    this.#isSettled = found?.isSettled ?? true;
    this.#stamp = found?.stamp ?? null;
    const { entries, bad } = this.#parse(found?.text ?? '');
    if (!isSame) this.#noteAll(path, bad);
    return (this.#table = this.#tableOf(entries));
  }

  #noteAll(path: string, bad: readonly BadLine[]): void {
    for (const { line, reason } of bad.slice(0, MOST_NOTES)) this.#looking.note(path, `line ${line} left out: ${reason}`);
    if (bad.length > MOST_NOTES) this.#looking.note(path, `${bad.length - MOST_NOTES} more lines left out`);
  }
}
