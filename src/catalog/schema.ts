// What a catalog must look like, value by value. Owns types, ranges and lengths; what entries must mean together is
// check.ts, and the file around the content is file-format.ts.

import { MAX_PROTOCOL_CHAIN, WSAPROTOCOL_LEN } from '../abi/index.js';
import type { CatalogContent } from './catalog.js';
import type { ApplicationCategory, ProviderCategory } from './category.js';
import { checkContent } from './check.js';
import type { ProtocolEntry } from './entry.js';
import type { NamespaceEntry } from './namespace-entry.js';
import { list, record, text, whole, type Check, type Problem } from './shape.js';
import type { ServiceClass, ServiceClassValue } from './service-class.js';

export type { Problem } from './shape.js';

const INT_MIN = -0x8000_0000;
const INT_MAX = 0x7fff_ffff;
const DWORD_MAX = 0xffff_ffff;

const dword = whole(0, DWORD_MAX);
const int = whole(INT_MIN, INT_MAX);
const entryId = whole(1, DWORD_MAX);
const serial = whole(0, Number.MAX_SAFE_INTEGER);

const anyText = text({});
const filledText = text({ least: 1 });
const guidForm = /^\{[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}\}$/i;
const guid = text({ form: guidForm, what: 'must be a GUID like {xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx}' });
const hex = text({ form: /^(?:[0-9a-f]{2})*$/i, what: 'must be bytes in hexadecimal' });
const flag: Check = (value) => (typeof value === 'boolean' ? null : 'must be true or false');

const protocol = record({
  szProtocol: text({ most: WSAPROTOCOL_LEN }),
  dwCatalogEntryId: entryId,
  providerId: guid,
  module: filledText,
  chainLen: whole(0, MAX_PROTOCOL_CHAIN),
  chainEntries: list(entryId),
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
} satisfies Record<keyof ProtocolEntry, Check>);

const namespace = record({
  lpszIdentifier: filledText,
  providerId: guid,
  module: filledText,
  dwNameSpace: dword,
  dwVersion: dword,
  enabled: flag,
  storesServiceClassInfo: flag,
  providerSpecific: hex,
} satisfies Record<keyof NamespaceEntry, Check>);

const classInfo = record({
  lpszName: filledText,
  dwNameSpace: dword,
  dwValueType: dword,
  value: hex,
} satisfies Record<keyof ServiceClassValue, Check>);

const serviceClass = record({
  serviceClassId: guid,
  lpszServiceClassName: filledText,
  classInfos: list(classInfo),
} satisfies Record<keyof ServiceClass, Check>);

const providerCategory = record({ providerId: guid, categories: dword } satisfies Record<keyof ProviderCategory, Check>);

const applicationCategory = record({
  path: filledText,
  extra: anyText,
  permittedLspCategories: dword,
} satisfies Record<keyof ApplicationCategory, Check>);

const content = record({
  serial,
  nextEntryId: entryId,
  protocols: list(protocol),
  namespaces: list(namespace),
  serviceClasses: list(serviceClass),
  providerCategories: list(providerCategory),
  applicationCategories: list(applicationCategory),
} satisfies Record<keyof CatalogContent, Check>);

/** What `parseContent` answers: the content, or what is wrong with it, in the order of the file. */
export type Parsed =
  | { readonly ok: true; readonly content: CatalogContent }
  | { readonly ok: false; readonly problems: readonly [Problem, ...Problem[]] };

/**
 * Checks a value that should be a catalog's content: every member, and what entries must mean together.
 *
 * @param value - anything, for instance what JSON.parse gave
 * @returns the content, or all problems. Only content whose single values are right is looked at as a whole
 */
export function parseContent(value: unknown): Parsed {
  const wrongValues = problemsOf(content(value, ''));
  if (wrongValues !== null) return { ok: false, problems: wrongValues };
  const parsed = withUpperCaseIds(value as CatalogContent);
  const contradictions = problemsOf(checkContent(parsed));
  return contradictions === null ? { ok: true, content: parsed } : { ok: false, problems: contradictions };
}

function problemsOf(found: ReturnType<Check> | readonly Problem[]): readonly [Problem, ...Problem[]] | null {
  if (found === null) return null;
  const [first, ...others] = typeof found === 'string' ? [{ name: 'wrong-value', path: '', what: found } as const] : found;
  return first === undefined ? null : [first, ...others];
}

/** GUIDs are compared as text everywhere else. */
function withUpperCaseIds(given: CatalogContent): CatalogContent {
  return {
    ...given,
    protocols: given.protocols.map(upperCaseId),
    namespaces: given.namespaces.map(upperCaseId),
    serviceClasses: given.serviceClasses.map((one) => {
      const serviceClassId = one.serviceClassId.toUpperCase();
      return serviceClassId === one.serviceClassId ? one : { ...one, serviceClassId };
    }),
    providerCategories: given.providerCategories.map(upperCaseId),
  };
}

function upperCaseId<T extends { readonly providerId: string }>(entry: T): T {
  const providerId = entry.providerId.toUpperCase();
  return providerId === entry.providerId ? entry : { ...entry, providerId };
}
