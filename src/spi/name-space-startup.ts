// What a name space provider is told at startup beside its documented arguments. On Windows it would read this from the
// registry and by WSCEnumNameSpaceProvidersEx; here WS2_32 hands it over with the table that NSPStartup fills, or with the
// cell that NSPv2Startup puts its session into, under a key that providers which do not know it never see.
import type { WSANAMESPACE_INFOEXW } from '../abi/index.js';

/** A provider's own entry of the catalog. */
export interface NameSpaceStartup {
  /** The entry as WSCEnumNameSpaceProvidersEx lists it; its ProviderSpecific is what the installer left there. */
  readonly info: WSANAMESPACE_INFOEXW;
  /** The module's name in the catalog, its settings included: `settingsOf` reads them. */
  readonly module: string;
}

const KEY = Symbol.for('winsock2.nameSpaceStartup');

/** Puts `startup` where the provider can find it; returns `target`. */
export function withNameSpaceStartup<T extends object>(target: T, startup: NameSpaceStartup): T {
  Object.defineProperty(target, KEY, { value: startup, enumerable: false });
  return target;
}

/**
 * What the provider is told at startup.
 *
 * @param target what NSPStartup was given as lpnspRoutines, or NSPv2Startup as ppvClientSessionArg
 * @returns the provider's entry, or null when somebody else than WS2_32 starts the provider
 */
export function nameSpaceStartup(target: object): NameSpaceStartup | null {
  return ((target as { [KEY]?: NameSpaceStartup })[KEY] ?? null);
}
