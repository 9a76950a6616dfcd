// One wait for messages, in the form that the wait engine knows. Nothing is taken: whoever waited takes the message itself.
import type { Waitable, Waiter } from './waitable.js';

/** Who tells of messages. */
interface Source {
  addWaiter(waiter: Waiter): void;
  removeWaiter(waiter: Waiter): void;
}

/** Signaled while what is waited for is there. */
export class MessageArrival implements Waitable {
  readonly kind = 'window';
  readonly #queue: Source;
  readonly #there: () => boolean;

  constructor(queue: Source, there: () => boolean) {
    this.#queue = queue;
    this.#there = there;
  }

  isSignaled(): boolean {
    return this.#there();
  }

  consume(): void {
    // Nothing is taken yet.
  }

  addWaiter(waiter: Waiter): void {
    this.#queue.addWaiter(waiter);
  }

  removeWaiter(waiter: Waiter): void {
    this.#queue.removeWaiter(waiter);
  }

  lastHandleClosed(): void {
    // No handle stands for a wait.
  }
}
