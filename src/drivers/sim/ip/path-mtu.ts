// What routers have said about the sizes of packets to single destinations (RFC 1191, RFC 8201). An entry holds for ten
// minutes; after that larger packets are tried again. Entries are looked at when they are used: no timer runs for them.
import type { SimClock } from '../clock.js';
import * as ipv4 from '../wire/ipv4.js';
import * as ipv6 from '../wire/ipv6.js';
import type { IpAddress } from './address.js';

const MINUTE = 60_000_000;
const LIFETIME = 10 * MINUTE;
/** How many destinations are remembered; the one learned first is forgotten first. */
const MOST = 1024;
/** For routers that do not say what would fit: the sizes of real links, to be tried in turn (RFC 1191 section 7.1). */
const PLATEAUS = [65535, 32000, 17914, 8166, 4352, 2002, 1492, 1006, 508, 296, ipv4.MIN_MTU];

interface Learned {
  readonly mtu: number;
  readonly until: number;
}

export class PathMtuCache {
  readonly #clock: SimClock;
  readonly #learned = new Map<IpAddress, Learned>();

  constructor(clock: SimClock) {
    this.#clock = clock;
  }

  /** The largest packet for `destination` over an interface that takes `limit`. */
  mtu(destination: IpAddress, limit: number): number {
    if (this.#learned.size === 0) return limit;
    const learned = this.#learned.get(destination);
    if (learned === undefined) return limit;
    if (this.#clock.us < learned.until) return Math.min(limit, learned.mtu);
    this.#learned.delete(destination);
    return limit;
  }

  /**
   * A router took no packet of `size` bytes and named `told` (0: nothing) as the most that it takes. The result is what
   * is believed from now on; a message never makes it larger than it was.
   */
  learn(destination: IpAddress, told: number, size: number): number {
    const before = this.mtu(destination, Infinity);
    const four = destination.family === 'ipv4';
    const least = four ? ipv4.MIN_MTU : ipv6.MIN_MTU;
    const fits = told > 0 ? told : (PLATEAUS.find((plateau) => plateau < size) ?? least);
    const mtu = Math.min(before, Math.max(least, fits));
    this.#learned.delete(destination);
    this.#learned.set(destination, { mtu, until: this.#clock.us + LIFETIME });
    const [oldest] = this.#learned.keys();
    if (this.#learned.size > MOST && oldest !== undefined) this.#learned.delete(oldest);
    return mtu;
  }
}
