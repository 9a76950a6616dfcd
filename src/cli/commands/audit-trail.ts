// winsock audit trail
import { AuditLog, type AuditRecord } from '../audit/log.js';
import type { Catalog } from '../../index.js';
import type { CommandDefinition } from '../definition.js';
import { OK } from '../exit-codes.js';
import { Failure } from '../failure.js';
import { kindOf } from '../format/entry.js';

/** A line of what is shown: of the trail, or of the catalog alone. */
type Shown = Omit<AuditRecord, 'time' | 'event' | 'serial'> & { readonly time: string | null; readonly event: string };

export const auditTrail: CommandDefinition = {
  name: 'trail',
  summary: 'Layers that were installed and removed',
  details:
    'The trail is a file beside the catalog, <file>.audit, in which this tool writes what it changes. Programs that call the ' +
    'installer functions write none: layers that are installed and not in the trail are listed without a time.',
  examples: [
    ['winsock audit trail', 'what was installed and removed, and when'],
    ['winsock audit trail --json', 'the same for programs'],
  ],
  async run(run) {
    const catalog = await run.catalog();
    if (catalog instanceof Failure) return catalog;
    const trail = (await new AuditLog(run.store.file ?? null).read()) ?? [];
    const shown = [...untold(catalog, trail), ...trail];
    if (run.out.json) run.out.value(shown);
    else if (shown.length === 0) run.out.line('No layers were installed or removed.');
    else {
      await run.out.table(
        ['Time', 'Event', 'Entry', 'Name', 'Provider ID', 'Module'],
        shown.map(({ time, event, id, name, providerId, module }) => [time ?? '?', event, id ?? '', name, providerId, module]),
      );
    }
    return OK;
  },
};

function untold({ protocols }: Catalog, trail: readonly AuditRecord[]): Shown[] {
  const told = new Set(trail.map(({ id }) => id));
  return protocols
    .filter((entry) => kindOf(entry) !== 'base' && !told.has(entry.dwCatalogEntryId))
    .map(({ dwCatalogEntryId: id, szProtocol: name, providerId, module }) => ({ time: null, event: 'LSP Install', id, name, providerId, module }));
}
