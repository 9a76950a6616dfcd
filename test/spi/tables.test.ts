// The contract tables: their order is the header's, the unsupported ones are complete, and a broken one is named.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { INVALID_SOCKET, ref, SOCKET_ERROR, WSAEOPNOTSUPP, type HANDLE } from '../../src/abi/index.js';
import {
  NSP_ROUTINE_NAMES,
  NSP_ROUTINE_SIZE,
  NSP_ROUTINE_SIZE_NO_IOCTL,
  NSPV2_ROUTINE_NAMES,
  NSPV2_ROUTINE_SIZE,
  unsupportedNspRoutine,
  unsupportedNspv2Routine,
  unsupportedProcTable,
  validateNspRoutine,
  validateNspv2Routine,
  validateProcTable,
  WSPPROC_NAMES,
  WSPUPCALL_NAMES,
} from '../../src/spi/index.js';

interface Field {
  readonly name: string;
  readonly type: string;
  readonly x64: { readonly offset: number; readonly size: number };
}
interface Layout {
  readonly name: string;
  readonly x64: { readonly size: number };
  readonly fields: readonly Field[];
}
interface Prototype {
  readonly name: string;
  readonly params: readonly { readonly name: string }[];
  readonly returns: string;
}

const read = <T>(name: string): T[] =>
  (JSON.parse(readFileSync(new URL(`../reference/${name}.json`, import.meta.url), 'utf8')) as { items: T[] }).items;
const layouts = read<Layout>('structs');
const prototypes = read<Prototype>('functions');
const layout = (name: string) => layouts.find((item) => item.name === name) as Layout;
const functionFields = (name: string) => layout(name).fields.filter((field) => field.type.startsWith('LP')).map((field) => field.name);

describe('order of the tables', () => {
  it.each([
    ['WSPPROC_TABLE', WSPPROC_NAMES, 30],
    ['WSPUPCALLTABLE', WSPUPCALL_NAMES, 15],
    ['NSP_ROUTINE', NSP_ROUTINE_NAMES, 9],
    ['NSPV2_ROUTINE', NSPV2_ROUTINE_NAMES, 7],
  ] as const)('%s is as in ws2spi.h', (name, names, count) => {
    expect(names).toEqual(functionFields(name));
    expect(names).toHaveLength(count);
  });

  it('knows the sizes of the name space tables', () => {
    expect(NSP_ROUTINE_SIZE).toBe(layout('NSP_ROUTINE').x64.size);
    expect(NSPV2_ROUTINE_SIZE).toBe(layout('NSPV2_ROUTINE').x64.size);
    expect(NSP_ROUTINE_SIZE_NO_IOCTL).toBe(layout('NSP_ROUTINE').fields.at(-1)?.x64.offset);
  });
});

describe('unsupportedProcTable', () => {
  it('has the 30 entries in order', () => {
    expect(Object.keys(unsupportedProcTable())).toEqual([...WSPPROC_NAMES]);
  });

  it.each(WSPPROC_NAMES)('%s refuses through lpErrno alone', (name) => {
    const prototype = prototypes.find((item) => item.name === name.slice(2)) as Prototype;
    const cells = prototype.params.map(() => ref(0x5a5a));
    const entry = unsupportedProcTable()[name] as (...parameters: unknown[]) => unknown;
    const failure = prototype.returns.includes('FALSE') ? 0 : prototype.returns.includes('INVALID_SOCKET') ? INVALID_SOCKET : SOCKET_ERROR;

    expect(entry(...cells)).toBe(failure);
    expect(cells.pop()?.value).toBe(WSAEOPNOTSUPP);
    expect(cells.every((cell) => cell.value === 0x5a5a)).toBe(true);
  });

  it('gives every caller a table of its own', () => {
    const mine = unsupportedProcTable();
    mine.lpWSPListen = () => 0;
    expect(unsupportedProcTable().lpWSPListen).not.toBe(mine.lpWSPListen);
  });
});

describe('unsupported name space tables', () => {
  it.each(NSP_ROUTINE_NAMES)('%s sets the last error', (name) => {
    const errors: number[] = [];
    const entry = unsupportedNspRoutine((code) => errors.push(code))[name] as () => number;
    expect(entry()).toBe(SOCKET_ERROR);
    expect(errors).toEqual([WSAEOPNOTSUPP]);
  });

  it('completes the asynchronous entries of version 2 instead of leaving them pending', () => {
    const completed: [HANDLE, number][] = [];
    const errors: number[] = [];
    const table = unsupportedNspv2Routine(
      (code) => errors.push(code),
      (call, code) => completed.push([call, code]),
    );
    table.NSPv2LookupServiceNextEx(8 as HANDLE, 4 as HANDLE, 0, ref(0), null);
    (table.NSPv2SetServiceEx as (call: HANDLE) => void)(12 as HANDLE);
    expect(completed).toEqual([
      [8, WSAEOPNOTSUPP],
      [12, WSAEOPNOTSUPP],
    ]);
    expect(table.NSPv2LookupServiceEnd(4 as HANDLE)).toBe(SOCKET_ERROR);
    expect(errors).toEqual([WSAEOPNOTSUPP]);
  });
});

describe('validation of filled tables', () => {
  const nsp = () => unsupportedNspRoutine(() => undefined);
  const nspv2 = () => unsupportedNspv2Routine(() => undefined, () => 0);

  it('accepts complete tables', () => {
    expect(validateProcTable(unsupportedProcTable())).toBeNull();
    expect(validateNspRoutine(nsp())).toBeNull();
    expect(validateNspv2Routine(nspv2())).toBeNull();
  });

  it.each([undefined, null, 7, 'table', {}, []])('names the first entry of %j', (table) => {
    expect(validateProcTable(table)).toBe('lpWSPAccept');
    expect(validateNspRoutine(table)).toBe('cbSize');
    expect(validateNspv2Routine(table)).toBe('cbSize');
  });

  it.each(WSPPROC_NAMES)('names a missing %s', (name) => {
    expect(validateProcTable({ ...unsupportedProcTable(), [name]: undefined })).toBe(name);
    expect(validateProcTable({ ...unsupportedProcTable(), [name]: 0x401000 })).toBe(name);
  });

  it('names the first of several', () => {
    expect(validateProcTable({ ...unsupportedProcTable(), lpWSPSocket: null, lpWSPBind: null })).toBe('lpWSPBind');
  });

  it('takes a getter that throws for a missing entry', () => {
    const table = Object.defineProperty(unsupportedProcTable(), 'lpWSPSend', {
      get() {
        throw new Error('mine');
      },
    });
    expect(validateProcTable(table)).toBe('lpWSPSend');
  });

  it('asks for NSPIoctl only in a table that has room for it', () => {
    expect(validateNspRoutine({ ...nsp(), NSPIoctl: undefined })).toBe('NSPIoctl');
    expect(validateNspRoutine({ ...nsp(), cbSize: NSP_ROUTINE_SIZE_NO_IOCTL, NSPIoctl: undefined })).toBeNull();
    expect(validateNspRoutine({ ...nsp(), cbSize: 44 })).toBe('cbSize');
  });

  it.each(NSPV2_ROUTINE_NAMES)('names a missing %s', (name) => {
    expect(validateNspv2Routine({ ...nspv2(), [name]: undefined })).toBe(name);
  });
});
