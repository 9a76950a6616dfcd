// The event object. Handles to it and names for it are not its business.
import { WaitableObject } from './waitable.js';

/** An event: signaled or not, with waiters. An auto-reset event lets one wait through for each time it is set. */
export class Event extends WaitableObject {
  readonly kind = 'event';
  readonly manualReset: boolean;
  /** Called when the last handle is gone; whoever gave the event a name takes it back here. */
  whenClosed: (() => void) | null = null;
  #signaled: boolean;

  constructor(manualReset: boolean, signaled = false) {
    super();
    this.manualReset = manualReset;
    this.#signaled = signaled;
  }

  /** Signals the event: a waiter of an auto-reset event takes the signal before anybody who comes later can. */
  set(): void {
    if (this.#signaled) return;
    this.#signaled = true;
    this.wake();
  }

  /** Takes the signal back. */
  reset(): void {
    this.#signaled = false;
  }

  /** Lets through those who wait at this moment (one, for an auto-reset event) and leaves the event not signaled. */
  pulse(): void {
    this.set();
    this.reset();
  }

  isSignaled(): boolean {
    return this.#signaled;
  }

  consume(): void {
    if (!this.manualReset) this.#signaled = false;
  }

  override lastHandleClosed(): void {
    this.whenClosed?.();
  }
}
