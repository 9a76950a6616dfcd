// winsock category show
import type { CommandDefinition } from '../definition.js';
import { OK } from '../exit-codes.js';
import { Failure } from '../failure.js';
import { categoryText } from '../format/categories.js';
import { providerRows } from '../format/providers.js';

export const categoryShow: CommandDefinition = {
  name: 'show',
  summary: 'Categories of providers, and which ones programs permit',
  examples: [
    ['winsock category show', 'every layer and every program with categories'],
    ['winsock category show --json', 'the same for programs, as bits'],
  ],
  async run(run) {
    const catalog = await run.catalog();
    if (catalog instanceof Failure) return catalog;
    const { providerCategories, applicationCategories } = catalog;
    if (run.out.json) {
      run.out.value({ providerCategories, applicationCategories });
      return OK;
    }
    const names = new Map(providerRows(catalog).map(({ providerId, name }) => [providerId, name]));
    await run.out.table(
      ['Provider', 'Provider ID', 'Categories'],
      providerCategories.map(({ providerId, categories }) => [names.get(providerId) ?? '', providerId, categoryText(categories)]),
    );
    run.out.line();
    await run.out.table(
      ['Program', 'Command line', 'Permits'],
      applicationCategories.map(({ path, extra, permittedLspCategories }) => [path, extra, categoryText(permittedLspCategories)]),
    );
    return OK;
  },
};
