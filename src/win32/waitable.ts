// What can be waited for: the contract between an object and the wait engine, and the base that keeps an object's
// waiters. How a thread waits is wait.ts's business.
import type { KernelObject, ObjectKind } from './handle-table.js';
import type { Thread } from './thread.js';

/** A wait in progress, as the objects waited for see it. */
export interface Waiter {
  readonly thread: Thread;
  /** An object became signaled: ends the wait and takes what it waited for, if it is satisfied now. */
  retry(): void;
}

/** A kernel object that has a signaled state. */
export interface Waitable extends KernelObject {
  /** Whether a wait of `thread` for this object alone would end now. Changes nothing. */
  isSignaled(thread: Thread): boolean;
  /** A wait of `thread` took the signal; called only while signaled. */
  consume(thread: Thread): void;
  /** From now on `waiter` wants to know when the object becomes signaled. */
  addWaiter(waiter: Waiter): void;
  removeWaiter(waiter: Waiter): void;
}

/** Whether an object can be waited for. */
export function isWaitable(object: KernelObject): object is Waitable {
  return 'isSignaled' in object;
}

/** Base of waitable objects: keeps the waiters, first come first served. */
export abstract class WaitableObject implements Waitable {
  abstract readonly kind: ObjectKind;
  /** Made by the first waiter: most objects never have one. Insertion order is the order of service. */
  #waiters: Set<Waiter> | null = null;

  abstract isSignaled(thread: Thread): boolean;
  abstract consume(thread: Thread): void;

  lastHandleClosed(): void {
    // Waits in progress go on: they hold the object, not a handle.
  }

  addWaiter(waiter: Waiter): void {
    (this.#waiters ??= new Set()).add(waiter);
  }

  removeWaiter(waiter: Waiter): void {
    this.#waiters?.delete(waiter);
  }

  /** To be called when the object has become signaled: serves the waiters until none or no signal is left. */
  protected wake(): void {
    if (this.#waiters === null) return;
    for (const waiter of this.#waiters) {
      if (!this.isSignaled(waiter.thread)) return;
      waiter.retry();
    }
  }
}
