// Protocol entries: what one line of the protocol catalog holds, as a plain immutable object, and its way to and from
// WSAPROTOCOL_INFOW. Which entry a socket gets is select.ts; which entries may stand together is check.ts.

import { BASE_PROTOCOL, LAYERED_PROTOCOL, MAX_PROTOCOL_CHAIN, WSAPROTOCOL_INFOW, guid } from '../abi/index.js';

/** A WSAPROTOCOL_INFOW, member by member under the header's names, and the module that serves it. */
export interface ProtocolEntry {
  readonly dwServiceFlags1: number;
  readonly dwServiceFlags2: number;
  readonly dwServiceFlags3: number;
  readonly dwServiceFlags4: number;
  readonly dwProviderFlags: number;
  /** `ProviderId` as '{XXXXXXXX-XXXX-XXXX-XXXX-XXXXXXXXXXXX}', upper case. */
  readonly providerId: string;
  /** Unique in the catalog and never given out again. */
  readonly dwCatalogEntryId: number;
  /** `ProtocolChain.ChainLen`: 0 a layer's definition, 1 a base protocol, more a chain. */
  readonly chainLen: number;
  /** `ProtocolChain.ChainEntries`, top to base: `chainLen` ids for a chain, none for a layer or a base. */
  readonly chainEntries: readonly number[];
  readonly iVersion: number;
  readonly iAddressFamily: number;
  readonly iMaxSockAddr: number;
  readonly iMinSockAddr: number;
  readonly iSocketType: number;
  readonly iProtocol: number;
  readonly iProtocolMaxOffset: number;
  readonly iNetworkByteOrder: number;
  readonly iSecurityScheme: number;
  readonly dwMessageSize: number;
  readonly dwProviderReserved: number;
  readonly szProtocol: string;
  /** What the loader imports to get the provider's WSPStartup: a package name, a path or a URL. */
  readonly module: string;
}

/** An entry that has no id yet; `Catalog.withProtocols` gives it one. */
export type ProtocolDraft = Omit<ProtocolEntry, 'dwCatalogEntryId'>;

/** A layer's own definition, which cannot stand alone and is never chosen for a socket. */
export function isLayer(entry: Pick<ProtocolEntry, 'chainLen'>): boolean {
  return entry.chainLen === LAYERED_PROTOCOL;
}

/** A protocol that itself talks to the network. */
export function isBase(entry: Pick<ProtocolEntry, 'chainLen'>): boolean {
  return entry.chainLen === BASE_PROTOCOL;
}

/** Layers strung together over a base. */
export function isChain(entry: Pick<ProtocolEntry, 'chainLen'>): boolean {
  return entry.chainLen > BASE_PROTOCOL;
}

const SAME_NAME = [
  'dwServiceFlags1',
  'dwServiceFlags2',
  'dwServiceFlags3',
  'dwServiceFlags4',
  'dwProviderFlags',
  'dwCatalogEntryId',
  'iVersion',
  'iAddressFamily',
  'iMaxSockAddr',
  'iMinSockAddr',
  'iSocketType',
  'iProtocol',
  'iProtocolMaxOffset',
  'iNetworkByteOrder',
  'iSecurityScheme',
  'dwMessageSize',
  'dwProviderReserved',
  'szProtocol',
] as const satisfies readonly (keyof ProtocolEntry & keyof WSAPROTOCOL_INFOW)[];

/**
 * The entry as applications and providers see it.
 *
 * @param entry - the catalog's entry
 * @returns a structure in memory of its own; nothing of the entry is shared
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/ns-winsock2-wsaprotocol_infow
 */
export function toProtocolInfoW(entry: ProtocolEntry): WSAPROTOCOL_INFOW {
  const info = new WSAPROTOCOL_INFOW();
  for (const name of SAME_NAME) Object.assign(info, { [name]: entry[name] });
  info.ProviderId = guid(entry.providerId);
  info.ProtocolChain.ChainLen = entry.chainLen;
  entry.chainEntries.forEach((id, index) => {
    info.ProtocolChain.ChainEntries[index] = id;
  });
  return info;
}

/**
 * The entry that a structure describes. Nothing is checked here: the catalog checks what it is given.
 *
 * @param info - the structure, for instance from an installer's caller
 * @param module - the module that serves the entry
 */
export function fromProtocolInfoW(info: WSAPROTOCOL_INFOW, module: string): ProtocolEntry {
  const { ChainLen, ChainEntries } = info.ProtocolChain;
  const same = Object.fromEntries(SAME_NAME.map((name) => [name, info[name]])) as Pick<
    ProtocolEntry,
    (typeof SAME_NAME)[number]
  >;
  const links = ChainLen > BASE_PROTOCOL ? Math.min(ChainLen, MAX_PROTOCOL_CHAIN) : 0;
  return {
    ...same,
    providerId: info.ProviderId.toString(),
    chainLen: ChainLen,
    chainEntries: Array.from({ length: links }, (_, index) => ChainEntries[index] ?? 0),
    module,
  };
}
