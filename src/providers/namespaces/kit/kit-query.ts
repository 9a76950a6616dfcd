// One query of a provider that is made with the kit: its answers, the result that did not fit, the order of its calls, its
// end. Which calls there are is provider.ts's.
import {
  LUP_CONTAINERS,
  LUP_FLUSHPREVIOUS,
  NO_ERROR,
  SIO_NSP_NOTIFY_CHANGE,
  WSAEFAULT,
  WSAEINVAL,
  WSAEOPNOTSUPP,
  WSANO_DATA,
  WSA_E_CANCELLED,
  WSA_E_NO_MORE,
  type Ref,
  type WSACOMPLETION,
  type WSAQUERYSETW,
  type WSASERVICECLASSINFOW,
} from '../../../abi/index.js';
import { querySetSize, restrictToFlags, toQuerySetWide } from '../../../abi/query-set.js';
import type { MaybePending } from '../../../spi/index.js';
import { ChangeNotices } from './change-notices.js';
import type { Answer, Control, NameSpace, Question } from './name-space.js';
import { resultsOf, type ResultOrigin } from './results.js';

type Item = IteratorResult<Answer | number, unknown>;
type Source = Iterator<Answer | number> | AsyncIterator<Answer | number>;

/** A query that the program has begun. */
export class KitQuery {
  readonly #space: NameSpace;
  readonly #origin: ResultOrigin;
  readonly #abort = new AbortController();
  readonly #notices = new ChangeNotices();
  #question: Question;
  #source: Source | null = null;
  /** The first answer, asked for when the query began. */
  #ahead: Promise<Item> | null = null;
  /** Results that are ready, the first of which may not have fitted. */
  #ready: WSAQUERYSETW[] = [];
  /** The call under way, which the next one waits for. */
  #turn: Promise<unknown> | null = null;
  #unwatch: (() => void) | null = null;
  #ended = false;
  readonly #whenEnded: Promise<number>;
  #tellEnded: (error: number) => void = () => undefined;

  constructor(
    space: NameSpace,
    origin: ResultOrigin,
    restrictions: WSAQUERYSETW,
    classInfo: WSASERVICECLASSINFOW | null,
    flags: number,
  ) {
    this.#space = space;
    this.#origin = origin;
    this.#whenEnded = new Promise((resolve) => {
      this.#tellEnded = resolve;
    });
    const copy = toQuerySetWide(restrictions);
    this.#question = {
      name: copy.lpszServiceInstanceName ?? '',
      // The caller has looked: there is one.
      serviceClassId: copy.lpServiceClassId as Question['serviceClassId'],
      classInfo,
      context: copy.lpszContext ?? '',
      queryString: copy.lpszQueryString ?? '',
      flags,
      restrictions: copy,
      signal: this.#abort.signal,
      again: false,
    };
  }

  /** Asks the name space; 0 or the error that the query fails with at its beginning. */
  begin(): number {
    const { flags } = this.#question;
    if ((flags & LUP_CONTAINERS) !== 0 && this.#space.hasContainers !== true) return WSANO_DATA;
    if (this.#space.watchesWhenAsked !== true) this.#watch();
    const error = this.#ask();
    if (error !== 0) this.end();
    return error;
  }

  /** Puts the next result into `results`; calls made meanwhile wait for this one. */
  next(flags: number, length: Ref, results: WSAQUERYSETW): MaybePending<number> {
    if (this.#ended) return WSA_E_CANCELLED;
    if (this.#turn !== null) return this.#turn.then(() => this.next(flags, length, results));
    if ((flags & LUP_FLUSHPREVIOUS) !== 0) this.#ready.shift();
    const answer = this.#advance(flags, length, results);
    if (typeof answer === 'number') return answer;
    const turn = Promise.race([answer, this.#whenEnded]);
    this.#turn = turn.catch(() => undefined).then(() => {
      this.#turn = null;
    });
    return turn;
  }

  /** Runs a control code. */
  control(control: Control, completion: WSACOMPLETION | null): MaybePending<number> {
    if (control.code === SIO_NSP_NOTIFY_CHANGE) {
      if (this.#space.watch === undefined) return WSAEOPNOTSUPP;
      this.#watch();
      return this.#notices.ask(completion);
    }
    return this.#space.control?.(this.#question, control) ?? WSAEOPNOTSUPP;
  }

  /** Ends it: who waits gets WSA_E_CANCELLED, the name space learns of it by the question's signal. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#ready = [];
    this.#tellEnded(WSA_E_CANCELLED);
    this.#abort.abort();
    this.#unwatch?.();
    this.#notices.abort();
    this.#closeSource();
  }

  #watch(): void {
    this.#unwatch ??= this.#space.watch?.(this.#question, () => {
      this.#notices.tell();
    }) ?? null;
  }

  #ask(): number {
    const answers = this.#space.query(this.#question);
    if (typeof answers === 'number') return answers === NO_ERROR ? WSAEINVAL : answers;
    if (Symbol.asyncIterator in answers) {
      const source = answers[Symbol.asyncIterator]();
      this.#source = source;
      this.#ahead = source.next();
      // It is looked at by the call that comes for it.
      this.#ahead.catch(() => undefined);
    } else {
      this.#source = answers[Symbol.iterator]();
    }
    return 0;
  }

  #advance(flags: number, length: Ref, results: WSAQUERYSETW): MaybePending<number> {
    for (;;) {
      const [ready] = this.#ready;
      if (ready !== undefined) return this.#give(ready, flags, length, results);
      const item = this.#pull();
      if (typeof item === 'number') return item;
      if (item instanceof Promise) {
        return item.then((each) => {
          if (this.#ended) return WSA_E_CANCELLED;
          const error = this.#take(each);
          return error === 0 ? this.#advance(flags, length, results) : error;
        });
      }
      const error = this.#take(item);
      if (error !== 0) return error;
    }
  }

  /** The next answer; WSA_E_NO_MORE once there are none, until something changes. */
  #pull(): MaybePending<Item> | number {
    const error = this.#source === null ? this.#askAgain() : 0;
    const ahead = this.#ahead;
    this.#ahead = null;
    return ahead ?? this.#source?.next() ?? error;
  }

  #askAgain(): number {
    if (!this.#notices.changed) return WSA_E_NO_MORE;
    this.#notices.settle();
    this.#question = { ...this.#question, again: true };
    return this.#ask();
  }

  #take(item: Item): number {
    if (item.done === true) {
      this.#source = null;
      return 0;
    }
    if (typeof item.value === 'number') {
      this.#closeSource();
      return item.value === NO_ERROR ? WSA_E_NO_MORE : item.value;
    }
    this.#ready.push(...resultsOf(item.value, this.#question, this.#origin));
    return 0;
  }

  #give(ready: WSAQUERYSETW, flags: number, length: Ref, results: WSAQUERYSETW): number {
    const result = restrictToFlags(ready, this.#question.flags & flags);
    const needed = querySetSize(result, true);
    // Written so that a length that is no number at all is too short.
    if (!(length.value >= needed)) {
      length.value = needed;
      return WSAEFAULT;
    }
    this.#ready.shift();
    Object.assign(results, result);
    return 0;
  }

  #closeSource(): void {
    const source = this.#source;
    this.#source = null;
    this.#ahead = null;
    try {
      // A generator that waits ends when it has what it waits for; nobody waits for that.
      const closed = source?.return?.();
      if (closed instanceof Promise) closed.catch(() => undefined);
    } catch {
      // What its `finally` throws has no reader any more.
    }
  }
}
