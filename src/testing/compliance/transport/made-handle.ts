// Owns: the object behind a socket handle that the suite's upcalls make for a provider without handles of its own, and the
// reporting of its overlapped operations.
// Does not own: the upcalls themselves (upcalls.ts).

import type { OVERLAPPED } from '../../../index.js';

/** What an operation in the list is asked for; which operations there are is the provider's business. */
interface Listed {
  readonly overlapped: OVERLAPPED;
  silent: boolean;
}

/** What is under way on the handle, oldest first: where CancelIo looks. */
class Listing implements Iterable<Listed> {
  readonly #operations = new Set<Listed>();

  get isEmpty(): boolean {
    return this.#operations.size === 0;
  }

  add(operation: Listed): void {
    this.#operations.add(operation);
  }

  remove(operation: Listed): void {
    this.#operations.delete(operation);
  }

  silence(): void {
    for (const operation of this) operation.silent = true;
  }

  [Symbol.iterator](): Iterator<Listed> {
    return this.#operations.values();
  }
}

/** A packet of a completion port, as far as it is told here. */
interface Packet {
  readonly bytes: number;
  readonly key: number;
  readonly overlapped: OVERLAPPED;
  readonly error: number;
}

/** Who is told of packets. */
interface Port {
  post(packet: Packet): void;
}

/** The tie to a port: a layer above another one has the handle below report to it. */
class Tie {
  skipOnSuccess = false;
  port: Port | null = null;
  key = 0;

  associate(port: Port, key: number): boolean {
    if (this.port !== null) return false;
    [this.port, this.key] = [port, key];
    return true;
  }

  report(overlapped: OVERLAPPED, bytes: number, error: number): void {
    this.port?.post({ bytes, key: this.key, overlapped, error });
  }
}

/** Such a handle. */
export class MadeHandle {
  readonly kind = 'socket';
  readonly context: unknown;
  readonly pending = new Listing();
  readonly completion = new Tie();

  constructor(context: unknown) {
    this.context = context;
  }

  cancelled(): void {
    // The provider heard of it.
  }

  lastHandleClosed(): void {
    // The provider has closed the socket before.
  }

  /** WPUCompleteOverlappedRequest: `set` sets the event behind a handle. */
  complete(overlapped: OVERLAPPED, error: number, bytes: number, set: (event: number) => void): void {
    overlapped.InternalHigh = bytes;
    overlapped.Internal = error;
    const { hEvent } = overlapped;
    if ((hEvent & ~1) !== 0) set(hEvent & ~1);
    if ((hEvent & 1) === 0) this.completion.report(overlapped, bytes, error);
  }
}
