// The catalog as text: JSON with a format name and a version around the content. Owns reading and writing that text;
// files, locks and permissions are the JSON store's.

import { Catalog, deepFreeze } from './catalog.js';
import { catalogError } from './error.js';
import type { CatalogError } from './error.js';
import { parseContent, type Parsed } from './schema.js';
import type { ProblemName } from './shape.js';

const FORMAT = 'winsock2 catalog';
/** The version written. Every older one from 1 on is to be read as well. */
export const FORMAT_VERSION = 1;

/**
 * The catalog as the text of a file: indented, members in a fixed order, a line feed at the end.
 */
export function encodeCatalog(catalog: Catalog): string {
  return `${JSON.stringify({ format: FORMAT, version: FORMAT_VERSION, ...catalog.content() }, null, 2)}\n`;
}

/**
 * Reads the bytes of a catalog file.
 *
 * @param bytes - the whole file
 * @param file - its name, for messages
 * @returns the catalog, or an error: `corrupt` (not UTF-8, not JSON, not a catalog, or a value in it is wrong) or
 *   `newer` (the version is greater than `FORMAT_VERSION`)
 */
export function decodeCatalog(bytes: Uint8Array, file: string): Catalog | CatalogError {
  const read = readContent(bytes);
  // Nobody else has this content, so that it can be frozen where it is instead of being copied.
  if (read.ok) return new Catalog(deepFreeze(read.content));
  const [{ name, path, what }] = read.problems;
  return catalogError(name === 'newer-version' ? 'newer' : 'corrupt', what, { file, path });
}

/**
 * Reads the bytes of a catalog file, and finds everything that is wrong with it.
 *
 * @param bytes - the whole file
 */
export function readContent(bytes: Uint8Array): Parsed {
  const text = decodeText(bytes);
  if (text === null) return wrong('not-text', 'is not UTF-8 text');
  const json = parseJson(text);
  if ('what' in json) return wrong('not-json', json.what);
  const { value } = json;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return wrong('not-a-catalog', 'must be an object');

  const { format, version, ...content } = value as Record<'format' | 'version', unknown>;
  if (format !== FORMAT) return wrong('not-a-catalog', `must be '${FORMAT}'`, 'format');
  if (typeof version !== 'number' || !Number.isInteger(version) || version < 1) {
    return wrong('not-a-catalog', 'must be a whole number from 1 on', 'version');
  }
  if (version > FORMAT_VERSION) {
    const what = `is ${version}, but this release reads only up to ${FORMAT_VERSION}; the file is left as it is`;
    return wrong('newer-version', what, 'version');
  }
  return parseContent(content);
}

function wrong(name: ProblemName, what: string, path = ''): Parsed {
  return { ok: false, problems: [{ name, path, what }] };
}

function decodeText(bytes: Uint8Array): string | null {
  try {
    // Drops a byte order mark, which editors on Windows like to add.
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

function parseJson(text: string): { readonly value: unknown } | { readonly what: string } {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    return { what: `is not JSON (${(error as SyntaxError).message})` };
  }
}
