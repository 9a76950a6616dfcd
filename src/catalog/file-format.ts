// The catalog as text: JSON with a format name and a version around the content. Owns reading and writing that text;
// files, locks and permissions are the JSON store's.

import { Catalog } from './catalog.js';
import { catalogError } from './error.js';
import type { CatalogError } from './error.js';
import { parseContent } from './schema.js';

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
  const text = decodeText(bytes);
  if (text === null) return catalogError('corrupt', 'is not UTF-8 text', { file });
  const json = parseJson(text);
  if ('what' in json) return catalogError('corrupt', json.what, { file });
  const { value } = json;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return catalogError('corrupt', 'must be an object', { file });
  }

  const { format, version, ...content } = value as Record<'format' | 'version', unknown>;
  if (format !== FORMAT) return catalogError('corrupt', `must be '${FORMAT}'`, { file, path: 'format' });
  if (typeof version !== 'number' || !Number.isInteger(version) || version < 1) {
    return catalogError('corrupt', 'must be a whole number from 1 on', { file, path: 'version' });
  }
  if (version > FORMAT_VERSION) {
    const what = `is ${version}, but this release reads only up to ${FORMAT_VERSION}; the file is left as it is`;
    return catalogError('newer', what, { file, path: 'version' });
  }

  const parsed = parseContent(content);
  if (!parsed.ok) return catalogError('corrupt', parsed.problem.what, { file, path: parsed.problem.path });
  return new Catalog(parsed.content);
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
