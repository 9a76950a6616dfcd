// The receiving half of a connection: its variables (RFC 9293 section 3.3.1), the order of what comes, the window, and when
// to acknowledge. Does not own: whether a segment is acceptable (arrival.ts), and handing data out (delivery.ts).
import type { TcpConnection } from './connection.js';
import { DELAYED_ACK, LARGEST_SCALE, RECEIVE_WINDOW, UNSCALED_WINDOW, WINDOW_SCALE } from './constants.js';
import { Delivery } from './delivery.js';
import { Reassembly } from './reassembly.js';
import type { Segment } from './segment.js';
import { after, distance, later, precedes } from './sequence.js';

export class Receiver {
  readonly #connection: TcpConnection;
  readonly delivery: Delivery;
  /** IRS and RCV.NXT. */
  irs = 0;
  next = 0;
  /** RCV.NXT + RCV.WND as last announced: a window is never taken back. */
  edge = 0;
  /** What the window may be at most, and the shift that it is announced with. */
  capacity = RECEIVE_WINDOW;
  scale = WINDOW_SCALE;
  /** RCV.NXT when we last acknowledged. */
  acknowledgedTo = 0;
  /** The FIN has come and stands here. */
  finKnown = false;
  finAt = 0;
  #islands: Reassembly | null = null;
  /** Segments that wait for an acknowledgment, and whether it must not wait. */
  #unacknowledged = 0;
  #now = false;

  constructor(connection: TcpConnection) {
    this.#connection = connection;
    this.delivery = new Delivery(connection);
    const { receiveBuffer } = connection.settings;
    if (receiveBuffer > 0) this.capacity = receiveBuffer;
    this.scale = scaleFor(receiveBuffer);
  }

  /** The peer's SYN has come. */
  begin(irs: number): void {
    this.irs = irs;
    this.next = this.edge = this.acknowledgedTo = after(irs, 1);
  }

  get window(): number {
    return distance(this.next, this.edge);
  }

  get holdsIslands(): boolean {
    return this.#islands !== null;
  }

  sack(edges: number[], blocks: number): number {
    return this.#islands?.sack(edges, blocks) ?? 0;
  }

  // --- the window ---

  /** What it may be at most. */
  get #most(): number {
    return this.#connection.windowScaling ? this.capacity : Math.min(this.capacity, UNSCALED_WINDOW);
  }

  /** By how much its end could be moved on. */
  get #movable(): number {
    return distance(this.edge, after(this.next, this.#most - this.delivery.queued));
  }

  /** Where the window should end: RFC 9293 section 3.8.6.2.2 wants it to move in steps worth a segment. */
  #wish(): number {
    const step = Math.min(this.#connection.sender.segmentSize, this.#most >>> 1);
    const movable = this.#movable;
    return movable >= step ? after(this.edge, movable) : this.edge;
  }

  /** Whether the peer should hear that the window has opened again: by two segments or half of it. */
  get worthTelling(): boolean {
    return this.#movable >= Math.max(1, Math.min(2 * this.#connection.sender.segmentSize, this.#most >>> 1));
  }

  /** The window field of a segment that is now sent. */
  announce(): number {
    const { scale } = this;
    const size = distance(this.next, later(this.#wish(), this.edge));
    let units = Math.min(UNSCALED_WINDOW, size >>> scale);
    // Rounded down it must not take back what was announced.
    if (precedes(after(this.next, units << scale), this.edge) && units < UNSCALED_WINDOW) units += 1;
    this.edge = later(this.edge, after(this.next, units << scale));
    return units;
  }

  /** The window field of a SYN. */
  announceUnscaled(): number {
    const size = Math.min(this.capacity, UNSCALED_WINDOW);
    this.edge = later(this.edge, after(this.next, size));
    return size;
  }

  /** What has come so far is being acknowledged. */
  announced(): void {
    this.acknowledgedTo = this.next;
    this.#unacknowledged = 0;
    this.#now = false;
    this.#connection.timers.acknowledgment = 0;
  }

  /** The capacity was set while the connection lives. */
  resize(): void {
    const { receiveBuffer } = this.#connection.settings;
    this.capacity = receiveBuffer > 0 ? receiveBuffer : RECEIVE_WINDOW;
  }

  // --- acknowledging ---

  acknowledgeNow(): void {
    this.#now = true;
  }

  get mustAcknowledge(): boolean {
    return this.#now;
  }

  /** A segment with data in order has come: every second one is acknowledged, a single one after a while. */
  #count(length: number): void {
    const { settings, timers } = this.#connection;
    this.#unacknowledged += 1;
    // A peer whose window has no room for another segment waits for us, not for more to acknowledge.
    const full = this.window - length < this.#connection.sender.segmentSize;
    if (full || this.#unacknowledged >= settings.ackFrequency) this.#now = true;
    else if (timers.acknowledgment === 0) timers.acknowledgment = timers.in(DELAYED_ACK);
  }

  // --- data ---

  /** Takes what a segment, trimmed to the window, brings. */
  take(segment: Segment, fin: boolean): void {
    const { bytes, length, sequence, start } = segment;
    if (fin) {
      this.finKnown = true;
      this.finAt = after(sequence, length);
    }
    if (sequence === this.next && this.#islands === null) {
      if (length > 0) {
        this.#count(length);
        this.#accept(bytes, start, length);
      }
    } else this.#assemble(sequence, bytes, start, length);
  }

  #assemble(sequence: number, bytes: Uint8Array, start: number, length: number): void {
    this.#now = true;
    if (sequence !== this.next) {
      if (length === 0) return;
      this.#islands ??= new Reassembly();
      this.#connection.counters.bytesReordered += this.#islands.insert(sequence, bytes, start, length);
      return;
    }
    this.#accept(bytes, start, length);
    const island = this.#islands?.take(this.next) ?? null;
    if (this.#islands?.empty === true) this.#islands = null;
    if (island === null) return;
    let at = island.start;
    for (const piece of island.pieces) {
      const old = Math.max(0, distance(at, this.next));
      at = after(at, piece.length);
      if (old < piece.length) this.#accept(piece, old, piece.length - old);
    }
  }

  /** Bytes at RCV.NXT. */
  #accept(bytes: Uint8Array, start: number, length: number): void {
    const from = this.next;
    this.next = after(from, length);
    this.#connection.counters.bytesIn += length;
    this.delivery.accept(from, bytes, start, length);
  }

  /** Forgets all that is kept out of order. */
  clear(): void {
    this.#islands = null;
  }
}

/** The least shift that lets the window be announced; without a wish, Windows'. */
function scaleFor(receiveBuffer: number): number {
  if (receiveBuffer === 0) return WINDOW_SCALE;
  let scale = 0;
  while (scale < LARGEST_SCALE && receiveBuffer > UNSCALED_WINDOW << scale) scale += 1;
  return scale;
}
