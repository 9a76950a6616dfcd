// What a catalog must look like, value by value. Owns types, ranges and lengths; what entries must mean together is
// check.ts, and the file around the content is file-format.ts.

import * as v from 'valibot';
import { MAX_PROTOCOL_CHAIN, WSAPROTOCOL_LEN } from '../abi/index.js';
import type { CatalogContent } from './catalog.js';
import { checkContent } from './check.js';

const INT_MIN = -0x8000_0000;
const INT_MAX = 0x7fff_ffff;
const DWORD_MAX = 0xffff_ffff;

const dword = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(DWORD_MAX));
const int = v.pipe(v.number(), v.integer(), v.minValue(INT_MIN), v.maxValue(INT_MAX));
const entryId = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(DWORD_MAX));
const serial = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

// A NUL would end the text early once it stands in a structure, and so show a name other than the one kept here.
const text = v.pipe(v.string(), v.excludes('\0', 'must not hold a NUL character'));
const filledText = v.pipe(text, v.nonEmpty('must not be empty'));
const guid = v.pipe(
  v.string(),
  v.regex(/^\{[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}\}$/i, 'must be a GUID like {xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx}'),
  v.toUpperCase(),
);
const hex = v.pipe(v.string(), v.regex(/^(?:[0-9a-f]{2})*$/i, 'must be bytes in hexadecimal'));

const protocol = v.strictObject({
  szProtocol: v.pipe(text, v.maxLength(WSAPROTOCOL_LEN)),
  dwCatalogEntryId: entryId,
  providerId: guid,
  module: filledText,
  chainLen: v.pipe(int, v.minValue(0), v.maxValue(MAX_PROTOCOL_CHAIN)),
  chainEntries: v.array(entryId),
  iVersion: int,
  iAddressFamily: int,
  iMaxSockAddr: int,
  iMinSockAddr: int,
  iSocketType: int,
  iProtocol: int,
  iProtocolMaxOffset: int,
  iNetworkByteOrder: int,
  iSecurityScheme: int,
  dwMessageSize: dword,
  dwServiceFlags1: dword,
  dwServiceFlags2: dword,
  dwServiceFlags3: dword,
  dwServiceFlags4: dword,
  dwProviderFlags: dword,
  dwProviderReserved: dword,
});

const namespace = v.strictObject({
  lpszIdentifier: filledText,
  providerId: guid,
  module: filledText,
  dwNameSpace: dword,
  dwVersion: dword,
  enabled: v.boolean(),
  storesServiceClassInfo: v.boolean(),
  providerSpecific: hex,
});

const serviceClass = v.strictObject({
  serviceClassId: guid,
  lpszServiceClassName: filledText,
  classInfos: v.array(
    v.strictObject({ lpszName: filledText, dwNameSpace: dword, dwValueType: dword, value: hex }),
  ),
});

const content = v.strictObject({
  serial,
  nextEntryId: entryId,
  protocols: v.array(protocol),
  namespaces: v.array(namespace),
  serviceClasses: v.array(serviceClass),
  providerCategories: v.array(v.strictObject({ providerId: guid, categories: dword })),
  applicationCategories: v.array(
    v.strictObject({ path: filledText, extra: text, permittedLspCategories: dword }),
  ),
});

/** What is wrong, and where: `protocols[3].iSocketType`, or '' for the whole. */
export interface Problem {
  readonly path: string;
  readonly what: string;
}

/** What `parseContent` answers. */
export type Parsed =
  | { readonly ok: true; readonly content: CatalogContent }
  | { readonly ok: false; readonly problem: Problem };

/**
 * Checks a value that should be a catalog's content: every member, and what entries must mean together.
 *
 * @param value - anything, for instance what JSON.parse gave
 * @returns the content, or the first problem found
 */
export function parseContent(value: unknown): Parsed {
  const result = v.safeParse(content, value, { abortEarly: true });
  if (!result.success) {
    const [issue] = result.issues;
    return { ok: false, problem: { path: pathText(issue.path ?? []), what: issue.message } };
  }
  const problem = checkContent(result.output);
  return problem === null ? { ok: true, content: result.output } : { ok: false, problem };
}

function pathText(items: readonly { readonly key: unknown }[]): string {
  return items
    .map(({ key }, index) => {
      if (typeof key === 'number') return `[${key}]`;
      return index === 0 ? String(key) : `.${String(key)}`;
    })
    .join('');
}
