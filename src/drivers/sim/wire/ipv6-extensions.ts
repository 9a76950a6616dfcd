// The extension headers of IPv6 (RFC 8200 section 4): the chain from the IPv6 header to the transport, the options of
// hop-by-hop and destination headers, and routing headers. The fragment header has a file of its own.
import { read16, read8, write16 } from './bytes.js';
import * as fragment from './ipv6-fragment.js';
import * as ipv6 from './ipv6.js';

/** Numbers in `nextHeader` that stand for an extension header, or for nothing at all. */
export const EXTENSION = {
  hopByHop: 0,
  routing: 43,
  fragment: 44,
  authentication: 51,
  none: 59,
  destination: 60,
} as const;

/** Where the fields are that all extension headers but the fragment header have, from the start of the header. */
export const OFFSET = {
  nextHeader: 0,
  length: 1,
  /** Hop-by-hop and destination. */
  options: 2,
  /** Routing. */
  routingType: 2,
  segmentsLeft: 3,
  /** Routing type 0: the addresses (RFC 2460 section 4.4, withdrawn by RFC 5095). */
  routingAddresses: 8,
} as const;

/** Option kinds; the top two bits say what somebody does who does not know the kind. */
export const OPTION = { pad1: 0, padN: 1, routerAlert: 5 } as const;

/** What to do about an option of unknown kind. */
export const UNKNOWN_OPTION = { skip: 0, discard: 1, report: 2, reportUnlessMulticast: 3 } as const;

/** Values of router alert (RFC 2711). */
export const ROUTER_ALERT = { multicastListener: 0, rsvp: 1, activeNetwork: 2 } as const;

/** A hop-by-hop header with nothing but router alert. */
export const ROUTER_ALERT_HEADER_LENGTH = 8;

/** Why a chain cannot be followed to its end. */
export type ChainFault = 'extension header runs past the end' | 'hop-by-hop header not in first place';

/** Whether this number stands for an extension header that a `HeaderChain` follows. */
export function isExtension(nextHeader: number): boolean {
  switch (nextHeader) {
    case EXTENSION.hopByHop:
    case EXTENSION.routing:
    case EXTENSION.fragment:
    case EXTENSION.authentication:
    case EXTENSION.destination:
      return true;
    default:
      return false;
  }
}

export function nextHeader(bytes: Uint8Array, at: number): number {
  return read8(bytes, at);
}

export function setNextHeader(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value;
}

/** In bytes, of the header of this kind at `at`. */
export function length(bytes: Uint8Array, at: number, kind: number): number {
  if (kind === EXTENSION.fragment) return fragment.HEADER_LENGTH;
  const units = read8(bytes, at + OFFSET.length);
  return kind === EXTENSION.authentication ? (units + 2) * 4 : (units + 1) * 8;
}

/** `length` is in bytes, a multiple of 8; for all kinds that have it but authentication. */
export function setLength(bytes: Uint8Array, at: number, length: number): void {
  bytes[at + OFFSET.length] = (length >>> 3) - 1;
}

/** Of a routing header. */
export function routingType(bytes: Uint8Array, at: number): number {
  return read8(bytes, at + OFFSET.routingType);
}

/** Of a routing header: how many addresses are still to be visited. A node that knows no types goes by this alone. */
export function segmentsLeft(bytes: Uint8Array, at: number): number {
  return read8(bytes, at + OFFSET.segmentsLeft);
}

/** Writes a hop-by-hop header with router alert; membership reports carry it (RFC 3810 section 5). */
export function writeRouterAlert(bytes: Uint8Array, at: number, nextHeader: number, value: number): void {
  setNextHeader(bytes, at, nextHeader);
  setLength(bytes, at, ROUTER_ALERT_HEADER_LENGTH);
  bytes[at + 2] = OPTION.routerAlert;
  bytes[at + 3] = 2;
  write16(bytes, at + 4, value);
  writePadding(bytes, at + 6, 2);
}

/** Fills `length` bytes among options with a padding option. */
export function writePadding(bytes: Uint8Array, at: number, length: number): void {
  if (length === 0) return;
  bytes.fill(0, at, at + length);
  if (length === 1) return;
  bytes[at] = OPTION.padN;
  bytes[at + 1] = length - 2;
}

/** The length of the option at `at`, kind and length bytes included; 0 if it runs past `end`. */
export function optionLength(bytes: Uint8Array, at: number, end: number): number {
  if (at >= end) return 0;
  if (read8(bytes, at) === OPTION.pad1) return 1;
  const whole = at + 1 < end ? read8(bytes, at + 1) + 2 : Infinity;
  return at + whole <= end ? whole : 0;
}

/** One of `UNKNOWN_OPTION`, for an option kind that the reader does not know. */
export function unknownOptionAction(kind: number): number {
  return kind >>> 6;
}

/** Where the option of this kind stands in the options header of `length` bytes at `header`, or -1. */
export function findOption(bytes: Uint8Array, header: number, length: number, kind: number): number {
  const end = header + length;
  for (let at = header + OFFSET.options; at < end; ) {
    const step = optionLength(bytes, at, end);
    if (step === 0) return -1;
    if (read8(bytes, at) === kind) return at;
    at += step;
  }
  return -1;
}

/** The value of a router alert option. */
export function routerAlertValue(bytes: Uint8Array, at: number): number {
  return read16(bytes, at + 2);
}

/** The way from an IPv6 header to what it carries. One object serves for any number of packets. */
export class HeaderChain {
  /** What follows the last header that was read; in a later fragment, what the fragmentable part begins with. */
  protocol: number = EXTENSION.none;
  /** Where that stands: in a packet that is a later fragment, a piece of the middle. */
  start = 0;
  /** Where the byte is that says `protocol`: what a "parameter problem" points at. */
  protocolAt = 0;
  /** Where each header stands, or -1. Of destination headers the last. */
  hopByHop = -1;
  routing = -1;
  fragment = -1;
  destination = -1;
  /** Where the part ends that every fragment repeats: behind hop-by-hop and routing headers (RFC 8200 section 4.5). */
  unfragmentableEnd = 0;
  fault: ChainFault | null = null;

  /** Follows the chain of the packet at `header` whose last byte is before `end`. Gives itself. */
  read(bytes: Uint8Array, header: number, end: number): this {
    this.protocol = ipv6.nextHeader(bytes, header);
    this.protocolAt = header + ipv6.OFFSET.nextHeader;
    this.start = this.unfragmentableEnd = header + ipv6.HEADER_LENGTH;
    this.hopByHop = this.routing = this.fragment = this.destination = -1;
    this.fault = null;
    const stop = Math.min(end, bytes.length);
    while (isExtension(this.protocol) && !this.#isLaterFragment(bytes)) {
      this.fault = this.#faultOfNext(bytes, header, stop);
      if (this.fault !== null) break;
      this.#step(bytes);
    }
    return this;
  }

  #isLaterFragment(bytes: Uint8Array): boolean {
    return this.fragment >= 0 && fragment.fragmentOffset(bytes, this.fragment) > 0;
  }

  #faultOfNext(bytes: Uint8Array, header: number, stop: number): ChainFault | null {
    if (this.protocol === EXTENSION.hopByHop && this.start !== header + ipv6.HEADER_LENGTH) {
      return 'hop-by-hop header not in first place';
    }
    const room = stop - this.start;
    return length(bytes, this.start, this.protocol) > room ? 'extension header runs past the end' : null;
  }

  #step(bytes: Uint8Array): void {
    const at = this.start;
    const kind = this.protocol;
    this.protocol = nextHeader(bytes, at);
    this.protocolAt = at + OFFSET.nextHeader;
    this.start = at + length(bytes, at, kind);
    if (kind === EXTENSION.hopByHop) this.hopByHop = at;
    else if (kind === EXTENSION.routing) this.routing = at;
    else if (kind === EXTENSION.fragment) this.fragment = at;
    else if (kind === EXTENSION.destination) this.destination = at;
    const forRouters = kind === EXTENSION.hopByHop || kind === EXTENSION.routing;
    if (forRouters && this.fragment < 0) this.unfragmentableEnd = this.start;
  }
}
