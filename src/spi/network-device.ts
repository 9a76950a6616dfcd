// What a name space provider can learn of the machine that its process runs on: devices of the process, mounted by the
// composition root, so that a simulated host has interfaces and names of its own.
import type { Process } from '../win32/index.js';

/** The device that a process's network interfaces are mounted as. */
export const INTERFACES_DEVICE = '\\Device\\Interfaces';

/** One address of one interface. */
export interface NetworkInterfaceAddress {
  readonly name: string;
  readonly index: number;
  readonly family: 'ipv4' | 'ipv6' | 'unix';
  readonly address: string;
  readonly prefixLength: number;
  readonly loopback: boolean;
  readonly up: boolean;
}

/** The interfaces of a machine. */
export interface NetworkInterfaces {
  interfaces(): readonly NetworkInterfaceAddress[];
  /** Tells of changes until the result is called; null where nobody tells, and one has to look again. */
  watch(changed: () => void): (() => void) | null;
}

/** The interfaces that a process sees; null when none are mounted. */
export function interfacesOf(process: Pick<Process, 'openDevice'>): NetworkInterfaces | null {
  return (process.openDevice(INTERFACES_DEVICE) as NetworkInterfaces | undefined) ?? null;
}

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

/** What answers name questions. */
export interface NameResolver {
  /** This machine's name. */
  hostName(): string;
  /** Addresses of a name, in the order to try them. */
  lookup(name: string, family: 'ipv4' | 'ipv6' | null): Promise<ResolverAnswer<readonly ResolvedAddress[]>>;
  /** Names of an address, the canonical one first. */
  reverse(address: ResolvedAddress): Promise<ResolverAnswer<readonly string[]>>;
}

/** The resolver of a process; null when none is mounted, which callers see as WSANO_RECOVERY. */
export function resolverOf(process: Pick<Process, 'openDevice'>): NameResolver | null {
  return (process.openDevice(RESOLVER_DEVICE) as NameResolver | undefined) ?? null;
}
