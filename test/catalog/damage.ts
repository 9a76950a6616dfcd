// Damaged catalog files: each kind of damage that a file can suffer, at places chosen by a number. Every one of them makes
// the file wrong; what a diagnosis must say of it comes along.

import { encodeCatalog } from '../../src/catalog/index.js';
import { chain, fullCatalog, layer } from '../../src/testing/compliance/store/samples.js';

type Json = null | boolean | number | string | Json[] | { [member: string]: Json };

export interface Damage {
  readonly bytes: Uint8Array;
  /** The finding's name. */
  readonly name: string;
  /** Where in the catalog. */
  readonly path: string;
}

/** Chooses one of so many. */
export type Choose = (count: number) => number;

interface Place {
  readonly path: string;
  readonly holder: Record<string | number, Json>;
  readonly key: string | number;
}

const sample = encodeCatalog(fullCatalog().withProtocols([layer, chain(1008, 1009, 1002)]));
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const pick = <T>(list: readonly T[], choose: Choose): T => {
  const one = list[choose(list.length)];
  if (one === undefined) throw new Error('nothing to choose from');
  return one;
};

/** Every value below the root; the file's own two members are damaged by kinds of their own. */
function places(value: Json, path = ''): Place[] {
  if (typeof value !== 'object' || value === null) return [];
  const holder = value as Record<string | number, Json>;
  const keys: (string | number)[] = Array.isArray(value) ? [...value.keys()] : Object.keys(value);
  return keys.flatMap((key) => {
    if (path === '' && (key === 'format' || key === 'version')) return [];
    const here = typeof key === 'number' ? `${path}[${key}]` : [path, key].filter((part) => part !== '').join('.');
    return [{ path: here, holder, key }, ...places(holder[key] ?? null, here)];
  });
}

function otherType(value: Json | undefined, choose: Choose): Json {
  const others: Json[] = [null];
  // In an object's place it is one with the wrong members.
  if (typeof value !== 'object' || value === null || Array.isArray(value)) others.push({ a: 1 });
  if (typeof value !== 'boolean') others.push(true);
  if (typeof value !== 'number') others.push(4711);
  if (typeof value !== 'string') others.push('text');
  if (!Array.isArray(value)) others.push([]);
  return pick(others, choose);
}

/** Changes the sample's JSON. */
function edited(name: string, edit: (root: Json & object) => string): Damage {
  const root = JSON.parse(sample) as Json & object;
  const path = edit(root);
  return { bytes: utf8(JSON.stringify(root)), name, path };
}

const isMember = ({ key }: Place): boolean => typeof key === 'string';
const isNumber = ({ holder, key }: Place): boolean => typeof holder[key] === 'number';
const protocolsOf = (root: Json & object) => (root as { protocols: { dwCatalogEntryId: number; chainEntries: number[] }[] }).protocols;

/** The kinds of damage. */
export const kinds: Readonly<Record<string, (choose: Choose) => Damage>> = {
  truncated: (choose) => ({ bytes: utf8(sample).subarray(0, choose(sample.length - 2)), name: 'not-json', path: '' }),
  'not UTF-8': (choose) => {
    const bytes = utf8(sample);
    bytes[choose(bytes.length)] = 0xff;
    return { bytes, name: 'not-text', path: '' };
  },
  'a brace that closes nothing': (choose) => {
    const at = choose(2);
    return { bytes: utf8(at === 0 ? `}${sample}` : `${sample}}`), name: 'not-json', path: '' };
  },
  'deep nesting': (choose) => {
    const depth = 1000 + choose(100_000);
    return { bytes: utf8('['.repeat(depth) + ']'.repeat(depth)), name: 'not-a-catalog', path: '' };
  },
  'deep nesting inside': (choose) => {
    const depth = 1000 + choose(5000);
    const deep = '['.repeat(depth) + ']'.repeat(depth);
    return { bytes: utf8(sample.replace('"namespaces": [', `"namespaces": [${deep},`)), name: 'wrong-value', path: 'namespaces[0]' };
  },
  'a future version': (choose) => ({
    bytes: utf8(sample.replace('"version": 1', `"version": ${2 + choose(1_000_000)}`)),
    name: 'newer-version',
    path: 'version',
  }),
  'a version that is none': (choose) => ({
    bytes: utf8(sample.replace('"version": 1', `"version": ${pick(['0', '-1', '1.5', '"1"', 'null', '1e999'], choose)}`)),
    name: 'not-a-catalog',
    path: 'version',
  }),
  'another format': (choose) => ({
    bytes: utf8(sample.replace('winsock2 catalog', pick(['', 'winsock', 'package.json'], choose))),
    name: 'not-a-catalog',
    path: 'format',
  }),
  'a wrong type': (choose) =>
    edited('wrong-value', (root) => {
      const { holder, key, path } = pick(places(root), choose);
      holder[key] = otherType(holder[key], choose);
      return path;
    }),
  'a missing member': (choose) =>
    edited('missing-member', (root) => {
      const { holder, key, path } = pick(places(root).filter(isMember), choose);
      Reflect.deleteProperty(holder, key);
      return path;
    }),
  'a strange member': (choose) =>
    edited('unknown-member', (root) => {
      const { holder, path } = pick(places(root).filter(isMember), choose);
      const name = pick(['surprise', 'constructor', 'toString', 'szprotocol'], choose);
      holder[name] = 1;
      return path.replace(/[^.]*$/, name);
    }),
  'a huge number': (choose) => {
    const found = edited('wrong-value', (root) => {
      const { holder, key, path } = pick(places(root).filter(isNumber), choose);
      holder[key] = 4711_4711;
      return path;
    });
    const huge = pick(['1e400', '-1e400', '1e17', '9007199254740993', '0.5', `1${'0'.repeat(300)}`], choose);
    return { ...found, bytes: utf8(new TextDecoder().decode(found.bytes).replace('47114711', huge)) };
  },
  'an id twice': (choose) =>
    edited('duplicate', (root) => {
      const protocols = protocolsOf(root);
      const second = 1 + choose(protocols.length - 1);
      const first = choose(second);
      Object.assign(protocols[second] ?? {}, { dwCatalogEntryId: protocols[first]?.dwCatalogEntryId });
      return `protocols[${second}].dwCatalogEntryId`;
    }),
  'a cyclic chain': (choose) =>
    edited('cyclic-chain', (root) => {
      const protocols = protocolsOf(root);
      // The two chains are at the places 8 and 10, and have the ids 1009 and 1011.
      const upper = choose(2);
      if (upper === 0) Object.assign(protocols[8] ?? {}, { chainEntries: [1011, 1001] });
      else Object.assign(protocols[8] ?? {}, { chainEntries: [1009, 1001] });
      return 'protocols[8].chainEntries[0]';
    }),
  'a missing base': (choose) =>
    edited('missing-base', (root) => {
      const protocols = protocolsOf(root);
      Object.assign(protocols[8] ?? {}, { chainEntries: [1008, pick([1, 4711, 1008], choose)] });
      return 'protocols[8].chainEntries[1]';
    }),
  'a missing layer': (choose) =>
    edited('missing-entry', (root) => {
      Object.assign(protocolsOf(root)[8] ?? {}, { chainEntries: [1 + choose(900), 1001] });
      return 'protocols[8].chainEntries[0]';
    }),
  'a chain of another length': (choose) =>
    edited('wrong-chain-length', (root) => {
      Object.assign(protocolsOf(root)[8] ?? {}, { chainEntries: Array.from({ length: pick([0, 1, 3, 7], choose) }, () => 1001) });
      return 'protocols[8].chainEntries';
    }),
  'a used next id': (choose) =>
    edited('next-id-in-use', (root) => {
      Object.assign(root, { nextEntryId: 1 + choose(1011) });
      return 'nextEntryId';
    }),
};
