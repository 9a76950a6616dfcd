// A request to receive: where the bytes go and how. Streams fill it piece by piece, datagrams at once.
import { MSG_PEEK, MSG_WAITALL } from '../abi/index.js';
import type { NetAddress, PacketInfo } from '../drivers/contract.js';
import { copyInto } from './bytes.js';
import { IoRequest } from './request.js';

/** A request to receive into `buffers`, filled in order. */
export class ReceiveRequest extends IoRequest {
  readonly buffers: readonly Uint8Array[];
  /** Room in all buffers together. */
  capacity: number;
  readonly peek: boolean;
  waitAll: boolean;
  /** MSG_* flags of the result (MSG_PARTIAL, ...). */
  resultFlags = 0;
  /** Who sent the datagram. */
  from: NetAddress | null = null;
  info: PacketInfo | null = null;

  constructor(buffers: readonly Uint8Array[], flags: number) {
    super();
    this.buffers = buffers;
    let capacity = 0;
    for (const buffer of buffers) capacity += buffer.length;
    this.capacity = capacity;
    this.peek = (flags & MSG_PEEK) !== 0;
    // Peeking for everything would never end once the peer stops sending; Windows ignores the combination.
    this.waitAll = (flags & MSG_WAITALL) !== 0 && !this.peek;
  }

  override get kind(): string {
    return 'receive';
  }

  override get bytesAsked(): number {
    return this.capacity;
  }

  /** As `renew`, for a receive into the same array with other buffers in it. */
  protected renewReceive(waitAll: boolean): void {
    this.renew();
    let capacity = 0;
    for (const buffer of this.buffers) capacity += buffer.length;
    this.capacity = capacity;
    this.waitAll = waitAll;
    this.resultFlags = 0;
    this.from = null;
    this.info = null;
  }

  /** Whether nothing more fits, or nothing more is waited for. */
  get satisfied(): boolean {
    return this.bytes === this.capacity || (this.bytes > 0 && !this.waitAll);
  }

  /** Copies from `source[start, end)` behind what is already there and returns how many bytes it took. */
  take(source: Uint8Array, start: number, end: number): number {
    let skip = this.bytes;
    let position = start;
    for (const buffer of this.buffers) {
      if (skip >= buffer.length) {
        skip -= buffer.length;
        continue;
      }
      const count = Math.min(buffer.length - skip, end - position);
      copyInto(buffer, skip, source, position, count);
      position += count;
      skip = 0;
      if (position === end) break;
    }
    this.bytes += position - start;
    return position - start;
  }

  /** The parts of the buffers that are filled. */
  filled(): readonly Uint8Array[] {
    let rest = this.bytes;
    const parts: Uint8Array[] = [];
    for (const buffer of this.buffers) {
      if (rest === 0) break;
      const part = buffer.subarray(0, rest);
      parts.push(part);
      rest -= part.length;
    }
    return parts;
  }

  /** The buffers with the part already filled left out. */
  remaining(): readonly Uint8Array[] {
    if (this.bytes === 0) return this.buffers;
    let skip = this.bytes;
    const rest: Uint8Array[] = [];
    for (const buffer of this.buffers) {
      if (skip < buffer.length) rest.push(buffer.subarray(skip));
      skip = Math.max(0, skip - buffer.length);
    }
    return rest;
  }
}
