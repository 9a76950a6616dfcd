// Catalogs with stacks of layers over their base entries. On the public face only: the benchmark builds its own with it.
import {
  LAYERED_PROTOCOL,
  PFL_HIDDEN,
  XP1_IFS_HANDLES,
  defaultCatalog,
  isCatalogError,
  type Catalog,
  type ProtocolDraft,
  type ProtocolEntry,
} from 'winsock2';

/** The chain length of a base protocol. */
const BASE = 1;

/** A provider id of a test's own; each number is another one. */
export function layerId(number: number): string {
  return `{1A7E12ED-0000-0000-0000-${number.toString(16).toUpperCase().padStart(12, '0')}}`;
}

/** How a stack stands in the catalog. */
export interface StackOptions {
  /** The catalog under it; the built-in one if left out. */
  readonly catalog?: Catalog;
  /** The entries that it is put over; every base protocol if left out. */
  readonly over?: (entry: ProtocolEntry) => boolean;
  /** Whether its chains say that their handles are the system's; by default unless one of the layers makes its own. */
  readonly ifs?: boolean;
  /** The number of the first provider id; for a second stack. */
  readonly firstId?: number;
  /** Behind everything else in the order, where nobody finds it by chance; by default it comes first. */
  readonly last?: boolean;
}

/** Whether a layer that comes with the library makes handles of its own. */
const ownsHandles = (module: string): boolean => module.endsWith('-own-handles');

/** A copy of a base entry that stands for `module`. */
function draftOf(base: ProtocolEntry, module: string, providerId: string, change: Partial<ProtocolDraft>): ProtocolDraft {
  const { dwCatalogEntryId: _id, ...same } = base;
  return { ...same, module, providerId, ...change };
}

/** What a change of the catalog gave; a change that is refused is the test's mistake. */
export function changed(catalog: ReturnType<Catalog['withProtocolOrder']>): Catalog {
  if (isCatalogError(catalog)) throw new Error(catalog.message);
  return catalog;
}

/**
 * A catalog with a stack of layers over its base entries: a hidden layer entry for each module, and a chain for each base
 * entry, all chains of the topmost provider.
 *
 * @param modules - top to bottom; the same one may come several times
 */
export function stackCatalog(modules: readonly string[], options: StackOptions = {}): Catalog {
  const { catalog = defaultCatalog(), over = () => true, ifs = !modules.some(ownsHandles), firstId = 1, last = false } = options;
  const bases = catalog.protocols.filter((entry) => entry.chainLen === BASE && over(entry));
  const [sample] = bases;
  const [top] = modules;
  if (sample === undefined || top === undefined) return catalog;
  const layers = modules.map((module, index) =>
    draftOf(sample, module, layerId(firstId + index), {
      chainLen: LAYERED_PROTOCOL,
      dwProviderFlags: sample.dwProviderFlags | PFL_HIDDEN,
      szProtocol: `layer ${String(index)}`,
    }),
  );
  const ids = layers.map((_, index) => catalog.nextEntryId + index);
  const chains = bases.map((base) =>
    draftOf(base, top, layerId(firstId), {
      chainLen: ids.length + 1,
      chainEntries: [...ids, base.dwCatalogEntryId],
      szProtocol: `over [${base.szProtocol}]`,
      dwServiceFlags1: ifs ? base.dwServiceFlags1 : base.dwServiceFlags1 & ~XP1_IFS_HANDLES,
    }),
  );
  const filled = catalog.withProtocols([...layers, ...chains]);
  const added = filled.protocols.slice(catalog.protocols.length).map(({ dwCatalogEntryId }) => dwCatalogEntryId);
  return last ? filled : changed(filled.withProtocolOrder(added));
}
