// Calls into one name space provider: run so that its last error is found, reported to the trace as made on the provider's
// layer, and turned into an error code whatever the provider does. Which entry is called with what is routines*.ts's.
import { SOCKET_ERROR, WSASYSCALLFAILURE } from '../../abi/index.js';
import type { MaybePending } from '../../spi/index.js';
import { CallFrame, currentThread, type Process } from '../../win32/index.js';

/** The way into one provider. */
export class GuardedCalls {
  readonly process: Process;
  readonly module: string;

  constructor(process: Process, module: string) {
    this.process = process;
    this.module = module;
  }

  /**
   * Calls an entry that returns 0 or SOCKET_ERROR with its last error set.
   *
   * @returns 0 or the error; WSASYSCALLFAILURE for a provider that throws, answers with something else or fails without a
   *   reason. A promise of it never rejects
   */
  call(name: string, args: readonly unknown[], entry: () => unknown): MaybePending<number> {
    const frame = new CallFrame(currentThread());
    const leave = this.#enter(name, args);
    const done = (value: unknown): number => {
      const error = this.#errorOf(name, value, frame.error);
      leave?.(value, error);
      return error;
    };
    const threw = (error: unknown): number => {
      this.note(`${name} threw`, error);
      leave?.(SOCKET_ERROR, WSASYSCALLFAILURE);
      return WSASYSCALLFAILURE;
    };
    try {
      const result = frame.run(entry);
      return isThenable(result) ? Promise.resolve(result).then(done).catch(threw) : done(result);
    } catch (error) {
      return threw(error);
    }
  }

  /** The same for an entry that must not wait: one that does has broken its contract. */
  now(name: string, args: readonly unknown[], entry: () => unknown): number {
    const error = this.call(name, args, entry);
    if (typeof error === 'number') return error;
    this.note(`${name} waits where it must not`);
    return WSASYSCALLFAILURE;
  }

  /** Calls an entry that returns nothing: 0, or WSASYSCALLFAILURE if it threw. */
  tell(name: string, args: readonly unknown[], entry: () => unknown): MaybePending<number> {
    return this.call(name, args, () => {
      const result = entry();
      return isThenable(result) ? result.then(() => 0) : 0;
    });
  }

  /** Leaves a line in the trace that names the provider. */
  note(what: string, ...details: readonly unknown[]): void {
    const { trace, clock } = this.process;
    if (trace.on) trace.note('ws2_32', what, [this.module, ...details], clock.now());
  }

  #errorOf(name: string, value: unknown, lastError: number): number {
    if (value === 0) return 0;
    if (value === SOCKET_ERROR && Number.isInteger(lastError) && lastError > 0) return lastError;
    this.note(value === SOCKET_ERROR ? `${name} failed without a reason` : `${name} answered with garbage`, value);
    return WSASYSCALLFAILURE;
  }

  #enter(name: string, args: readonly unknown[]): ((result: unknown, error: number) => void) | null {
    const { trace, clock } = this.process;
    if (!trace.on) return null;
    const thread = currentThread().id;
    const id = trace.enter(this.module, name, args, clock.now(), thread);
    return (result, error) => {
      trace.leave(id, this.module, name, result, error, clock.now(), thread);
    };
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';
}
