// The seam to the machine's addresses and ways out: a device that the composition root mounts. And what look-ups make of it:
// the order in which addresses are to be tried, and which families are configured.
import { AF_INET, AF_INET6, formatIpv4, formatIpv6, parseIpv4, parseIpv6 } from '../abi/index.js';
import { compareDestinations, inSixteen, mapped, scopeOfAddress, LINK_LOCAL_SCOPE } from '../abi/address-order.js';
import type { Process } from '../win32/index.js';
import type { ResolvedAddress } from './resolver.js';

const ROUTES_DEVICE = '\\Device\\Ip';

/** An internet address. */
export interface HostAddress {
  /** AF_INET or AF_INET6. */
  readonly family: number;
  /** 4 or 16 bytes in network order. */
  readonly bytes: Uint8Array;
  readonly scopeId: number;
}

interface OwnAddress {
  readonly name: string;
  readonly index: number;
  readonly family: ResolvedAddress['family'];
  readonly address: string;
  readonly scopeId: number;
  readonly loopback: boolean;
  readonly up: boolean;
}

interface Routes {
  sourceFor(destination: ResolvedAddress): ResolvedAddress | null;
  interfaces(): readonly OwnAddress[];
}

const none: Routes = { sourceFor: () => null, interfaces: () => [] };

function routesOf(process: Process): Routes {
  return (process.openDevice(ROUTES_DEVICE) as Routes | undefined) ?? none;
}

/** The address that a text of the resolver's form is; null for one of no internet family. */
export function hostAddress({ family, address, scopeId }: Omit<ResolvedAddress, 'port'>): HostAddress | null {
  const bytes = family === 'ipv4' ? parseIpv4(address) : parseIpv6(address);
  if (bytes === null || family === 'unix') return null;
  return { family: family === 'ipv4' ? AF_INET : AF_INET6, bytes, scopeId: family === 'ipv4' ? 0 : scopeId };
}

/** The resolver's form of an address. */
export function resolvedAddress({ family, bytes, scopeId }: HostAddress): ResolvedAddress {
  if (family === AF_INET) return { family: 'ipv4', address: formatIpv4(bytes), port: 0, scopeId };
  return { family: 'ipv6', address: formatIpv6(bytes), port: 0, scopeId };
}

/** Addresses in the order in which they are to be tried. */
export function inOrder(process: Process, addresses: readonly HostAddress[]): readonly HostAddress[] {
  if (addresses.length < 2) return addresses;
  const routes = routesOf(process);
  const destinations = addresses.map((address) => {
    const source = routes.sourceFor(resolvedAddress(address));
    const bytes = address.family === AF_INET ? mapped(address.bytes) : address.bytes;
    return { address, bytes, source: source === null ? null : inSixteen(source.family, source.address) };
  });
  return destinations.sort(compareDestinations).map(({ address }) => address);
}

/** The addresses by which others reach this machine: neither loopback nor good on one link only. */
export function ownAddresses(process: Process): readonly HostAddress[] {
  return routesOf(process).interfaces().flatMap((face) => {
    const address = face.up && !face.loopback ? hostAddress(face) : null;
    if (address === null) return [];
    const bytes = address.family === AF_INET ? mapped(address.bytes) : address.bytes;
    return scopeOfAddress(bytes) === LINK_LOCAL_SCOPE ? [] : [address];
  });
}

/** The number of the interface of this name, or null. */
export function interfaceNumber(process: Process, name: string): number | null {
  return routesOf(process).interfaces().find((face) => face.name === name)?.index ?? null;
}
