// The sending end of a path: one packet leaves after another at the link's bandwidth, others wait, and what finds no
// room is dropped (drop-tail). Times are exact: parts of microseconds are carried on to the next packet.
import type { WirePacket } from '../ip/wire-packet.js';
import type { LinkProperties } from './link-properties.js';

/** Bits per byte times microseconds per second. */
const SCALE = 8_000_000;

export class Transmitter {
  #bandwidth = Infinity;
  #mostPackets = Infinity;
  #mostBytes = Infinity;
  /** When the last packet will have left: whole microseconds, and a rest in units of 1/bandwidth of one. */
  #free = 0;
  #rest = 0;
  /** When each packet that has not left yet will start to leave, and its size; from `#first` on. */
  #starts: number[] = [];
  #sizes: number[] = [];
  #first = 0;
  #waitingBytes = 0;

  setProperties(properties: Required<LinkProperties>): void {
    this.#bandwidth = properties.bandwidth;
    this.#mostPackets = properties.queuePackets;
    this.#mostBytes = properties.queueBytes;
    // The rest is counted in a unit that has just changed.
    this.#rest = 0;
  }

  /** Says when the packet leaves, or false if there is no room for it. */
  enter(packet: WirePacket, now: number): boolean {
    if (this.#bandwidth === Infinity && this.#free <= now) {
      packet.leaves = now;
      return true;
    }
    this.#advance(now);
    const size = packet.bytes.length;
    if (this.#free > now || (this.#free === now && this.#rest > 0)) {
      const waiting = this.#starts.length - this.#first;
      if (waiting >= this.#mostPackets || this.#waitingBytes + size > this.#mostBytes) return false;
      this.#starts.push(this.#free);
      this.#sizes.push(size);
      this.#waitingBytes += size;
    } else {
      this.#free = now;
      this.#rest = 0;
    }
    this.#occupy(size);
    packet.leaves = this.#rest > 0 ? this.#free + 1 : this.#free;
    return true;
  }

  clear(): void {
    this.#free = this.#rest = 0;
    this.#starts = [];
    this.#sizes = [];
    this.#first = this.#waitingBytes = 0;
  }

  #occupy(size: number): void {
    if (this.#bandwidth === Infinity) return;
    const work = size * SCALE + this.#rest;
    const us = Math.floor(work / this.#bandwidth);
    this.#free += us;
    this.#rest = work - us * this.#bandwidth;
  }

  /** Forgets those that have started to leave: they wait no more. */
  #advance(now: number): void {
    for (; this.#first < this.#starts.length; this.#first += 1) {
      if ((this.#starts[this.#first] ?? 0) > now) break;
      this.#waitingBytes -= this.#sizes[this.#first] ?? 0;
    }
    if (this.#first < 1024 && this.#first < this.#starts.length) return;
    this.#starts = this.#starts.slice(this.#first);
    this.#sizes = this.#sizes.slice(this.#first);
    this.#first = 0;
  }
}
