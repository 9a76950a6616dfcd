// The links below one started layer: which chains it serves, what is below it in each, and each of those started once.
// What the layer does with its calls is not known here.
import { BASE_PROTOCOL, WSAEPROVIDERFAILEDINIT, type WSAPROTOCOL_INFOW } from '../../abi/index.js';
import {
  chainIds,
  chainServices,
  nextLink,
  startLink,
  type ChainServices,
  type NextLink,
  type StartedLink,
  type WSPUPCALLTABLE,
} from '../../spi/index.js';

/** One chain that a layer serves: its catalog entry, and what is below the layer in it. */
export interface ServedChain {
  /** The chain's own catalog entry: what sockets of this chain are announced under. */
  readonly info: WSAPROTOCOL_INFOW;
  readonly link: StartedLink;
}

function samePrefix(ids: readonly number[], other: readonly number[], length: number): boolean {
  return ids.slice(0, length).every((id, index) => id === other[index]);
}

/**
 * The chains that a layer will be asked for sockets of. For one that WS2_32 started these are all chains of its provider.
 * For a link of a chain they are those that lead to it in the same way, which is what its starter takes it for too. So each
 * start looks further down only, and chains that contain each other's layers in another order cannot go round in circles.
 */
function chainsServed(
  startedFor: WSAPROTOCOL_INFOW,
  services: ChainServices,
  all: readonly WSAPROTOCOL_INFOW[],
): readonly WSAPROTOCOL_INFOW[] {
  const chains = all.filter(({ ProtocolChain }) => ProtocolChain.ChainLen > BASE_PROTOCOL);
  if (services.above === null) {
    const provider = startedFor.ProviderId.toString();
    return chains.filter(({ ProviderId }) => ProviderId.toString() === provider);
  }
  const id = startedFor.dwCatalogEntryId;
  if (services.link === id) return chains.filter(({ dwCatalogEntryId }) => dwCatalogEntryId === id);
  const ids = chainIds(startedFor);
  const place = ids.indexOf(services.link);
  return chains.filter((chain) => samePrefix(ids, chainIds(chain), place + 1));
}

/** Base protocols and layers of one provider are one provider to start; a chain as a link is started for itself. */
function startKey({ entry }: NextLink): string {
  return entry.ProtocolChain.ChainLen > BASE_PROTOCOL ? String(entry.dwCatalogEntryId) : entry.ProviderId.toString();
}

/** The links below a layer, started. */
export class Links {
  /** Those that started, each once, in catalog order. */
  readonly started: readonly StartedLink[];
  /** The chain that the layer was started for first. */
  readonly first: ServedChain;
  readonly #chains: ReadonlyMap<number, ServedChain>;

  private constructor(chains: ReadonlyMap<number, ServedChain>, first: ServedChain, started: readonly StartedLink[]) {
    this.#chains = chains;
    this.first = first;
    this.started = started;
  }

  /**
   * Starts what is below a layer in every chain that it serves.
   *
   * @param lpProtocolInfo - as WSPStartup got it
   * @param upcalls - as WSPStartup got them
   * @returns the links, or the error when none of them started
   */
  static async start(lpProtocolInfo: WSAPROTOCOL_INFOW, upcalls: WSPUPCALLTABLE): Promise<Links | number> {
    const services = chainServices(upcalls);
    if (services === null) return WSAEPROVIDERFAILEDINIT;
    const all = services.protocols();
    const starts = new Map<string, Promise<StartedLink>>();
    const served = chainsServed(lpProtocolInfo, services, all).map(async (info) => {
      const next = nextLink(info, services, all);
      if (next === null) return null;
      const key = startKey(next);
      const start = starts.get(key) ?? startLink(next, upcalls);
      starts.set(key, start);
      return { info, link: (await start).inChain(next.info) };
    });
    const chains = new Map<number, ServedChain>();
    for (const chain of await Promise.all(served)) if (chain !== null) chains.set(chain.info.dwCatalogEntryId, chain);
    const started = (await Promise.all(starts.values())).filter(({ error }) => error === 0);
    const first = chains.get(lpProtocolInfo.dwCatalogEntryId);
    if (first === undefined) return WSAEPROVIDERFAILEDINIT;
    return started.length === 0 ? first.link.error : new Links(chains, first, started);
  }

  /** The chain that a WSPSocket names, or null for none that this layer serves. */
  of(lpProtocolInfo: WSAPROTOCOL_INFOW): ServedChain | null {
    return this.#chains.get(lpProtocolInfo.dwCatalogEntryId) ?? null;
  }
}
