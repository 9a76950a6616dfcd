// What looking up a name gives, whoever looks: DNS servers, the machine itself, a simulated network. Types and the ways to make
// them.
import type { MaybePending } from '../../../spi/index.js';
import { CLASS, type DnsRecord, type RecordData } from './message.js';

/** Records found, or why there are none. Times are the clock's, in milliseconds. */
export type Lookup = Found | NotFound;

export interface Found {
  readonly error: 0;
  /** Of the type asked for, as the server ordered them, with the TTL that they came with. */
  readonly records: readonly DnsRecord[];
  /** The name that has them: the end of the CNAMEs. */
  readonly canonicalName: string;
  /** The names before it, the one asked for first. */
  readonly aliases: readonly string[];
  /** Until when it may be remembered; `now` or before for not at all. */
  readonly expires: number;
}

export interface NotFound {
  /** WSAHOST_NOT_FOUND, WSANO_DATA (the name is there, the type is not), WSATRY_AGAIN, WSANO_RECOVERY, WSA_E_CANCELLED. */
  readonly error: number;
  readonly expires: number;
}

export interface LookupOptions {
  /** Ends the wait for it. */
  readonly signal?: AbortSignal | undefined;
  /** Ask, whatever is remembered. */
  readonly fresh?: boolean;
}

/** Whoever finds records. */
export interface NameSource {
  /** Never rejects; at once if the answer is known. */
  lookup(name: string, type: number, options?: LookupOptions): MaybePending<Lookup>;
}

/** What may not be remembered. */
export const notFound = (error: number): NotFound => ({ error, expires: -Infinity });

export const isFound = (lookup: Lookup): lookup is Found => lookup.error === 0;

/** An answer that was not asked of a server. */
export function foundHere(name: string, type: number, data: readonly RecordData[]): Found {
  const records = data.map((each): DnsRecord => ({ name, type, class: CLASS.IN, ttl: 0, data: each }));
  return { error: 0, records, canonicalName: name, aliases: [], expires: -Infinity };
}
