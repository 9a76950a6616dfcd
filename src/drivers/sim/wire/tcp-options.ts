// TCP options (RFC 9293 section 3.2; RFC 7323: window scale and timestamps; RFC 2018: selective acknowledgments). Owns
// reading and writing them. When to send which is the business of ../tcp.
import { read16, read32, read8, write16, write32 } from './bytes.js';

/** Option kinds. */
export const KIND = { end: 0, nop: 1, mss: 2, windowScale: 3, sackPermitted: 4, sack: 5, timestamps: 8 } as const;

/** Bytes that the timestamps take, padding included, and that `blocks` SACK blocks take. */
export const TIMESTAMPS_LENGTH = 12;
export const SACK_HEAD_LENGTH = 4;
export const SACK_BLOCK_LENGTH = 8;
/** A scale above this is taken for this (RFC 7323 section 2.3). */
const LARGEST_SCALE = 14;

/** What the options of one segment say; can be filled again and again. */
export class TcpOptions {
  /** Null: not given. */
  mss: number | null = null;
  windowScale: number | null = null;
  sackPermitted = false;
  /** Left and right edges by turns, unsigned; the first `sackEdges` are of this segment. */
  readonly sack: number[] = [0, 0, 0, 0, 0, 0, 0, 0];
  sackEdges = 0;
  hasTimestamps = false;
  /** TSval and TSecr, unsigned. */
  timestamp = 0;
  timestampEcho = 0;
  /** A length was wrong: what follows it was not read. */
  malformed = false;

  clear(): void {
    this.mss = null;
    this.windowScale = null;
    this.sackPermitted = false;
    this.sackEdges = 0;
    this.hasTimestamps = false;
    this.timestamp = 0;
    this.timestampEcho = 0;
    this.malformed = false;
  }
}

/** The options in [start, end), which begins behind the fixed header and ends where the data begins. */
export function parse(bytes: Uint8Array, start: number, end: number, into = new TcpOptions()): TcpOptions {
  into.clear();
  let at = start;
  while (at < end) {
    const kind = read8(bytes, at);
    if (kind === KIND.end) break;
    if (kind === KIND.nop) {
      at += 1;
      continue;
    }
    const length = at + 1 < end ? read8(bytes, at + 1) : 0;
    if (length < 2 || at + length > end) {
      into.malformed = true;
      break;
    }
    take(into, kind, bytes, at, length);
    at += length;
  }
  return into;
}

/** Options of a wrong length are passed over, as unknown ones are. */
function take(into: TcpOptions, kind: number, bytes: Uint8Array, at: number, length: number): void {
  if (kind === KIND.mss && length === 4) into.mss = read16(bytes, at + 2);
  else if (kind === KIND.windowScale && length === 3) into.windowScale = Math.min(read8(bytes, at + 2), LARGEST_SCALE);
  else if (kind === KIND.sackPermitted && length === 2) into.sackPermitted = true;
  else if (kind === KIND.timestamps && length === 10) {
    into.hasTimestamps = true;
    into.timestamp = read32(bytes, at + 2);
    into.timestampEcho = read32(bytes, at + 6);
  } else if (kind === KIND.sack && (length - 2) % SACK_BLOCK_LENGTH === 0) {
    const edges = (length - 2) / 4;
    for (let i = 0; i < edges; i += 1) into.sack[i] = read32(bytes, at + 2 + i * 4);
    into.sackEdges = edges;
  }
}

/** What a SYN says, in the order in which Windows writes it; null fields are left out. */
export interface SynOptions {
  readonly mss: number | null;
  readonly windowScale: number | null;
  readonly sackPermitted: boolean;
  readonly timestamps: boolean;
}

/** How many bytes `writeSyn` writes, a multiple of four. */
export function synLength(options: SynOptions): number {
  const mss = options.mss === null ? 0 : 4;
  const scale = options.windowScale === null ? 0 : 4;
  const sack = options.sackPermitted ? 4 : 0;
  return mss + scale + (options.timestamps ? TIMESTAMPS_LENGTH : sack);
}

/** Writes the options of a SYN and gives where they end. SACK permitted stands in the padding of the timestamps, if any. */
export function writeSyn(
  bytes: Uint8Array,
  start: number,
  options: SynOptions,
  timestamp: number,
  timestampEcho: number,
): number {
  let at = start;
  if (options.mss !== null) {
    bytes[at] = KIND.mss;
    bytes[at + 1] = 4;
    write16(bytes, at + 2, options.mss);
    at += 4;
  }
  if (options.windowScale !== null) {
    bytes[at] = KIND.nop;
    bytes[at + 1] = KIND.windowScale;
    bytes[at + 2] = 3;
    bytes[at + 3] = options.windowScale;
    at += 4;
  }
  const padding = at;
  if (options.timestamps) at = writeTimestamps(bytes, at, timestamp, timestampEcho);
  else if (options.sackPermitted) {
    bytes[at] = KIND.nop;
    bytes[at + 1] = KIND.nop;
    at += 4;
  }
  if (options.sackPermitted) {
    const place = options.timestamps ? padding : padding + 2;
    bytes[place] = KIND.sackPermitted;
    bytes[place + 1] = 2;
  }
  return at;
}

/** Writes timestamps behind two NOPs, as RFC 7323 appendix A recommends, and gives where they end. */
export function writeTimestamps(bytes: Uint8Array, at: number, timestamp: number, echo: number): number {
  bytes[at] = KIND.nop;
  bytes[at + 1] = KIND.nop;
  bytes[at + 2] = KIND.timestamps;
  bytes[at + 3] = 10;
  write32(bytes, at + 4, timestamp);
  write32(bytes, at + 8, echo);
  return at + TIMESTAMPS_LENGTH;
}

/** Writes the first `edges / 2` SACK blocks of `sack` and gives where they end. */
export function writeSack(bytes: Uint8Array, at: number, sack: readonly number[], edges: number): number {
  bytes[at] = KIND.nop;
  bytes[at + 1] = KIND.nop;
  bytes[at + 2] = KIND.sack;
  bytes[at + 3] = 2 + edges * 4;
  for (let i = 0; i < edges; i += 1) write32(bytes, at + SACK_HEAD_LENGTH + i * 4, sack[i] ?? 0);
  return at + SACK_HEAD_LENGTH + edges * 4;
}
