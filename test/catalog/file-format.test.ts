// The catalog as text: what is written is read back, and whatever is wrong is named.

import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { WSANO_RECOVERY } from '../../src/abi/index.js';
import { Catalog, decodeCatalog, defaultCatalog, encodeCatalog } from '../../src/catalog/index.js';
import { fullCatalog } from '../../src/testing/compliance/store/samples.js';

const FILE = '/etc/example/catalog.json';
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

type Json = null | boolean | number | string | Json[] | { [member: string]: Json };

/** The full catalog's JSON with one place changed; `undefined` takes the member away. */
function changed(path: readonly (string | number)[], value: Json | undefined): Uint8Array {
  const root = JSON.parse(encodeCatalog(fullCatalog())) as Json;
  let place = root as Record<string | number, Json>;
  for (const key of path.slice(0, -1)) place = place[key] as Record<string | number, Json>;
  const last = path.at(-1) ?? '';
  if (value === undefined) Reflect.deleteProperty(place, last);
  else place[last] = value;
  return bytes(JSON.stringify(root));
}

describe('reading what was written', () => {
  it.each([
    ['built-in', defaultCatalog()],
    ['full', fullCatalog()],
  ])('gives the %s catalog back', (_, catalog) => {
    const read = decodeCatalog(bytes(encodeCatalog(catalog)), FILE);
    expect(read).toBeInstanceOf(Catalog);
    expect((read as Catalog).content()).toEqual(catalog.content());
  });

  it('is text for people: indented, ending with a line feed', () => {
    const text = encodeCatalog(defaultCatalog());
    expect(text).toContain('\n  "version": 1,\n');
    expect(text).toMatch(/\}\n$/);
  });

  it('takes a byte order mark and lower-case GUIDs', () => {
    const text = encodeCatalog(fullCatalog()).replaceAll(/\{[0-9A-F-]{36}\}/g, (guid) => guid.toLowerCase());
    const read = decodeCatalog(bytes(`\ufeff${text}`), FILE);
    expect((read as Catalog).content()).toEqual(fullCatalog().content());
  });
});

describe('a wrong value', () => {
  it.each<[where: string, path: (string | number)[], value: Json | undefined]>([
    ['format', ['format'], 'something else'],
    ['format', ['format'], undefined],
    ['version', ['version'], '1'],
    ['version', ['version'], 0],
    ['version', ['version'], 1.5],
    ['serial', ['serial'], -1],
    ['serial', ['serial'], undefined],
    ['surprise', ['surprise'], true],
    ['protocols', ['protocols'], {}],
    ['protocols', ['protocols'], undefined],
    ['protocols[3]', ['protocols', 3], null],
    ['protocols[3].iSocketType', ['protocols', 3, 'iSocketType'], 'SOCK_STREAM'],
    ['protocols[3].iSocketType', ['protocols', 3, 'iSocketType'], 1.5],
    ['protocols[3].iSocketType', ['protocols', 3, 'iSocketType'], 0x8000_0000],
    ['protocols[3].iSocketType', ['protocols', 3, 'iSocketType'], undefined],
    ['protocols[3].iSocketTyp', ['protocols', 3, 'iSocketTyp'], 1],
    ['protocols[0].dwServiceFlags1', ['protocols', 0, 'dwServiceFlags1'], -1],
    ['protocols[0].dwMessageSize', ['protocols', 0, 'dwMessageSize'], 0x1_0000_0000],
    ['protocols[1].szProtocol', ['protocols', 1, 'szProtocol'], 'x'.repeat(256)],
    ['protocols[1].szProtocol', ['protocols', 1, 'szProtocol'], 'a\0b'],
    ['protocols[1].providerId', ['protocols', 1, 'providerId'], 'E70F1AA0-AB8B-11CF-8CA3-00805F48A192'],
    ['protocols[1].module', ['protocols', 1, 'module'], ''],
    ['protocols[1].module', ['protocols', 1, 'module'], 'another/module'],
    ['protocols[1].dwCatalogEntryId', ['protocols', 1, 'dwCatalogEntryId'], 1001],
    ['protocols[1].dwCatalogEntryId', ['protocols', 1, 'dwCatalogEntryId'], 0],
    ['protocols[1].chainLen', ['protocols', 1, 'chainLen'], 8],
    ['protocols[1].chainEntries', ['protocols', 1, 'chainLen'], 2],
    ['protocols[1].chainEntries', ['protocols', 1, 'chainEntries'], [1001]],
    ['protocols[8].chainEntries', ['protocols', 8, 'chainLen'], 3],
    ['protocols[8].chainEntries[0]', ['protocols', 8, 'chainEntries', 0], 4711],
    ['protocols[8].chainEntries[0]', ['protocols', 8, 'chainEntries', 0], 1009],
    ['protocols[8].chainEntries[0]', ['protocols', 8, 'chainEntries', 0], 1002],
    ['protocols[8].chainEntries[1]', ['protocols', 8, 'chainEntries', 1], 1008],
    ['protocols[8].chainEntries[1]', ['protocols', 8, 'chainEntries', 1], '1001'],
    ['nextEntryId', ['nextEntryId'], 1009],
    ['namespaces[1].enabled', ['namespaces', 1, 'enabled'], 1],
    ['namespaces[1].providerSpecific', ['namespaces', 1, 'providerSpecific'], '0'],
    ['namespaces[1].providerId', ['namespaces', 1, 'providerId'], '{22059D40-7E9E-11CF-AE5A-00AA00A7112B}'],
    ['serviceClasses[0].classInfos[0].value', ['serviceClasses', 0, 'classInfos', 0, 'value'], 'zz'],
    ['serviceClasses[1].serviceClassId', ['serviceClasses', 1], { serviceClassId: '{BBBBBBBB-2222-3333-4444-555555555555}', lpszServiceClassName: 'again', classInfos: [] }],
    ['providerCategories[0].categories', ['providerCategories', 0, 'categories'], null],
    ['applicationCategories[0].path', ['applicationCategories', 0, 'path'], ''],
  ])('is named: %s', (where, path, value) => {
    const error = decodeCatalog(changed(path, value), FILE);
    expect(error).toMatchObject({ code: WSANO_RECOVERY, trouble: 'corrupt', file: FILE, path: where });
    expect((error as { message: string }).message).toContain(`${FILE}: ${where}: `);
  });

  it('is named where two chains lead to each other', () => {
    const protocols = (JSON.parse(encodeCatalog(fullCatalog())) as { protocols: Record<string, Json>[] }).protocols;
    const [above, below] = [{ ...protocols[8] }, { ...protocols[8] }];
    Object.assign(above, { chainEntries: [1010, 1001] });
    Object.assign(below, { dwCatalogEntryId: 1010, chainEntries: [1009, 1001] });
    const text = JSON.stringify({
      ...(JSON.parse(encodeCatalog(fullCatalog())) as object),
      nextEntryId: 1011,
      protocols: [...protocols.slice(0, 8), above, below],
    });
    expect(decodeCatalog(bytes(text), FILE)).toMatchObject({ trouble: 'corrupt', path: 'protocols[8].chainEntries[0]' });
  });
});

describe('a file that is no catalog', () => {
  const whole = encodeCatalog(fullCatalog());

  it.each<[string, Uint8Array]>([
    ['empty', bytes('')],
    ['truncated', bytes(whole.slice(0, whole.length / 2))],
    ['not JSON', bytes('protocols: []')],
    ['not UTF-8', Uint8Array.of(0x7b, 0xff, 0x7d)],
    ['a list', bytes('[]')],
    ['null', bytes('null')],
  ])('is corrupt: %s', (_, content) => {
    expect(decodeCatalog(content, FILE)).toMatchObject({ trouble: 'corrupt', file: FILE });
  });

  it('is newer when its version is, whatever else it holds', () => {
    const error = decodeCatalog(bytes('{"format": "winsock2 catalog", "version": 2, "brandNew": {}}'), FILE);
    expect(error).toMatchObject({ code: WSANO_RECOVERY, trouble: 'newer', file: FILE, path: 'version' });
  });
});

test.prop([fc.uint8Array({ minLength: 1, maxLength: 4 }), fc.nat(), fc.nat(8)], { numRuns: 200 })(
  'whatever bytes are overwritten, reading answers and never throws',
  (junk, where, removed) => {
    const whole = bytes(encodeCatalog(fullCatalog()));
    const at = where % whole.length;
    const damaged = Uint8Array.of(...whole.subarray(0, at), ...junk, ...whole.subarray(at + removed));
    const read = decodeCatalog(damaged, FILE);
    // What is accepted must be a catalog that can be saved and read again.
    if (read instanceof Catalog) expect(decodeCatalog(bytes(encodeCatalog(read)), FILE)).toEqual(read);
    else expect(read.file).toBe(FILE);
  },
);

test.prop([fc.jsonValue(), fc.nat()], { numRuns: 200 })(
  'whatever value stands in whatever place, reading answers and never throws',
  (value, where) => {
    const root = JSON.parse(encodeCatalog(fullCatalog())) as Json;
    const places = containers(root);
    const [container, key] = places[where % places.length] ?? [{}, ''];
    (container as Record<string | number, Json>)[key] = value as Json;
    const read = decodeCatalog(bytes(JSON.stringify(root)), FILE);
    if (read instanceof Catalog) expect(decodeCatalog(bytes(encodeCatalog(read)), FILE)).toEqual(read);
    else expect(read.message).toContain(FILE);
  },
);

/** Every place in a JSON value, as the object or list it is in and its key there. */
function containers(value: Json): [object, string | number][] {
  if (typeof value !== 'object' || value === null) return [];
  const keys = Array.isArray(value) ? [...value.keys()] : Object.keys(value);
  return keys.flatMap((key): [object, string | number][] => [
    [value, key],
    ...containers((value as Record<string | number, Json>)[key] ?? null),
  ]);
}
