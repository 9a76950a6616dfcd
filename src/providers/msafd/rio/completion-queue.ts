// A completion queue: results in the order of their coming, kept in a ring as RIORESULT lays them out, so that a result
// makes no object on its way. What the results are of, requests.ts says.
import { RIORESULT, WSAEALREADY, WSAEINVAL } from '../../../abi/index.js';
import { PolledSockets } from '../../../afd/index.js';
import type { Notification } from './notification.js';

const ENTRY = RIORESULT.size;
/** Entries that a ring starts with. It grows as results come, up to the size of the queue. */
const FIRST_ROOM = 64;

/** Who the quota of a result goes back to when the result is taken. */
export interface QuotaHolder {
  taken(): void;
}

/** A completion queue. */
export class CompletionQueue {
  /** RIOCloseCompletionQueue was called: what comes now is dropped. */
  closed = false;
  /** Results that the request queues of this queue may have at once. */
  reserved = 0;
  /** Where results may be found when none wait. */
  readonly sources = new PolledSockets();
  #size: number;
  #room = 0;
  #bytes = new Uint8Array(0);
  #view = new DataView(this.#bytes.buffer);
  #holders: QuotaHolder[] = [];
  /** 1 for a result that may be told of. */
  #loud = new Uint8Array(0);
  #first = 0;
  #count = 0;
  #loudCount = 0;
  readonly #notification: Notification | null;
  #armed = false;

  constructor(size: number, notification: Notification | null) {
    this.#size = size;
    this.#notification = notification;
  }

  /** How many results fit. */
  get size(): number {
    return this.#size;
  }

  /** Changes the size, which `reserved` is not to exceed. */
  resize(size: number): void {
    this.#size = size;
  }

  /** Whether so many more results may be reserved. */
  fits(more: number): boolean {
    return more <= 0 || this.reserved + more <= this.#size;
  }

  /** Adds a result; contexts in halves. With `loud`, whoever asked is told. */
  add(
    holder: QuotaHolder,
    status: number,
    bytes: number,
    socketLow: number,
    socketHigh: number,
    requestLow: number,
    requestHigh: number,
    loud: boolean,
  ): void {
    if (this.closed) return;
    if (this.#count === this.#room) this.#grow();
    let index = this.#first + this.#count;
    if (index >= this.#room) index -= this.#room;
    this.#count += 1;
    const at = index * ENTRY;
    const view = this.#view;
    view.setInt32(at, status, true);
    view.setUint32(at + 4, bytes, true);
    view.setUint32(at + 8, socketLow, true);
    view.setUint32(at + 12, socketHigh, true);
    view.setUint32(at + 16, requestLow, true);
    view.setUint32(at + 20, requestHigh, true);
    this.#holders[index] = holder;
    this.#loud[index] = loud ? 1 : 0;
    if (!loud) return;
    this.#loudCount += 1;
    if (this.#armed) this.#tell();
  }

  /** How many results wait. */
  get count(): number {
    return this.#count;
  }

  /** Moves the `count` oldest results, which are there, into `results` and gives their quota back; returns `count`. */
  take(results: readonly RIORESULT[], count: number): number {
    const bytes = this.#bytes;
    for (let i = 0; i < count; i++) {
      const result = results[i];
      const index = this.#first;
      const holder = this.#holders[index];
      if (result === undefined || holder === undefined) break;
      const target = result.bytes;
      const at = index * ENTRY;
      for (let j = 0; j < ENTRY; j++) target[j] = bytes[at + j] ?? 0;
      this.#loudCount -= this.#loud[index] ?? 0;
      this.#first = index + 1 === this.#room ? 0 : index + 1;
      this.#count -= 1;
      holder.taken();
    }
    return count;
  }

  /** RIONotify: 0 or the error. A result that is there already is told of at once. */
  notify(): number {
    const notification = this.#notification;
    if (this.closed || notification === null) return WSAEINVAL;
    if (this.#armed) return WSAEALREADY;
    notification.asked();
    this.#armed = true;
    if (this.#loudCount > 0) this.#tell();
    return 0;
  }

  close(): void {
    this.closed = true;
    this.sources.clear();
    this.#armed = false;
    this.#count = 0;
    this.#loudCount = 0;
    this.#room = 0;
    this.#bytes = new Uint8Array(0);
    this.#holders = [];
  }

  #tell(): void {
    this.#armed = false;
    this.#notification?.tell();
  }

  #grow(): void {
    const before = this.#room;
    const room = before === 0 ? FIRST_ROOM : before * 2;
    const bytes = new Uint8Array(room * ENTRY);
    const loud = new Uint8Array(room);
    // The ring is full: from the first result to its end, then from its start to the first result.
    const first = this.#first;
    bytes.set(this.#bytes.subarray(first * ENTRY));
    bytes.set(this.#bytes.subarray(0, first * ENTRY), (before - first) * ENTRY);
    loud.set(this.#loud.subarray(first));
    loud.set(this.#loud.subarray(0, first), before - first);
    this.#room = room;
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer);
    this.#loud = loud;
    this.#holders = this.#holders.slice(first).concat(this.#holders.slice(0, first));
    this.#first = 0;
  }
}
