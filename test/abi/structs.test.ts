// Every structure against its layout: each field is written through the view over junk, and the bytes are compared with
// what the table says; then the bytes are written and the field is read.

import { describe, expect, test } from 'vitest';
import * as abi from '../../src/abi/index.js';
import { junk, reference } from './reference.js';

interface Field {
  readonly name: string | null;
  readonly type: string;
  readonly x64: { readonly offset: number; readonly size: number };
  readonly fields?: readonly Field[];
  readonly bits?: number;
  readonly bitOffset?: number;
}

interface Structure {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly x64: { readonly size: number };
  readonly fields: readonly Field[];
}

type ViewClass = { readonly size: number; new (memory?: abi.Memory, offset?: number): abi.Struct };
type Loose = Record<string, unknown>;

const { items } = reference('structs') as { items: readonly Structure[] };
const exported = abi as unknown as Readonly<Record<string, unknown>>;
const byName = new Map(items.flatMap((item) => [item.name, ...(item.aliases ?? [])].map((name) => [name, item] as const)));
const nested = (type: string): Structure | undefined => byName.get(type.replace(/^struct /, '').replace(/\[\d+\]$/, ''));

// Plain although one could lay them out: they are known by reference, or carry what C cannot express.
const plainByChoice = new Set(['fd_set', 'OVERLAPPED', 'WSABUF', 'WSADATA']);

function holdsPointers(fields: readonly Field[]): boolean {
  return fields.some((field) => {
    if (field.fields !== undefined) return holdsPointers(field.fields);
    const inner = nested(field.type);
    if (inner !== undefined) return plainByChoice.has(inner.name) || holdsPointers(inner.fields);
    return field.type.includes('*') || /^(LP|PW|PV|PS|PU)/.test(field.type);
  });
}

const isPlain = (structure: Structure): boolean => plainByChoice.has(structure.name) || holdsPointers(structure.fields);
const views = items.filter((item) => !isPlain(item));
const plains = items.filter(isPlain);

/** A field that holds no other, where it lies in the whole structure, and how to reach the object that has it. */
interface Leaf {
  readonly path: string;
  readonly field: Field;
  readonly offset: number;
  owner(root: abi.Struct): Loose;
}

type Reach = (root: abi.Struct) => Loose;

const step = (reach: Reach, name: string): Reach => (root) => reach(root)[name] as Loose;
const item = (reach: Reach, name: string, index: number): Reach => (root) => (reach(root)[name] as (index: number) => Loose).call(reach(root), index);

function* leaves(fields: readonly Field[], base: number, path: string, reach: Reach): Iterable<Leaf> {
  for (const field of fields) {
    const offset = base + field.x64.offset;
    const inner = field.fields ?? nested(field.type)?.fields;
    if (field.name === null) {
      // A bit-field's own offset is its byte; the accessor works on the unit where the group starts.
      yield* leaves(inner ?? [], offset, path, reach);
      continue;
    }
    const here = `${path}.${field.name}`;
    const count = /\[(\d+)\]$/.exec(field.type);
    if (inner === undefined) {
      if (field.type.startsWith('Sdp')) continue; // another header's structures
      if (field.type === 'PROCESSOR_NUMBER') continue;
      yield { path: here, field, offset: field.bits === undefined ? offset : base, owner: reach };
    } else if (count === null) {
      yield* leaves(inner, offset, here, step(reach, field.name));
    } else if (Number(count[1]) > 0) {
      yield* leaves(inner, offset, `${here}[0]`, item(reach, field.name, 0));
    }
  }
}

const unsigned = /^(U|u_|unsigned|D?WORD|BYTE|BOOLEAN|ADDRESS_FAMILY|SERVICETYPE|BTH_ADDR)/;
const addressSized = new Set(['SIZE_T', 'size_t', 'ULONG_PTR', 'DWORD_PTR', 'WPARAM', 'LPARAM', 'HANDLE', 'HWND', 'SOCKET', 'RIO_BUFFERID']);

/** Bytes that are all different and whose highest bit is set, except in address-sized fields, which must stay safe numbers. */
function pattern(type: string, size: number): Uint8Array {
  const bytes = Uint8Array.from({ length: size }, (_, i) => 0x81 + 7 * i);
  if (addressSized.has(type)) bytes.fill(0, 6);
  return bytes;
}

function integer(bytes: Uint8Array, type: string): bigint {
  const value = bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  return unsigned.test(type) ? value : BigInt.asIntN(bytes.length * 8, value);
}

/** What the field should read as when its bytes are `bytes`. */
function expectedValue(type: string, bytes: Uint8Array, current: unknown): unknown {
  const element = /^(.*)\[(\d+)\]$/.exec(type);
  if (element !== null && current instanceof Uint8Array) return [...bytes];
  if (element !== null) {
    const size = bytes.length / Number(element[2]);
    const parts = Array.from({ length: Number(element[2]) }, (_, i) => bytes.subarray(i * size, (i + 1) * size));
    return parts.map((part) => Number(integer(part, element[1] ?? '')));
  }
  const value = integer(bytes, type);
  const big = bytes.length === 8 && !addressSized.has(type);
  return big ? value : Number(value);
}

const comparable = (value: unknown): unknown => (value instanceof abi.Numbers || value instanceof Uint8Array ? [...value] : value);

function checkText(leaf: Leaf, root: abi.Struct, bytes: Uint8Array): void {
  // Text declared with one character goes on to the end of the memory.
  const size = leaf.field.type.endsWith('[1]') ? bytes.length - leaf.offset : leaf.field.x64.size;
  const wide = leaf.field.type.startsWith('WCHAR');
  const room = wide ? size / 2 - 1 : size - 1;
  const text = 'Az09'.slice(0, room);
  leaf.owner(root)[leaf.field.name ?? ''] = text;
  const wanted = junk(bytes.length).fill(0, leaf.offset, leaf.offset + size);
  for (let i = 0; i < text.length; i++) wanted[leaf.offset + (wide ? 2 * i : i)] = text.charCodeAt(i);
  expect(bytes).toEqual(wanted);
  expect(leaf.owner(root)[leaf.field.name ?? '']).toBe(text);
}

function checkBits(leaf: Leaf, root: abi.Struct, bytes: Uint8Array): void {
  const { bits = 0, bitOffset = 0, name } = leaf.field;
  const value = 2 ** bits - 2;
  leaf.owner(root)[name ?? ''] = value;
  const before = 0xccccccccn;
  const mask = (2n ** BigInt(bits) - 1n) << BigInt(bitOffset);
  const wanted = (before & ~mask) | (BigInt(value) << BigInt(bitOffset));
  expect(integer(bytes.subarray(leaf.offset, leaf.offset + 4), 'ULONG')).toBe(wanted);
  expect(leaf.owner(root)[name ?? '']).toBe(value);
}

function checkLeaf(type: ViewClass, leaf: Leaf): void {
  const { name, x64, bits } = leaf.field;
  const fieldType = leaf.field.type;
  const key = name ?? '';
  const memory = junk(type.size);
  const root = new type(memory);
  const current = leaf.owner(root)[key];
  expect(current, `${leaf.path} exists`).toBeDefined();
  if (typeof current === 'string') {
    checkText(leaf, root, memory);
    return;
  }
  if (bits !== undefined) {
    checkBits(leaf, root, memory);
    return;
  }
  if (x64.size === 0) return; // the start of an open end

  const bytes = pattern(fieldType, x64.size);
  const value = expectedValue(fieldType, bytes, current);
  const wanted = junk(type.size);
  wanted.set(bytes, leaf.offset);
  // An open-ended byte array takes bytes, whatever its declared length.
  leaf.owner(root)[key] = current instanceof Uint8Array ? bytes : value;
  expect(memory, `${leaf.path} written`).toEqual(wanted);
  const got = comparable(leaf.owner(new type(wanted))[key]);
  expect(Array.isArray(got) ? got.slice(0, x64.size) : got, `${leaf.path} read`).toEqual(value);
}

describe('views', () => {
  test.each(views.map((view) => [view.name, view] as const))('%s', (name, structure) => {
    const type = exported[name] as ViewClass;
    expect(type.prototype).toBeInstanceOf(abi.Struct);
    expect(type.size).toBe(structure.x64.size);
    expect(new type().bytes).toEqual(new Uint8Array(structure.x64.size));
    const all = [...leaves(structure.fields, 0, name, (root) => root as unknown as Loose)];
    expect(all.length).toBeGreaterThan(0);
    for (const leaf of all) checkLeaf(type, leaf);
  });

  test('a view over memory at an offset touches its own bytes only', () => {
    for (const { name, x64 } of views) {
      const memory = junk(x64.size + 12);
      const view = new (exported[name] as ViewClass)(memory.subarray(0, x64.size + 5), 5);
      expect(view.bytes.byteOffset - memory.byteOffset).toBe(5);
      expect(view.bytes.length).toBe(x64.size);
      view.bytes.fill(0);
      expect([...memory.subarray(0, 5), ...memory.subarray(x64.size + 5)]).toEqual(new Array(12).fill(0xcc));
    }
  });

  test('memory that is too small is refused', () => {
    expect(() => new abi.sockaddr_in(new Uint8Array(15))).toThrow(RangeError);
    expect(() => new abi.sockaddr_in(new Uint8Array(20), 5)).toThrow(RangeError);
    expect(() => new abi.sockaddr_in(new Uint8Array(20), -1)).toThrow(RangeError);
    expect(() => new abi.group_filter(new Uint8Array(143))).toThrow(RangeError);
  });
});

describe('plain structures', () => {
  test.each(plains.map((plain) => [plain.name, plain] as const))('%s', (name, structure) => {
    const type = exported[name] as { readonly size?: number; new (): Loose };
    const instance = new type();
    const own = (fields: readonly Field[]): string[] =>
      fields.flatMap((field) => (field.name === null ? own(field.fields ?? nested(field.type)?.fields ?? []) : [field.name]));
    const names = own(structure.fields);
    // fd_set's `size` is the capacity of the instance.
    const extra = name === 'fd_set' ? ['size'] : [];
    expect(Object.keys(instance).sort()).toEqual([...names, ...extra].sort());
    if (name !== 'fd_set') expect(type.size).toBe(structure.x64.size);
    // The header's order: procedure tables are read by position.
    if (name.endsWith('_TABLE') || name.endsWith('TABLE') || name.endsWith('_ROUTINE')) expect(Object.keys(instance)).toEqual(names);
  });

  test('two instances share nothing', () => {
    for (const { name } of plains) {
      const type = exported[name] as new () => Loose;
      const [one, other] = [new type(), new type()];
      for (const [key, value] of Object.entries(one)) {
        if (typeof value === 'object' && value !== null) expect(value, `${name}.${key}`).not.toBe(other[key]);
      }
    }
  });

  test('take initial values', () => {
    const query = new abi.WSAQUERYSETW({ dwSize: abi.WSAQUERYSETW.size, lpszServiceInstanceName: 'host', dwNameSpace: abi.NS_DNS });
    expect(query).toMatchObject({ dwSize: 120, lpszServiceInstanceName: 'host', dwNameSpace: 12, lpVersion: null });
    expect(new abi.WSABUF(3, Uint8Array.of(1, 2, 3))).toEqual({ len: 3, buf: Uint8Array.of(1, 2, 3) });
    expect(new abi.WSABUF()).toEqual({ len: 0, buf: null });
  });
});

test('every alias is the structure itself', () => {
  // FD_SET as a value is the macro.
  const other = new Set(['FD_SET']);
  for (const { name, aliases = [] } of items) {
    for (const alias of aliases) {
      if (alias.startsWith('_') || alias.endsWith('_tag') || other.has(alias)) continue;
      expect(exported[alias], alias).toBe(exported[name]);
    }
  }
  expect(abi.WSAOVERLAPPED).toBe(abi.OVERLAPPED);
});
