// winsock enable, winsock disable
import { guid } from '../../index.js';
import { nameSpaceProviderIds } from '../candidates.js';
import { DRY_RUN, change, leaving, report } from '../change.js';
import type { CommandDefinition } from '../definition.js';
import { Failure } from '../failure.js';
import { nameSpaceNamed } from '../format/owner.js';

function switching(name: 'enable' | 'disable', summary: string): CommandDefinition {
  return {
    name,
    summary,
    details: 'Programs that have started already keep to what they found (WSCEnableNSProvider).',
    operands: [{ usage: '<id>', about: "the name space's GUID, with braces or without", complete: nameSpaceProviderIds }],
    options: [DRY_RUN],
    examples: [[`winsock ${name} 22059D40-7E9E-11CF-AE5A-00AA00A7112B`, `${name} the name space Tcpip`]],
    async run(run, command) {
      const [word] = command.processedArgs as [string];
      const { dryRun = false } = command.opts<{ dryRun?: boolean }>();
      const catalog = await run.catalog();
      if (catalog instanceof Failure) return catalog;
      const space = nameSpaceNamed(catalog, word);
      if (space === null) return new Failure('WSAEINVAL', `there is no name space '${word}'`, 'see `winsock show namespaces`');
      const made = await change(run, dryRun, (ws) =>
        leaving(ws, 'WSCEnableNSProvider', () => ws.WSCEnableNSProvider(guid(space.providerId), name === 'enable' ? 1 : 0)),
      );
      return made instanceof Failure ? made : report(run, made, dryRun);
    },
  };
}

export const enable = switching('enable', 'Let queries ask a name space');
export const disable = switching('disable', 'Keep queries from asking a name space');
