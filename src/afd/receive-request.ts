// A request to receive: where the bytes go and how. Streams fill it piece by piece, datagrams at once.
import { MSG_PEEK, MSG_WAITALL } from '../abi/index.js';
import type { NetAddress, PacketInfo } from '../drivers/contract.js';
import { copyInto } from './bytes.js';
import { IoRequest } from './request.js';

const NO_BUFFERS: readonly Uint8Array[] = [];

/** A request to receive into `buffers`, filled in order. */
export class ReceiveRequest extends IoRequest {
  buffers: readonly Uint8Array[] = NO_BUFFERS;
  /** The only buffer: most receives have one, and it is found faster by itself. */
  private single: Uint8Array | null = null;
  /** Room in all buffers together. */
  capacity = 0;
  peek = false;
  waitAll = false;
  /** MSG_* flags of the result (MSG_PARTIAL, ...). */
  resultFlags = 0;
  /** Who sent the datagram. */
  from: NetAddress | null = null;
  info: PacketInfo | null = null;

  constructor(buffers: readonly Uint8Array[], flags: number) {
    super();
    this.ask(buffers, flags);
  }

  /** What is wanted: `flags` are MSG_PEEK and MSG_WAITALL, others mean nothing here. */
  protected ask(buffers: readonly Uint8Array[], flags: number): void {
    this.buffers = buffers;
    this.single = buffers.length === 1 ? (buffers[0] ?? null) : null;
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

  protected override renew(): void {
    super.renew();
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
    const { single } = this;
    if (single !== null) {
      const count = Math.min(single.length - this.bytes, end - start);
      copyInto(single, this.bytes, source, start, count);
      this.bytes += count;
      return count;
    }
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
