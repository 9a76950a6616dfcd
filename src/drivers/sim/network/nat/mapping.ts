// One mapping of a NAT: an inside end, and the port of the outside address that stands for it.
import type { IpAddress } from '../../ip/address.js';
import { PROTOCOL } from '../../ip/service.js';
import { FLAG } from '../../wire/tcp.js';

/** How long a mapping lives without traffic, in milliseconds (RFC 4787 REQ-5, RFC 5382 REQ-5, RFC 5508 REQ-1). */
export interface NatTimeouts {
  readonly udpMs: number;
  /** A connection both ends of which have answered. */
  readonly tcpMs: number;
  /** A connection that is being opened or closed. */
  readonly tcpTransitoryMs: number;
  readonly icmpMs: number;
}

export const DEFAULT_TIMEOUTS: NatTimeouts = {
  udpMs: 300_000,
  tcpMs: 7_440_000,
  tcpTransitoryMs: 240_000,
  icmpMs: 60_000,
};

const MICROSECONDS = 1000;

export class Mapping {
  readonly protocol: number;
  readonly inside: IpAddress;
  readonly insidePort: number;
  readonly outsidePort: number;
  /** A port forward: it is there from the start and stays. */
  readonly permanent: boolean;
  /** Whom the inside end has sent to, as address and as address with port. */
  readonly peers = new Set<string>();
  #lastUsed = 0;
  #answeredIn = false;
  #answeredOut = false;
  #closing = false;

  constructor(protocol: number, inside: IpAddress, insidePort: number, outsidePort: number, permanent: boolean) {
    this.protocol = protocol;
    this.inside = inside;
    this.insidePort = insidePort;
    this.outsidePort = outsidePort;
    this.permanent = permanent;
  }

  /** A packet has passed; `flags` are TCP's. */
  used(us: number, outward: boolean, flags: number): void {
    this.#lastUsed = us;
    if (this.protocol !== PROTOCOL.tcp) return;
    if ((flags & FLAG.syn) !== 0) this.#closing = false;
    if ((flags & (FLAG.fin | FLAG.rst)) !== 0) this.#closing = true;
    if ((flags & FLAG.ack) === 0) return;
    if (outward) this.#answeredOut = true;
    else this.#answeredIn = true;
  }

  expired(us: number, timeouts: NatTimeouts): boolean {
    return !this.permanent && us - this.#lastUsed >= this.#patience(timeouts) * MICROSECONDS;
  }

  #patience(timeouts: NatTimeouts): number {
    if (this.protocol === PROTOCOL.udp) return timeouts.udpMs;
    if (this.protocol === PROTOCOL.icmp) return timeouts.icmpMs;
    const established = this.#answeredIn && this.#answeredOut && !this.#closing;
    return established ? timeouts.tcpMs : timeouts.tcpTransitoryMs;
  }
}
