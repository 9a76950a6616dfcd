// winsock show map
import type { CommandDefinition } from '../definition.js';
import { OK } from '../exit-codes.js';
import { Failure } from '../failure.js';
import { layerMap, mapText, type MapNode } from '../format/map.js';

/** A node for programs: ids and names instead of whole entries. */
function plain({ entry, links, above }: MapNode): object {
  return { id: entry.dwCatalogEntryId, name: entry.szProtocol, links, above: above.map(plain) };
}

export const showMap: CommandDefinition = {
  name: 'map',
  summary: 'Layers and the chains that they make',
  details: 'Layers are listed from the base up; below them is a tree for each base protocol, in which a chain stands on what it adds a layer to.',
  examples: [
    ['winsock show map', 'what a socket passes on its way to the network'],
    ['winsock show map --json', 'the same for programs'],
  ],
  async run(run) {
    const catalog = await run.catalog();
    if (catalog instanceof Failure) return catalog;
    const map = layerMap(catalog);
    if (run.out.json) {
      const layers = map.layers.map(({ entry, chains }) => ({
        id: entry.dwCatalogEntryId,
        name: entry.szProtocol,
        module: entry.module,
        chains: chains.map((chain) => chain.dwCatalogEntryId),
      }));
      run.out.value({ layers, bases: map.bases.map(plain) });
    } else run.out.line(mapText(map, run.out.colors));
    return OK;
  },
};
