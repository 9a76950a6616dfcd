// winsock install
import { randomUUID } from 'node:crypto';
import { XP1_IFS_HANDLES, parseGuid, ref, type Catalog, type WSAPROTOCOL_INFOW, type Winsock } from '../../index.js';
import { stackableIds } from '../candidates.js';
import { DRY_RUN, calling, change, report, returning, type Made } from '../change.js';
import type { CommandDefinition } from '../definition.js';
import { Failure } from '../failure.js';
import { kindOf } from '../format/entry.js';
import { installedInfos } from '../installed.js';
import type { Run } from '../run.js';

interface Options {
  readonly over?: string;
  readonly all?: boolean;
  readonly name?: string;
  readonly id?: string;
  readonly ownHandles?: boolean;
  readonly first?: boolean;
  readonly last?: boolean;
  readonly dryRun?: boolean;
}

const REMEDIES = {
  WSAEINVAL: 'is the module a package name, an absolute path or a URL, and are name and id new? See `winsock show providers`',
  WSANO_RECOVERY: 'a chain has at most 7 links (`winsock show map`); else see `winsock doctor`',
};

export const install: CommandDefinition = {
  name: 'install',
  summary: 'Install a layered provider',
  details:
    'A hidden entry for the layer, and a chain over each protocol chosen, by WSCInstallProviderAndChains. Chains come first ' +
    'in the order, so programs started from now on make their sockets by them. Nothing is loaded: `winsock selftest` tells ' +
    'whether it works.',
  operands: [{ usage: '<module>', about: 'package name, absolute path or URL of the module; settings follow a ?' }],
  options: [
    { flags: '--over <ids>', about: 'the entries to stand on, with commas between', conflicts: ['all'], complete: stackableIds },
    { flags: '--all', about: 'stand on every base protocol; so it is if --over is left out' },
    { flags: '--name <name>', about: "its name; the module's if left out" },
    { flags: '--id <guid>', about: 'its provider id; a new one if left out' },
    { flags: '--own-handles', about: 'it makes handles of its own and does not pass on those of the provider below' },
    { flags: '--first', about: 'before every other entry, as is usual', conflicts: ['last'] },
    { flags: '--last', about: 'behind every other entry: only sockets made by its very entry use it' },
    DRY_RUN,
  ],
  examples: [
    ['winsock install winsock2/layers/firewall?allow=127.0.0.0/8 --name Firewall --own-handles', 'over every base protocol'],
    ['winsock install /opt/layers/log.js --over 1001,1002 --dry-run', 'what would be installed over two entries?'],
  ],
  async run(run, command) {
    const [module] = command.processedArgs as [string];
    const options = command.opts<Options>();
    const providerId = parseGuid(options.id ?? randomUUID());
    if (providerId === null) return Failure.usage(`'${options.id ?? ''}' is no GUID`);
    const catalog = await run.catalog();
    if (catalog instanceof Failure) return catalog;
    const over = idsOver(catalog, options.over);
    if (over instanceof Failure) return over;

    const dryRun = options.dryRun === true;
    const made = await change(run, dryRun, async (ws) => {
      const [list, flags, name] = [infosOf(ws, over), options.ownHandles === true ? 0 : XP1_IFS_HANDLES, options.name ?? nameOf(module)];
      const failure = await calling(
        'WSCInstallProviderAndChains',
        (lpErrno) => ws.WSCInstallProviderAndChains(providerId, module, name, flags, list, list?.length ?? 0, ref(0), lpErrno),
        REMEDIES,
      );
      return failure ?? (options.last === true ? putLast(ws, catalog) : null);
    });
    if (made instanceof Failure) return made;
    tellElsewhere(run, made, over ?? []);
    return report(run, made, dryRun);
  },
};

/** The ids after --over; null for all. */
function idsOver(catalog: Catalog, text: string | undefined): readonly number[] | null | Failure {
  if (text === undefined) return null;
  const words = text.split(',').map((word) => word.trim());
  for (const word of words) {
    const entry = /^\d+$/.test(word) ? catalog.byId(Number(word)) : null;
    if (entry === null) return Failure.usage(`there is no entry '${word}' to stand on`, 'see `winsock show map`');
    if (kindOf(entry) === 'layer') return Failure.usage(`entry ${word} is a layer's own`, 'name a base protocol or a chain');
  }
  return words.map(Number);
}

/** WSCInstallProviderAndChains wants whole structures, though it looks at family, type and protocol only. */
function infosOf(ws: Winsock, ids: readonly number[] | null): WSAPROTOCOL_INFOW[] | null {
  if (ids === null) return null;
  return installedInfos(ws).filter((info) => ids.includes(info.dwCatalogEntryId));
}

function putLast(ws: Winsock, before: Catalog): Promise<Failure | null> {
  const ids = installedInfos(ws).map((info) => info.dwCatalogEntryId);
  const order = [...ids.filter((id) => before.byId(id) !== null), ...ids.filter((id) => before.byId(id) === null)];
  return returning('WSCWriteProviderOrder', () => ws.WSCWriteProviderOrder(order, order.length));
}

/** `firewall` for `winsock2/layers/firewall?allow=…`, `log` for `/opt/layers/log.js`. */
function nameOf(module: string): string {
  const path = module.replace(/[?#].*$/, '');
  const last = path.split(/[\\/]/).filter((part) => part !== '').at(-1) ?? path;
  return last.replace(/\.[cm]?[jt]s$/, '') || path;
}

/** The function goes by the kind of protocol, so it may stand on another entry than the one asked for. */
function tellElsewhere(run: Run, { after, changes }: Made, over: readonly number[]): void {
  for (const id of over) {
    const below = after.byId(id);
    const links = below === null || kindOf(below) === 'base' ? [id] : below.chainEntries;
    if (changes.added.some((entry) => entry.chainEntries.slice(1).join() === links.join())) continue;
    run.out.note(`note: entry ${id} is not the first of its kind, so the layer stands on the one that is`);
  }
}
