// What can go wrong with a catalog, as a value. Owns the shape and its few makers; raises nothing.

import { WSAEACCES, WSAEINVAL, WSANO_RECOVERY, WSATRY_AGAIN } from '../abi/index.js';

/**
 * Why a catalog could not be had or changed:
 * `corrupt` not readable as a catalog; `newer` written by a later version; `insecure` somebody else can change it;
 * `locked` somebody else is changing it; `io` the operating system refused; `invalid` the change asked for is not possible.
 */
export type CatalogTrouble = 'corrupt' | 'newer' | 'insecure' | 'locked' | 'io' | 'invalid';

/** A catalog failure that a caller can observe. */
export interface CatalogError {
  /** The Winsock error: WSANO_RECOVERY, WSAEACCES, WSATRY_AGAIN or WSAEINVAL. */
  readonly code: number;
  readonly trouble: CatalogTrouble;
  /** For people: names the file and the place in it. */
  readonly message: string;
  /** The file concerned, or null where there is none. */
  readonly file: string | null;
  /** Where in the catalog, like `protocols[3].iSocketType`; '' for the whole. */
  readonly path: string;
}

const CODES: Readonly<Record<CatalogTrouble, number>> = {
  corrupt: WSANO_RECOVERY,
  newer: WSANO_RECOVERY,
  insecure: WSAEACCES,
  locked: WSATRY_AGAIN,
  io: WSANO_RECOVERY,
  invalid: WSAEINVAL,
};

/**
 * Makes a catalog error.
 *
 * @param trouble - the kind, which decides the code unless `code` is given
 * @param what - what is wrong, without file and path
 * @param where - the file and the path inside it, where known, and a code more exact than the kind's
 */
export function catalogError(
  trouble: CatalogTrouble,
  what: string,
  where: { readonly file?: string | null; readonly path?: string; readonly code?: number } = {},
): CatalogError {
  const file = where.file ?? null;
  const path = where.path ?? '';
  const message = [file ?? 'the catalog', path, what].filter((part) => part !== '').join(': ');
  return { code: where.code ?? CODES[trouble], trouble, message, file, path };
}

/** Tells an error from whatever a function answers when all is well. */
export function isCatalogError(value: unknown): value is CatalogError {
  return typeof value === 'object' && value !== null && 'trouble' in value;
}
