// A name service query (WSALookupServiceBegin and on): one handle over the queries of several providers. All are asked at the
// same time, and their results are handed out in the order of the catalog; a provider that takes longer than PATIENCE goes
// behind those that have answered, and one that takes longer than LONGEST_STEP is left out. Why something is missing is told
// once, when everything else has been handed out.
import {
  LUP_FLUSHPREVIOUS,
  LUP_RES_SERVICE,
  WSAEFAULT,
  WSAEINVAL,
  WSA_E_CANCELLED,
  WSA_E_NO_MORE,
  type WSAQUERYSETW,
  type WSASERVICECLASSINFOW,
} from '../../abi/index.js';
import { querySetSize, restrictToFlags } from '../../abi/query-set.js';
import type { MaybePending } from '../../spi/index.js';
import type { Clock, KernelObject } from '../../win32/index.js';
import { isNotFound, tellingError } from './errors.js';
import { PATIENCE } from './limits.js';
import type { NameSpaceProvider } from './provider.js';
import { ProviderQuery } from './provider-query.js';
import type { ControlRequest } from './routines.js';

/** What one step of a query came to. */
export interface Found {
  /** 0, or WSAEFAULT (see `needed`), WSA_E_NO_MORE, WSA_E_CANCELLED, or why results are missing. */
  readonly error: number;
  readonly result: WSAQUERYSETW | null;
  /** With WSAEFAULT: the bytes that the result takes. */
  readonly needed: number;
}

/** What a caller wants of one step. */
interface Wish {
  readonly flags: number;
  readonly room: number;
  /** Whether texts count as UTF-16. */
  readonly wide: boolean;
}

/** Providers measure in UTF-16; what a caller of the ANSI form can take is measured here alone. */
const ANY_ROOM = 0x7fffffff;

const without = (error: number): Found => ({ error, result: null, needed: 0 });

/** One query. */
export class Query implements KernelObject {
  readonly kind = 'lookup';
  readonly #parts: readonly ProviderQuery[];
  readonly #clock: Clock;
  readonly #whenEnded: (query: Query) => void;
  /** Ends waits of this query's calls. */
  readonly #interrupts = new Set<() => void>();
  /** Calls of WSALookupServiceNext that wait for the one before. */
  readonly #line: (() => void)[] = [];
  #busy = false;
  #flags = 0;
  #delivered = false;
  #toldWhy = false;
  #ended = false;

  /**
   * @param providers those to ask, in the order of the catalog
   * @param clock the process's
   * @param whenEnded told once when the query has ended
   */
  constructor(providers: readonly NameSpaceProvider[], clock: Clock, whenEnded: (query: Query) => void) {
    this.#parts = providers.map((provider) => new ProviderQuery(provider, clock));
    this.#clock = clock;
    this.#whenEnded = whenEnded;
  }

  /** Starts the query with all providers: 0 when at least one has begun, else the error that tells most. */
  begin(restrictions: WSAQUERYSETW, classInfo: WSASERVICECLASSINFOW | null, flags: number): MaybePending<number> {
    this.#flags = flags;
    for (const part of this.#parts) part.begin(restrictions, classInfo, flags & ~LUP_FLUSHPREVIOUS);
    if (this.#parts.every(({ step }) => step === null)) return this.#begun();
    return this.#beginning();
  }

  /** Takes the next result; calls made meanwhile wait for this one. */
  next(flags: number, room: number, wide: boolean): MaybePending<Found> {
    if (this.#ended) return without(WSA_E_CANCELLED);
    if (this.#busy) {
      return new Promise<void>((resolve) => {
        this.#line.push(resolve);
      }).then(() => this.next(flags, room, wide));
    }
    this.#busy = true;
    // What is no length at all is too short.
    const found = this.#advance({ flags: this.#flush(flags), room: room >= 0 ? room : 0, wide });
    if (!(found instanceof Promise)) return this.#leave(found);
    return found.then((each) => this.#leave(each));
  }

  /** Runs a control code: the documentation allows that for queries of one provider only. */
  control(request: ControlRequest): MaybePending<number> {
    const open = this.#parts.filter((part) => part.isOpen);
    const [only] = open;
    if (only === undefined || open.length > 1) return WSAEINVAL;
    return only.control(request);
  }

  /** Ends the query; who waits for a result gets WSA_E_CANCELLED. */
  lastHandleClosed(): void {
    if (this.#ended) return;
    this.#ended = true;
    for (const part of this.#parts) part.end();
    this.#wakeAll();
    this.#whenEnded(this);
  }

  #wakeAll(): void {
    for (const interrupt of [...this.#interrupts]) interrupt();
    for (const wake of this.#line.splice(0)) wake();
  }

  async #beginning(): Promise<number> {
    while (!this.#ended) {
      const steps = this.#steps((part) => !part.late);
      if (steps.length > 0) await this.#until(steps, PATIENCE, true);
      else if (this.#parts.some((part) => part.isOpen)) break;
      else if (this.#steps().length === 0) break;
      else await this.#until(this.#steps(), null, false);
    }
    return this.#begun();
  }

  #begun(): number {
    if (this.#ended) return WSA_E_CANCELLED;
    // Those that are late may yet begin.
    if (this.#parts.some((part) => part.isOpen)) return 0;
    return tellingError(this.#parts.map(({ error }) => error));
  }

  #advance(wish: Wish): MaybePending<Found> {
    for (;;) {
      if (this.#ended) return without(WSA_E_CANCELLED);
      const part = this.#turn();
      if (part === null) return this.#end();
      part.ask(this.#flags & wish.flags | (wish.flags & (LUP_RES_SERVICE | LUP_FLUSHPREVIOUS)), wish.wide ? wish.room : ANY_ROOM);
      if (part.parked !== null) return this.#handOut(part, part.parked, wish);
      if (part.wanted > 0) return { error: WSAEFAULT, result: null, needed: part.wanted };
      if (part.step !== null) return this.#wait(part).then(() => this.#advance(wish));
    }
  }

  /** Whose turn it is: the first that may have results, those that are late behind the others. */
  #turn(): ProviderQuery | null {
    const active = this.#parts.filter((part) => part.isActive);
    return active.find((part) => !part.late) ?? active[0] ?? null;
  }

  #wait(part: ProviderQuery): Promise<void> {
    // Only where somebody else can go first is there something to lose by waiting.
    const others = this.#parts.some((other) => other !== part && other.isActive && !other.late);
    if (part.late) return this.#until(this.#steps(), null, false);
    return this.#until(part.step === null ? [] : [part.step], others ? PATIENCE : null, false);
  }

  #handOut(part: ProviderQuery, parked: WSAQUERYSETW, { flags, room, wide }: Wish): Found {
    const result = restrictToFlags(parked, this.#flags & flags);
    const needed = querySetSize(result, wide);
    if (room < needed) return { error: WSAEFAULT, result: null, needed };
    part.parked = null;
    this.#delivered = true;
    return { error: 0, result, needed };
  }

  /** Nobody has anything more. What providers could not find is worth telling only if nobody found anything. */
  #end(): Found {
    const errors = this.#parts.map(({ error }) => error).filter((error) => !this.#delivered || !isNotFound(error));
    const why = this.#toldWhy ? 0 : tellingError(errors);
    this.#toldWhy = true;
    for (const part of this.#parts) part.reopen();
    return without(why || WSA_E_NO_MORE);
  }

  /** LUP_FLUSHPREVIOUS drops the result that did not fit; the provider hears of it only if it holds that itself. */
  #flush(flags: number): number {
    if ((flags & LUP_FLUSHPREVIOUS) === 0) return flags;
    const part = this.#turn();
    if (part !== null && part.wanted > 0) return flags;
    if (part !== null) part.parked = null;
    return flags & ~LUP_FLUSHPREVIOUS;
  }

  #leave(found: Found): Found {
    this.#busy = false;
    this.#line.shift()?.();
    return this.#ended ? without(WSA_E_CANCELLED) : found;
  }

  #steps(wanted: (part: ProviderQuery) => boolean = () => true): Promise<void>[] {
    return this.#parts.flatMap((part) => (part.step !== null && wanted(part) ? [part.step] : []));
  }

  /** Waits for one of the steps, or for all; those under way when `patience` is over are late. */
  #until(steps: readonly Promise<void>[], patience: number | null, all: boolean): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        timer?.cancel();
        this.#interrupts.delete(done);
        resolve();
      };
      const timer = patience === null ? null : this.#clock.setTimer(patience, () => {
        for (const part of this.#parts) part.late = part.step !== null && steps.includes(part.step) ? true : part.late;
        done();
      });
      this.#interrupts.add(done);
      void (all ? Promise.all(steps) : Promise.race(steps)).then(done);
    });
  }
}
