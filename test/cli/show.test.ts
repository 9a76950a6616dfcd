// winsock show: what is printed of a catalog, as text in netsh's form, as tables, as a map and for programs.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { MemoryStore, defaultCatalog } from 'winsock2';
import { catalogText, namespaceText, protocolText } from '../../src/cli/format/catalog.js';
import { fakeShell } from './shell.js';
import { LAYER_A, oneLayer, storeWith, twoLayers } from './layers.js';

interface Reference {
  readonly netshFormat: { readonly protocol: readonly string[]; readonly nameSpace: readonly string[] };
}
const { netshFormat } = JSON.parse(readFileSync('test/reference/catalog-windows.json', 'utf8')) as Reference;

describe('show catalog', () => {
  it('prints a protocol entry exactly as netsh does', () => {
    const entry = { ...defaultCatalog().byId(1001)!, dwCatalogEntryId: 1006, module: '%SystemRoot%\\system32\\mswsock.dll' };
    expect(protocolText(entry).split('\n')).toEqual(netshFormat.protocol);
  });

  it('prints a name space exactly as netsh does', () => {
    const text = namespaceText({
      providerId: '{6642243A-3BA8-4AA6-BAA5-2E0BD71FDD83}', dwNameSpace: 15, dwVersion: 0, enabled: true, storesServiceClassInfo: false,
      lpszIdentifier: 'Network Location Awareness Legacy (NLAv1) Namespace', providerSpecific: '', module: 'm',
    });
    expect(text.split('\n')).toEqual(netshFormat.nameSpace);
  });

  it('tells layers and chains from base providers', () => {
    const text = catalogText(oneLayer());
    expect(text).toContain(`Entry Type:                         Layered Service Provider
Description:                        Lower
Provider ID:                        ${LAYER_A}
Provider Path:                      /layers/lower.js
Catalog Entry ID:                   1008`);
    expect(text).toMatch(/Layered Chain Entry\nDescription: +Lower over \[MSAFD Tcpip \[TCP\/IP\]\]\n/);
    expect(text).toContain('Protocol Chain Length:              2\nProtocol Chain:                     1008 : 1001\n');
  });

  it('lists everything, protocols before name spaces', async () => {
    const { code, out } = await fakeShell(storeWith(oneLayer())).run('show catalog');
    expect(code).toBe(0);
    expect(out.match(/^Catalog Entry ID: +(\d+)/gm)?.map((line) => line.slice(-4))).toEqual(
      ['1001', '1002', '1003', '1004', '1005', '1006', '1007', '1008', '1009', '1010'],
    );
    expect(out.indexOf('Name Space Provider Entry')).toBeGreaterThan(out.lastIndexOf('Winsock Catalog Provider Entry'));
  });

  it('gives programs the entries as they are', async () => {
    const { out } = await fakeShell(storeWith(oneLayer())).run('show catalog --json');
    const { protocols, namespaces } = oneLayer();
    expect(JSON.parse(out)).toEqual({ catalog: 'a catalog in memory', serial: 0, protocols, namespaces });
  });
});

describe('show providers', () => {
  it('gathers the entries of each provider', async () => {
    const { out } = await fakeShell(storeWith(oneLayer())).run('show providers');
    expect(out).toBe(`\
Name                    Kind   Provider ID                             Module            Entries         Categories
MSAFD Tcpip [TCP/IP]    base   {E70F1AA0-AB8B-11CF-8CA3-00805F48A192}  winsock2/msafd    1001 1002 1003  none
MSAFD Tcpip [TCP/IPv6]  base   {F9EAB0C0-26D4-11D0-BBBF-00AA006C34E4}  winsock2/msafd    1004 1005 1006  none
AF_UNIX                 base   {A00943D9-9C2E-4633-9B59-0057A3160994}  winsock2/msafd    1007            none
Lower                   layer  {AAAAAAAA-0000-0000-0000-000000000001}  /layers/lower.js  1008 1009 1010  none
`);
  });

  it('names categories', async () => {
    const catalog = oneLayer().with({ providerCategories: [{ providerId: LAYER_A, categories: 0x8000_0009 }] });
    const { out } = await fakeShell(storeWith(catalog)).run('show providers');
    expect(out).toContain('1008 1009 1010  system, inspector, firewall\n');
  });
});

it('show namespaces lists them in the order in which they are asked', async () => {
  const { out } = await fakeShell().run('show namespaces');
  expect(out).toBe(`\
Name   Name space  Active  Version  Provider ID                             Module
Tcpip  NS_DNS      yes     0        {22059D40-7E9E-11CF-AE5A-00AA00A7112B}  winsock2/namespaces/dns
`);
});

describe('show map', () => {
  it('draws a chain upon what it adds a layer to', async () => {
    const { out } = await fakeShell(storeWith(twoLayers())).run('show map');
    expect(out).toBe(`\
Layers, the lowest first
  1008 Lower  /layers/lower.js, top of 1009, 1010
  1011 Upper  /layers/upper.js, top of 1012

Chains over base protocols
  1001 MSAFD Tcpip [TCP/IP]
  └─ 1009 Lower over [MSAFD Tcpip [TCP/IP]]  1008 > 1001
     └─ 1012 Upper over [Lower over [MSAFD Tcpip [TCP/IP]]]  1011 > 1008 > 1001
  1002 MSAFD Tcpip [UDP/IP]
  └─ 1010 Lower over [MSAFD Tcpip [UDP/IP]]  1008 > 1002
  1003 MSAFD Tcpip [RAW/IP]  (hidden)
  1004 MSAFD Tcpip [TCP/IPv6]
  1005 MSAFD Tcpip [UDP/IPv6]
  1006 MSAFD Tcpip [RAW/IPv6]  (hidden)
  1007 AF_UNIX
`);
  });

  it('knows a layer by a chain that begins with it', async () => {
    const catalog = twoLayers();
    // As the LSP sample's installer writes it: the link below the top is the chain that was layered over.
    const named = catalog.withProtocol(1012, { chainEntries: [1011, 1009, 1001] });
    if (!('protocols' in named)) throw new Error(named.message);
    const [usual, sample] = await Promise.all([catalog, named].map((one) => fakeShell(storeWith(one)).run('show map')));
    expect(sample).toEqual(usual);
  });

  it('puts a lower layer first, whichever was installed first', async () => {
    const catalog = twoLayers();
    const reversed = catalog.withProtocolOrder([1012, 1011, 1009]);
    if (!('protocols' in reversed)) throw new Error(reversed.message);
    const { out } = await fakeShell(storeWith(reversed)).run('show map --json');
    const { layers } = JSON.parse(out) as { layers: { id: number }[] };
    expect(layers.map(({ id }) => id)).toEqual([1008, 1011]);
  });

  it('says that there are no layers', async () => {
    const { out } = await fakeShell(new MemoryStore()).run('show map');
    expect(out).toMatch(/^No layers are installed\.\n\nChains over base protocols\n {2}1001 /);
  });
});
