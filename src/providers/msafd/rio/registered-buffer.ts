// Registered buffers, and the slices of them that RIO_BUF names.
import { WSAEFAULT, WSAEINVAL, type RIO_BUF } from '../../../abi/index.js';

/** How many slices are remembered; programs cut a buffer into the same few again and again. */
const MOST_SLICES = 4096;

/** Memory that a program has registered. Requests that use it go on when it is deregistered: the memory stays. */
export class RegisteredBuffer {
  /** Whether the identifier still names it. */
  registered = true;
  readonly #bytes: Uint8Array;
  /** By offset. */
  readonly #slices = new Map<number, Uint8Array>();

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** The bytes from `offset` on, or null when they are not all in the buffer. */
  slice(offset: number, length: number): Uint8Array | null {
    const known = this.#slices.get(offset);
    if (known?.length === length) return known;
    if (offset + length > this.#bytes.length) return null;
    if (this.#slices.size >= MOST_SLICES) this.#slices.clear();
    const slice = this.#bytes.subarray(offset, offset + length);
    this.#slices.set(offset, slice);
    return slice;
  }
}

/** The registered buffers of a process, by identifier. */
export type RegisteredBuffers = ReadonlyMap<number, RegisteredBuffer>;

/**
 * The memory that a RIO_BUF names, or the error: WSAEFAULT for a buffer that is not registered (any more), WSAEINVAL for a
 * slice that reaches beyond it, or is shorter than `least`.
 */
export function sliceOf(buffers: RegisteredBuffers, { BufferId, Offset, Length }: RIO_BUF, least = 0): Uint8Array | number {
  const buffer = buffers.get(BufferId);
  if (buffer === undefined) return WSAEFAULT;
  return (Length < least ? null : buffer.slice(Offset, Length)) ?? WSAEINVAL;
}
