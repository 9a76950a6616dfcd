// The asynchronous calls that version 2 providers complete with WSAProviderCompleteAsyncCall: their handles, and that each
// ends once.
import type { HANDLE } from '../../abi/index.js';
import type { MaybePending } from '../../spi/index.js';

/** No other handle is of this form: those of the handle table are multiples of four. */
const handleOf = (number: number): HANDLE => (number * 4 + 1) as HANDLE;

/** One call: what it was completed with, or who waits for that. */
class AsyncCall {
  #code: number | null = null;
  #resolve: ((error: number) => void) | null = null;

  complete(error: number): void {
    this.#code = error;
    this.#resolve?.(error);
  }

  answer(): MaybePending<number> {
    return this.#code ?? new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }
}

/** What is under way in one process, by the handle that the provider was given. */
export class AsyncCalls {
  readonly #pending = new Map<HANDLE, AsyncCall>();
  #last = 0;

  /** How many are under way. */
  get size(): number {
    return this.#pending.size;
  }

  /** Starts one with `begin`, which may complete it before it returns; the value is what it is completed with. */
  start(begin: (handle: HANDLE) => void): MaybePending<number> {
    this.#last += 1;
    const call = new AsyncCall();
    const handle = handleOf(this.#last);
    this.#pending.set(handle, call);
    begin(handle);
    return call.answer();
  }

  /** Ends one; false for a handle that is none, or is done. */
  complete(handle: HANDLE, error: number): boolean {
    const call = this.#pending.get(handle);
    if (call === undefined) return false;
    this.#pending.delete(handle);
    call.complete(error);
    return true;
  }
}
