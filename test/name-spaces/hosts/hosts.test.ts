// The name files: what they say, that they are the file's at every look, that bad lines cost nobody but themselves; and the
// name space over them keeps the contract.
import { appendFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fc, test as prop } from '@fast-check/vitest';
import * as vitest from 'vitest';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { LUP_RETURN_ALL, NS_DNS, SVCID_INET_HOSTADDRBYNAME, SVCID_INET_SERVICEBYNAME, hostent, servent, type GUID } from 'winsock2';
import { describeNameSpaceProvider } from 'winsock2/testing';
import { MemoryStore } from '../../../src/catalog/index.js';
import { HostsFiles } from '../../../src/providers/namespaces/hosts/hosts-files.js';
import { NETWORK_CLASS, NSPStartup, PROTOCOL_CLASS, fileAnswers } from '../../../src/providers/namespaces/hosts/index.js';
import { nodeTexts } from '../../../src/providers/namespaces/hosts/node-texts.js';
import { parseHosts, parseNetworks, parseProtocols, parseServices } from '../../../src/providers/namespaces/hosts/parse.js';
import type { TextSource } from '../../../src/providers/namespaces/hosts/text-source.js';
import type { Answer } from '../../../src/providers/namespaces/kit/index.js';
import { nameFilesOf } from '../../../src/win32/index.js';
import { createProcess } from '../../../src/winsock.js';

const folder = mkdtempSync(join(tmpdir(), 'winsock2-hosts-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
const at = (name: string): string => join(folder, name);

const HOSTS = `# a comment
127.0.0.1 localhost
192.0.2.1\tWeb.example www alias # the first
2001:DB8:0::1 web.example
not-an-address nobody
192.0.2.2
fe80::1%4 link
`;

const process = createProcess({ store: new MemoryStore() });
let files: HostsFiles;
let notes: string[];
beforeEach(() => {
  writeFileSync(at('hosts'), HOSTS);
  writeFileSync(at('services'), 'ours 4711/tcp mine\nhttp 8000/tcp\nwrong 70000/tcp\n');
  writeFileSync(at('protocols'), 'ours 200 OURS\n');
  writeFileSync(at('networks'), 'loopback 127\nlan 192.0.2.0 home\n');
  const paths = { hosts: at('hosts'), services: at('services'), protocols: at('protocols'), networks: at('networks') };
  notes = [];
  files = new HostsFiles({ source: nodeTexts, paths, system: paths, process, hostName: () => 'here', trustMs: 0 });
});

const addressesOf = (name: string, family: 'ipv4' | 'ipv6' | null = null): string[] | null =>
  files.host(name, family)?.addresses.map(({ address }) => address) ?? null;

describe('hosts', () => {
  it('by name: all lines of it, in any case, with a dot at the end', () => {
    expect(addressesOf('WEB.example.')).toEqual(['192.0.2.1', '2001:db8::1']);
    expect(files.host('www', null)).toMatchObject({ name: 'Web.example', aliases: ['www', 'alias'] });
    expect(addressesOf('nobody')).toBeNull();
  });
  it('of one family: known without an address, which is not the same as unknown', () => {
    expect(addressesOf('web.example', 'ipv6')).toEqual(['2001:db8::1']);
    expect(addressesOf('localhost', 'ipv6')).toEqual([]);
    expect(addressesOf('unknown', 'ipv6')).toBeNull();
  });
  it('by address, in any form of it', () => {
    expect(files.hostAt('2001:db8::0:1')?.name).toBe('web.example');
    expect(files.hostAt('192.0.2.1')?.aliases).toEqual(['www', 'alias']);
    expect(files.hostAt('nonsense')).toBeNull();
  });
  it('with a scope', () => {
    expect(files.host('link', null)?.addresses).toEqual([{ family: 'ipv6', address: 'fe80::1', scopeId: 4 }]);
  });
});

it('services: those of the file before those built in', () => {
  expect(files.service('MINE', null)).toEqual({ name: 'ours', port: 4711, protocol: 'tcp', aliases: ['mine'] });
  expect([files.service('http', 'tcp')?.port, files.serviceAt(80, 'TCP')?.name]).toEqual([8000, 'http']);
  expect(files.service('ours', 'udp')).toBeNull();
});

it('protocols and networks', () => {
  expect([files.protocol('OURS')?.number, files.protocolNumbered(6)?.name]).toEqual([200, 'tcp']);
  expect([files.network('home')?.address, files.networkAt('127.0.0.0')?.name]).toEqual(['192.0.2.0', 'loopback']);
});

describe('a change', () => {
  it.each<[string, () => void, string[] | null]>([
    ['in place', () => { writeFileSync(at('hosts'), '192.0.2.9 localhost\n'); }, ['192.0.2.9']],
    ['of the same length', () => { writeFileSync(at('hosts'), HOSTS.replace('127.0.0.1', '127.0.0.2')); }, ['127.0.0.2']],
    ['appended', () => { appendFileSync(at('hosts'), '::1 localhost\n'); }, ['127.0.0.1', '::1']],
    ['by another file in its place', () => { writeFileSync(at('new'), '::1 localhost\n'); renameSync(at('new'), at('hosts')); }, ['::1']],
    ['by removing it', () => { rmSync(at('hosts')); }, null],
  ])('%s is seen at the next look', (_how, change, expected) => {
    expect(addressesOf('localhost')).toEqual(['127.0.0.1']);
    change();
    expect(addressesOf('localhost')).toEqual(expected);
  });

  it('a hundred of them, one after the other, are all seen', () => {
    for (let last = 1; last <= 100; last++) {
      writeFileSync(at('hosts'), `192.0.2.${100 + last} changing\n`);
      expect(addressesOf('changing')).toEqual([`192.0.2.${100 + last}`]);
    }
  });

  it('a file that is written while it is read is not taken', () => {
    let busy = true;
    const writing: TextSource = { ...nodeTexts, read: (path) => (busy ? 'it is being written' : nodeTexts.read(path)) };
    const ours = new HostsFiles({
      source: writing,
      paths: { hosts: at('hosts') },
      system: {},
      process,
      hostName: () => 'here',
      trustMs: 0,
    });
    expect(ours.host('localhost', null)).toBeNull();
    busy = false;
    expect(ours.host('localhost', null)).not.toBeNull();
  });
});

it('lines that are wrong are told to the trace, once', () => {
  const unlisten = process.trace.listen(({ phase, name }) => {
    if (phase === 'note') notes.push(name);
  });
  files.host('localhost', null);
  files.host('localhost', null);
  unlisten();
  expect(notes).toEqual(['line 5 left out: not-an-address is no address', 'line 6 left out: there is no name']);
});

prop.prop([fc.string({ unit: 'binary', maxLength: 300 })])('no text makes a parser throw, or name what it cannot', (text) => {
  for (const parse of [parseHosts, parseServices, parseProtocols, parseNetworks]) {
    for (const { name } of parse(text).entries) expect(name).toMatch(/^[^\s#]+$/u);
  }
});

it('a simulated host has the files of its file system, not the machine\'s', () => {
  const simulated = nameFilesOf(createProcess({ store: new MemoryStore(), driver: { resolver: { hostName: () => 'sim' } } as never }));
  expect([simulated.hostName(), simulated.host('localhost', null), simulated.service('http', null)?.port]).toEqual(['sim', null, 80]);
});

describe('answers', () => {
  const one = (serviceClassId: GUID, name: string): Answer => {
    const found = fileAnswers(files, { serviceClassId, name });
    if (found === null || typeof found === 'number' || found[0] === undefined) throw new Error('nothing');
    return found[0];
  };
  it('a host has its hostent', () => {
    const found = one(SVCID_INET_HOSTADDRBYNAME, 'web.example');
    expect(found).toMatchObject({ name: 'Web.example', aliases: ['www', 'alias'] });
    expect(found.addresses).toHaveLength(2);
    expect(new hostent(found.blob)).toMatchObject({ h_name: 'Web.example', h_length: 4, h_addr_list: [Uint8Array.of(192, 0, 2, 1)] });
  });
  it.each(['ours/tcp', '4711/tcp', 'mine'])('a service asked for as %s has its servent', (name) => {
    expect(new servent(one(SVCID_INET_SERVICEBYNAME, name).blob)).toMatchObject({ s_name: 'ours', s_port: 0x6712, s_proto: 'tcp' });
  });
  it('protocols and networks by name and number', () => {
    expect([one(PROTOCOL_CLASS, '200').name, one(NETWORK_CLASS, '127').name]).toEqual(['ours', 'loopback']);
  });
  it('a name of nobody is left to others', () => {
    expect(fileAnswers(files, { serviceClassId: SVCID_INET_HOSTADDRBYNAME, name: 'nobody' })).toBeNull();
  });
});

describeNameSpaceProvider(vitest, 'of the hosts files', {
  NSPStartup,
  nameSpace: NS_DNS,
  module: `winsock2/namespaces/hosts?hosts=${at('hosts')}`,
  known: { lpServiceClassId: SVCID_INET_HOSTADDRBYNAME },
  prepare: () => {
    writeFileSync(at('hosts'), HOSTS);
    return Promise.resolve();
  },
  change: async (space) => {
    writeFileSync(at('hosts'), `${HOSTS}192.0.2.77 another\n`);
    // The files are looked at again and again; what is waited for is the look.
    const query = await space.begin(undefined, LUP_RETURN_ALL);
    await new Promise<void>((resolve) => {
      const end = nameFilesOf(space.process).at({ hosts: at('hosts') }).watch?.(() => { end?.(); resolve(); });
      writeFileSync(at('hosts'), `${HOSTS}192.0.2.78 another\n`);
    });
    space.end(query);
  },
  lacks: {
    registration: 'the files are for people to edit',
    classes: 'it keeps none',
    containers: 'it is flat',
  },
});
