// What the tests of the installers stand on: a process over a catalog of its own, short ways to entries, and a reader of
// what WSCEnumProtocols lists.
import {
  AF_INET,
  IPPROTO_TCP,
  SOCKET_ERROR,
  SOCK_STREAM,
  WSAPROTOCOL_INFOW,
  errorName,
  guid,
  ref,
  type GUID,
} from '../../src/abi/index.js';
import { MemoryStore, type CatalogStore } from '../../src/catalog/index.js';
import type { Winsock } from '../../src/winsock.js';
import { freshWorld, type World } from '../api/world.js';

/** The identifiers of providers that tests install. */
export const LAYER = guid('{11111111-0000-0000-0000-000000000001}');
export const OTHER_LAYER = guid('{11111111-0000-0000-0000-000000000002}');
export const BASE = guid('{22222222-0000-0000-0000-000000000001}');
/** One that nobody installs. */
export const NOBODY = guid('{33333333-0000-0000-0000-000000000001}');

/** A process that has not called WSAStartup, and its catalog. */
export function installerWorld(store: CatalogStore = new MemoryStore()): World & { readonly store: CatalogStore } {
  return { ...freshWorld({ store }), store };
}

/** An entry to install: a base protocol unless a chain is given. */
export function entry(szProtocol: string, chain: readonly number[] = [], chainLen = chain.length || 1): WSAPROTOCOL_INFOW {
  const info = new WSAPROTOCOL_INFOW();
  info.szProtocol = szProtocol;
  info.iVersion = 2;
  info.iAddressFamily = AF_INET;
  info.iSocketType = SOCK_STREAM;
  info.iProtocol = IPPROTO_TCP;
  info.iMaxSockAddr = 16;
  info.iMinSockAddr = 16;
  info.ProtocolChain.ChainLen = chainLen;
  chain.forEach((id, index) => {
    info.ProtocolChain.ChainEntries[index] = id;
  });
  return info;
}

/** Everything installed, in order. */
export function installed({ WSCEnumProtocols }: Pick<Winsock, 'WSCEnumProtocols'>): WSAPROTOCOL_INFOW[] {
  const length = ref(0);
  WSCEnumProtocols(null, null, length, ref(0));
  const memory = new Uint8Array(length.value);
  const count = WSCEnumProtocols(null, memory, length, ref(0));
  if (count === SOCKET_ERROR) throw new Error('the catalog cannot be listed');
  return Array.from({ length: count }, (_, index) => new WSAPROTOCOL_INFOW(memory, index * WSAPROTOCOL_INFOW.size));
}

/** The links of an entry's chain. */
export const links = ({ ProtocolChain: { ChainLen, ChainEntries } }: WSAPROTOCOL_INFOW): number[] =>
  Array.from({ length: ChainLen > 1 ? ChainLen : 0 }, (_, index) => ChainEntries[index] ?? 0);

/** The id of the entry of this name. */
export function idOf(ws: Pick<Winsock, 'WSCEnumProtocols'>, name: string): number {
  const found = installed(ws).find((info) => info.szProtocol === name);
  if (found === undefined) throw new Error(`there is no entry ${name}`);
  return found.dwCatalogEntryId;
}

/** Calls a function that reports through lpErrno; 'ok' or the error's name. */
export async function outcome(call: (lpErrno: { value: number }) => number | Promise<number>): Promise<string> {
  const lpErrno = ref(4242);
  const result = await call(lpErrno);
  if (result === 0) return lpErrno.value === 4242 ? 'ok' : `success, and ${errorName(lpErrno.value)} written`;
  return result === SOCKET_ERROR ? errorName(lpErrno.value) : `returned ${String(result)}`;
}

/** Installs a layer that makes no handles of its own over TCP/IP; its hidden entry's id. */
export async function installLayer(ws: Winsock, id: GUID, name: string, over: WSAPROTOCOL_INFOW[] = [entry('')]): Promise<number> {
  const layerId = ref(0);
  const result = await outcome((lpErrno) =>
    ws.WSCInstallProviderAndChains(id, `module-of-${name}`, name, 0x20000, over, over.length, layerId, lpErrno),
  );
  if (result !== 'ok') throw new Error(`installing ${name} gave ${result}`);
  return layerId.value;
}
