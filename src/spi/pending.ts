// Promises of results that are still on their way up. Every layer of a call has something to add to the result when it
// comes (the base provider its bytes, a layer its bookkeeping, WS2_32 the last error), and a promise for each would cost
// more than all of them do. So a promise made here can be given steps, which run in order before it resolves.

/** What the result has still to pass through; kept on the promise itself. */
const STEPS = Symbol('steps');

interface Stepped {
  [STEPS]?: { step: ((value: never) => unknown) | null };
}

/**
 * Makes a promise that takes steps.
 *
 * @param start - called at once with the function that gives the result; it may be called once, later
 * @returns a native promise, so that awaiting it costs nothing extra
 */
export function pending<T>(start: (give: (value: T) => void) => void): Promise<T> {
  const slot: { step: ((value: T) => unknown) | null } = { step: null };
  const promise = new Promise<T>((resolve) => {
    start((value) => {
      resolve((slot.step === null ? value : slot.step(value)) as T);
    });
  });
  (promise as Stepped)[STEPS] = slot;
  return promise;
}

/**
 * Adds a step to a result on its way. The promise given must not be used by anybody but through the one returned (which is
 * the same one where that is possible): a provider hands its promise up and lets go of it.
 *
 * @param promise - what an entry returned
 * @param step - makes the value that goes on from the one that came; must not throw
 * @param failed - makes the value for a promise that was rejected, which breaks the contract of the SPI
 */
export function through<T, R>(promise: Promise<T>, step: (value: T) => R, failed: (error: unknown) => R): Promise<R> {
  const slot = (promise as Stepped)[STEPS] as { step: ((value: T) => unknown) | null } | undefined;
  if (slot === undefined) return promise.then(step, failed);
  const earlier = slot.step;
  slot.step = earlier === null ? step : (value) => step(earlier(value) as T);
  return promise as unknown as Promise<R>;
}
