// Entries for the cases about catalog stores.

import {
  AF_INET,
  IPPROTO_TCP,
  LSP_PROXY,
  PFL_HIDDEN,
  SOCK_STREAM,
  defaultCatalog,
  type NamespaceEntry,
  type ProtocolDraft,
  type ServiceClass,
} from '../../../index.js';

export const LAYER_PROVIDER = '{11111111-2222-3333-4444-555555555555}';
export const CHAIN_PROVIDER = '{11111111-2222-3333-4444-666666666666}';

const plain: ProtocolDraft = {
  szProtocol: 'sample',
  providerId: LAYER_PROVIDER,
  module: 'sample-layer',
  chainLen: 0,
  chainEntries: [],
  iVersion: 2,
  iAddressFamily: AF_INET,
  iMaxSockAddr: 16,
  iMinSockAddr: 16,
  iSocketType: SOCK_STREAM,
  iProtocol: IPPROTO_TCP,
  iProtocolMaxOffset: 0,
  iNetworkByteOrder: 0,
  iSecurityScheme: 0,
  dwMessageSize: 0,
  dwServiceFlags1: 0x66,
  dwServiceFlags2: 0,
  dwServiceFlags3: 0,
  dwServiceFlags4: 0,
  dwProviderFlags: 0,
  dwProviderReserved: 0,
};

/** A layer's hidden definition. */
export const layer: ProtocolDraft = { ...plain, szProtocol: 'sample layer', dwProviderFlags: PFL_HIDDEN };

/** A chain of these ids. */
export function chain(...ids: number[]): ProtocolDraft {
  return {
    ...plain,
    szProtocol: `sample over ${String(ids.at(-1))}`,
    providerId: CHAIN_PROVIDER,
    chainLen: ids.length,
    chainEntries: ids,
  };
}

export const namespace: NamespaceEntry = {
  providerId: '{AAAAAAAA-2222-3333-4444-555555555555}',
  dwNameSpace: 4711,
  dwVersion: 3,
  lpszIdentifier: 'sample name space',
  enabled: false,
  storesServiceClassInfo: false,
  providerSpecific: '00ff10',
  module: 'sample-names',
};

export const serviceClass: ServiceClass = {
  serviceClassId: '{BBBBBBBB-2222-3333-4444-555555555555}',
  lpszServiceClassName: 'sample class',
  classInfos: [{ lpszName: 'TcpPort', dwNameSpace: 12, dwValueType: 4, value: '50000000' }],
};

/** The built-in catalog and one of everything else: a layer, its chain over TCP, a name space, a class, categories. */
export function fullCatalog() {
  const start = defaultCatalog();
  const id = start.nextEntryId;
  return start.withProtocols([layer, chain(id, 1001)]).with({
    namespaces: [...start.namespaces, namespace],
    serviceClasses: [serviceClass],
    providerCategories: [{ providerId: LAYER_PROVIDER, categories: LSP_PROXY }],
    applicationCategories: [{ path: '/usr/bin/sample', extra: '--all', permittedLspCategories: 0xffffffff }],
  });
}
