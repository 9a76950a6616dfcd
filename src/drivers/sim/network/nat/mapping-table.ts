// The mappings of a NAT, from inside and from outside. They do not depend on the peer (RFC 4787 REQ-1), keep the inside
// end's port where they can, and are looked at when they are used: no timer runs for them.
import type { SimClock } from '../../clock.js';
import type { IpAddress } from '../../ip/address.js';
import type { Random } from '../../random.js';
import { Mapping, type NatTimeouts } from './mapping.js';

/** Ports that are given to those whose own is taken. */
const FIRST_PORT = 49152;
const PORTS = 65536 - FIRST_PORT;

export class MappingTable {
  readonly #clock: SimClock;
  readonly #random: Random;
  readonly #timeouts: NatTimeouts;
  readonly #byInside = new Map<string, Mapping>();
  readonly #byOutside = new Map<string, Mapping>();

  constructor(clock: SimClock, random: Random, timeouts: NatTimeouts) {
    this.#clock = clock;
    this.#random = random;
    this.#timeouts = timeouts;
  }

  /** Those that are alive. */
  get mappings(): Mapping[] {
    return [...this.#byOutside.values()].filter((mapping) => this.#alive(mapping));
  }

  forward(protocol: number, outsidePort: number, inside: IpAddress, insidePort: number): void {
    this.#enter(new Mapping(protocol, inside, insidePort, outsidePort, true));
  }

  fromInside(protocol: number, inside: IpAddress, port: number): Mapping | null {
    const mapping = this.#byInside.get(insideKey(protocol, inside, port));
    return mapping !== undefined && this.#alive(mapping) ? mapping : null;
  }

  fromOutside(protocol: number, port: number): Mapping | null {
    const mapping = this.#byOutside.get(outsideKey(protocol, port));
    return mapping !== undefined && this.#alive(mapping) ? mapping : null;
  }

  /** A new mapping, or null if no port is left. */
  make(protocol: number, inside: IpAddress, port: number): Mapping | null {
    const outsidePort = this.#freePort(protocol, port);
    if (outsidePort === null) return null;
    const mapping = new Mapping(protocol, inside, port, outsidePort, false);
    this.#enter(mapping);
    return mapping;
  }

  #freePort(protocol: number, preferred: number): number | null {
    if (this.fromOutside(protocol, preferred) === null) return preferred;
    const first = this.#random.below(PORTS);
    for (let i = 0; i < PORTS; i += 1) {
      const port = FIRST_PORT + ((first + i) % PORTS);
      if (this.fromOutside(protocol, port) === null) return port;
    }
    return null;
  }

  /** Whether it has not expired; forgets it if it has. */
  #alive(mapping: Mapping): boolean {
    if (!mapping.expired(this.#clock.us, this.#timeouts)) return true;
    this.#byInside.delete(insideKey(mapping.protocol, mapping.inside, mapping.insidePort));
    this.#byOutside.delete(outsideKey(mapping.protocol, mapping.outsidePort));
    return false;
  }

  #enter(mapping: Mapping): void {
    const { protocol, inside, insidePort, outsidePort } = mapping;
    this.#byInside.set(insideKey(protocol, inside, insidePort), mapping);
    this.#byOutside.set(outsideKey(protocol, outsidePort), mapping);
  }
}

function insideKey(protocol: number, inside: IpAddress, port: number): string {
  return `${protocol} ${inside.text} ${port}`;
}

function outsideKey(protocol: number, port: number): string {
  return `${protocol} ${port}`;
}
