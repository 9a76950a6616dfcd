// One question about names, put to several name space providers until there is an answer: what getaddrinfo and its relatives
// stand on. How one provider is asked is query.ts's; what the question is and what its results mean is the callers'.
import { WSAETIMEDOUT, WSA_E_CANCELLED, type GUID, type HANDLE, type WSAQUERYSETW } from '../../abi/index.js';
import type { MaybePending } from '../../spi/index.js';
import type { Clock, Process } from '../../win32/index.js';
import { isNoMore } from './errors.js';
import { PATIENCE } from './limits.js';
import type { NameSpaces } from './name-spaces.js';
import type { NameSpaceProvider } from './provider.js';
import type { Query } from './query.js';

/** What one provider said: results, or why there are none. */
export interface Said {
  readonly provider: NameSpaceProvider;
  readonly error: number;
  readonly results: readonly WSAQUERYSETW[];
}

/** What is asked. */
export interface SearchFor {
  readonly restrictions: WSAQUERYSETW & { readonly lpServiceClassId: GUID };
  /** LUP_ bits. */
  readonly flags: number;
  /** Whether what a provider said settles the question, so that those behind it in the catalog need not be asked. */
  readonly settles: (said: Said) => boolean;
  /** Whether it is of use at all. */
  readonly answers: (said: Said) => boolean;
}

/** More results than this nobody wants of one provider; it may have no end. */
const MOST_RESULTS = 1000;
const ROOM = 0x7fffffff;

/** The question as one provider is asked it. */
class Asked {
  readonly provider: NameSpaceProvider;
  /** Null until it has said all it has to say. */
  said: Said | null = null;
  /** When it has; it never rejects. Null for a provider that said it at once. */
  readonly done: Promise<void> | null;
  readonly #results: WSAQUERYSETW[] = [];
  readonly #query: Query;
  readonly #process: Process;
  #handle: HANDLE | null;

  constructor(process: Process, nameSpaces: NameSpaces, provider: NameSpaceProvider, { restrictions, flags }: SearchFor) {
    this.provider = provider;
    this.#process = process;
    const { query, handle } = nameSpaces.openQuery([provider]);
    this.#query = query;
    this.#handle = handle;
    const classInfo = nameSpaces.classes.byId(restrictions.lpServiceClassId);
    const begun = query.begin(restrictions, classInfo, flags);
    const read = typeof begun === 'number' ? this.#begun(begun, flags) : begun.then((error) => this.#begun(error, flags));
    if (!(read instanceof Promise)) {
      this.#finish(read);
      this.done = null;
      return;
    }
    this.done = read.then((error) => {
      this.#finish(error);
    });
  }

  /** Nobody waits for it any more. */
  end(): void {
    const handle = this.#handle;
    this.#handle = null;
    if (handle !== null) this.#process.handles.close(handle);
  }

  #begun(error: number, flags: number): MaybePending<number> {
    return error === 0 ? this.#read(flags) : error;
  }

  /** Takes all results; the error that ended them, 0 for their end. */
  #read(flags: number): MaybePending<number> {
    while (this.#results.length < MOST_RESULTS) {
      const found = this.#query.next(flags, ROOM, true);
      if (found instanceof Promise) {
        return found.then(({ error, result }) => {
          if (error !== 0 || result === null) return isNoMore(error) ? 0 : error;
          this.#results.push(result);
          return this.#read(flags);
        });
      }
      if (found.error !== 0 || found.result === null) return isNoMore(found.error) ? 0 : found.error;
      this.#results.push(found.result);
    }
    return 0;
  }

  #finish(error: number): void {
    // What came before an error is an answer all the same.
    this.said = { provider: this.provider, error: this.#results.length > 0 ? 0 : error, results: this.#results };
    this.end();
  }
}

/** One search. */
export class Search {
  readonly #process: Process;
  readonly #nameSpaces: NameSpaces;
  readonly #providers: readonly NameSpaceProvider[];
  readonly #for: SearchFor;
  readonly #asked: Asked[] = [];
  #cancelled = false;
  #wake: () => void = () => undefined;

  /** @param providers - those to ask, in the order of the catalog */
  constructor(process: Process, nameSpaces: NameSpaces, providers: readonly NameSpaceProvider[], searchFor: SearchFor) {
    this.#process = process;
    this.#nameSpaces = nameSpaces;
    this.#providers = providers;
    this.#for = searchFor;
  }

  /**
   * Asks one provider after the other until one has settled the question. Behind a provider that takes longer than PATIENCE
   * the next is asked as well, and the first to answer counts.
   */
  first(): MaybePending<readonly Said[]> {
    for (const [index, provider] of this.#providers.entries()) {
      const asked = this.#ask(provider);
      if (asked.said === null) return this.#firstOf(asked, this.#providers.slice(index + 1));
      if (this.#for.settles(asked.said)) return [asked.said];
    }
    return this.#everythingSaid();
  }

  /** Asks all providers at the same time; once one has answered, the others have PATIENCE from the beginning. */
  all(): MaybePending<readonly Said[]> {
    for (const provider of this.#providers) this.#ask(provider);
    return this.#waiting().length === 0 ? this.#everythingSaid() : this.#allOf();
  }

  /** Ends it: whoever waits gets WSA_E_CANCELLED. */
  cancel(): void {
    this.#cancelled = true;
    this.#endAll();
    this.#wake();
  }

  #ask(provider: NameSpaceProvider): Asked {
    const asked = new Asked(this.#process, this.#nameSpaces, provider, this.#for);
    this.#asked.push(asked);
    return asked;
  }

  async #firstOf(slow: Asked, rest: readonly NameSpaceProvider[]): Promise<readonly Said[]> {
    const left = [...rest];
    let latest: Asked | null = slow;
    while (!this.#cancelled) {
      const settled = this.#asked.find(({ said }) => said !== null && this.#for.settles(said))?.said ?? null;
      if (settled !== null) return this.#over([settled]);
      if (latest?.said !== null) latest = null;
      if (latest === null && left.length > 0) {
        const next = left.shift();
        if (next !== undefined) latest = this.#ask(next);
        continue;
      }
      if (this.#waiting().length === 0) return this.#everythingSaid();
      // As long as somebody else can be asked, nobody is waited for too long.
      if ((await this.#until(left.length > 0 ? PATIENCE : null)) === 'timeout') latest = null;
    }
    return this.#everythingSaid();
  }

  async #allOf(): Promise<readonly Said[]> {
    const end = this.#clock.now() + PATIENCE;
    while (!this.#cancelled && this.#waiting().length > 0) {
      const answered = this.#asked.some(({ said }) => said !== null && this.#for.answers(said));
      const left = end - this.#clock.now();
      if (answered && left <= 0) break;
      await this.#until(left > 0 ? left : null);
    }
    return this.#over(this.#everythingSaid());
  }

  get #clock(): Clock {
    return this.#process.clock;
  }

  #waiting(): readonly Asked[] {
    return this.#asked.filter(({ said }) => said === null);
  }

  /** Waits until somebody has said something, or the search is cancelled, or time is over. */
  #until(ms: number | null): Promise<'timeout' | 'said'> {
    return new Promise((resolve) => {
      const done = (): void => {
        timer?.cancel();
        resolve('said');
      };
      const timer = ms === null ? null : this.#clock.setTimer(ms, () => {
        resolve('timeout');
      });
      this.#wake = done;
      for (const { done: whenDone } of this.#waiting()) void whenDone?.then(done);
    });
  }

  #everythingSaid(): readonly Said[] {
    if (this.#cancelled) {
      return this.#providers.slice(0, 1).map((provider) => ({ provider, error: WSA_E_CANCELLED, results: [] }));
    }
    return this.#asked.map(({ provider, said }) => said ?? { provider, error: WSAETIMEDOUT, results: [] });
  }

  #over(said: readonly Said[]): readonly Said[] {
    this.#endAll();
    return said;
  }

  #endAll(): void {
    for (const asked of this.#asked) asked.end();
  }
}
