// Owns: the wire of an in-memory machine: what is on its way, the addresses there are, and who is bound to which.
// Does not own: what transports do with it (fake-stream.ts, fake-datagram.ts).
// Nothing happens until `pump` is called, or, with `auto`, until the calling code has yielded once.

import type { DriverError, Family, NetAddress } from '../../src/drivers/contract.js';

/** Somebody with an address. */
export interface Bound {
  readonly local: NetAddress | null;
  readonly v6Only: boolean;
}

/** The first port that is chosen for those who ask for none. */
const FIRST_PORT = 40_001;

/** Addresses of this machine besides all of 127.0.0.0/8. */
const OWN: readonly string[] = ['0.0.0.0', '::', '::1', '10.0.0.1', '10.0.0.2', 'fd00::1'];

export function isAnyText(address: string): boolean {
  return address === '0.0.0.0' || address === '::';
}

/** The IPv4 address inside a mapped one; other addresses as they are. */
export function unmapped(address: string): string {
  return address.startsWith('::ffff:') ? address.slice(7) : address;
}

/** A machine's network, and the ways in which a test may disturb it. */
export class FakeNetwork {
  /** Events run by themselves, in a microtask. */
  auto = false;
  /** How many bytes an end takes before its owner has read any. */
  window = 65_536;
  /** The most bytes handed to a sink in one call. */
  segment = 16_384;
  /** Nothing written is taken while this is true; `release` lets it go. */
  holding = false;
  /** Once told of the end, an owner learns of a reset only by writing, as with Node's sockets. */
  deafAfterEnd = false;
  /** What the next connects fail with, in place of looking for a listener. */
  connectError: DriverError | null = null;
  /** What the next datagrams fail with. */
  sendError: DriverError | null = null;
  readonly #released = new Set<() => void>();
  #events: (() => void)[] = [];
  #lastPort = FIRST_PORT - 1;
  #awake = false;

  /** Puts an event behind those that are waiting. */
  later(event: () => void): void {
    this.#events.push(event);
    if (!this.auto || this.#awake) return;
    this.#awake = true;
    queueMicrotask(() => {
      this.#awake = false;
      this.pump();
    });
  }

  /** Lets everything happen that is on its way, and what follows from it; tells how much that was. */
  pump(): number {
    let count = 0;
    while (this.#events.length > 0) {
      const events = this.#events;
      this.#events = [];
      for (const event of events) event();
      count += events.length;
      if (count > 1_000_000) throw new Error('the network does not come to rest');
    }
    return count;
  }

  /** Writes held back are taken again. */
  release(): void {
    this.holding = false;
    for (const retry of this.#released) retry();
    this.#released.clear();
  }

  /** Asks to be called by `release`. */
  onRelease(retry: () => void): void {
    this.#released.add(retry);
  }

  choosePort(): number {
    this.#lastPort += 1;
    return this.#lastPort;
  }

  isOwn(address: string): boolean {
    const plain = unmapped(address);
    return plain.startsWith('127.') || OWN.includes(plain);
  }

  /** What binding to `address` gives for a transport of `family`, leaving conflicts aside. */
  checkBind(family: Family, address: NetAddress, local: NetAddress | null): DriverError | null {
    if (address.family !== family) return 'EAFNOSUPPORT';
    if (local !== null) return 'EINVAL';
    return family === 'unix' || this.isOwn(address.address) ? null : 'EADDRNOTAVAIL';
  }

  /** `address` with a port of its own if it names none. */
  withPort(address: NetAddress): NetAddress {
    return address.family === 'unix' || address.port !== 0 ? address : { ...address, port: this.choosePort() };
  }

  /** The own address from which `remote` is reached. */
  sourceFor(remote: NetAddress, port: number): NetAddress {
    if (remote.family === 'unix') return { family: 'unix', address: '', port: 0, scopeId: 0 };
    const mapped = remote.address.startsWith('::ffff:');
    const plain = remote.family === 'ipv4' || mapped ? '127.0.0.1' : '::1';
    return { family: remote.family, address: mapped ? `::ffff:${plain}` : plain, port, scopeId: 0 };
  }

  /** Whether what is sent to `target` reaches somebody bound like this; exact addresses come before wildcards. */
  reach(bound: Bound, target: NetAddress): 'exact' | 'wildcard' | null {
    const { local } = bound;
    if (local === null || local.port !== target.port || (local.family === 'unix') !== (target.family === 'unix')) return null;
    const wanted = unmapped(target.address);
    if (unmapped(local.address) === wanted) return 'exact';
    if (!isAnyText(local.address)) return null;
    const wantedV4 = !wanted.includes(':');
    if (local.family === 'ipv4') return wantedV4 ? 'wildcard' : null;
    return wantedV4 && bound.v6Only ? null : 'wildcard';
  }
}

/** An IPv4 address as an IPv6 socket is told it. */
export function seenBy(family: Family, address: NetAddress): NetAddress {
  if (family === address.family || family !== 'ipv6') return address;
  return { family, address: `::ffff:${address.address}`, port: address.port, scopeId: 0 };
}

/** The same address as an IPv4 socket is told it, if that is what `family` says. */
export function plainFor(family: Family, address: NetAddress): NetAddress {
  if (family !== 'ipv4' || address.family !== 'ipv6') return seenBy(family, address);
  return { family, address: unmapped(address.address), port: address.port, scopeId: 0 };
}
