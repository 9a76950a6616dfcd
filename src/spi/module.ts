// What a provider's module exports, and the check of it. Owns no loading: that is loader.ts.
import { NSPV2_ROUTINE_NAMES, NSPV2_ROUTINE_SIZE, type NSPV2_ROUTINE } from './nspv2.js';
import type { LPNSPSTARTUP } from './nsp.js';
import type { LPWSPSTARTUP } from './wsp.js';

/** What a module serves; at least one of the three is not null. */
export interface ProviderModule {
  /** The module's `WSPStartup` export: it is a transport provider. */
  readonly WSPStartup: LPWSPSTARTUP | null;
  /** The module's `NSPStartup` export: it is a name space provider. */
  readonly NSPStartup: LPNSPSTARTUP | null;
  /**
   * The module's `NSPv2…` exports as one table: it is a version 2 name space provider. Their table has no startup that
   * fills it, so a module that exports `NSPv2Startup` exports the other six by their names too.
   */
  readonly NSPv2: NSPV2_ROUTINE | null;
}

/** A module that was looked at: what it serves, or why it is no provider. */
export type ReadModuleResult =
  | { readonly ok: true; readonly module: ProviderModule }
  | { readonly ok: false; readonly message: string };

/**
 * Reads what an imported module serves. The exports may be the module's own or be properties of its default export,
 * where a CommonJS module's `module.exports` is.
 *
 * @param imported the module's namespace object, as `import()` gives it
 * @returns the provider, or the reason why it is none
 */
export function readProviderModule(imported: unknown): ReadModuleResult {
  const exported = candidates(imported).find(
    (candidate) => candidate['WSPStartup'] !== undefined || candidate['NSPStartup'] !== undefined || candidate['NSPv2Startup'] !== undefined,
  );
  if (exported === undefined) return refused('it exports no WSPStartup, NSPStartup or NSPv2Startup');

  const needed = exported['NSPv2Startup'] === undefined ? [] : NSPV2_ROUTINE_NAMES;
  for (const name of ['WSPStartup', 'NSPStartup'] as const) {
    if (exported[name] !== undefined && typeof exported[name] !== 'function') return refused(`its ${name} is not a function`);
  }
  for (const name of needed) {
    if (typeof exported[name] !== 'function') return refused(`its ${name} is not a function`);
  }
  return {
    ok: true,
    module: {
      WSPStartup: (exported['WSPStartup'] as LPWSPSTARTUP | undefined) ?? null,
      NSPStartup: (exported['NSPStartup'] as LPNSPSTARTUP | undefined) ?? null,
      NSPv2: needed.length === 0 ? null : nspv2Table(exported),
    },
  };
}

function nspv2Table(exported: Record<string, unknown>): NSPV2_ROUTINE {
  const functions = Object.fromEntries(NSPV2_ROUTINE_NAMES.map((name) => [name, exported[name]]));
  return { cbSize: NSPV2_ROUTINE_SIZE, dwMajorVersion: 2, dwMinorVersion: 0, ...functions } as NSPV2_ROUTINE;
}

// A default export can hold a further one: that is what a compiler makes of `export default` in CommonJS.
function candidates(imported: unknown): Record<string, unknown>[] {
  const found: Record<string, unknown>[] = [];
  let next = imported;
  while (found.length < 3 && (typeof next === 'object' || typeof next === 'function') && next !== null) {
    found.push(next as Record<string, unknown>);
    next = (next as Record<string, unknown>)['default'];
  }
  return found;
}

function refused(message: string): ReadModuleResult {
  return { ok: false, message };
}
