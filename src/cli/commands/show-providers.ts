// winsock show providers
import type { CommandDefinition } from '../definition.js';
import { OK } from '../exit-codes.js';
import { Failure } from '../failure.js';
import { categoryText } from '../format/categories.js';
import { providerRows } from '../format/providers.js';

export const showProviders: CommandDefinition = {
  name: 'providers',
  summary: 'Transport providers and their entries',
  details: 'One row for each provider id: its name, its module, the ids of its entries and its categories.',
  examples: [
    ['winsock show providers', 'who serves sockets here'],
    ["winsock show providers --json | jq -r '.[] | select(.kind == \"layer\") | .providerId'", 'the ids of all layers'],
  ],
  async run(run) {
    const catalog = await run.catalog();
    if (catalog instanceof Failure) return catalog;
    const rows = providerRows(catalog);
    if (run.out.json) {
      run.out.value(rows);
      return OK;
    }
    await run.out.table(
      ['Name', 'Kind', 'Provider ID', 'Module', 'Entries', 'Categories'],
      rows.map(({ name, kind, providerId, module, entries, categories }) => [
        name, kind, providerId, module, entries.join(' '), categoryText(categories),
      ]),
    );
    return OK;
  },
};
