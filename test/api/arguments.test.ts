// Which value can be passed for a parameter of which kind, written out: everything else is a TypeError.
import { describe, expect, it } from 'vitest';
import { Struct, fd_set, ref, sockaddr_in } from '../../src/abi/index.js';
import { argumentCheck } from '../../src/api/arguments.js';
import { exportItem, exportItems, type ParamKind } from '../../src/api/exports.js';

/** One value of every sort that a caller may come with. */
const VALUES = {
  null: null,
  undefined: undefined,
  zero: 0,
  number: 7,
  NaN: Number.NaN,
  bigint: 7n,
  'no string': '',
  string: 'text',
  function: () => 0,
  class: Struct,
  true: true,
  false: false,
  symbol: Symbol('x'),
  object: {},
  'bare object': Object.create(null) as object,
  array: [],
  'Uint8Array': new Uint8Array(2),
  'Buffer': Buffer.alloc(2),
  'Uint16Array': new Uint16Array(2),
  'DataView': new DataView(new ArrayBuffer(2)),
  'ArrayBuffer': new ArrayBuffer(2),
  Struct: new sockaddr_in(),
  fd_set: new fd_set(),
  Ref: ref(0),
  'Ref by its prototype': Object.create(ref(0)) as object,
} as const;
type ValueName = keyof typeof VALUES;

const OBJECTS: readonly ValueName[] = [
  'object', 'bare object', 'array', 'Uint8Array', 'Buffer', 'Uint16Array', 'DataView', 'ArrayBuffer', 'Struct', 'fd_set', 'Ref',
  'Ref by its prototype',
];
const NUMBERS: readonly ValueName[] = ['zero', 'number', 'NaN'];
const BYTES: readonly ValueName[] = ['Uint8Array', 'Buffer'];

const ACCEPTED: Readonly<Record<ParamKind, readonly ValueName[]>> = {
  socket: NUMBERS,
  handle: NUMBERS,
  int: NUMBERS,
  int64: ['bigint'],
  memory: ['null', ...BYTES, 'Struct'],
  chars: ['null', ...BYTES],
  wchars: ['null', 'Uint16Array'],
  string: ['null', 'no string', 'string'],
  ref: ['null', 'Ref', 'Ref by its prototype'],
  fdset: ['null', 'fd_set'],
  function: ['null', 'function', 'class'],
  struct: ['null', ...OBJECTS],
  array: ['null', 'array', ...BYTES, 'Uint16Array', 'DataView'],
  word: ['null', ...NUMBERS, 'bigint'],
  any: Object.keys(VALUES) as ValueName[],
};

const ITEMS = exportItems();
const GOOD: Readonly<Record<ParamKind, unknown>> = {
  socket: 4,
  handle: 4,
  int: 0,
  int64: 0n,
  memory: null,
  chars: null,
  wchars: null,
  string: null,
  ref: null,
  fdset: null,
  function: null,
  struct: null,
  array: null,
  word: 0,
  any: undefined,
};

/** Functions with a parameter of the kind, and where it is. */
function placesOf(kind: ParamKind): { name: (typeof ITEMS)[number]['name']; index: number }[] {
  return ITEMS.flatMap(({ name, params }) => params.flatMap((param, index) => (param.kind === kind ? [{ name, index }] : [])));
}

/** Whether the check of a function lets a value through in one place, with good ones in all others. */
function passes(name: (typeof ITEMS)[number]['name'], index: number, value: unknown): boolean {
  const args = exportItem(name).params.map(({ kind }) => GOOD[kind]);
  args[index] = value;
  try {
    argumentCheck(name)(args);
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(TypeError);
    expect((error as Error).message).toContain(exportItem(name).params[index]?.name);
    return false;
  }
}

const kinds = Object.keys(ACCEPTED) as ParamKind[];

it('every function of the list has only kinds of this table', () => {
  const used = new Set(ITEMS.flatMap(({ params }) => params.map(({ kind }) => kind)));
  expect(kinds).toEqual(expect.arrayContaining([...used]));
});

describe.each(kinds)('%s', (kind) => {
  it.runIf(placesOf(kind).length > 0)('takes these values and no others', () => {
    for (const { name, index } of placesOf(kind)) {
      const taken = (Object.keys(VALUES) as ValueName[]).filter((value) => passes(name, index, VALUES[value]));
      expect(new Set(taken), `${name}, argument ${String(index)}`).toEqual(new Set(ACCEPTED[kind]));
    }
  });
});

it('the first wrong argument is the one that is named', () => {
  expect(() => { argumentCheck('send')(['s', 'buf', 'len', 'flags']); }).toThrow(/^send: s must be a SOCKET \(number\), not string$/);
  expect(() => { argumentCheck('send')([4, new Uint16Array(1), 'len', 0]); }).toThrow(/^send: buf must be .*, not a Uint16Array$/);
});

it('arguments that are missing are undefined, and more than there are do not matter', () => {
  expect(() => { argumentCheck('closesocket')([]); }).toThrow('s must be');
  expect(() => { argumentCheck('closesocket')([4, 'more']); }).not.toThrow();
});
