// Starting the link below: how a layered provider comes to the next provider of its chain. What a chain is made of is
// chain.ts.
import {
  BASE_PROTOCOL,
  LAYERED_PROTOCOL,
  WSAEPROVIDERFAILEDINIT,
  WSPDATA,
  type WSAPROTOCOL_INFOW,
} from '../abi/index.js';
import { CHAIN_SERVICES, chainIds, chainServices, type ChainServices } from './chain.js';
import { providerPath } from './provider-settings.js';
import { SPI_VERSION, startupProblem } from './startup-check.js';
import { unsupportedProcTable } from './unsupported.js';
import type { WSPUPCALLTABLE } from './wpu.js';
import type { WSPPROC_TABLE } from './wsp.js';

/** The link below in one chain. */
export interface NextLink {
  /** The catalog entry of the link itself. */
  readonly entry: WSAPROTOCOL_INFOW;
  /**
   * What its WSPStartup and WSPSocket are to be given: the chain's info while there are further layers, which find their
   * place in it; a base protocol's own.
   */
  readonly info: WSAPROTOCOL_INFOW;
}

/** The link below, started; or why it is not. */
export interface StartedLink {
  /** 0, or what sockets of the chain fail with: WSAEPROVIDERFAILEDINIT, WSAEINVALIDPROVIDER, WSAEINVALIDPROCTABLE. */
  readonly error: number;
  /** For people: what went wrong. */
  readonly message: string;
  /** The entries to call now; with an error, those that refuse everything. To be asked again for each call. */
  readonly procs: WSPPROC_TABLE;
  /** What WSPSocket of the link below is to be given for a socket of this chain; see NextLink. */
  readonly info: WSAPROTOCOL_INFOW;
  /**
   * The same started link as another chain of the layer has it.
   *
   * @param info - what WSPSocket is to be given there
   */
  inChain(info: WSAPROTOCOL_INFOW): StartedLink;
}

/** A link. Its entries are asked for with every call, so there is nothing in between. */
class Link implements StartedLink {
  readonly error: number;
  readonly message: string;
  readonly info: WSAPROTOCOL_INFOW;
  private readonly watched: { readonly procs: WSPPROC_TABLE };

  constructor(error: number, message: string, watched: { readonly procs: WSPPROC_TABLE }, info: WSAPROTOCOL_INFOW) {
    this.error = error;
    this.message = message;
    this.watched = watched;
    this.info = info;
  }

  get procs(): WSPPROC_TABLE {
    return this.watched.procs;
  }

  inChain(info: WSAPROTOCOL_INFOW): StartedLink {
    return new Link(this.error, this.message, this.watched, info);
  }
}

/** The place of the calling layer in a chain: the index of its entry, or -1. */
function placeIn(chain: WSAPROTOCOL_INFOW, services: ChainServices, all: readonly WSAPROTOCOL_INFOW[]): number {
  if (chain.dwCatalogEntryId === services.link) return 0;
  const ids = chainIds(chain);
  const place = ids.indexOf(services.link);
  if (place >= 0) return place;
  // Another chain of the same provider: what stands in it is the provider's layer, which is the first of its own chain.
  const find = (id: number | undefined): WSAPROTOCOL_INFOW | undefined => all.find((each) => each.dwCatalogEntryId === id);
  const own = find(services.link);
  const layer = own !== undefined && own.ProtocolChain.ChainLen > BASE_PROTOCOL ? chainIds(own)[0] : services.link;
  if (layer !== undefined && ids.includes(layer)) return ids.indexOf(layer);
  const provider = own?.ProviderId.toString();
  if (chain.ProviderId.toString() === provider) return 0;
  return ids.findIndex((id) => find(id)?.ProviderId.toString() === provider);
}

/**
 * Finds the link below the calling layer in a chain. The layer finds its own place by its catalog id: the link that it was
 * started for, or, in another chain, the layer entry that stands for it there.
 *
 * @param chain - the chain's catalog entry
 * @param services - the layer's
 * @param all - what `services.protocols()` gave, where the caller has it already
 * @returns the link below, or null: the layer has no place in this chain, or nothing is below it
 */
export function nextLink(
  chain: WSAPROTOCOL_INFOW,
  services: ChainServices,
  all: readonly WSAPROTOCOL_INFOW[] = services.protocols(),
): NextLink | null {
  const place = chain.ProtocolChain.ChainLen > BASE_PROTOCOL ? placeIn(chain, services, all) : -1;
  const id = place < 0 ? undefined : chainIds(chain)[place + 1];
  const entry = all.find((each) => each.dwCatalogEntryId === id);
  if (entry === undefined) return null;
  // A chain may have a chain as its link: that is a layer installed above another one's chain.
  return { entry, info: entry.ProtocolChain.ChainLen === LAYERED_PROTOCOL ? chain : entry };
}

function failed(error: number, message: string, info: WSAPROTOCOL_INFOW): StartedLink {
  return new Link(error, message, { procs: unsupportedProcTable() }, info);
}

/**
 * Starts the provider of a link: loads its module, calls WSPStartup, and checks the version and the table that come back.
 *
 * @param next - the link, from `nextLink`
 * @param upcalls - the calling layer's own
 * @returns the link's entries, or the error; never rejects
 */
export async function startLink(next: NextLink, upcalls: WSPUPCALLTABLE): Promise<StartedLink> {
  const { entry, info } = next;
  const services = chainServices(upcalls);
  if (services === null) return failed(WSAEPROVIDERFAILEDINIT, 'there are no chain services', info);
  const module = providerPath(entry.ProviderId, upcalls);
  const loaded = await services.load(module);
  if (!loaded.ok) return failed(WSAEPROVIDERFAILEDINIT, loaded.message, info);
  if (loaded.module.WSPStartup === null) return failed(WSAEPROVIDERFAILEDINIT, `'${module}' exports no WSPStartup`, info);
  const [data, table] = [new WSPDATA(), {} as WSPPROC_TABLE];
  const lower = { ...upcalls, [CHAIN_SERVICES]: services.below(entry.dwCatalogEntryId) };
  const result = await loaded.module.WSPStartup(SPI_VERSION, data, info, lower, table);
  const problem = startupProblem(result, data, table);
  if (problem !== null) return failed(problem.error, `'${module}' cannot be used: ${problem.message}`, info);
  return new Link(0, '', services.watch(module, table), info);
}

/**
 * Finds and starts the link below in the chain that a layer is started for: what a layered provider does in WSPStartup.
 * What is started here is to be ended with its lpWSPCleanup, once.
 *
 * @param lpProtocolInfo - the chain, as WSPStartup got it
 * @param upcalls - as WSPStartup got them
 * @returns the entries of the link below and the info for its WSPSocket, or the error: WSAEPROVIDERFAILEDINIT (nothing is
 *   below, its module cannot be loaded, its WSPStartup failed), WSAEINVALIDPROVIDER (its version), WSAEINVALIDPROCTABLE
 *   (its table); never rejects
 * @see https://learn.microsoft.com/windows/win32/winsock/layered-protocols-and-protocol-chains-2
 */
export async function startNext(lpProtocolInfo: WSAPROTOCOL_INFOW, upcalls: WSPUPCALLTABLE): Promise<StartedLink> {
  const services = chainServices(upcalls);
  const next = services === null ? null : nextLink(lpProtocolInfo, services);
  if (next === null) return failed(WSAEPROVIDERFAILEDINIT, 'there is no link below in this chain', lpProtocolInfo);
  return startLink(next, upcalls);
}
