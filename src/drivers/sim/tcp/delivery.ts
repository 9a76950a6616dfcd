// Handing what has come in order to the owner. Owns: what the owner does not take yet, the places of urgent bytes, and the
// end of the stream until it is told. Does not own: order and windows (receiver.ts).
import type { TcpConnection } from './connection.js';
import { ReceiveQueue } from './receive-queue.js';
import { after } from './sequence.js';
import { UrgentMarks } from './urgent-marks.js';

export class Delivery {
  readonly #connection: TcpConnection;
  /** The owner does not read: what comes is kept. */
  paused = true;
  /** Nobody will read: what comes is dropped. */
  #discarding = false;
  #queue: ReceiveQueue | null = null;
  #urgent: UrgentMarks | null = null;
  #endUntold = false;

  constructor(connection: TcpConnection) {
    this.#connection = connection;
  }

  /** Bytes that have come and that nobody has taken. */
  get queued(): number {
    return this.#queue?.length ?? 0;
  }

  /** The byte with this sequence number, which is yet to come, is urgent. */
  announceUrgent(sequence: number): void {
    this.#urgent ??= new UrgentMarks();
    this.#urgent.add(sequence);
  }

  /** Takes the bytes from the sequence number `from` on, which are next in order. */
  accept(from: number, bytes: Uint8Array, start: number, length: number): void {
    if (this.#urgent === null) this.#hand(bytes, start, length);
    else this.#split(this.#urgent, from, bytes, start, length);
  }

  #split(urgent: UrgentMarks, from: number, bytes: Uint8Array, start: number, length: number): void {
    let at = 0;
    while (at < length) {
      const plain = Math.min(length - at, urgent.before(after(from, at)));
      if (plain > 0) this.#hand(bytes, start + at, plain);
      at += plain;
      if (at >= length) break;
      this.#handUrgent(bytes[start + at] ?? 0);
      at += 1;
    }
    if (urgent.forget(after(from, length))) this.#urgent = null;
  }

  #hand(bytes: Uint8Array, start: number, length: number): void {
    if (this.#discarding) return;
    const { clock, sink } = this.#connection;
    if (this.paused || sink === null || this.queued > 0) {
      this.#queue ??= new ReceiveQueue();
      this.#queue.push(bytes, start, length);
      return;
    }
    clock.tell();
    if (!sink.received(bytes.subarray(start, start + length), length)) this.paused = true;
  }

  #handUrgent(byte: number): void {
    if (this.#discarding) return;
    const { clock, sink } = this.#connection;
    if (this.paused || sink === null || this.queued > 0) {
      this.#queue ??= new ReceiveQueue();
      this.#queue.pushUrgent(byte);
      return;
    }
    clock.tell();
    sink.urgent(byte);
  }

  /** The stream has ended behind what has come. */
  end(): void {
    this.#endUntold = true;
    this.#tellEnd();
  }

  /** Hands out what was kept, and the end of the stream behind it. */
  drain(): void {
    const connection = this.#connection;
    while (this.#queue !== null && !this.paused && connection.sink !== null) {
      const piece = this.#queue.shift();
      if (piece === null) {
        this.#queue = null;
        break;
      }
      connection.clock.tell();
      if (piece.urgent) connection.sink.urgent(piece.bytes[0] ?? 0);
      else if (!connection.sink.received(piece.bytes, piece.length)) this.paused = true;
    }
    this.#tellEnd();
  }

  #tellEnd(): void {
    const { clock, sink } = this.#connection;
    if (!this.#endUntold || this.paused || sink === null || this.queued > 0) return;
    this.#endUntold = false;
    clock.tell();
    sink.ended();
  }

  /** Nobody will read any more. */
  discard(): void {
    this.#discarding = true;
    this.#queue = null;
    this.#urgent = null;
  }
}
