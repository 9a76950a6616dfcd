// When a datagram socket takes from its transport what the transport has not told of yet. That saves most of what the
// event loop's way costs, but asking for nothing costs as much as half of it. So a socket is asked only after the event loop
// has delivered to it, once and then as often as something is found; whoever finds nothing time and again is asked
// ever more seldom. How a datagram then reaches its receive is datagram-endpoint.ts's.
import type { Clock } from '../win32/index.js';
import type { DatagramEndpoint } from './datagram-endpoint.js';

/** How many datagrams all sockets of a process may pull in one turn of the event loop, so that everybody else has theirs. */
const QUANTUM = 64;
/** How many deliveries a socket is left alone for at most, as a power of two. */
const LONGEST_REST = 5;
/** How many sockets are asked at most when somebody polls. */
const MOST_ASKED = 16;
/** More than any datagram has. */
const ROOM = 65_536;

/** What the sockets of one process pull with. */
export class PullAllowance {
  /** Where a datagram is read to before it is copied to its receive. */
  readonly memory = new Uint8Array(ROOM);
  #left = QUANTUM;
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** How many datagrams may still be pulled now. */
  get left(): number {
    return this.#left;
  }

  /** One of them is. */
  use(): void {
    this.#left -= 1;
    if (this.#left > 0) return;
    this.#clock.soon(() => {
      this.#left = QUANTUM;
    });
  }
}

/** The sockets that somebody who polls may have asked. */
export class PolledSockets {
  /** Those that are likely to have something, whose turn was longest ago first. */
  readonly #likely: DatagramPull[] = [];

  add(pull: DatagramPull): void {
    this.#likely.push(pull);
  }

  remove(pull: DatagramPull): void {
    const index = this.#likely.indexOf(pull);
    if (index >= 0) this.#likely.splice(index, 1);
  }

  clear(): void {
    for (const pull of this.#likely) pull.listed = false;
    this.#likely.length = 0;
  }

  /** Has up to `most` datagrams of one socket delivered, if any has some. */
  poll(most: number): void {
    for (let asked = Math.min(this.#likely.length, MOST_ASKED); asked > 0; asked--) {
      const pull = this.#likely.shift();
      if (pull === undefined) return;
      const found = pull.pull(most);
      if (pull.likely) this.#likely.push(pull);
      else pull.listed = false;
      if (found > 0) return;
    }
  }
}

/** When one socket is asked, and for how much. */
export class DatagramPull {
  readonly #endpoint: DatagramEndpoint;
  /** Who has it asked besides the event loop. */
  #polled: PolledSockets | null = null;
  /** Whether it stands in the list of `polled`. */
  listed = false;
  /** How many deliveries it is left alone for. */
  #rest = 1;
  /** How often in a row it was asked in vain. */
  #misses = 0;
  /** How much it is asked for: what was there last time, and more once that was not all. */
  #expected = 1;

  constructor(endpoint: DatagramEndpoint) {
    this.#endpoint = endpoint;
  }

  /** Whether it is worth asking. */
  get likely(): boolean {
    return this.#rest === 0;
  }

  /** Has `polled`, and nobody else, poll this socket. */
  pollBy(polled: PolledSockets): void {
    this.end();
    this.#polled = polled;
  }

  /** Nobody polls it any more. */
  end(): void {
    if (this.listed) this.#polled?.remove(this);
    this.listed = false;
    this.#polled = null;
  }

  /** The event loop has delivered a datagram: what came with it is there as well. */
  delivered(): void {
    if (this.#rest > 0) this.#rest -= 1;
    if (this.#rest > 0) return;
    this.pull(QUANTUM);
    if (this.#rest > 0 || this.listed || this.#polled === null) return;
    this.listed = true;
    this.#polled.add(this);
  }

  /** Pulls up to `most` datagrams for receives that wait; returns how many. */
  pull(most: number): number {
    if (this.#rest > 0) return 0;
    const allowance = this.#endpoint.afd.pullAllowance;
    const limit = Math.min(most, this.#expected);
    let count = 0;
    while (count < limit && allowance.left > 0) {
      const found = this.#endpoint.pullOne(allowance);
      if (found === null) return count;
      if (!found) {
        this.#missed(count);
        return count;
      }
      count += 1;
      this.#misses = 0;
    }
    if (count === this.#expected) this.#expected = Math.min(this.#expected * 2, QUANTUM);
    return count;
  }

  #missed(found: number): void {
    this.#expected = Math.max(found, 1);
    this.#rest = found > 0 ? 1 : 1 << this.#misses;
    if (found === 0) this.#misses = Math.min(this.#misses + 1, LONGEST_REST);
  }
}
