// ICMPv6 (RFC 4443): views over bytes at an offset. The multicast listener messages have a file of their own (mld.ts).
import { read32, write32 } from './bytes.js';
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
export const OFFSET = { ...COMMON, mtu: 4, pointer: 4 } as const;

export const TYPE = {
  unreachable: 1,
  packetTooBig: 2,
  timeExceeded: 3,
  parameterProblem: 4,
  echoRequest: 128,
  echoReply: 129,
  listenerQuery: 130,
  listenerReport: 131,
  listenerDone: 132,
  routerSolicitation: 133,
  routerAdvertisement: 134,
  neighborSolicitation: 135,
  neighborAdvertisement: 136,
  redirect: 137,
  listenerReportV2: 143,
} as const;

/** Codes of `unreachable`. */
export const UNREACHABLE = {
  noRoute: 0,
  prohibited: 1,
  beyondScope: 2,
  address: 3,
  port: 4,
  sourcePolicy: 5,
  rejectRoute: 6,
} as const;

/** Codes of `timeExceeded`. */
export const TIME_EXCEEDED = { inTransit: 0, reassembly: 1 } as const;

/** Codes of `parameterProblem`. */
export const PARAMETER_PROBLEM = { field: 0, nextHeader: 1, option: 2 } as const;

/** Fills it in for the message in [at, end); `pseudo` is the sum of the pseudo-header, which ICMPv6 does have. */
export function fillChecksum(bytes: Uint8Array, at: number, end: number, pseudo: number): void {
  checksums.fill(bytes, at + OFFSET.checksum, at, end, pseudo);
}

export function checksumGood(bytes: Uint8Array, at: number, end: number, pseudo: number): boolean {
  return checksums.good(bytes, at, end, pseudo);
}

/** Of `packetTooBig`: what would fit. */
export function mtu(bytes: Uint8Array, at: number): number {
  return read32(bytes, at + OFFSET.mtu);
}

export function setMtu(bytes: Uint8Array, at: number, value: number): void {
  write32(bytes, at + OFFSET.mtu, value);
}

/** Of `parameterProblem`: which byte of the quoted packet is wrong. */
export function pointer(bytes: Uint8Array, at: number): number {
  return read32(bytes, at + OFFSET.pointer);
}

export function setPointer(bytes: Uint8Array, at: number, value: number): void {
  write32(bytes, at + OFFSET.pointer, value);
}

/** Whether messages of this type speak of a packet that they quote: those below 128 (RFC 4443 section 2.1). */
export function isError(type: number): boolean {
  return type < 128;
}
