// winsock show namespaces
import type { CommandDefinition } from '../definition.js';
import { OK } from '../exit-codes.js';
import { Failure } from '../failure.js';
import { nameSpaceName } from '../format/name-space.js';

export const showNamespaces: CommandDefinition = {
  name: 'namespaces',
  summary: 'Name space providers, in the order in which they are asked',
  examples: [
    ['winsock show namespaces', 'who answers for names here'],
    ['winsock show namespaces --json', 'the same for programs'],
  ],
  async run(run) {
    const catalog = await run.catalog();
    if (catalog instanceof Failure) return catalog;
    if (run.out.json) {
      run.out.value(catalog.namespaces);
      return OK;
    }
    await run.out.table(
      ['Name', 'Name space', 'Active', 'Version', 'Provider ID', 'Module'],
      catalog.namespaces.map(({ lpszIdentifier, dwNameSpace, enabled, dwVersion, providerId, module }) => [
        lpszIdentifier, nameSpaceName(dwNameSpace), enabled ? 'yes' : 'no', dwVersion, providerId, module,
      ]),
    );
    return OK;
  },
};
