// What completion offers for ids, by what is installed.
import type { Catalog } from '../index.js';
import type { Candidate } from './definition.js';
import { CATEGORIES } from './format/categories.js';
import { kindOf } from './format/entry.js';
import { nameSpaceNames } from './format/name-space.js';
import { providerRows } from './format/providers.js';

/** Entries that sockets can be made by. */
export function stackableIds({ protocols }: Catalog): Candidate[] {
  return entries(protocols.filter((entry) => kindOf(entry) !== 'layer'));
}

/** Every entry of the protocol catalog. */
export function entryIds({ protocols }: Catalog): Candidate[] {
  return entries(protocols);
}

/** Transport providers. Without the braces, which a shell would take for its own. */
export function providerIds(catalog: Catalog): Candidate[] {
  return providerRows(catalog).map(({ providerId, name }) => ({ word: bare(providerId), about: name }));
}

/** Name space providers. */
export function nameSpaceProviderIds({ namespaces }: Catalog): Candidate[] {
  return namespaces.map(({ providerId, lpszIdentifier }) => ({ word: bare(providerId), about: lpszIdentifier }));
}

/** Everything that `remove provider` takes. */
export function removableIds(catalog: Catalog): Candidate[] {
  return [...entryIds(catalog), ...providerIds(catalog), ...nameSpaceProviderIds(catalog)];
}

/** The words for categories. */
export function categoryWords(): Candidate[] {
  return ['none', 'all', ...CATEGORIES.keys()].map((word) => ({ word, about: '' }));
}

/** The names of name spaces. */
export function nameSpaceWords(): Candidate[] {
  return nameSpaceNames().map((word) => ({ word, about: '' }));
}

function entries(protocols: Catalog['protocols']): Candidate[] {
  return protocols.map(({ dwCatalogEntryId, szProtocol }) => ({ word: String(dwCatalogEntryId), about: szProtocol }));
}

function bare(providerId: string): string {
  return providerId.replace(/[{}]/g, '');
}
