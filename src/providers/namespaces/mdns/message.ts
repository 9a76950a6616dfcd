// Messages of multicast DNS: bytes in, questions and records out, and back. It is a codec of its own, since the one for
// unicast DNS has no place for what matters here: dots inside labels, the bit that asks for a unicast answer, the bit that
// flushes caches, and data as bytes to compare. A message that breaks the rules is null as a whole.
import { nameBytes, keyOf, labelsOf, nameOf } from './names.js';
import { readName } from './reader.js';
import { CLASS_ANY, CLASS_IN, TYPE, type MdnsRecord, type NameAndType } from './records.js';

/** A question of class IN or ANY. */
export interface MdnsQuestion extends NameAndType {
  /** The QU bit: an answer by unicast will do. */
  readonly unicast: boolean;
}

/** A message. Records of other classes than IN are left out. */
export interface MdnsMessage {
  /** 0 but in legacy questions and their answers. */
  readonly id: number;
  readonly isResponse: boolean;
  /** TC: further known answers follow in another message. */
  readonly truncated: boolean;
  readonly questions: readonly MdnsQuestion[];
  /** In a question: what the asker knows. */
  readonly answers: readonly MdnsRecord[];
  /** In a question: what a prober wants to own. */
  readonly authorities: readonly MdnsRecord[];
  readonly additionals: readonly MdnsRecord[];
}

export const HEADER = 12;
/** The largest message that there may be (RFC 6762, 17), and what a link takes as one packet. */
export const LARGEST = 9000;
export const PACKET = 1440;

const FLAG_RESPONSE = 0x8000;
const FLAG_AUTHORITATIVE = 0x0400;
const FLAG_TRUNCATED = 0x0200;
/** QU in questions, cache-flush in records. */
const TOP_BIT = 0x8000;
/** A week; longer than anybody keeps a record. */
const LONGEST_TTL = 604_800;
/** Opcode and response code, both to be 0. */
const MUST_BE_ZERO = 0x780f;

const encoder = new TextEncoder();
const word = (bytes: Uint8Array, at: number): number => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);

/** Reads a message; null when it is none of multicast DNS or breaks the rules. */
export function decode(bytes: Uint8Array): MdnsMessage | null {
  if (bytes.length < HEADER || bytes.length > LARGEST) return null;
  const flags = word(bytes, 2);
  if ((flags & MUST_BE_ZERO) !== 0) return null;
  const reader = new Reader(bytes);
  const questions = reader.many(word(bytes, 4), () => reader.question());
  const answers = reader.many(word(bytes, 6), () => reader.record());
  const authorities = reader.many(word(bytes, 8), () => reader.record());
  const additionals = reader.many(word(bytes, 10), () => reader.record());
  if (reader.isBroken) return null;
  return {
    id: word(bytes, 0),
    isResponse: (flags & FLAG_RESPONSE) !== 0,
    truncated: (flags & FLAG_TRUNCATED) !== 0,
    questions,
    answers,
    authorities,
    additionals,
  };
}

class Reader {
  isBroken = false;
  readonly #bytes: Uint8Array;
  #at = HEADER;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** `count` of them, but for those that are passed over (null); nothing once the message is broken. */
  many<T>(count: number, read: () => T | null): T[] {
    const found: T[] = [];
    for (let i = 0; i < count && !this.isBroken; i++) {
      const one = read();
      if (one !== null) found.push(one);
    }
    return found;
  }

  question(): MdnsQuestion | null {
    const name = this.#name(4);
    if (name === null) return null;
    const type = word(this.#bytes, this.#at);
    const klass = word(this.#bytes, this.#at + 2);
    this.#at += 4;
    const isOurs = [CLASS_IN, CLASS_ANY].includes(klass & ~TOP_BIT);
    return isOurs ? { name, type, unicast: (klass & TOP_BIT) !== 0 } : null;
  }

  record(): MdnsRecord | null {
    const name = this.#name(10);
    if (name === null) return null;
    const at = this.#at;
    const bytes = this.#bytes;
    const type = word(bytes, at);
    const klass = word(bytes, at + 2);
    const ttl = word(bytes, at + 4) * 0x10000 + word(bytes, at + 6);
    const start = at + 10;
    const end = start + word(bytes, at + 8);
    this.#at = end;
    const data = end > bytes.length ? null : this.#data(type, start, end);
    if (data === null) return this.#broken();
    if ((klass & ~TOP_BIT) !== CLASS_IN) return null;
    // A lifetime with its top bit set is 0 (RFC 2181, 8).
    return { name, type, ttl: ttl > 0x7fffffff ? 0 : Math.min(ttl, LONGEST_TTL), unique: (klass & TOP_BIT) !== 0, data };
  }

  /** Data without compression; null where it is not what its type has. */
  #data(type: number, start: number, end: number): Uint8Array | null {
    const bytes = this.#bytes;
    if (type === TYPE.A && end - start !== 4) return null;
    if (type === TYPE.AAAA && end - start !== 16) return null;
    const before = type === TYPE.SRV ? 6 : 0;
    if (type !== TYPE.SRV && type !== TYPE.PTR && type !== TYPE.NSEC) return bytes.slice(start, end);
    const name = end - start > before ? readName(bytes, start + before) : null;
    const whole = name === null ? null : nameBytes(name.name);
    if (name === null || whole === null) return null;
    if (type === TYPE.NSEC ? name.end > end : name.end !== end) return null;
    return Uint8Array.of(...bytes.subarray(start, start + before), ...whole, ...bytes.subarray(name.end, end));
  }

  /** A name that at least `behind` bytes follow. */
  #name(behind: number): string | null {
    const read = readName(this.#bytes, this.#at);
    if (read === null || read.end + behind > this.#bytes.length) return this.#broken();
    this.#at = read.end;
    return read.name;
  }

  #broken(): null {
    this.isBroken = true;
    return null;
  }
}

/** What to write; what is left out is empty. */
export type MessageToSend = Partial<MdnsMessage> & Pick<MdnsMessage, 'isResponse'>;

/** Writes a message. */
export function encode(message: MessageToSend): Uint8Array {
  const { id = 0, isResponse, truncated = false, questions = [], answers = [], authorities = [], additionals = [] } = message;
  const writer = new Writer();
  const flags = (isResponse ? FLAG_RESPONSE | FLAG_AUTHORITATIVE : 0) | (truncated ? FLAG_TRUNCATED : 0);
  for (const value of [id, flags, questions.length, answers.length, authorities.length, additionals.length]) writer.word(value);
  for (const { name, type, unicast } of questions) {
    writer.name(name);
    writer.word(type);
    writer.word(CLASS_IN | (unicast ? TOP_BIT : 0));
  }
  for (const record of [...answers, ...authorities, ...additionals]) writer.record(record);
  return Uint8Array.from(writer.bytes);
}

/** How many bytes a record takes at most. */
export const sizeOf = ({ name, data }: MdnsRecord): number => (nameBytes(name)?.length ?? 1) + 10 + data.length;

class Writer {
  readonly bytes: number[] = [];
  /** Where names begin that have been written. */
  readonly #seen = new Map<string, number>();

  word(value: number): void {
    this.bytes.push((value >> 8) & 0xff, value & 0xff);
  }

  /** A name; what of it stood earlier is pointed to. */
  name(name: string): void {
    const labels = labelsOf(name);
    while (labels.length > 0) {
      const rest = keyOf(nameOf(...labels));
      const seen = this.#seen.get(rest);
      if (seen !== undefined) {
        this.word(0xc000 | seen);
        return;
      }
      if (this.bytes.length < 0x3fff) this.#seen.set(rest, this.bytes.length);
      const text = encoder.encode(labels.shift());
      this.bytes.push(text.length, ...text);
    }
    this.bytes.push(0);
  }

  record({ name, type, ttl, unique, data }: MdnsRecord): void {
    this.name(name);
    this.word(type);
    this.word(CLASS_IN | (unique ? TOP_BIT : 0));
    this.word(Math.floor(ttl / 0x10000));
    this.word(ttl % 0x10000);
    this.word(data.length);
    // Targets are not compressed: within SRV not everybody could read it.
    this.bytes.push(...data);
  }
}
