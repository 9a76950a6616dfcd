// Catalogs with layers in them, made without any installer: a layer over TCP and UDP, and a second one over the first.
import { LAYERED_PROTOCOL, MemoryStore, PFL_HIDDEN, defaultCatalog, type Catalog, type ProtocolDraft, type ProtocolEntry } from 'winsock2';

export const LAYER_A = '{AAAAAAAA-0000-0000-0000-000000000001}';
export const LAYER_B = '{BBBBBBBB-0000-0000-0000-000000000001}';

interface LayerNames {
  readonly providerId: string;
  readonly name: string;
  readonly module: string;
}

function layerOf(like: ProtocolEntry, { providerId, name, module }: LayerNames): ProtocolDraft {
  return {
    ...like, providerId, module, szProtocol: name, chainLen: LAYERED_PROTOCOL, chainEntries: [],
    iSocketType: 0, iProtocol: 0, dwProviderFlags: PFL_HIDDEN,
  };
}

function chainOver(below: ProtocolEntry, layer: number, { providerId, name, module }: LayerNames): ProtocolDraft {
  const rest = below.chainLen > 1 ? below.chainEntries : [below.dwCatalogEntryId];
  return { ...below, providerId, module, szProtocol: `${name} over [${below.szProtocol}]`, chainLen: rest.length + 1, chainEntries: [layer, ...rest] };
}

function withLayer(catalog: Catalog, over: readonly number[], names: LayerNames): Catalog {
  const belows = over.map((id) => catalog.byId(id)!);
  const layer = catalog.nextEntryId;
  return catalog
    .withProtocols([layerOf(belows[0]!, names)])
    .withProtocols(belows.map((below) => chainOver(below, layer, names)));
}

const A: LayerNames = { providerId: LAYER_A, name: 'Lower', module: '/layers/lower.js' };
const B: LayerNames = { providerId: LAYER_B, name: 'Upper', module: '/layers/upper.js' };

/** 1008 is the layer `Lower`, 1009 and 1010 its chains over TCP and UDP. */
export const oneLayer = (): Catalog => withLayer(defaultCatalog(), [1001, 1002], A);

/** Beside these, 1011 is the layer `Upper`, 1012 its chain over 1009. */
export const twoLayers = (): Catalog => withLayer(oneLayer(), [1009], B);

export const storeWith = (catalog: Catalog): MemoryStore => new MemoryStore(catalog);
