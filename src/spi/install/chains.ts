// A layered provider in one step: its hidden entry, and a chain over each protocol that it is to stand on, first in the
// catalog's order (WSCInstallProviderAndChains).
import {
  LAYERED_PROTOCOL,
  MAX_PROTOCOL_CHAIN,
  PFL_HIDDEN,
  WSAEINPROGRESS,
  WSAEINVAL,
  WSANO_RECOVERY,
  WSAPROTOCOL_LEN,
  XP1_IFS_HANDLES,
} from '../../abi/index.js';
import {
  isBase,
  isChain,
  isLayer,
  type Catalog,
  type CatalogError,
  type CatalogStore,
  type ProtocolDraft,
  type ProtocolEntry,
} from '../../catalog/index.js';
import { changeCatalog, isModuleName, noRecovery, refuse } from './change.js';

/** What tells protocols apart when a layer is put over them. */
export type ProtocolKind = Pick<ProtocolEntry, 'iAddressFamily' | 'iSocketType' | 'iProtocol'>;

/** A layered provider to install. */
export interface LayeredProvider {
  /** '{...}', upper case. */
  readonly providerId: string;
  /** What the loader imports. */
  readonly module: string;
  /** The layer's name, which begins its chains' names too. */
  readonly name: string;
  /** XP1_IFS_HANDLES when it hands on the handles of the provider below, else 0. */
  readonly serviceFlags: number;
  /** The protocols to stand on, each of which means the first entry of its kind; null for every base protocol. */
  readonly over: readonly ProtocolKind[] | null;
}

/** What `installLayer` needs besides. */
export interface LayerContext {
  /** Makes the provider id of a chain: '{...}', upper case. */
  readonly newGuid: () => string;
  /** Told the catalog id of the layer's hidden entry once it is installed. */
  readonly installed: (id: number) => void;
}

/**
 * Installs a layer and its chains.
 *
 * @returns 0; WSAEINVAL (a name or flags that cannot be, a provider id or name that is there already, a protocol that is
 *   not); WSANO_RECOVERY (no base protocol, a chain would get too long, the catalog cannot be changed); WSAEINPROGRESS
 *   (somebody else is changing the catalog, and for too long)
 */
export function installLayer(store: CatalogStore, layer: LayeredProvider, context: LayerContext): Promise<number> | number {
  const { providerId, module, name, serviceFlags } = layer;
  const isName = name !== '' && name.length <= WSAPROTOCOL_LEN && !name.includes('\0');
  if (!isModuleName(module) || !isName || (serviceFlags & ~XP1_IFS_HANDLES) !== 0) return WSAEINVAL;
  return changeCatalog(
    store,
    (current) => withLayer(current, layer, context.newGuid),
    (error) => (error.trouble === 'locked' ? WSAEINPROGRESS : noRecovery(error)),
    ({ catalog }) => {
      const [entry] = catalog.byProvider(providerId);
      if (entry !== undefined) context.installed(entry.dwCatalogEntryId);
    },
  );
}

function withLayer(current: Catalog, layer: LayeredProvider, newGuid: () => string): Catalog | CatalogError {
  const { providerId, name, over } = layer;
  if (current.byProvider(providerId).length > 0) return refuse('the provider is installed already');
  if (current.protocols.some((entry) => entry.szProtocol === name)) return refuse(`there is an entry '${name}' already`);
  const below = over === null ? baseKinds(current) : topmost(current, over);
  if (below === null) return refuse('there is no protocol of a kind asked for');
  const [first] = below;
  if (first === undefined) return refuse('there is no base protocol', WSANO_RECOVERY);
  if (below.some((entry) => entry.chainLen >= MAX_PROTOCOL_CHAIN)) return refuse('a chain would get too long', WSANO_RECOVERY);
  const id = current.nextEntryId;
  const chains = below.map((entry) => chainOver(entry, id, layer, newGuid()));
  const added = current.withProtocols([definition(first, layer), ...chains]);
  return added.withProtocolOrder(chains.map((_, index) => id + 1 + index));
}

const isKind = (a: ProtocolKind, b: ProtocolKind): boolean =>
  a.iAddressFamily === b.iAddressFamily && a.iSocketType === b.iSocketType && a.iProtocol === b.iProtocol;

/** The first base protocol of each kind: a second one would have a chain that no socket can reach. */
function baseKinds({ protocols }: Catalog): readonly ProtocolEntry[] {
  const bases = protocols.filter(isBase);
  return bases.filter((entry, index) => bases.findIndex((other) => isKind(entry, other)) === index);
}

/** The first entry of each kind, base or chain, each once; null when there is none of a kind. */
function topmost({ protocols }: Catalog, kinds: readonly ProtocolKind[]): readonly ProtocolEntry[] | null {
  const found = kinds.map((kind) => protocols.find((entry) => !isLayer(entry) && isKind(entry, kind)));
  return found.every((entry) => entry !== undefined) ? [...new Set(found)] : null;
}

/** The layer's own entry, which no socket is made by. What it says of the protocol is the first one's that it stands on. */
function definition(first: ProtocolEntry, { providerId, module, name, serviceFlags }: LayeredProvider): ProtocolDraft {
  return {
    ...first,
    szProtocol: name,
    providerId,
    module,
    chainLen: LAYERED_PROTOCOL,
    chainEntries: [],
    dwServiceFlags1: serviceFlags,
    dwProviderFlags: PFL_HIDDEN,
    dwMessageSize: 0,
  };
}

function chainOver(below: ProtocolEntry, layerId: number, layer: LayeredProvider, providerId: string): ProtocolDraft {
  const links = isChain(below) ? below.chainEntries : [below.dwCatalogEntryId];
  // Handles are the base's own only as long as every layer hands them on.
  const handles = below.dwServiceFlags1 & layer.serviceFlags & XP1_IFS_HANDLES;
  return {
    ...below,
    szProtocol: `${layer.name} over [${below.szProtocol}]`.slice(0, WSAPROTOCOL_LEN),
    providerId,
    module: layer.module,
    chainLen: links.length + 1,
    chainEntries: [layerId, ...links],
    dwServiceFlags1: ((below.dwServiceFlags1 & ~XP1_IFS_HANDLES) | handles) >>> 0,
  };
}
