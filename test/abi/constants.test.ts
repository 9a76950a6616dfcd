import { describe, expect, test } from 'vitest';
import * as abi from '../../src/abi/index.js';
import { reference } from './reference.js';

interface Constant {
  readonly name: string;
  readonly value: number | string;
  readonly group: string;
  readonly unsigned?: boolean;
  readonly hex?: string;
  readonly legacy11?: boolean;
}

const { items } = reference('constants') as { items: readonly Constant[] };
const exported = abi as unknown as Readonly<Record<string, unknown>>;

const ofGroup = (test: (group: string) => boolean): Constant[] => items.filter((item) => item.legacy11 !== true && test(item.group));

describe('constants', () => {
  test('every number of the headers has its value', () => {
    const numbers = items.filter((item) => item.legacy11 !== true && typeof item.value === 'number');
    const wrong = numbers.filter((item) => exported[item.name] !== item.value);
    expect(numbers.length).toBeGreaterThan(1600);
    expect(wrong).toEqual([]);
  });

  test('unsigned numbers are unsigned, and the hexadecimal form is the 32-bit pattern of the value', () => {
    const wrong = items.filter((item) => {
      const value: unknown = item.legacy11 === true ? Reflect.get(abi.legacy11, item.name) : exported[item.name];
      if (typeof value !== 'number' || item.name === 'INVALID_SOCKET') return false;
      return (item.unsigned === true && value < 0) || (item.hex !== undefined && Number(item.hex) !== value >>> 0);
    });
    expect(wrong).toEqual([]);
  });

  test('INVALID_SOCKET is all bits set, as a signed number', () => {
    expect(items.find((item) => item.name === 'INVALID_SOCKET')?.value).toBe('0xffffffffffffffff');
    expect(abi.INVALID_SOCKET).toBe(-1);
    expect(BigInt.asUintN(64, BigInt(abi.INVALID_SOCKET))).toBe(0xffffffffffffffffn);
  });

  test('every GUID prints as the reference has it', () => {
    const guids = ofGroup((group) => group === 'guid');
    expect(guids).toHaveLength(226);
    for (const { name, value } of guids) expect(`${name} ${String(exported[name])}`).toBe(`${name} ${value}`);
  });

  test('strings', () => {
    for (const { name, value } of ofGroup((group) => group === 'string')) expect(exported[name]).toBe(value);
  });

  test('address initialisers are the bytes of the address in network order', () => {
    const initialisers = ofGroup((group) => group === 'address-initialiser');
    expect(initialisers).toHaveLength(28);
    for (const { name, value } of initialisers) {
      const bytes = Uint8Array.from(exported[name] as readonly number[]);
      const text = name.startsWith('IN4') ? abi.formatIpv4(bytes) : abi.formatIpv6(bytes);
      const wanted = name.startsWith('IN4') ? abi.parseIpv4(String(value)) : abi.parseIpv6(String(value));
      expect(bytes, `${name} is ${text}`).toEqual(wanted);
    }
  });

  test('the 1.1 values are kept apart', () => {
    const legacy = items.filter((item) => item.legacy11 === true);
    expect(Object.keys(abi.legacy11).sort()).toEqual(legacy.map((item) => item.name).sort());
    for (const { name, value } of legacy) expect(Reflect.get(abi.legacy11, name)).toBe(value);
    expect(abi.IP_TTL).toBe(4);
    expect(abi.legacy11.IP_TTL).toBe(7);
  });
});
