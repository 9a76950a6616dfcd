// The versions of GetAddrInfoEx's structures: which one a caller wants, what of it is refused, and what it has beyond addrinfo.
import {
  ADDRINFOEX_VERSION_2,
  ADDRINFOEX_VERSION_3,
  ADDRINFOEX_VERSION_4,
  ADDRINFOEX_VERSION_5,
  ADDRINFOEX_VERSION_6,
  ADDRINFOEX_VERSION_7,
  AI_EXCLUSIVE_CUSTOM_SERVERS,
  AI_EXTENDED,
  AI_FQDN,
  AI_REQUIRE_SECURE,
  AI_RESOLUTION_HANDLE,
  EAI_BADFLAGS,
  EAI_NOSECURENAME,
  WSAEOPNOTSUPP,
  addrinfoex2A,
  addrinfoex2W,
  addrinfoex3,
  addrinfoex4,
  addrinfoex5,
  addrinfoex6,
  addrinfoex7,
  addrinfoexA,
  addrinfoexW,
} from '../abi/index.js';
import type { FoundAddress } from '../ws2_32/index.js';

/** What the entries of all versions have. */
export interface ExEntry extends Omit<addrinfoexW, 'ai_next'> {
  ai_next: ExEntry | null;
}

type Extended = Partial<Pick<addrinfoex7, 'ai_version' | 'ai_fqdn' | 'ai_interfaceindex' | 'ai_numservers' | 'ai_resolutionhandle'>>;

const WIDE: ReadonlyMap<number, () => ExEntry> = new Map<number, () => ExEntry>([
  [ADDRINFOEX_VERSION_2, () => new addrinfoex2W({ ai_version: ADDRINFOEX_VERSION_2 })],
  [ADDRINFOEX_VERSION_3, () => new addrinfoex3({ ai_version: ADDRINFOEX_VERSION_3 })],
  [ADDRINFOEX_VERSION_4, () => new addrinfoex4({ ai_version: ADDRINFOEX_VERSION_4 })],
  [ADDRINFOEX_VERSION_5, () => new addrinfoex5({ ai_version: ADDRINFOEX_VERSION_5 })],
  [ADDRINFOEX_VERSION_6, () => new addrinfoex6({ ai_version: ADDRINFOEX_VERSION_6 })],
  [ADDRINFOEX_VERSION_7, () => new addrinfoex7({ ai_version: ADDRINFOEX_VERSION_7 })],
]);

/** From version 3 on there are Unicode forms only. */
const ANSI: ReadonlyMap<number, () => ExEntry> = new Map<number, () => ExEntry>([
  [ADDRINFOEX_VERSION_2, () => new addrinfoex2A({ ai_version: ADDRINFOEX_VERSION_2 })],
]);

/** Makes entries of the version that the hints are of; or the error: EAI_BADFLAGS for a version that there is not. */
export function makerFor(hints: (ExEntry & Extended) | null, wide: boolean): (() => ExEntry) | number {
  if (hints === null || (hints.ai_flags & AI_EXTENDED) === 0) return wide ? () => new addrinfoexW() : () => new addrinfoexA();
  return (wide ? WIDE : ANSI).get(hints.ai_version ?? 0) ?? EAI_BADFLAGS;
}

/** What is asked for that nobody here can do: EAI_NOSECURENAME or WSAEOPNOTSUPP, else 0. */
export function refusedHints(hints: (ExEntry & Extended) | null): number {
  if (hints === null) return 0;
  if ((hints.ai_flags & AI_REQUIRE_SECURE) !== 0) return EAI_NOSECURENAME;
  if ((hints.ai_flags & (AI_EXCLUSIVE_CUSTOM_SERVERS | AI_RESOLUTION_HANDLE)) !== 0) return WSAEOPNOTSUPP;
  if ((hints.ai_flags & AI_EXTENDED) === 0) return 0;
  return (hints.ai_numservers ?? 0) > 0 || (hints.ai_interfaceindex ?? 0) !== 0 ? WSAEOPNOTSUPP : 0;
}

/** Puts in what only these entries have. */
export function completeEntry(entry: ExEntry & Extended, { address, provider, blob }: FoundAddress): void {
  entry.ai_provider = provider;
  entry.ai_blob = blob;
  entry.ai_bloblen = blob?.length ?? 0;
  if (entry.ai_interfaceindex !== undefined) entry.ai_interfaceindex = address.scopeId;
}

/** The first entry of an extended list has the name twice, if it is asked for. */
export function completeNames(first: ExEntry & Extended, flags: number): void {
  if ((flags & AI_FQDN) !== 0 && first.ai_fqdn !== undefined) first.ai_fqdn = first.ai_canonname;
}
