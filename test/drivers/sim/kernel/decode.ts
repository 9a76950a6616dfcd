// Decodes IPv4 packets with TCP inside into the facts of the recordings. It is written apart from the simulation's own
// reading of headers, so that a mistake there cannot hide itself here.
import { type End, other, type OptionFacts, type SegmentFact } from './facts.js';

/** A packet that left an end. */
export interface Seen {
  readonly atMs: number;
  readonly from: End;
  readonly lost: boolean;
  readonly bytes: Uint8Array;
}

/** From the lowest bit up. */
const FLAGS = ['F', 'S', 'R', 'P', 'A', 'U', 'E', 'C'] as const;

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

function sumIsGood(...parts: readonly Uint8Array[]): boolean {
  let sum = 0;
  for (const part of parts) for (let i = 0; i < part.length; i += 1) sum += i % 2 === 0 ? part[i]! * 256 : part[i]!;
  return sum % 0xffff === 0 && sum > 0;
}

function optionsOf(data: Uint8Array): OptionFacts {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const options: Mutable<OptionFacts> = {};
  for (let at = 0; at < data.length && data[at] !== 0; ) {
    const kind = data[at]!;
    if (kind === 1) {
      at += 1;
      continue;
    }
    const end = at + data[at + 1]!;
    if (end < at + 2 || end > data.length) throw new Error(`option ${kind} has a wrong length`);
    if (kind === 2) options.mss = view.getUint16(at + 2);
    else if (kind === 3) options.windowScale = data[at + 2]!;
    else if (kind === 4) options.sackPermitted = true;
    else if (kind === 8) options.timestamps = true;
    else if (kind === 5) {
      const blocks: [number, number][] = [];
      for (let edge = at + 2; edge < end; edge += 8) blocks.push([view.getUint32(edge), view.getUint32(edge + 4)]);
      options.sack = blocks;
    } else options.other = [...(options.other ?? []), kind];
    at = end;
  }
  return options;
}

/** The facts with absolute numbers, or null if it is not TCP over IPv4. */
function decodeOne({ atMs, from, lost, bytes }: Seen): SegmentFact | null {
  if (bytes[0]! >> 4 !== 4 || bytes[9] !== 6) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const header = (bytes[0]! & 15) * 4;
  const total = view.getUint16(2);
  const data = header + (bytes[header + 12]! >> 4) * 4;
  const bits = bytes[header + 13]!;
  const pseudo = Uint8Array.of(...bytes.subarray(12, 20), 0, 6, (total - header) >> 8, (total - header) & 0xff);
  const acknowledges = (bits & 0x10) !== 0;
  const ack = view.getUint32(header + 8);
  return {
    at: atMs,
    from,
    lost,
    flags: FLAGS.filter((_, bit) => (bits >> bit) & 1).join(''),
    seq: view.getUint32(header + 4),
    ack: acknowledges ? ack : null,
    ...(acknowledges ? {} : { ackFieldZero: ack === 0 }),
    length: total - data,
    window: view.getUint16(header + 14),
    urgentPointer: view.getUint16(header + 18),
    options: optionsOf(bytes.subarray(header + 20, data)),
    ttl: bytes[8]!,
    tos: bytes[1]!,
    dontFragment: (bytes[6]! & 0x40) !== 0,
    ipChecksumGood: sumIsGood(bytes.subarray(0, header)),
    tcpChecksumGood: sumIsGood(pseudo, bytes.subarray(header, total)),
  };
}

/** The facts of a conversation with numbers as in the recordings: counted from each end's first SYN. */
export function decode(packets: readonly Seen[]): readonly SegmentFact[] {
  const facts = packets.map(decodeOne).filter((fact) => fact !== null);
  const initial = (end: End): number => facts.find((fact) => fact.from === end && fact.flags.includes('S'))?.seq ?? 0;
  const initials = { client: initial('client'), server: initial('server') };
  const start = facts[0]?.at ?? 0;
  return facts.map((fact) => {
    const own = (number: number): number => (number - initials[fact.from]) >>> 0;
    const theirs = (number: number): number => (number - initials[other(fact.from)]) >>> 0;
    const { sack, ...options } = fact.options;
    return {
      ...fact,
      at: fact.at - start,
      seq: own(fact.seq),
      ack: fact.ack === null ? null : theirs(fact.ack),
      options: sack === undefined ? options : { ...options, sack: sack.map(([left, right]) => [theirs(left), theirs(right)] as const) },
    };
  });
}
