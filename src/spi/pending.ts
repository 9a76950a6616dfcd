// Promises of results that are still on their way up. Every layer of a call has something to add to the result when it
// comes (the base provider its bytes, a layer its bookkeeping, WS2_32 the last error), and a promise for each would cost
// more than all of them do. So a promise made here can be given steps, which the result passes before it resolves.

/** Something that a result passes on its way up. */
export interface Step<T, R> {
  /** Makes the value that goes on from the one that came; must not throw. */
  arrive(value: T): R;
  /** Makes the value for a promise that was rejected, which breaks the contract of the SPI. */
  failed(error: unknown): R;
}

type AnyStep = Step<never, unknown>;

/** Where a promise keeps what made it. */
const PENDING = Symbol('pending');

/** A result that will come, and the promise of it. */
export class Pending<T> {
  /** A native promise, so that awaiting it costs nothing extra. */
  readonly promise: Promise<T>;
  private resolve: ((value: T) => void) | null = null;
  private step: AnyStep | null = null;

  constructor() {
    this.promise = new Promise<T>((resolve) => {
      this.resolve = resolve;
    });
    (this.promise as { [PENDING]?: Pending<T> })[PENDING] = this;
  }

  /** The result is there. Only the first one counts: the steps have been gone and may be in use for something else. */
  give(value: T): void {
    const { resolve } = this;
    if (resolve === null) return;
    this.resolve = null;
    resolve((this.step === null ? value : this.step.arrive(value as never)) as T);
  }

  /** Adds a step behind those that are there. */
  add(step: AnyStep): void {
    this.step = this.step === null ? step : new TwoSteps(this.step, step);
  }
}

/** One step after another. */
class TwoSteps implements AnyStep {
  readonly first: AnyStep;
  readonly second: AnyStep;

  constructor(first: AnyStep, second: AnyStep) {
    this.first = first;
    this.second = second;
  }

  arrive(value: never): unknown {
    return this.second.arrive(this.first.arrive(value) as never);
  }

  failed(error: unknown): unknown {
    return this.second.arrive(this.first.failed(error) as never);
  }
}

/**
 * Adds a step to a result on its way. The promise given must not be used by anybody but through the one returned (which is
 * the same one where that is possible): a provider hands its promise up and lets go of it.
 *
 * @param promise - what an entry returned
 * @param step - what the result is to pass
 */
export function through<T, R>(promise: Promise<T>, step: Step<T, R>): Promise<R> {
  const pending = (promise as { [PENDING]?: Pending<T> })[PENDING];
  if (pending === undefined) {
    return promise.then(
      (value) => step.arrive(value),
      (error: unknown) => step.failed(error),
    );
  }
  pending.add(step);
  return promise as unknown as Promise<R>;
}
