import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { constantFiles } from '../../scripts/generate-abi/constants.js';
import { errorFiles } from '../../scripts/generate-abi/errors.js';
import { structFiles } from '../../scripts/generate-abi/structs.js';
import { tableFiles } from '../../scripts/generate-abi/tables.js';
import * as abi from '../../src/abi/index.js';
import { reference } from './reference.js';

interface OptionItem {
  readonly level: string;
  readonly levelValue: number | null;
  readonly name: string;
  readonly value: number | null;
  readonly get: boolean;
  readonly set: boolean;
  readonly valueType: string | null;
  readonly size: { readonly x64: number | string } | null;
  readonly default: string | null;
  readonly appliesTo: readonly string[];
}

interface IoctlItem {
  readonly name: string;
  readonly code: number;
  readonly bits: { readonly in: boolean; readonly out: boolean; readonly class: string };
}

const exported = abi as unknown as Readonly<Record<string, unknown>>;

describe('socket options', () => {
  const { items } = reference('options') as { items: readonly OptionItem[] };

  test('every option of the reference, unchanged', () => {
    expect(abi.socketOptions).toHaveLength(items.length);
    items.forEach((item, i) => {
      const { level, name, value, get, set, valueType, default: fresh, appliesTo, size } = abi.socketOptions[i] ?? ({} as abi.SocketOption);
      const wantedSize = typeof item.size?.x64 === 'number' ? item.size.x64 : null;
      expect({ level, name, value, get, set, valueType, fresh, appliesTo, size }).toEqual({
        level: item.levelValue,
        name: item.name,
        value: item.value,
        get: item.get,
        set: item.set,
        valueType: item.valueType,
        fresh: item.default,
        appliesTo: item.appliesTo,
        size: wantedSize,
      });
    });
  });

  test('numbers agree with the constants', () => {
    const differing = abi.socketOptions.filter(({ name, value }) => typeof exported[name] === 'number' && exported[name] !== value);
    expect(differing).toEqual([]);
  });
});

describe('control codes', () => {
  const { items } = reference('ioctls') as { items: readonly IoctlItem[] };

  test('every code of the reference, with its direction bits', () => {
    expect(abi.socketIoctls).toHaveLength(items.length);
    items.forEach((item, i) => {
      const row = abi.socketIoctls[i];
      expect(row).toMatchObject({ name: item.name, code: item.code, in: item.bits.in, out: item.bits.out, class: item.bits.class });
      expect((item.code & abi.IOC_IN) !== 0).toBe(item.bits.in);
      expect((item.code & abi.IOC_OUT) !== 0).toBe(item.bits.out);
    });
  });

  test('numbers agree with the constants', () => {
    const differing = abi.socketIoctls.filter(({ name, code }) => exported[name] !== code);
    expect(differing).toEqual([]);
  });
});

test('the generated files are what the generator writes', () => {
  const files = new Map([
    ...constantFiles(reference('constants')),
    ...errorFiles(reference('errors')),
    ...structFiles(reference('structs')),
    ...tableFiles(reference('options'), reference('ioctls')),
  ]);
  const onDisk = (path: string): string | null => {
    const url = new URL(`../../src/abi/${path}`, import.meta.url);
    return existsSync(url) ? readFileSync(url, 'utf8') : null;
  };
  const differing = [...files].filter(([path, text]) => onDisk(path) !== text).map(([path]) => path);
  expect(differing).toEqual([]);
});
