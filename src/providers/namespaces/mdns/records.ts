// Resource records: types, classes, what is in them, and when two are the same. Data is kept as it is on the wire without
// compression: that is what probes compare (RFC 6762, 8.2).
import { keyOf, nameBytes } from './names.js';
import { readName } from './reader.js';

export const TYPE = { A: 1, PTR: 12, TXT: 16, AAAA: 28, SRV: 33, NSEC: 47, ANY: 255 } as const;
export const CLASS_IN = 1;
export const CLASS_ANY = 255;

/** Lifetimes in seconds: of records with a host's name in them, and of all others (RFC 6762, 10). */
export const HOST_TTL = 120;
export const OTHER_TTL = 4500;

/** A resource record of class IN. */
export interface MdnsRecord {
  readonly name: string;
  readonly type: number;
  /** Seconds. */
  readonly ttl: number;
  /** The cache-flush bit: there is no other owner of this name and type. */
  readonly unique: boolean;
  readonly data: Uint8Array;
}

/** What a question, or a set of records, is about. */
export interface NameAndType {
  readonly name: string;
  readonly type: number;
}

/** The same for records, or questions, of the same name and type. */
export const setKey = ({ name, type }: NameAndType): string => `${String(type)} ${keyOf(name)}`;

/** The same for records that say the same, whatever their lifetime. Names inside have no case either. */
export function recordKey(record: MdnsRecord): string {
  let data = '';
  for (const byte of record.data) data += String.fromCharCode(byte);
  const hasName = record.type === TYPE.PTR || record.type === TYPE.SRV;
  return `${setKey(record)} ${hasName ? keyOf(data) : data}`;
}

/** Whether a record is of a question's type. */
export const answers = (type: number, record: MdnsRecord): boolean => type === TYPE.ANY || type === record.type;

/** The order of records in a tie of probes: type, then data byte by byte. Negative when `a` comes first. */
export function compareRecords(a: MdnsRecord, b: MdnsRecord): number {
  if (a.type !== b.type) return a.type - b.type;
  const length = Math.min(a.data.length, b.data.length);
  for (let i = 0; i < length; i++) {
    const difference = (a.data[i] ?? 0) - (b.data[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.data.length - b.data.length;
}

/** What SRV says. */
export interface ServiceData {
  readonly port: number;
  readonly target: string;
}

const EMPTY_NAME = Uint8Array.of(0);

/** PTR's data. */
export const pointerData = (target: string): Uint8Array => nameBytes(target) ?? EMPTY_NAME;

/** SRV's data, with neither priority nor weight. */
export function serviceData(port: number, target: string): Uint8Array {
  return Uint8Array.of(0, 0, 0, 0, port >> 8, port & 0xff, ...(nameBytes(target) ?? EMPTY_NAME));
}

/** Where PTR points to; null when it is nowhere. */
export const readPointer = (data: Uint8Array): string | null => readName(data, 0)?.name ?? null;

/** What SRV says; null when it says nothing. */
export function readService(data: Uint8Array): ServiceData | null {
  const target = readName(data, 6);
  if (target === null) return null;
  return { port: ((data[4] ?? 0) << 8) | (data[5] ?? 0), target: target.name };
}

/** NSEC's data for a name that has these types and no others (RFC 6762, 6.1): one window, as all types are below 256. */
export function absenceData(name: string, types: readonly number[]): Uint8Array {
  const bits = new Uint8Array((Math.max(0, ...types) >> 3) + 1);
  for (const type of types) bits[type >> 3] = (bits[type >> 3] ?? 0) | (0x80 >> (type & 7));
  return Uint8Array.of(...(nameBytes(name) ?? EMPTY_NAME), 0, bits.length, ...bits);
}

/** Whether NSEC's data says that its name has no record of this type. */
export function deniesType(data: Uint8Array, type: number): boolean {
  const name = readName(data, 0);
  if (name === null || data[name.end] !== 0) return false;
  const length = data[name.end + 1] ?? 0;
  if (length === 0 || length > 32 || name.end + 2 + length > data.length) return false;
  const byte = type >> 3 < length ? (data[name.end + 2 + (type >> 3)] ?? 0) : 0;
  return (byte & (0x80 >> (type & 7))) === 0;
}
