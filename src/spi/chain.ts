// What a layered provider is handed beside the documented upcalls, so that it can reach the link below: what a layer on
// Windows gets from WSCEnumProtocols and LoadLibrary. Types and two readers; the implementation is ws2_32's. Starting the
// link below is start-next.ts.
import { LAYERED_PROTOCOL, type WSAPROTOCOL_INFOW } from '../abi/index.js';
import type { LoadResult } from './loader.js';
import type { WSPUPCALLTABLE } from './wpu.js';
import type { WSPPROC_TABLE } from './wsp.js';

/** The member of an upcall table that holds the chain services. A table spread into another one keeps it. */
export const CHAIN_SERVICES = Symbol.for('winsock2 chain services');

/** What a provider can find out about the catalog that it was started from, and who else it can load. */
export interface ChainServices {
  /**
   * The catalog entry that the provider was loaded for: the chain or the base protocol that WS2_32 started, or the link
   * of a chain that the layer above started. A DLL has its own identifier compiled in; a module is told.
   */
  readonly link: number;
  /** The link of the layer that started the provider; null when it was WS2_32. */
  readonly above: number | null;
  /**
   * Every protocol entry of this process's catalog in its order, hidden ones and layers included, as WSCEnumProtocols
   * lists them.
   *
   * @returns copies, the caller's to change
   */
  protocols(): WSAPROTOCOL_INFOW[];
  /**
   * Loads a provider's module with the process's own loader, as LoadLibrary would. Its WSPStartup runs in this process,
   * never rejects, and gives WSAEPROVIDERFAILEDINIT when it throws or is not done in time.
   *
   * @param module - the name of the module, as lpWPUGetProviderPath tells it
   * @returns the module, or why there is none; never rejects
   */
  load(module: string): Promise<LoadResult>;
  /**
   * Makes the calls on a table show in the trace, as WS2_32 does it for the providers that it started.
   *
   * @param module - the name to show
   * @param procs - the entries of a started provider
   * @returns an object whose `procs` are the entries to call now: those that report themselves, while somebody listens.
   *   To be asked again for each call
   */
  watch(module: string, procs: WSPPROC_TABLE): { readonly procs: WSPPROC_TABLE };
  /**
   * The services for a link that this provider starts.
   *
   * @param link - the catalog entry of that link
   */
  below(link: number): ChainServices;
}

/** The chain services that come with an upcall table, or null: WS2_32 gives them to every provider. */
export function chainServices(upcalls: WSPUPCALLTABLE): ChainServices | null {
  return upcalls[CHAIN_SERVICES] ?? null;
}

/** The ids of a chain, top to base; none for an entry that is no chain. */
export function chainIds(info: WSAPROTOCOL_INFOW): number[] {
  const { ChainLen, ChainEntries } = info.ProtocolChain;
  return ChainLen <= LAYERED_PROTOCOL ? [] : Array.from({ length: Math.min(ChainLen, ChainEntries.length) }, (_, i) => ChainEntries[i] ?? 0);
}
