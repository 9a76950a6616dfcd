// winsock remove provider
import { guid, type Catalog, type ProtocolEntry } from '../../index.js';
import { removableIds } from '../candidates.js';
import { DRY_RUN, calling, change, leaving, report, trial, type Act, type Made } from '../change.js';
import type { CommandDefinition } from '../definition.js';
import { Failure } from '../failure.js';
import { kindOf } from '../format/entry.js';
import { named, ownerOf } from '../format/owner.js';

export const removeProvider: CommandDefinition = {
  name: 'provider',
  summary: 'Remove a provider from the catalog',
  details:
    "A transport provider by the catalog id of any of its entries or by its GUID, a name space by its GUID. A chain's id means " +
    'the whole layer that is its top. What goes with it is told; if chains of other providers would go too, --force is needed. ' +
    'Chains in whose middle it stands stay, without it.',
  operands: [{ usage: '<id>', about: 'catalog id or GUID, with braces or without', complete: removableIds }],
  options: [{ flags: '--force', about: 'also when chains of other providers break' }, DRY_RUN],
  examples: [
    ['winsock remove provider 1008 --dry-run', 'what would go with it?'],
    ['winsock remove provider 1008', 'the layer with this entry and its chains'],
    ['winsock remove provider 22059D40-7E9E-11CF-AE5A-00AA00A7112B', 'a name space'],
  ],
  async run(run, command) {
    const [word] = command.processedArgs as [string];
    const { force = false, dryRun = false } = command.opts<{ force?: boolean; dryRun?: boolean }>();
    const catalog = await run.catalog();
    if (catalog instanceof Failure) return catalog;
    const found = named(catalog, word);
    if (found === null) return new Failure('WSAEINVAL', `there is no entry or provider '${word}'`, 'see `winsock show providers` and `winsock show namespaces`');
    if (found.kind === 'namespace') {
      const made = await change(run, dryRun, (ws) =>
        leaving(ws, 'WSCUnInstallNameSpace', () => ws.WSCUnInstallNameSpace(guid(found.entry.providerId))),
      );
      return made instanceof Failure ? made : report(run, made, dryRun);
    }

    const owner = ownerOf(catalog, found.entry);
    const act: Act = (ws) => calling('WSCDeinstallProvider', (lpErrno) => ws.WSCDeinstallProvider(guid(owner), lpErrno));
    const tried = await trial(run, catalog, act);
    if (tried instanceof Failure) return tried;
    const broken = chainsOfOthers(catalog, tried, owner);
    if (broken.length > 0 && !force && !dryRun) return refusal(word, broken);
    const made = dryRun ? tried : await change(run, false, act);
    if (made instanceof Failure) return made;
    if (dryRun && broken.length > 0) run.out.note(`note: ${theyBreak(broken)}; --force is needed`);
    return report(run, made, dryRun);
  },
};

/** What goes though it is somebody else's. */
function chainsOfOthers(catalog: Catalog, { changes }: Made, owner: string): readonly ProtocolEntry[] {
  return changes.removed.filter((entry) => kindOf(entry) === 'chain' && ownerOf(catalog, entry) !== owner);
}

function refusal(word: string, broken: readonly ProtocolEntry[]): Failure {
  const remedy = 'remove the layers above first (`winsock show map`), or use --force';
  return new Failure('', `removing ${word} breaks what is not its own: ${theyBreak(broken)}`, remedy);
}

function theyBreak(broken: readonly ProtocolEntry[]): string {
  const names = broken.map(({ dwCatalogEntryId, szProtocol }) => `${dwCatalogEntryId} ${szProtocol}`);
  return `chain${broken.length === 1 ? '' : 's'} ${names.join(', ')} would go with it`;
}
