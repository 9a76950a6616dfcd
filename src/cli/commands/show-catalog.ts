// winsock show catalog
import type { CommandDefinition } from '../definition.js';
import { OK } from '../exit-codes.js';
import { Failure } from '../failure.js';
import { catalogText } from '../format/catalog.js';

export const showCatalog: CommandDefinition = {
  name: 'catalog',
  summary: 'Every entry of the catalog',
  details: 'Protocol entries, hidden ones and layers too, then name spaces, printed as `netsh winsock show catalog` does.',
  examples: [
    ['winsock show catalog', 'the whole catalog'],
    ['winsock show catalog --json', 'the same for programs, every member under the name that the headers give it'],
  ],
  async run(run) {
    const catalog = await run.catalog();
    if (catalog instanceof Failure) return catalog;
    const { serial, protocols, namespaces } = catalog;
    if (run.out.json) run.out.value({ catalog: run.store.describe(), serial, protocols, namespaces });
    else run.out.line(catalogText(catalog));
    return OK;
  },
};
