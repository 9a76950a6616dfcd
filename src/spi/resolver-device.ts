// The seam to whoever answers name questions in a process: a device that the composition root mounts, and that the
// functions of the api and name space providers find. Also the one table from the resolver's errors to Winsock's. Which names
// are never asked for is decided by those who ask.
import {
  WSAEINTR,
  WSAENETDOWN,
  WSAHOST_NOT_FOUND,
  WSANO_DATA,
  WSANO_RECOVERY,
  WSATRY_AGAIN,
  WSA_NOT_ENOUGH_MEMORY,
} from '../abi/index.js';
import type { Process } from '../win32/index.js';

/** The device that a process's resolver is mounted as. */
export const RESOLVER_DEVICE = '\\Device\\Resolver';

/** An internet address as the resolver tells it: text without scope and port. */
export interface ResolvedAddress {
  readonly family: 'ipv4' | 'ipv6' | 'unix';
  readonly address: string;
  readonly port: number;
  readonly scopeId: number;
}

/** An answer, or the name of what went wrong. */
export type ResolverAnswer<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: string };

/** How this machine asks name servers. */
export interface DnsConfiguration {
  /** In the order to ask them. */
  readonly servers: readonly { readonly address: string; readonly port: number }[];
  /** Domains in which names are looked for that are not whole. */
  readonly search: readonly string[];
  /** A name of as many dots is asked for as it is before it is looked for in domains. */
  readonly ndots: number;
}

/** What answers name questions. */
export interface NameResolver {
  /** This machine's name. */
  hostName(): string;
  /** Addresses of a name, in the order to try them. */
  lookup(name: string, family: 'ipv4' | 'ipv6' | null): Promise<ResolverAnswer<readonly ResolvedAddress[]>>;
  /** Names of an address, the canonical one first. */
  reverse(address: ResolvedAddress): Promise<ResolverAnswer<readonly string[]>>;
  /** Left out where there is no DNS, as on a simulated network: then `lookup` and `reverse` are all there is. */
  dns?(): DnsConfiguration;
}

/** The resolver of a process; null when none is mounted, which callers see as WSANO_RECOVERY. */
export function resolverOf(process: Pick<Process, 'openDevice'>): NameResolver | null {
  return (process.openDevice(RESOLVER_DEVICE) as NameResolver | undefined) ?? null;
}

const CODES = {
  ENOTFOUND: WSAHOST_NOT_FOUND,
  EAI_NONAME: WSAHOST_NOT_FOUND,
  EBADNAME: WSAHOST_NOT_FOUND,
  ENODATA: WSANO_DATA,
  EAI_NODATA: WSANO_DATA,
  EAI_ADDRFAMILY: WSANO_DATA,
  EAI_AGAIN: WSATRY_AGAIN,
  ESERVFAIL: WSATRY_AGAIN,
  ETIMEOUT: WSATRY_AGAIN,
  ETIMEDOUT: WSATRY_AGAIN,
  EREFUSED: WSATRY_AGAIN,
  ECONNREFUSED: WSATRY_AGAIN,
  ECANCELLED: WSATRY_AGAIN,
  EAI_MEMORY: WSA_NOT_ENOUGH_MEMORY,
  ENOMEM: WSA_NOT_ENOUGH_MEMORY,
  EINTR: WSAEINTR,
  ENETDOWN: WSAENETDOWN,
} as const;

/** Looked up by names from below, which no object's inherited members may answer. */
const codes: ReadonlyMap<string, number> = new Map(Object.entries(CODES));

/** The Winsock error of a resolver's error; WSANO_RECOVERY for one that the table does not know. */
export function resolverError(error: string): number {
  return codes.get(error) ?? WSANO_RECOVERY;
}
