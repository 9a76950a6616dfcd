// The catalog as a value: everything installed, in order, at one moment. A change makes a new one; where it is kept is
// the stores' business, what it holds at first is defaults.ts.

import { LAYERED_PROTOCOL, PFL_HIDDEN } from '../abi/index.js';
import type { ApplicationCategory, ProviderCategory } from './category.js';
import type { ProtocolDraft, ProtocolEntry } from './entry.js';
import { catalogError } from './error.js';
import type { CatalogError } from './error.js';
import type { NamespaceEntry } from './namespace-entry.js';
import { selectEntry } from './select.js';
import type { Selection } from './select.js';
import type { ServiceClass } from './service-class.js';

/** What a catalog holds, as plain data; the members of the file. */
export interface CatalogContent {
  /** Counts the changes ever saved. */
  readonly serial: number;
  /** The id that the next protocol entry gets; greater than every id ever given out. */
  readonly nextEntryId: number;
  readonly protocols: readonly ProtocolEntry[];
  readonly namespaces: readonly NamespaceEntry[];
  readonly serviceClasses: readonly ServiceClass[];
  readonly providerCategories: readonly ProviderCategory[];
  readonly applicationCategories: readonly ApplicationCategory[];
}

/** Which entries an enumeration shows. */
export interface EnumerateOptions {
  /** Entries with PFL_HIDDEN. */
  readonly includeHidden: boolean;
  /** Layer definitions (chain length 0). */
  readonly includeLayers: boolean;
}

/** What an application's enumeration shows: WSAEnumProtocols. */
export const FOR_APPLICATIONS: EnumerateOptions = { includeHidden: false, includeLayers: false };
/** What an installer's enumeration shows: WSCEnumProtocols. */
export const FOR_INSTALLERS: EnumerateOptions = { includeHidden: true, includeLayers: true };

/** An immutable catalog. Methods called `with…` answer a changed copy, or an error value when the change is impossible. */
export class Catalog implements CatalogContent {
  readonly serial: number;
  readonly nextEntryId: number;
  readonly protocols: readonly ProtocolEntry[];
  readonly namespaces: readonly NamespaceEntry[];
  readonly serviceClasses: readonly ServiceClass[];
  readonly providerCategories: readonly ProviderCategory[];
  readonly applicationCategories: readonly ApplicationCategory[];

  /** Takes a private copy of `content`, which is not checked here: stores check what they read and what they save. */
  constructor(content: CatalogContent) {
    this.serial = content.serial;
    this.nextEntryId = content.nextEntryId;
    this.protocols = frozenCopy(content.protocols);
    this.namespaces = frozenCopy(content.namespaces);
    this.serviceClasses = frozenCopy(content.serviceClasses);
    this.providerCategories = frozenCopy(content.providerCategories);
    this.applicationCategories = frozenCopy(content.applicationCategories);
    Object.freeze(this);
  }

  /**
   * The protocol entries that an enumeration shows, in order.
   *
   * @param protocols - only entries whose iProtocol is one of these; null for all. A list ends at its first 0, as the
   *   zero-terminated array of WSAEnumProtocols does.
   * @param options - `FOR_APPLICATIONS` or `FOR_INSTALLERS`
   * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsaenumprotocolsw
   * @see https://learn.microsoft.com/windows/win32/api/ws2spi/nf-ws2spi-wscenumprotocols
   */
  enumerate(protocols: ArrayLike<number> | null, options: EnumerateOptions): readonly ProtocolEntry[] {
    const wanted = protocols === null ? null : untilZero(protocols);
    return this.protocols.filter(
      (entry) =>
        (options.includeHidden || (entry.dwProviderFlags & PFL_HIDDEN) === 0) &&
        (options.includeLayers || entry.chainLen !== LAYERED_PROTOCOL) &&
        (wanted === null || wanted.has(entry.iProtocol)),
    );
  }

  /** The protocol entry with this dwCatalogEntryId, or null. */
  byId(id: number): ProtocolEntry | null {
    return this.protocols.find((entry) => entry.dwCatalogEntryId === id) ?? null;
  }

  /** The protocol entries of one provider, in order; `providerId` as in `ProtocolEntry`. */
  byProvider(providerId: string): readonly ProtocolEntry[] {
    return this.protocols.filter((entry) => entry.providerId === providerId);
  }

  /** The name space entry of one provider, or null. */
  namespaceById(providerId: string): NamespaceEntry | null {
    return this.namespaces.find((entry) => entry.providerId === providerId) ?? null;
  }

  /** The entry for a socket; see `selectEntry`. */
  select(family: number, type: number, protocol: number): Selection {
    return selectEntry(this.protocols, family, type, protocol);
  }

  /** Everything, as plain data that JSON can hold. */
  content(): CatalogContent {
    const { serial, nextEntryId, protocols, namespaces, serviceClasses, providerCategories, applicationCategories } = this;
    return { serial, nextEntryId, protocols, namespaces, serviceClasses, providerCategories, applicationCategories };
  }

  /** With these members replaced; for changes that have no method of their own. */
  with(change: Partial<Omit<CatalogContent, 'serial'>>): Catalog {
    return new Catalog({ ...this.content(), ...change });
  }

  /** The same with another serial number; the stores count with it. */
  withSerial(serial: number): Catalog {
    return new Catalog({ ...this.content(), serial });
  }

  /** With entries added at the end; the first gets id `nextEntryId`, the second the one after it, and so on. */
  withProtocols(drafts: readonly ProtocolDraft[]): Catalog {
    const added = drafts.map((draft, index) => ({ ...draft, dwCatalogEntryId: this.nextEntryId + index }));
    return this.with({
      protocols: [...this.protocols, ...added],
      nextEntryId: this.nextEntryId + added.length,
    });
  }

  /** With one entry's members replaced, its id and place kept. Error: no such entry. */
  withProtocol(id: number, draft: Partial<ProtocolDraft>): Catalog | CatalogError {
    if (this.byId(id) === null) return noEntry(id);
    return this.with({
      protocols: this.protocols.map((entry) => (entry.dwCatalogEntryId === id ? { ...entry, ...draft, dwCatalogEntryId: id } : entry)),
    });
  }

  /** Without these entries; their ids are never given out again. Error: one of them does not exist. */
  withoutProtocols(ids: readonly number[]): Catalog | CatalogError {
    const missing = ids.find((id) => this.byId(id) === null);
    if (missing !== undefined) return noEntry(missing);
    return this.with({ protocols: this.protocols.filter((entry) => !ids.includes(entry.dwCatalogEntryId)) });
  }

  /** With these entries first, in this order; the others follow as they stood. Error: an id twice or unknown. */
  withProtocolOrder(ids: readonly number[]): Catalog | CatalogError {
    const protocols = reordered(this.protocols, ids, (entry) => entry.dwCatalogEntryId);
    return Array.isArray(protocols) ? this.with({ protocols }) : protocols;
  }

  /** With a name space added at the end. Error: its provider id is taken. */
  withNamespace(entry: NamespaceEntry): Catalog | CatalogError {
    if (this.namespaceById(entry.providerId) !== null) {
      return catalogError('invalid', `name space provider ${entry.providerId} is already installed`, { path: 'namespaces' });
    }
    return this.with({ namespaces: [...this.namespaces, entry] });
  }

  /** Without a name space. Error: no such provider. */
  withoutNamespace(providerId: string): Catalog | CatalogError {
    if (this.namespaceById(providerId) === null) return noNamespace(providerId);
    return this.with({ namespaces: this.namespaces.filter((entry) => entry.providerId !== providerId) });
  }

  /** With a name space enabled or disabled. Error: no such provider. */
  withNamespaceEnabled(providerId: string, enabled: boolean): Catalog | CatalogError {
    if (this.namespaceById(providerId) === null) return noNamespace(providerId);
    return this.with({
      namespaces: this.namespaces.map((entry) => (entry.providerId === providerId ? { ...entry, enabled } : entry)),
    });
  }

  /** With these name spaces first, in this order; the others follow as they stood. Error: an id twice or unknown. */
  withNamespaceOrder(providerIds: readonly string[]): Catalog | CatalogError {
    const namespaces = reordered(this.namespaces, providerIds, (entry) => entry.providerId);
    return Array.isArray(namespaces) ? this.with({ namespaces }) : namespaces;
  }
}

function reordered<T, K>(list: readonly T[], keys: readonly K[], keyOf: (item: T) => K): T[] | CatalogError {
  const first: T[] = [];
  for (const key of keys) {
    const item = list.find((candidate) => keyOf(candidate) === key);
    if (item === undefined) return catalogError('invalid', `there is no entry ${String(key)} to put in order`);
    if (first.includes(item)) return catalogError('invalid', `entry ${String(key)} is in the order twice`);
    first.push(item);
  }
  return [...first, ...list.filter((item) => !first.includes(item))];
}

function noEntry(id: number): CatalogError {
  return catalogError('invalid', `there is no entry ${id}`, { path: 'protocols' });
}

function noNamespace(providerId: string): CatalogError {
  return catalogError('invalid', `there is no name space provider ${providerId}`, { path: 'namespaces' });
}

function untilZero(protocols: ArrayLike<number>): ReadonlySet<number> {
  const list = Array.from(protocols);
  const end = list.indexOf(0);
  return new Set(end === -1 ? list : list.slice(0, end));
}

/** Entries that are frozen already, as those of another catalog are, need no copy. */
function frozenCopy<T extends object>(list: readonly T[]): readonly T[] {
  return Object.freeze(list.map((item) => (isDeepFrozen(item) ? item : deepFreeze(structuredClone(item)))));
}

function isDeepFrozen(value: object): boolean {
  if (!Object.isFrozen(value)) return false;
  return Object.values(value).every((member) => typeof member !== 'object' || member === null || isDeepFrozen(member as object));
}

/** Freezes a value and all in it, in place. */
export function deepFreeze<T extends object>(value: T): T {
  for (const member of Object.values(value)) {
    if (typeof member === 'object' && member !== null) deepFreeze(member as object);
  }
  return Object.freeze(value);
}
