// The map of layers, as the LSP sample's installer draws one: which layers there are, from the base up, and which chains
// they make over each base protocol, as a tree.
import type { Catalog, ProtocolEntry } from '../../index.js';
import { isHidden, kindOf, linksOf } from './entry.js';

/** An entry that sockets can be made by, and the chains that add one layer to it. */
export interface MapNode {
  readonly entry: ProtocolEntry;
  /** Layers' ids from the top down to the base. */
  readonly links: readonly number[];
  readonly above: readonly MapNode[];
}

/** A layer and the chains that it is the top of. */
export interface MapLayer {
  readonly entry: ProtocolEntry;
  readonly chains: readonly ProtocolEntry[];
}

/** All of it. */
export interface LayerMap {
  /** The lowest first. */
  readonly layers: readonly MapLayer[];
  readonly bases: readonly MapNode[];
}

/** Draws up the map of a catalog. */
export function layerMap(catalog: Catalog): LayerMap {
  const chains = catalog.protocols.filter((entry) => kindOf(entry) === 'chain');
  const links = new Map(catalog.protocols.map((entry) => [entry, linksOf(catalog, entry)]));
  const linksFor = (entry: ProtocolEntry): readonly number[] => links.get(entry) ?? [];

  // What stands directly on what: the entry whose links are those without the top one; a base where there is none such.
  const below = new Map(chains.map((chain) => [chain, findBelow(catalog.protocols, chain, linksFor)]));
  const node = (entry: ProtocolEntry): MapNode => ({
    entry,
    links: linksFor(entry),
    above: chains.filter((chain) => below.get(chain) === entry).map(node),
  });

  const layers = catalog.protocols
    .filter((entry) => kindOf(entry) === 'layer')
    .map((entry) => ({ entry, chains: chains.filter((chain) => linksFor(chain)[0] === entry.dwCatalogEntryId) }));
  const height = ({ chains: own }: MapLayer): number => Math.min(...own.map((chain) => chain.chainLen), Infinity);
  return {
    layers: layers.sort((a, b) => compare(height(a), height(b))),
    bases: catalog.protocols.filter((entry) => kindOf(entry) === 'base').map(node),
  };
}

/** Infinity equals itself here, which subtracting would not give. */
function compare(a: number, b: number): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function findBelow(
  protocols: readonly ProtocolEntry[],
  chain: ProtocolEntry,
  linksFor: (entry: ProtocolEntry) => readonly number[],
): ProtocolEntry | null {
  const rest = linksFor(chain).slice(1);
  const same = (entry: ProtocolEntry): boolean => linksFor(entry).join() === rest.join();
  const base = rest.at(-1);
  return protocols.find(same) ?? protocols.find((entry) => entry.dwCatalogEntryId === base) ?? null;
}

/** How the map is painted; the same text without colours. */
export interface MapPaint {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
}

const PLAIN: MapPaint = { bold: (text) => text, dim: (text) => text };

/** The map as text. */
export function mapText({ layers, bases }: LayerMap, paint: MapPaint = PLAIN): string {
  const parts = layers.length === 0 ? ['No layers are installed.'] : [paint.bold('Layers, the lowest first'), ...layers.map((layer) => layerText(layer, paint))];
  return [...parts, '', paint.bold('Chains over base protocols'), ...bases.flatMap((base) => baseLines(base, paint))].join('\n');
}

function layerText({ entry, chains }: MapLayer, paint: MapPaint): string {
  const tops = chains.length === 0 ? 'in no chain' : `top of ${chains.map((chain) => chain.dwCatalogEntryId).join(', ')}`;
  return `  ${label(entry)}  ${paint.dim(`${entry.module}, ${tops}`)}`;
}

function baseLines(node: MapNode, paint: MapPaint): string[] {
  return [`  ${label(node.entry)}${hiddenNote(node.entry, paint)}`, ...branches(node, '  ', paint)];
}

function branches({ above }: MapNode, indent: string, paint: MapPaint): string[] {
  return above.flatMap((child, index) => {
    const last = index === above.length - 1;
    const way = paint.dim(child.links.join(' > '));
    return [
      `${indent}${last ? '└─' : '├─'} ${label(child.entry)}  ${way}${hiddenNote(child.entry, paint)}`,
      ...branches(child, `${indent}${last ? '   ' : '│  '}`, paint),
    ];
  });
}

function label({ dwCatalogEntryId, szProtocol }: ProtocolEntry): string {
  return `${dwCatalogEntryId} ${szProtocol}`;
}

function hiddenNote(entry: ProtocolEntry, paint: MapPaint): string {
  return isHidden(entry) ? paint.dim('  (hidden)') : '';
}
