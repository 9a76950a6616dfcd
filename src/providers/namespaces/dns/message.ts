// DNS messages (RFC 1035, 2136, 2782, 6891) as objects and as bytes. Strict: what is malformed anywhere decodes to null and
// nothing throws, because anybody may have sent it; what cannot be said encodes to null.
// An own codec and not dns-packet's, which joins labels that have dots in them, reads record data beyond its length, writes
// labels that are too long as pointers, and knows no class NONE. The tests hold this one against it.
// Does not own: which messages are sent and believed.
import { formatIpv4, formatIpv6, parseIpv4, parseIpv6 } from '../../../abi/inet-text.js';
import { encodeName, readName } from './domain-name.js';

/** Record types that are known here; any other is a number. */
export const RR = {
  A: 1, NS: 2, CNAME: 5, SOA: 6, PTR: 12, MX: 15, TXT: 16, AAAA: 28, SRV: 33, DNAME: 39, OPT: 41, TSIG: 250, ANY: 255,
} as const;
/** Classes; NONE and ANY are UPDATE's. */
export const CLASS = { IN: 1, NONE: 254, ANY: 255 } as const;
export const OPCODE = { QUERY: 0, UPDATE: 5 } as const;
/** Response codes. */
export const RCODE = {
  NOERROR: 0, FORMERR: 1, SERVFAIL: 2, NXDOMAIN: 3, NOTIMP: 4, REFUSED: 5, YXDOMAIN: 6, YXRRSET: 7, NXRRSET: 8, NOTAUTH: 9, NOTZONE: 10,
} as const;
/** Bits of the header's second word. */
export const FLAG = { QR: 0x8000, AA: 0x400, TC: 0x200, RD: 0x100, RA: 0x80, AD: 0x20, CD: 0x10 } as const;

/** More than a server of today sends, and what a TCP frame can carry. */
export const MAX_MESSAGE = 0xffff;

/** What a record says, by its type; `raw` is any other type, and every type without data (UPDATE has those). */
export type RecordData =
  | { readonly kind: 'address'; readonly address: string }
  | { readonly kind: 'name'; readonly target: string }
  | { readonly kind: 'mx'; readonly preference: number; readonly target: string }
  | { readonly kind: 'srv'; readonly priority: number; readonly weight: number; readonly port: number; readonly target: string }
  | { readonly kind: 'txt'; readonly texts: readonly Uint8Array[] }
  | ({ readonly kind: 'soa' } & Soa)
  | { readonly kind: 'raw'; readonly bytes: Uint8Array };

/** The data of an SOA record; times in seconds. */
export interface Soa {
  readonly primary: string;
  readonly mailbox: string;
  readonly serial: number;
  readonly refresh: number;
  readonly retry: number;
  readonly expire: number;
  /** How long it may be remembered that a name is not there. */
  readonly minimum: number;
}

export interface DnsQuestion {
  readonly name: string;
  readonly type: number;
  readonly class: number;
}

/** A resource record. In OPT the class is the size of datagrams taken. */
export interface DnsRecord extends DnsQuestion {
  /** Seconds. */
  readonly ttl: number;
  readonly data: RecordData;
}

export interface DnsMessage {
  readonly id: number;
  /** FLAG bits. */
  readonly flags: number;
  readonly opcode: number;
  readonly rcode: number;
  readonly questions: readonly DnsQuestion[];
  readonly answers: readonly DnsRecord[];
  readonly authorities: readonly DnsRecord[];
  readonly additionals: readonly DnsRecord[];
}

/** A message that was read. */
export interface DecodedMessage extends DnsMessage {
  /** Where the last record begins, or null without records: a signature (TSIG) covers what is before it. */
  readonly lastRecordAt: number | null;
}

/** The parts of a message to send; what is left out is none. */
export type MessageInit = Pick<DnsMessage, 'id'> & Partial<DnsMessage>;

/** The bytes of a message, or null if there are none: a name, address, number or text that cannot be written, too long. */
export function encodeMessage(message: MessageInit): Uint8Array | null {
  const { id, flags = 0, opcode = OPCODE.QUERY, rcode = RCODE.NOERROR } = message;
  const { questions = [], answers = [], authorities = [], additionals = [] } = message;
  const out = new Writer();
  out.short(id).short(flags | (opcode << 11) | (rcode & 0xf));
  for (const section of [questions, answers, authorities, additionals]) out.short(section.length);
  for (const question of questions) out.question(question);
  for (const record of [...answers, ...authorities, ...additionals]) out.record(record);
  return out.result();
}

/** One record by itself, uncompressed, or null if it cannot be written. */
export function encodeRecord(record: DnsRecord): Uint8Array | null {
  return new Writer().record(record).result();
}

/** The OPT record that says which datagrams are taken (RFC 6891). */
export function ednsRecord(payload: number): DnsRecord {
  return { name: '', type: RR.OPT, class: payload, ttl: 0, data: { kind: 'raw', bytes: new Uint8Array() } };
}

/** Collects bytes; what cannot be written spoils the whole. */
class Writer {
  #bytes: number[] = [];
  #valid = true;

  short(value: number): this {
    if (!(value >= 0 && value <= 0xffff)) this.#valid = false;
    this.#bytes.push((value >>> 8) & 0xff, value & 0xff);
    return this;
  }

  long(value: number): this {
    if (!(value >= 0 && value <= 0xffffffff)) this.#valid = false;
    return this.short((value >>> 16) & 0xffff).short(value & 0xffff);
  }

  name(text: string): this {
    return this.#all(encodeName(text));
  }

  question({ name, type, class: kind }: DnsQuestion): this {
    return this.name(name).short(type).short(kind);
  }

  record(record: DnsRecord): this {
    this.question(record).long(record.ttl);
    const inner = new Writer();
    inner.#data(record.type, record.data);
    const data = inner.result();
    return this.short(data?.length ?? 0).#all(data);
  }

  result(): Uint8Array | null {
    return this.#valid && this.#bytes.length <= MAX_MESSAGE ? Uint8Array.from(this.#bytes) : null;
  }

  #data(type: number, data: RecordData): this {
    switch (data.kind) {
      case 'address':
        return this.#all(type === RR.A ? parseIpv4(data.address) : parseIpv6(data.address));
      case 'name':
        return this.name(data.target);
      case 'mx':
        return this.short(data.preference).name(data.target);
      case 'srv':
        return this.short(data.priority).short(data.weight).short(data.port).name(data.target);
      case 'txt':
        for (const text of data.texts) this.#all(text.length > 0xff ? null : [text.length, ...text]);
        return this;
      case 'soa':
        this.name(data.primary).name(data.mailbox).long(data.serial);
        return this.long(data.refresh).long(data.retry).long(data.expire).long(data.minimum);
      case 'raw':
        return this.#all(data.bytes);
    }
  }

  #all(bytes: ArrayLike<number> | null): this {
    if (bytes === null || bytes.length > MAX_MESSAGE) this.#valid = false;
    else for (const byte of Array.from(bytes)) this.#bytes.push(byte);
    return this;
  }
}

/** The message in these bytes, all of them; null if they are none. */
export function decodeMessage(bytes: Uint8Array): DecodedMessage | null {
  return bytes.length > MAX_MESSAGE ? null : readMessage(new Reader(bytes));
}

/** What is sure of a message that says that it was cut off, wherever that was: header and questions. Null if it is none. */
export function decodeCutMessage(bytes: Uint8Array): DecodedMessage | null {
  const isCut = ((bytes[2] ?? 0) & (FLAG.TC >>> 8)) !== 0;
  return isCut ? readMessage(new Reader(bytes), true) : null;
}

function readMessage(reader: Reader, isCut = false): DecodedMessage | null {
  const [id, word] = [reader.short(), reader.short()];
  const [asked, ...counts] = [reader.short(), reader.short(), reader.short(), reader.short()];
  const questions = reader.many(asked, () => reader.question());
  const sections = counts.map((count) => reader.many(isCut ? 0 : count, () => reader.record()));
  const [answers = [], authorities = [], additionals = []] = sections;
  if (!reader.isValid || (!isCut && !reader.atEnd)) return null;
  return {
    id,
    flags: word & ~0x780f,
    opcode: (word >>> 11) & 0xf,
    rcode: (word & 0xf) | (extendedRcode(additionals) << 4),
    questions,
    answers,
    authorities,
    additionals,
    lastRecordAt: reader.lastRecordAt,
  };
}

/** The bits of the response code that are in the OPT record. */
const extendedRcode = (additionals: readonly DnsRecord[]): number =>
  (additionals.find(({ type }) => type === RR.OPT)?.ttl ?? 0) >>> 24;

/** Reads bytes from the front to a limit; once something is wrong it stays wrong and gives zeros. */
class Reader {
  lastRecordAt: number | null = null;
  readonly #bytes: Uint8Array;
  #at = 0;
  #limit: number;
  #valid = true;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#limit = bytes.length;
  }

  /** Whether nothing was wrong so far. */
  get isValid(): boolean {
    return this.#valid;
  }

  get atEnd(): boolean {
    return this.#at === this.#limit;
  }

  short(): number {
    const bytes = this.#take(2);
    return ((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0);
  }

  long(): number {
    return this.short() * 0x10000 + this.short();
  }

  /** As many as a header says, but none after the first that is wrong: the number is anybody's. */
  many<T>(count: number, read: () => T): T[] {
    const found: T[] = [];
    for (let i = 0; i < count && this.#valid; i++) found.push(read());
    return found;
  }

  question(): DnsQuestion {
    return { name: this.#name(), type: this.short(), class: this.short() };
  }

  record(): DnsRecord {
    this.lastRecordAt = this.#at;
    const { name, type, class: kind } = this.question();
    const ttl = this.long();
    const length = this.short();
    const outer = this.#limit;
    const end = this.#at + length;
    if (end > outer) this.#valid = false;
    this.#limit = Math.min(end, outer);
    const data = length === 0 ? this.#raw() : this.#data(type);
    if (this.#at !== end) this.#valid = false;
    this.#limit = outer;
    return { name, type, class: kind, ttl, data };
  }

  #data(type: number): RecordData {
    switch (type) {
      case RR.A:
        return { kind: 'address', address: formatIpv4(this.#whole(4)) };
      case RR.AAAA:
        return { kind: 'address', address: formatIpv6(this.#whole(16)) };
      case RR.NS:
      case RR.CNAME:
      case RR.PTR:
      case RR.DNAME:
        return { kind: 'name', target: this.#name() };
      case RR.MX:
        return { kind: 'mx', preference: this.short(), target: this.#name() };
      case RR.SRV:
        return { kind: 'srv', priority: this.short(), weight: this.short(), port: this.short(), target: this.#name() };
      case RR.TXT:
        return { kind: 'txt', texts: this.#texts() };
      case RR.SOA:
        return { kind: 'soa', ...this.#soa() };
      default:
        return this.#raw();
    }
  }

  #raw(): RecordData {
    return { kind: 'raw', bytes: this.#take(this.#limit - this.#at).slice() };
  }

  #texts(): Uint8Array[] {
    const texts: Uint8Array[] = [];
    while (this.#valid && this.#at < this.#limit) texts.push(this.#take(this.#take(1)[0] ?? 0).slice());
    return texts;
  }

  #soa(): Soa {
    const [primary, mailbox] = [this.#name(), this.#name()];
    const [serial, refresh, retry, expire, minimum] = [this.long(), this.long(), this.long(), this.long(), this.long()];
    return { primary, mailbox, serial, refresh, retry, expire, minimum };
  }

  #name(): string {
    const read = this.#valid ? readName(this.#bytes, this.#at) : null;
    if (read === null || read.end > this.#limit) {
      this.#valid = false;
      return '';
    }
    this.#at = read.end;
    return read.name;
  }

  /** This many bytes, zeros where they are not. */
  #whole(length: number): Uint8Array {
    const bytes = this.#take(length);
    return bytes.length === length ? bytes : new Uint8Array(length);
  }

  /** This many bytes, which are the message's own; none where they are not all there. */
  #take(length: number): Uint8Array {
    const end = this.#at + length;
    if (!this.#valid || length < 0 || end > this.#limit) {
      this.#valid = false;
      return new Uint8Array();
    }
    const bytes = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return bytes;
  }
}
