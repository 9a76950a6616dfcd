// ICMP for IPv4 (RFC 792, RFC 1122, RFC 1191): views over bytes at an offset. Whom to answer and when is the business
// of ../ip.
import { read16, read8, write16 } from './bytes.js';
import * as checksums from './checksum.js';
import { OFFSET as COMMON } from './icmp-header.js';

export {
  checksum,
  code,
  HEADER_LENGTH,
  identifier,
  rest,
  sequence,
  setChecksum,
  setCode,
  setIdentifier,
  setRest,
  setSequence,
  setType,
  type,
  write,
} from './icmp-header.js';

/** Where the fields are, in bytes from the start of the message; the second four bytes are the type's. */
export const OFFSET = { ...COMMON, pointer: 4, gateway: 4, nextHopMtu: 6 } as const;

/** How much of the transport header an error quotes at least, behind the IP header. */
export const QUOTED_TRANSPORT = 8;

export const TYPE = {
  echoReply: 0,
  unreachable: 3,
  sourceQuench: 4,
  redirect: 5,
  echoRequest: 8,
  routerAdvertisement: 9,
  routerSolicitation: 10,
  timeExceeded: 11,
  parameterProblem: 12,
  timestampRequest: 13,
  timestampReply: 14,
} as const;

/** Codes of `unreachable`. */
export const UNREACHABLE = {
  network: 0,
  host: 1,
  protocol: 2,
  port: 3,
  fragmentationNeeded: 4,
  sourceRouteFailed: 5,
  networkUnknown: 6,
  hostUnknown: 7,
  networkProhibited: 9,
  hostProhibited: 10,
  networkForClass: 11,
  hostForClass: 12,
  prohibited: 13,
} as const;

/** Codes of `timeExceeded`. */
export const TIME_EXCEEDED = { inTransit: 0, reassembly: 1 } as const;

/** It covers the message only: ICMP for IPv4 has no pseudo-header. */
export function fillChecksum(bytes: Uint8Array, at: number, end: number): void {
  checksums.fill(bytes, at + OFFSET.checksum, at, end);
}

export function checksumGood(bytes: Uint8Array, at: number, end: number): boolean {
  return checksums.good(bytes, at, end);
}

/** Of `fragmentationNeeded` (RFC 1191 section 4): what would fit; 0 from routers that do not say. */
export function nextHopMtu(bytes: Uint8Array, at: number): number {
  return read16(bytes, at + OFFSET.nextHopMtu);
}

export function setNextHopMtu(bytes: Uint8Array, at: number, value: number): void {
  write16(bytes, at + OFFSET.nextHopMtu, value);
}

/** Of `parameterProblem`: which byte of the quoted packet is wrong. */
export function pointer(bytes: Uint8Array, at: number): number {
  return read8(bytes, at + OFFSET.pointer);
}

export function setPointer(bytes: Uint8Array, at: number, value: number): void {
  bytes[at + OFFSET.pointer] = value;
}

/** Whether messages of this type speak of a packet, which they quote; no such one may be sent about one (RFC 1122). */
export function isError(type: number): boolean {
  switch (type) {
    case TYPE.unreachable:
    case TYPE.sourceQuench:
    case TYPE.redirect:
    case TYPE.timeExceeded:
    case TYPE.parameterProblem:
      return true;
    default:
      return false;
  }
}
