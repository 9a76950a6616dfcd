// The file that a module's name leads to, and whether other users can change it: a catalog names code, so who can write
// to that code could do whatever this user can. Owns finding and judging; the rule is permissions.ts, which names may
// stand in a catalog is spi/specifier.ts. Imports no module.
//
// A package is looked for from where this package is installed, never from the working directory.
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { realFiles, systemCode } from './files.js';
import { foreignWriterHere } from './ownership.js';

/** What a name leads to: a file, nothing, or code that is in no file (`data:`, `https:`). */
export type Located =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'missing'; readonly reason: string }
  | { readonly kind: 'elsewhere' };

/**
 * Finds the file that `import()` would load.
 *
 * @param target - a package name or a URL, as `import()` takes it
 */
export function locateModule(target: string): Located {
  try {
    const url = URL.canParse(target) ? target : resolvePackage(target);
    if (!/^file:/i.test(url)) return { kind: 'elsewhere' };
    const path = fileURLToPath(url);
    const found = realFiles.entry(path);
    return found === null ? { kind: 'missing', reason: `there is no file ${path}` } : { kind: 'file', path };
  } catch (error) {
    return { kind: 'missing', reason: error instanceof Error ? error.message : String(error) };
  }
}

function resolvePackage(name: string): string {
  const { resolve } = import.meta as { resolve?: (name: string) => string };
  if (resolve !== undefined) return resolve(name);
  // Where modules are run by a bundler's runtime, only the older search is there.
  const path = createRequire(import.meta.url).resolve(name);
  return path.startsWith('node:') ? path : new URL(`file://${path}`).href;
}

/**
 * Why what a target leads to may not be loaded.
 *
 * @param target - a package name or a URL, as `import()` takes it
 * @param platform - as process.platform
 * @returns the reason, or null; null too for what is not there, which loading it will tell
 */
export function objectionToModule(target: string, platform: string = process.platform): string | null {
  const located = locateModule(target);
  if (located.kind !== 'file') return null;
  try {
    const path = realFiles.realPath(located.path);
    const file = foreignWriterHere(realFiles.stat(path), 'file', platform);
    if (file !== null) return `its file ${path} ${file}`;
    for (const folder of new Set([dirname(path), dirname(located.path)])) {
      const foreign = foreignWriterHere(realFiles.stat(folder), 'folder', platform);
      if (foreign !== null) return `its folder ${folder} ${foreign}`;
    }
    return null;
  } catch (error) {
    return `its file ${located.path} cannot be looked at (${systemCode(error)})`;
  }
}
