// When a datagram socket takes from its transport what the transport has not told of yet. That saves most of what the
// event loop's way costs, but to ask in vain costs half of it. So a socket is asked where experience says that something is
// there: at once after it had something, and when another socket had something since, as in a conversation of two
// sockets. It is asked after the event loop has delivered to it, and then as often as something is found; where nothing is
// found time and again, ever more seldom. How a datagram then reaches its receive is datagram-endpoint.ts's.
import type { Clock } from '../win32/index.js';
import type { DatagramEndpoint } from './datagram-endpoint.js';

/** How many datagrams all sockets of a process may pull in one turn of the event loop, so that everybody else has theirs. */
const QUANTUM = 256;
/** How many more for each that the event loop delivers meanwhile; it never delivers many to a socket in one turn. */
const MORE = 8;
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
  #part = this.memory;
  #left = QUANTUM;
  /** Nothing is left, and the next turn is waited for. */
  #waits = false;
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** How many datagrams may still be pulled now. */
  get left(): number {
    return this.#left;
  }

  /** What a datagram of this length has left in the memory. Most are as long as the one before. */
  filled(length: number): Uint8Array {
    if (this.#part.length !== length) this.#part = this.memory.subarray(0, length);
    return this.#part;
  }

  /** One of them is. */
  use(): void {
    this.#left -= 1;
    if (this.#left > 0 || this.#waits) return;
    this.#waits = true;
    this.#clock.soon(() => {
      this.#waits = false;
      this.#left = QUANTUM;
    });
  }

  /** The event loop has delivered a datagram. */
  delivered(): void {
    if (this.#left < MORE) this.#left = MORE;
  }
}

/** The sockets that somebody who polls may have asked. */
export class PolledSockets {
  /** Those that may be worth asking, whose last datagram was longest ago first. */
  readonly #sockets = new Set<DatagramPull>();
  #latest: DatagramPull | null = null;

  /** A socket has had a datagram. */
  had(pull: DatagramPull): void {
    if (this.#latest === pull && this.#sockets.has(pull)) return;
    this.#sockets.delete(pull);
    this.#sockets.add(pull);
    this.#latest = pull;
  }

  remove(pull: DatagramPull): void {
    this.#sockets.delete(pull);
    if (this.#latest === pull) this.#latest = null;
  }

  clear(): void {
    this.#sockets.clear();
    this.#latest = null;
  }

  /** Has up to `most` datagrams of one socket delivered, if any has some. */
  poll(most: number): void {
    let asked = 0;
    for (const pull of this.#sockets) {
      if (asked === MOST_ASKED) return;
      asked += 1;
      const found = pull.pull(most, pull === this.#latest);
      if (found === null || !pull.likely) this.#sockets.delete(pull);
      else if (found > 0) this.had(pull);
      if (found !== null && found > 0) return;
    }
  }
}

/** What experience says of asking a socket in one situation. */
class Chance {
  /** How many deliveries it is left alone for. */
  #rest = 1;
  /** How often in a row it was asked in vain. */
  #misses = 0;
  /** How much it is asked for: what was there last time, and more once that was not all. */
  expected = 1;

  get good(): boolean {
    return this.#rest === 0;
  }

  delivered(): void {
    if (this.#rest > 0) this.#rest -= 1;
  }

  /** There was as much as it was asked for, or as receives waited for. */
  found(count: number): void {
    this.#misses = 0;
    if (count === this.expected) this.expected = Math.min(count * 2, QUANTUM);
  }

  /** There was no more than this. */
  missed(found: number): void {
    if (found > 0) this.#misses = 0;
    this.#rest = 1 << this.#misses;
    this.expected = Math.max(found, 1);
    if (found === 0) this.#misses = Math.min(this.#misses + 1, LONGEST_REST);
  }
}

/** When one socket is asked, and for how much. */
export class DatagramPull {
  readonly #endpoint: DatagramEndpoint;
  /** Who has it asked besides the event loop. */
  #polled: PolledSockets | null = null;
  /** While the last datagram was its own, and while it was another's. */
  readonly #again = new Chance();
  readonly #meanwhile = new Chance();

  constructor(endpoint: DatagramEndpoint) {
    this.#endpoint = endpoint;
  }

  /** Whether it may be worth asking. */
  get likely(): boolean {
    return this.#again.good || this.#meanwhile.good;
  }

  /** Has `polled`, and nobody else, poll this socket. */
  pollBy(polled: PolledSockets): void {
    this.end();
    this.#polled = polled;
  }

  /** Nobody polls it any more. */
  end(): void {
    this.#polled?.remove(this);
    this.#polled = null;
  }

  /** The event loop has delivered a datagram: what came with it is there as well. */
  delivered(): void {
    this.#again.delivered();
    this.#meanwhile.delivered();
    this.#endpoint.afd.pullAllowance.delivered();
    this.pull(QUANTUM, true);
    if (this.likely) this.#polled?.had(this);
  }

  /**
   * Pulls up to `most` datagrams for receives that wait; returns how many, or null if no receive can be given any.
   * @param again - the last datagram was its own too
   */
  pull(most: number, again: boolean): number | null {
    const chance = again ? this.#again : this.#meanwhile;
    if (!chance.good) return 0;
    const allowance = this.#endpoint.afd.pullAllowance;
    const limit = Math.min(most, chance.expected);
    let count = 0;
    while (count < limit && allowance.left > 0) {
      const found = this.#endpoint.pullOne(allowance);
      if (found === null) {
        if (count === 0) return null;
        break;
      }
      if (!found) {
        chance.missed(count);
        return count;
      }
      count += 1;
    }
    if (count > 0) chance.found(count);
    return count;
  }
}
