// The OVERLAPPED that goes down in the place of the application's, and the way from it back to the operation.
import { OVERLAPPED } from '../../../abi/index.js';

/** Whose operation it is. */
export interface OverlappedOwner {
  /** The next provider has reported its end: a Win32 error or 0, and the count. */
  reported(win32Error: number, bytes: number): void;
}

/** It has no event: its end is told to the layer's sink alone. */
export class LowerOverlapped extends OVERLAPPED {
  // Private, so that it is no part of what a program sees of an OVERLAPPED.
  readonly #owner: OverlappedOwner;

  constructor(owner: OverlappedOwner, { Offset, OffsetHigh, Pointer }: OVERLAPPED) {
    // The place in a file, for what sends one.
    super({ Offset, OffsetHigh, Pointer });
    this.#owner = owner;
  }

  get owner(): OverlappedOwner {
    return this.#owner;
  }
}
