// One provider's part in a query: its handle, the step that is under way, and the result that waits to be handed out. Whose
// turn it is, and what the caller gets, is query.ts's.
import {
  NULL_HANDLE,
  WSAEFAULT,
  WSAEPROVIDERFAILEDINIT,
  WSAETIMEDOUT,
  WSAQUERYSETW,
  WSASYSCALLFAILURE,
  ref,
  type HANDLE,
  type Ref,
  type WSASERVICECLASSINFOW,
} from '../../abi/index.js';
import { querySetSize, toQuerySetWide } from '../../abi/query-set.js';
import type { MaybePending } from '../../spi/index.js';
import type { Clock } from '../../win32/index.js';
import { withinTime } from '../within-time.js';
import { isNoMore } from './errors.js';
import { LONGEST_STEP } from './limits.js';
import type { NameSpaceProvider } from './provider.js';
import type { ControlRequest } from './routines.js';

/** Where a provider is with a query. */
type State = 'beginning' | 'open' | 'drained' | 'over';

/** The part that one provider has in one query. */
export class ProviderQuery {
  readonly provider: NameSpaceProvider;
  /** It took so long that others go before it; until it answers. */
  late = false;
  /** Why it is left out, or 0. */
  error = 0;
  /** The result to hand out next. */
  parked: WSAQUERYSETW | null = null;
  /** The bytes that the provider wants to be offered for its next result; 0 when it is content. */
  wanted = 0;
  /** What the provider is doing; it never rejects. */
  step: Promise<void> | null = null;
  readonly #clock: Clock;
  #state: State = 'beginning';
  #handle = NULL_HANDLE;

  constructor(provider: NameSpaceProvider, clock: Clock) {
    this.provider = provider;
    this.#clock = clock;
  }

  /** Whether it may still have results. */
  get isActive(): boolean {
    return this.#state === 'beginning' || this.#state === 'open';
  }

  /** Whether its query has begun and has not failed since. */
  get isOpen(): boolean {
    return this.#state === 'open' || this.#state === 'drained';
  }

  get handle(): HANDLE {
    return this.#handle;
  }

  /** Starts the provider's query; see `step`. */
  begin(restrictions: WSAQUERYSETW, classInfo: WSASERVICECLASSINFOW | null, flags: number): void {
    const handle = ref(NULL_HANDLE);
    const { routines } = this.provider;
    const answer = routines?.begin(toQuerySetWide(restrictions), classInfo, flags, handle) ?? WSAEPROVIDERFAILEDINIT;
    this.#take(answer, (error) => {
      this.#begun(error, handle);
    }, () => {
      // It may begin after all, with nobody there any more.
      void Promise.resolve(answer).then((error) => error === 0 && routines?.end(handle.value));
    });
  }

  /** Asks for the next result; see `step`. What is parked or under way stays what it is. */
  ask(flags: number, room: number): void {
    if (this.step !== null || this.parked !== null || this.#state !== 'open') return;
    const results = new WSAQUERYSETW();
    const length = ref(room);
    this.wanted = 0;
    const answer = this.provider.routines?.next(this.#handle, flags, length, results) ?? WSAEPROVIDERFAILEDINIT;
    this.#take(answer, (error) => {
      this.#answered(error, results, length, room);
    }, () => undefined);
  }

  /** It may have something new: the provider of a query that was told to its end is asked again. */
  reopen(): void {
    if (this.#state === 'drained') this.#state = 'open';
  }

  /** Runs a control code on the provider's query. */
  control(request: ControlRequest): MaybePending<number> {
    return this.provider.routines?.control(this.#handle, request) ?? WSAEPROVIDERFAILEDINIT;
  }

  /** Ends the provider's query, whatever it is doing. */
  end(): void {
    const { isOpen } = this;
    this.#state = 'over';
    this.parked = null;
    if (isOpen) this.provider.routines?.end(this.#handle);
  }

  #take(answer: MaybePending<number>, taken: (error: number) => void, tooLate: () => void): void {
    if (typeof answer === 'number') {
      taken(answer);
      return;
    }
    const waited = Promise.resolve(withinTime(this.#clock, LONGEST_STEP, answer));
    this.step = waited.then((error) => {
      this.step = null;
      this.late = false;
      if (error !== 'timeout') {
        taken(error);
        return;
      }
      this.provider.note('name space provider left out of a query: it did not answer in time');
      tooLate();
      this.#leave(WSAETIMEDOUT);
    });
  }

  #begun(error: number, handle: Ref<HANDLE>): void {
    if (error !== 0) {
      this.#leave(error);
    } else if (this.#state === 'over') {
      this.provider.routines?.end(handle.value);
    } else {
      this.#handle = handle.value;
      this.#state = 'open';
    }
  }

  #answered(error: number, results: WSAQUERYSETW, length: Ref, room: number): void {
    if (this.#state === 'over') return;
    if (error === 0) {
      this.#park(results);
    } else if (isNoMore(error)) {
      this.#state = 'drained';
    } else if (error === WSAEFAULT && length.value > room) {
      this.wanted = length.value;
    } else if (error === WSAEFAULT) {
      this.provider.note('name space provider asks for room that it has', length.value);
      this.#leave(WSASYSCALLFAILURE);
    } else {
      this.#leave(error);
    }
  }

  /** What a provider gives is copied and measured at once: garbage in it is the provider's failure, nobody else's. */
  #park(results: WSAQUERYSETW): void {
    try {
      const result = toQuerySetWide(results);
      if (!Number.isSafeInteger(querySetSize(result, true))) throw new TypeError('it has no size');
      result.dwNameSpace ||= this.provider.entry.dwNameSpace;
      result.lpNSProviderId ??= this.provider.id;
      this.parked = result;
    } catch (error) {
      this.provider.note('name space provider gave garbage', error);
      this.#leave(WSASYSCALLFAILURE);
    }
  }

  #leave(error: number): void {
    this.error = error;
    this.end();
  }
}
