// Putting fragments together again: IPv4 (RFC 791, RFC 815) and IPv6 (RFC 8200 section 4.5). A packet whose fragments
// overlap is given up, with the fragments of it that are still to come (RFC 5722); one that comes twice is ignored.
// Memory is bounded, waiting too: after 60 seconds what is there is dropped. Telling the sender is the owner's business.
import type { SimClock, SimTimer } from '../clock.js';
import * as ipv4 from '../wire/ipv4.js';
import * as ipv6 from '../wire/ipv6.js';
import type { IpAddress } from './address.js';

/** Virtual microseconds that a packet's fragments may be apart. */
const PATIENCE = 60_000_000;
/** Bytes of all fragments that wait; beyond it the oldest packet is given up. */
const MOST_BYTES = 4 * 1024 * 1024;
/** And packets, those included of which nothing is kept but that they are spoiled. */
const MOST_PACKETS = 1024;
/** What a waiting fragment takes besides its data. */
const OVERHEAD = 64;
const MOST_TOGETHER = 65535;

/** What fragments of one packet have in common. */
export interface FragmentKey {
  readonly source: IpAddress;
  readonly destination: IpAddress;
  readonly protocol: number;
  readonly identification: number;
}

/** One fragment, as its header tells it, and whence it came. */
export interface Fragment<From> {
  /** In bytes. */
  readonly offset: number;
  readonly more: boolean;
  /** What it carries; kept as it is, so it must not change. */
  readonly data: Uint8Array;
  /** The headers that stand before the data in the whole packet; only the first fragment's are used. */
  readonly front: Uint8Array;
  /** Whether the transport checksum of the packet that it was cut from is known to be right. */
  readonly trusted: boolean;
  readonly from: From;
}

/** A packet that is whole again: the first fragment's headers, as they were, and everybody's data. */
export interface Whole {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly trusted: boolean;
}

/** Fragments of one packet that are waited with. */
class Waiting<From> {
  readonly key: string;
  readonly until: number;
  /** By offset. */
  readonly fragments: Fragment<From>[] = [];
  bytes = 0;
  /** Bytes of data that are there, and that there must be; the latter is known from the last fragment. */
  received = 0;
  total = Infinity;
  /** Fragments overlapped: whatever else comes of it is dropped. */
  spoiled = false;

  constructor(key: string, until: number) {
    this.key = key;
    this.until = until;
  }

  get first(): Fragment<From> | null {
    const [first] = this.fragments;
    return first?.offset === 0 ? first : null;
  }
}

export class Reassembly<From> {
  readonly #clock: SimClock;
  readonly #timer: SimTimer;
  readonly #expired: (first: Fragment<From>) => void;
  /** In the order in which they began, which is that in which they expire. */
  readonly #waiting = new Map<string, Waiting<From>>();
  #bytes = 0;

  /** `expired` is told of packets that were not completed in time, if their first fragment was there. */
  constructor(clock: SimClock, expired: (first: Fragment<From>) => void) {
    this.#clock = clock;
    this.#expired = expired;
    this.#timer = clock.timer(() => this.#expire());
  }

  /** How many packets are waiting for fragments. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** Takes a fragment in; gives the packet if it was the last one missing. */
  add(key: FragmentKey, fragment: Fragment<From>): Whole | null {
    const packet = this.#packetOf(key);
    if (packet.spoiled) return null;
    if (!fits(packet, fragment)) {
      this.#spoil(packet);
      return null;
    }
    if (!this.#insert(packet, fragment)) return null;
    if (packet.received < packet.total) {
      this.#keepBounds();
      return null;
    }
    this.#drop(packet);
    return assemble(packet);
  }

  halt(): void {
    this.#timer.cancel();
    this.#waiting.clear();
    this.#bytes = 0;
  }

  #packetOf(key: FragmentKey): Waiting<From> {
    const text = `${key.source.text} ${key.destination.text} ${key.protocol} ${key.identification}`;
    const known = this.#waiting.get(text);
    if (known !== undefined) return known;
    const packet = new Waiting<From>(text, this.#clock.us + PATIENCE);
    this.#waiting.set(text, packet);
    this.#keepBounds();
    if (!this.#timer.running) this.#timer.set(PATIENCE);
    return packet;
  }

  /** False: it was there already, or it spoiled the packet. */
  #insert(packet: Waiting<From>, fragment: Fragment<From>): boolean {
    const { fragments } = packet;
    const start = fragment.offset;
    const end = start + fragment.data.length;
    const found = fragments.findIndex((other) => other.offset + other.data.length > start);
    const place = found < 0 ? fragments.length : found;
    const next = fragments[place];
    if (next !== undefined && next.offset < end) {
      if (!same(next, fragment)) this.#spoil(packet);
      return false;
    }
    if (!fragment.more) packet.total = end;
    fragments.splice(place, 0, fragment);
    packet.received += fragment.data.length;
    packet.bytes += fragment.data.length + OVERHEAD;
    this.#bytes += fragment.data.length + OVERHEAD;
    return true;
  }

  #spoil(packet: Waiting<From>): void {
    packet.spoiled = true;
    packet.fragments.length = 0;
    this.#bytes -= packet.bytes;
    packet.bytes = 0;
  }

  #drop(packet: Waiting<From>): void {
    this.#waiting.delete(packet.key);
    this.#bytes -= packet.bytes;
    if (this.#waiting.size === 0) this.#timer.cancel();
  }

  #keepBounds(): void {
    for (const packet of this.#waiting.values()) {
      if (this.#bytes <= MOST_BYTES && this.#waiting.size <= MOST_PACKETS) return;
      this.#drop(packet);
    }
  }

  #expire(): void {
    for (const packet of this.#waiting.values()) {
      if (packet.until > this.#clock.us) {
        this.#timer.set(packet.until - this.#clock.us);
        return;
      }
      this.#drop(packet);
      if (packet.first !== null) this.#expired(packet.first);
    }
  }
}

/** Whether a fragment can belong to a packet of which these are known: there is one end, and nothing lies behind it. */
function fits(packet: Waiting<unknown>, fragment: Fragment<unknown>): boolean {
  const end = fragment.offset + fragment.data.length;
  if (end > packet.total) return false;
  if (fragment.more) return true;
  const last = packet.fragments.at(-1);
  if (packet.total !== Infinity) return packet.total === end;
  return last === undefined || last.offset + last.data.length <= end;
}

function same(a: Fragment<unknown>, b: Fragment<unknown>): boolean {
  if (a.offset !== b.offset || a.more !== b.more || a.data.length !== b.data.length) return false;
  return a.data.every((byte, i) => byte === b.data[i]);
}

function assemble(packet: Waiting<unknown>): Whole | null {
  const { front } = packet.fragments[0] ?? { front: new Uint8Array() };
  const length = front.length + packet.total;
  // More than a header can say: somebody made it so (RFC 791's fields allow it).
  if (length > MOST_TOGETHER + (ipv4.version(front) === 4 ? 0 : ipv6.HEADER_LENGTH)) return null;
  const bytes = new Uint8Array(length);
  bytes.set(front);
  for (const { offset, data } of packet.fragments) bytes.set(data, front.length + offset);
  return { bytes, start: front.length, trusted: packet.fragments.every((fragment) => fragment.trusted) };
}
