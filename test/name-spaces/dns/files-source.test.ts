// The hosts file is asked before DNS, and what it knows is asked of nobody else.
import { beforeEach, expect, it } from 'vitest';
import { WSAHOST_NOT_FOUND, WSANO_DATA } from '../../../src/abi/index.js';
import { FilesSource } from '../../../src/providers/namespaces/dns/files-source.js';
import { isFound, notFound, type Lookup } from '../../../src/providers/namespaces/dns/lookup.js';
import { RR } from '../../../src/providers/namespaces/dns/message.js';
import { reverseName } from '../../../src/providers/namespaces/dns/special-names.js';
import type { HostEntry, NameFiles } from '../../../src/win32/index.js';

const SERVER: HostEntry = {
  name: 'Server.example',
  aliases: ['web'],
  addresses: [{ family: 'ipv4', address: '192.0.2.7', scopeId: 0 }],
};

const known = (name: string): boolean => ['server.example', 'web', 'localhost'].includes(name.toLowerCase());
const files = {
  host: (name: string, family: string | null) =>
    known(name) ? { ...SERVER, addresses: SERVER.addresses.filter((each) => family === null || each.family === family) } : null,
  hostAt: (address: string) => (address === '192.0.2.7' ? SERVER : null),
} as Partial<NameFiles> as NameFiles;

let asked: string[];
let source: FilesSource;
beforeEach(() => {
  asked = [];
  source = new FilesSource(files, {
    lookup: (name, type) => {
      asked.push(`${name} ${String(type)}`);
      return notFound(WSAHOST_NOT_FOUND);
    },
  });
});

async function found(name: string, type: number): Promise<unknown> {
  const lookup: Lookup = await source.lookup(name, type);
  if (!isFound(lookup)) return lookup.error;
  const { records, canonicalName, aliases } = lookup;
  return { canonicalName, aliases, data: records.map(({ data }) => ('address' in data ? data.address : 'target' in data ? data.target : null)) };
}

it.each([
  ['server.example', { canonicalName: 'Server.example', aliases: ['web'], data: ['192.0.2.7'] }],
  ['WEB', { canonicalName: 'Server.example', aliases: ['web'], data: ['192.0.2.7'] }],
])('%s is known', async (name, expected) => {
  expect(await found(name, RR.A)).toEqual(expected);
  expect(asked).toEqual([]);
});

it('a name without an address of the family is not asked for elsewhere, as on Windows', async () => {
  expect(await found('server.example', RR.AAAA)).toBe(WSANO_DATA);
  expect(asked).toEqual([]);
});

it('an address has its name and aliases', async () => {
  expect(await found(String(reverseName('192.0.2.7')), RR.PTR)).toMatchObject({ data: ['Server.example', 'web'] });
  expect(asked).toEqual([]);
});

it.each([
  ['other.example', RR.A],
  ['server.example', RR.MX],
  [String(reverseName('192.0.2.8')), RR.PTR],
  // What a file says of it does not count.
  ['localhost', RR.A],
])('%s of type %i goes on', async (name, type) => {
  expect(await found(name, type)).toBe(WSAHOST_NOT_FOUND);
  expect(asked).toEqual([`${name} ${String(type)}`]);
});
