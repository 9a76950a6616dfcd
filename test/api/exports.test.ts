// The export list: complete against the reference, consistent in itself, in step with its generated files and with what
// the package exports.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { generate, type Reference } from '../../scripts/exports/generate.js';
import { WSAEOPNOTSUPP } from '../../src/abi/index.js';
import { exportItem, exportItems, exportNamed, type ExportItem } from '../../src/api/exports.js';

const root = new URL('../../', import.meta.url);
const text = (path: string) => readFileSync(new URL(path, root), 'utf8');
const reference = (JSON.parse(text('test/reference/functions.json')) as { items: (Reference & { errors: string[] })[] }).items;
const layers = ['api', 'legacy-1.1', 'extension', 'spi-install', 'undocumented-export'];
const listed = reference.filter((item) => layers.includes(item.layer));

const items = exportItems();
const functions = items.filter((item) => item.aliasOf === null);
const nameIn = (signature: string) => /(\w+)\(/.exec(signature)?.[1] ?? '';
const parameterNames = (signature: string) => {
  const list = /\((.*)\)$/.exec(signature)?.[1] ?? '';
  return list === 'void' || list === '' ? [] : list.split(',').map((parameter) => /\w+$/.exec(parameter.trim())?.[0]);
};

describe('completeness', () => {
  it.each(listed.map((item) => [item.name, item] as const))('lists %s under every name that it has', (_name, item) => {
    const names = [item.name];
    if (item.signature !== null) names.push(nameIn(item.signature));
    if (item.signatureA !== undefined) names.push(nameIn(item.signatureA));
    for (const variant of item.variants) names.push(item.name.endsWith('W') ? item.name : `${item.name}${variant}`);
    expect(names.filter((name) => exportNamed(name) === null)).toEqual([]);
  });

  it('lists nothing else but the functions that WS2_32 exports for providers', () => {
    const known = new Set(listed.flatMap((item) => [item.name, nameIn(item.signature ?? ''), nameIn(item.signatureA ?? '')]));
    expect(functions.map((item) => item.name as string).filter((name) => !known.has(name)).sort()).toEqual([
      'WPUCompleteOverlappedRequest',
      'WSAAdvertiseProvider',
      'WSAProviderCompleteAsyncCall',
      'WSAUnadvertiseProvider',
    ]);
  });

  it('knows nothing of other names', () => {
    expect(exportNamed('WSANoSuchFunction')).toBeNull();
    expect(exportNamed('toString')).toBeNull();
  });
});

describe('prototypes', () => {
  const signatures = listed.flatMap((item) => [item.signature, item.signatureA]).filter((signature) => typeof signature === 'string');

  it.each(signatures.map((signature) => [nameIn(signature), signature] as const))('%s has its parameters in order', (name, signature) => {
    expect(exportNamed(name)?.params.map((param) => param.name)).toEqual(parameterNames(signature));
  });

  it.each([
    ['send', ['socket', 'memory', 'int', 'int']],
    ['gethostbyname', ['string']],
    ['gethostbyaddr', ['memory', 'int', 'int']],
    ['gethostname', ['chars', 'int']],
    ['GetHostNameW', ['wchars', 'int']],
    ['WSAAddressToStringA', ['memory', 'int', 'struct', 'chars', 'ref']],
    ['WSAAddressToStringW', ['memory', 'int', 'struct', 'wchars', 'ref']],
    ['WSAEnumProtocolsW', ['array', 'memory', 'ref']],
    ['WSASend', ['socket', 'array', 'int', 'ref', 'int', 'struct', 'function']],
    ['WSAConnect', ['socket', 'memory', 'int', 'struct', 'struct', 'struct', 'struct']],
    ['WSAWaitForMultipleEvents', ['int', 'array', 'int', 'int', 'int']],
    ['WSAPoll', ['array', 'int', 'int']],
    ['select', ['int', 'fdset', 'fdset', 'fdset', 'struct']],
    ['htonll', ['int64']],
    ['getaddrinfo', ['string', 'string', 'struct', 'ref']],
    ['WSCWriteProviderOrder', ['array', 'int']],
    ['WSCInstallProviderAndChains', ['struct', 'string', 'string', 'int', 'array', 'int', 'ref', 'ref']],
  ])('%s takes the right kinds', (name, kinds) => {
    expect(exportNamed(name)?.params.map((param) => param.kind)).toEqual(kinds);
  });

  it('marks what may be null', () => {
    expect(exportItem('accept').params.map((param) => param.optional)).toEqual([false, true, true]);
  });
});

describe('facts about a call', () => {
  it.each([
    ['recv', 'int', -1],
    ['accept', 'socket', -1],
    ['WSASetEvent', 'bool', 0],
    ['WSACreateEvent', 'handle', 0],
    ['gethostbyname', 'pointer', null],
    ['getaddrinfo', 'error', undefined],
    ['WSAStartup', 'error', undefined],
    ['htons', 'value', undefined],
    ['inet_addr', 'value', 0xffffffff],
    ['WSAWaitForMultipleEvents', 'value', 0xffffffff],
    ['freeaddrinfo', 'void', undefined],
    ['inet_pton', 'int', -1],
    ['WSAAsyncGetHostByName', 'handle', 0],
    ['RtlIpv4AddressToStringW', 'value', undefined],
    ['RtlIpv4StringToAddressExW', 'error', undefined],
    ['WSCWriteProviderOrder', 'error', undefined],
  ])('%s returns %s and fails with %s', (name, returns, failure) => {
    expect(exportNamed(name)).toMatchObject({ returns, failure });
  });

  it('blocks where the reference says so, and where code or a disconnect is waited for, or the catalog is written', () => {
    const blocking = new Set(listed.filter((item) => item.mayBlock).flatMap((item) => [nameIn(item.signature ?? ''), nameIn(item.signatureA ?? '')]));
    const others = functions.filter((item) => item.mayBlock !== blocking.has(item.name) && item.layer !== 'spi-install');
    expect(others.map((item) => item.name as string).sort()).toEqual([
      ...['DisconnectEx', 'WSAAdvertiseProvider', 'WSAInstallServiceClassA', 'WSAInstallServiceClassW', 'WSARemoveServiceClass'],
      ...['WSAStartup', 'idealsendbacklognotify'],
    ]);
  });

  it('blocks in installers that change the catalog, where they wait for each other, and in no other', () => {
    const reads = /^WSC(Enum|Get)/;
    const works = functions.filter((item) => item.layer === 'spi-install' && item.support !== 'none');
    expect(works.filter((item) => item.mayBlock === reads.test(item.name)).map((item) => item.name)).toEqual([]);
  });

  it('asks for WSAStartup wherever the page lists WSANOTINITIALISED', () => {
    const asking = listed.filter((item) => item.errors.includes('WSANOTINITIALISED') && item.layer !== 'spi-install');
    const free = asking.filter((item) => exportNamed(item.name)?.needsStartup === false && item.layer !== 'undocumented-export');
    // It may be called at any time: it is how a program clears the error before anything else.
    expect(free.map((item) => item.name)).toEqual(['WSASetLastError']);
  });

  it.each(['htonl', 'inet_addr', 'InetNtopW', 'gai_strerrorA', 'RtlIpv6StringToAddressW', 'WSAGetLastError', 'freeaddrinfo', 'WSCEnumProtocols'])(
    '%s works before WSAStartup',
    (name) => {
      expect(exportNamed(name)?.needsStartup).toBe(false);
    },
  );

  it('names the socket to check', () => {
    const wrong = functions.filter((item) => item.socketParam !== null && item.params[item.socketParam]?.kind !== 'socket');
    expect(wrong).toEqual([]);
    const unchecked = functions.filter((item) => item.socketParam === null && item.params.some((param) => param.kind === 'socket'));
    expect(unchecked.map((item) => item.name)).toEqual(['__WSAFDIsSet', 'WPUCompleteOverlappedRequest']);
  });

  it('names the parameter that makes a call overlapped', () => {
    const overlapped = functions.filter((item) => item.overlappedParam !== null);
    expect(overlapped.map((item) => item.name)).toEqual(expect.arrayContaining(['WSARecv', 'WSASendMsg', 'GetAddrInfoExW', 'TransmitFile']));
    expect(overlapped.filter((item) => !item.mayBlock || item.params[item.overlappedParam ?? -1]?.kind !== 'struct')).toEqual([]);
    expect(exportItem('WSAGetOverlappedResult').overlappedParam).toBeNull();
  });

  it('reports through lpErrno only where that is the last parameter', () => {
    const through = functions.filter((item) => item.errors === 'lpErrno');
    expect(through.length).toBeGreaterThan(10);
    expect(through.filter((item) => item.params.at(-1)?.name !== 'lpErrno')).toEqual([]);
    expect(functions.filter((item) => item.params.at(-1)?.name === 'lpErrno' && item.errors !== 'lpErrno')).toEqual([]);
  });

  it('refuses with WSAEOPNOTSUPP, but for the one that returns an HRESULT', () => {
    const other = items.filter((item) => item.unsupportedError !== WSAEOPNOTSUPP);
    expect(other.map(({ name, unsupportedError }) => [name, unsupportedError])).toEqual([['SetSocketMediaStreamingMode', -2147467263]]);
  });

  it('points to the page in its header’s folder', () => {
    expect(exportItem('recv').doc).toBe('https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-recv');
    const without = functions.filter((item) => item.doc === '' && item.layer !== 'undocumented-export');
    expect(without).toEqual([]);
  });

  it('says what is missing of whatever works in part', () => {
    expect(items.filter((item) => item.support === 'partial' && item.note === '')).toEqual([]);
  });
});

describe('aliases', () => {
  it('are the ANSI functions, as without UNICODE', () => {
    expect(exportItem('WSASocket')).toEqual({ ...exportItem('WSASocketA'), name: 'WSASocket', aliasOf: 'WSASocketA' });
    expect(exportItem('InetPton').aliasOf).toBe('inet_pton');
    expect(exportItem('GetAddrInfo').aliasOf).toBe('getaddrinfo');
    expect(items.filter((item) => item.aliasOf?.endsWith('W') === true)).toEqual([]);
  });
});

describe('generated files', () => {
  const files = generate(reference);

  it.each([...files])('src/api/%s is what the tables give', (path, expected) => {
    expect(text(`src/api/${path}`)).toBe(expected);
  });

  it('leave no old file behind', () => {
    const present = readdirSync(new URL('src/api/not-yet/', root)).map((name) => `not-yet/${name}`);
    expect(present.filter((path) => !files.has(path))).toEqual([]);
  });

  it('export every refused function and no other', () => {
    const source = [...files].filter(([path]) => path.startsWith('not-yet/')).map(([, content]) => content).join('');
    const names = [...source.matchAll(/^export (?:const |\{ \w+ as )(\w+)/gm)].map((match) => match[1]);
    const refused = items.filter((item) => item.support === 'none' && item.exported).map((item) => item.name);
    expect(names.sort()).toEqual(refused.sort());
  });
});

// A name in a variable keeps the compiler from asking for the file.
const index = 'src/index.ts';
const reason = existsSync(new URL(index, root)) ? undefined : 'src/index.ts is not there yet';

describe.skipIf(reason !== undefined)('what winsock2 exports', () => {
  const exported = async () => (await import(new URL(index, root).href)) as Record<string, unknown>;
  const expected = (item: ExportItem) => item.exported;

  it('has every function on the list', async () => {
    const face = await exported();
    expect(items.filter(expected).map((item) => item.name as string).filter((name) => typeof face[name] !== 'function')).toEqual([]);
  });

  it('has no function whose prototype is not public', async () => {
    const face = await exported();
    expect(items.filter((item) => !item.exported).map((item) => item.name as string).filter((name) => name in face)).toEqual([]);
  });
});
