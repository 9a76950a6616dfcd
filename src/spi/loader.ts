// Loads provider modules. Owns how a failed import is told apart; what a name may be is specifier.ts, what a module must
// export is module.ts. How to import is passed in, so that a browser or a test brings its own.
import { readProviderModule, type ProviderModule } from './module.js';
import { resolveSpecifier, withoutSettings } from './specifier.js';

/**
 * A load's outcome. `not-found`: there is no such module. `failed`: there is, and loading it threw. `invalid`: the name
 * may not be used, or the module is no provider. `message` is one sentence that names the module.
 */
export type LoadResult =
  | { readonly ok: true; readonly module: ProviderModule }
  | { readonly ok: false; readonly error: 'not-found' | 'failed' | 'invalid'; readonly message: string };

/** Finds and loads provider modules by the names that a catalog holds. */
export interface ModuleLoader {
  /**
   * Loads a module.
   *
   * @param specifier a built-in module's name, a package name, an absolute path or a URL
   * @returns the provider or why there is none; never rejects
   */
  load(specifier: string): Promise<LoadResult>;
}

/** What a module loader stands on. */
export interface ModuleLoaderOptions {
  /** Modules that come with the library, by name; looked at first. */
  readonly builtin: ReadonlyMap<string, () => Promise<unknown>>;
  /** Imports anything else: `(specifier) => import(specifier)`. */
  readonly importer: (specifier: string) => Promise<unknown>;
  /** Why what `importer` would load may not be, for people, or null: it could have been put there by another user. */
  readonly objection?: (specifier: string) => string | null;
}

/**
 * Makes a module loader.
 *
 * @param options its built-in modules, and how it imports others
 * @returns the loader
 */
export function createModuleLoader(options: ModuleLoaderOptions): ModuleLoader {
  return {
    async load(specifier) {
      const builtin = options.builtin.get(withoutSettings(specifier));
      if (builtin !== undefined) return read(specifier, specifier, builtin);

      const resolved = resolveSpecifier(specifier);
      if (!resolved.ok) return failure('invalid', specifier, resolved.message);
      const objection = options.objection?.(resolved.target) ?? null;
      if (objection !== null) return failure('invalid', specifier, objection);
      return read(specifier, resolved.target, () => options.importer(resolved.target));
    },
  };
}

async function read(specifier: string, target: string, load: () => Promise<unknown>): Promise<LoadResult> {
  // The module is other people's code: its top level, and any getter among its exports, may throw.
  try {
    const result = readProviderModule(await load());
    return result.ok ? result : failure('invalid', specifier, result.message);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return failure(isMissing(error, message, target) ? 'not-found' : 'failed', specifier, message);
  }
}

const missingCodes = new Set<unknown>([
  'ERR_MODULE_NOT_FOUND',
  'ERR_PACKAGE_PATH_NOT_EXPORTED',
  'ERR_UNSUPPORTED_DIR_IMPORT',
  'MODULE_NOT_FOUND',
]);

// The same codes come from a module that is there and lacks a dependency; then it is the dependency that is named:
// a file by the error's url, a package in quotes in its message.
function isMissing(error: unknown, message: string, target: string): boolean {
  const { code, url } = (error ?? {}) as { code?: unknown; url?: unknown };
  if (!missingCodes.has(code)) return false;
  if (URL.canParse(target)) return url === new URL(target).href;

  const name = target.split('/', target.startsWith('@') ? 2 : 1).join('/');
  return message.includes(`'${name}'`) || message.includes(`'${target}'`) || code === 'ERR_PACKAGE_PATH_NOT_EXPORTED';
}

function failure(error: 'not-found' | 'failed' | 'invalid', specifier: string, reason: string): LoadResult {
  return { ok: false, error, message: `the provider module '${specifier}' cannot be used: ${reason}` };
}
