// GUID and its text form. Owns no particular identifier; those are in ../constants/guid.ts.

import { type Memory, Struct } from '../memory.js';

/** GUID (guiddef.h): 16 bytes on x64. */
export class GUID extends Struct {
  static readonly size = 16;

  constructor(memory?: Memory, offset = 0) {
    super(GUID.size, memory, offset);
  }

  get Data1(): number {
    return this.view.getUint32(0, true);
  }
  set Data1(value: number) {
    this.view.setUint32(0, value, true);
  }

  get Data2(): number {
    return this.view.getUint16(4, true);
  }
  set Data2(value: number) {
    this.view.setUint16(4, value, true);
  }

  get Data3(): number {
    return this.view.getUint16(6, true);
  }
  set Data3(value: number) {
    this.view.setUint16(6, value, true);
  }

  /** The last 8 bytes; the same memory, not a copy. */
  get Data4(): Uint8Array {
    return this.bytes.subarray(8, 16);
  }
  set Data4(value: Uint8Array) {
    this.bytes.set(value.subarray(0, 8), 8);
  }

  /** The registry form in capitals: `{25A207B9-DDF3-4660-8EE9-76E58C74063E}`. */
  override toString(): string {
    const digits = (value: number, count: number): string => value.toString(16).padStart(count, '0');
    const tail = Array.from(this.Data4, (byte) => digits(byte, 2)).join('');
    const parts = [digits(this.Data1, 8), digits(this.Data2, 4), digits(this.Data3, 4), tail.slice(0, 4), tail.slice(4)];
    return `{${parts.join('-').toUpperCase()}}`;
  }
}

export { GUID as CLSID, GUID as CRM_PROTOCOL_ID, GUID as FMTID, GUID as IID, GUID as NET_IF_NETWORK_GUID, GUID as NPIID, GUID as UOW };

const form = /^\{?([0-9a-f]{8})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{12})\}?$/i;

/**
 * Reads a GUID from its text form.
 *
 * @param text `{25A207B9-DDF3-4660-8EE9-76E58C74063E}`; the braces may be missing, case does not matter
 * @returns a new GUID, or null when the text has another form
 */
export function parseGuid(text: string): GUID | null {
  const parts = form.exec(text);
  if (parts === null) return null;
  const [, data1 = '', data2 = '', data3 = '', clock = '', node = ''] = parts;
  const guid = new GUID();
  guid.Data1 = Number.parseInt(data1, 16);
  guid.Data2 = Number.parseInt(data2, 16);
  guid.Data3 = Number.parseInt(data3, 16);
  const tail = clock + node;
  for (let i = 0; i < 8; i++) guid.bytes[8 + i] = Number.parseInt(tail.slice(2 * i, 2 * i + 2), 16);
  return guid;
}

/**
 * The GUID that a text stands for; for identifiers written in a program.
 *
 * @param text as `parseGuid` takes it
 * @throws TypeError when the text has another form
 */
export function guid(text: string): GUID {
  const parsed = parseGuid(text);
  if (parsed === null) throw new TypeError(`not a GUID: ${text}`);
  return parsed;
}

/**
 * IsEqualGUID of guiddef.h.
 *
 * @returns whether both hold the same 16 bytes
 */
export function IsEqualGUID(rguid1: GUID, rguid2: GUID): boolean {
  return rguid1.bytes.every((byte, i) => byte === rguid2.bytes[i]);
}
