// A process whose catalog lists further providers, loaded by a loader that has them in memory. Each serves stream
// sockets of an address family of its own, so that socket() reaches exactly that one.
import { ref, type Ref, type SOCKET } from '../../src/abi/index.js';
import { PFL_MATCHES_PROTOCOL_ZERO, SOCK_STREAM } from '../../src/abi/index.js';
import { MemoryStore, defaultCatalog, type ProtocolDraft } from '../../src/catalog/index.js';
import * as msafd from '../../src/providers/msafd/index.js';
import {
  createModuleLoader,
  unsupportedProcTable,
  type LPWSPSTARTUP,
  type ModuleLoader,
  type WSPPROC_TABLE,
  type WSPUPCALLTABLE,
} from '../../src/spi/index.js';
import { freshWorld, type World } from '../api/world.js';
import type { CreateProcessOptions } from '../../src/winsock.js';

/** The families that fake providers serve: the first one's, and on. */
export const FAKE_FAMILY = 60;

export const fakeModule = (index: number): string => `fake-provider-${String(index)}`;

function draft(index: number): ProtocolDraft {
  return {
    szProtocol: `fake ${String(index)}`,
    providerId: `{FAFAFAFA-0000-0000-0000-00000000000${String(index)}}`,
    module: fakeModule(index),
    chainLen: 1,
    chainEntries: [],
    iVersion: 2,
    iAddressFamily: FAKE_FAMILY + index,
    iMaxSockAddr: 16,
    iMinSockAddr: 16,
    iSocketType: SOCK_STREAM,
    iProtocol: 1,
    iProtocolMaxOffset: 0,
    iNetworkByteOrder: 0,
    iSecurityScheme: 0,
    dwMessageSize: 0,
    dwServiceFlags1: 0x66,
    dwServiceFlags2: 0,
    dwServiceFlags3: 0,
    dwServiceFlags4: 0,
    dwProviderFlags: PFL_MATCHES_PROTOCOL_ZERO,
    dwProviderReserved: 0,
  };
}

/** A process with the built-in catalog and the given modules behind it, each a loader's answer. */
export function worldWith(modules: readonly (() => Promise<unknown>)[], options: CreateProcessOptions = {}): World {
  const catalog = defaultCatalog().with({ namespaces: [] }).withProtocols(modules.map((_, index) => draft(index)));
  const builtin = new Map<string, () => Promise<unknown>>([['winsock2/msafd', () => Promise.resolve(msafd)]]);
  for (const [index, module] of modules.entries()) builtin.set(fakeModule(index), module);
  const loader: ModuleLoader = createModuleLoader({ builtin, importer: () => Promise.reject(new Error('not here')) });
  return freshWorld({ store: new MemoryStore(catalog), loader, ...options });
}

/** What a fake provider was given at startup. */
export interface Given {
  upcalls: WSPUPCALLTABLE | null;
  entryId: number;
  cleanups: number;
}

/** A well-behaved provider whose sockets do nothing, with some of its entries replaced. */
export function fakeProvider(change: (given: Given) => Partial<WSPPROC_TABLE> = () => ({})): {
  given: Given;
  load: () => Promise<unknown>;
} {
  const given: Given = { upcalls: null, entryId: 0, cleanups: 0 };
  const WSPStartup: LPWSPSTARTUP = (_version, data, info, upcalls, table) => {
    given.upcalls = upcalls;
    given.entryId = info.dwCatalogEntryId;
    data.wVersion = 0x0202;
    data.wHighVersion = 0x0202;
    Object.assign(table, unsupportedProcTable(), base(given), change(given));
    return 0;
  };
  return { given, load: () => Promise.resolve({ WSPStartup }) };
}

function base(given: Given): Partial<WSPPROC_TABLE> {
  const upcalls = (): WSPUPCALLTABLE => given.upcalls as WSPUPCALLTABLE;
  return {
    lpWSPSocket: (_af, _type, _protocol, _info, _g, _flags, lpErrno: Ref): SOCKET =>
      upcalls().lpWPUCreateSocketHandle(given.entryId, 77, lpErrno),
    lpWSPCloseSocket: (s) => upcalls().lpWPUCloseSocketHandle(s, ref(0)),
    lpWSPCleanup: () => {
      given.cleanups += 1;
      return 0;
    },
  };
}
