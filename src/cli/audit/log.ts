// The audit trail's file: what this tool changed in a catalog, one JSON object a line, beside the catalog. Only what the
// tool itself did is in it; programs that call the installer functions write no trail.
import { appendFile, readFile } from 'node:fs/promises';
import type { Catalog, ProtocolEntry } from '../../index.js';
import { kindOf } from '../format/entry.js';
import type { CatalogChanges } from '../format/changes.js';

/** What happened, in the words of Windows' catalog change events. */
export type AuditEvent = 'LSP Install' | 'LSP Uninstall' | 'LSP Reset' | 'Provider Install' | 'Provider Uninstall' | 'Order';

/** A line of the trail. */
export interface AuditRecord {
  /** ISO 8601, UTC. */
  readonly time: string;
  readonly event: AuditEvent;
  /** szProtocol, or a name space's identifier; '' where the event is of the whole catalog. */
  readonly name: string;
  /** dwCatalogEntryId; null for name spaces and the whole catalog. */
  readonly id: number | null;
  readonly providerId: string;
  readonly module: string;
  /** The catalog's serial number after the change. */
  readonly serial: number;
}

/** The trail beside one catalog; null for a catalog that has no file, which keeps no trail. */
export class AuditLog {
  readonly #file: string | null;

  constructor(catalogFile: string | null) {
    this.#file = catalogFile === null ? null : `${catalogFile}.audit`;
  }

  /** Adds what a change did; null, or why it could not be written. */
  add(made: { readonly after: Catalog; readonly changes: CatalogChanges }, now: Date): Promise<string | null> {
    return this.#append(records(made.changes, made.after.serial, now.toISOString()));
  }

  /** Adds a reset. */
  addReset(serial: number, now: Date): Promise<string | null> {
    return this.#append([whole('LSP Reset', serial, now.toISOString())]);
  }

  /** Every line that can be read, the oldest first; null when there is no trail. */
  async read(): Promise<readonly AuditRecord[] | null> {
    if (this.#file === null) return null;
    try {
      return (await readFile(this.#file, 'utf8')).split('\n').flatMap(parse);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
  }

  async #append(lines: readonly AuditRecord[]): Promise<string | null> {
    if (this.#file === null || lines.length === 0) return null;
    try {
      // One write for all of it, so that two of them at once do not mix.
      await appendFile(this.#file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''), { mode: 0o600 });
      return null;
    } catch (error) {
      return (error as Error).message;
    }
  }
}

/** Protocol entries that are layers or chains are LSPs, as Windows calls them; everything else is a provider. */
function records(changes: CatalogChanges, serial: number, time: string): AuditRecord[] {
  const ofEntry = (entry: ProtocolEntry, what: 'Install' | 'Uninstall'): AuditRecord => ({
    time,
    event: `${kindOf(entry) === 'base' ? 'Provider' : 'LSP'} ${what}`,
    name: entry.szProtocol,
    id: entry.dwCatalogEntryId,
    providerId: entry.providerId,
    module: entry.module,
    serial,
  });
  const ofNameSpace = (what: 'Install' | 'Uninstall') => (entry: CatalogChanges['addedNamespaces'][number]): AuditRecord => ({
    time, event: `Provider ${what}`, name: entry.lpszIdentifier, id: null, providerId: entry.providerId, module: entry.module, serial,
  });
  const found = [
    ...changes.added.map((entry) => ofEntry(entry, 'Install')),
    ...changes.removed.map((entry) => ofEntry(entry, 'Uninstall')),
    ...changes.addedNamespaces.map(ofNameSpace('Install')),
    ...changes.removedNamespaces.map(ofNameSpace('Uninstall')),
  ];
  return found.length === 0 && changes.reordered ? [whole('Order', serial, time)] : found;
}

function whole(event: AuditEvent, serial: number, time: string): AuditRecord {
  return { time, event, name: '', id: null, providerId: '', module: '', serial };
}

/** A line cut off by a kill, or somebody's note, is passed over. */
function parse(line: string): AuditRecord[] {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && 'event' in value ? [value as AuditRecord] : [];
  } catch {
    return [];
  }
}
