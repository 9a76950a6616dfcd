// Which logical networks the interfaces of a machine belong to. Owns the rule; what a query returns of them is blob.ts's and
// index.ts's.
import { formatIpv4, formatIpv6, parseIpv4, parseIpv6 } from '../../../abi/index.js';
import type { NetworkInterface } from '../../../win32/index.js';

/** A network that the machine is attached to. */
export interface LogicalNetwork {
  /** What it is known by: the name that was given to its subnet, else the subnet. */
  readonly name: string;
  /** The interfaces attached to it, each once. */
  readonly adapters: readonly string[];
}

/** The names given to subnets. */
export type SubnetNames = ReadonlyMap<string, string>;

/** The bytes of an address with everything behind the prefix cleared; null for text that is no address. */
function subnetBytes({ family, address, prefixLength }: NetworkInterface): Uint8Array | null {
  const bytes = family === 'ipv4' ? parseIpv4(address) : family === 'ipv6' ? parseIpv6(address.replace(/%.*$/, '')) : null;
  if (bytes === null) return null;
  return bytes.map((byte, index) => byte & (0xff00 >> Math.min(8, Math.max(0, prefixLength - 8 * index))) & 0xff);
}

/** The subnet of an address, as `10.0.0.0/24`. What is good on one link only is told apart by its interface. */
function subnetOf(entry: NetworkInterface): string | null {
  const bytes = subnetBytes(entry);
  if (bytes === null) return null;
  if (bytes.length === 4) return `${formatIpv4(bytes)}/${entry.prefixLength}`;
  const linkLocal = bytes[0] === 0xfe && ((bytes[1] ?? 0) & 0xc0) === 0x80;
  return `${formatIpv6(bytes)}${linkLocal ? `%${entry.name}` : ''}/${entry.prefixLength}`;
}

/** The subnets that tell where an interface is: of its IPv4 addresses, else of its IPv6 ones, link-local ones last. */
function subnetsOf(entries: readonly NetworkInterface[]): string[] {
  const of = (family: string, wanted: (subnet: string) => boolean): string[] =>
    entries.filter((entry) => entry.family === family).flatMap((entry) => subnetOf(entry) ?? []).filter(wanted);
  const candidates = [of('ipv4', () => true), of('ipv6', (subnet) => !subnet.includes('%')), of('ipv6', () => true)];
  return candidates.find((subnets) => subnets.length > 0) ?? [];
}

/** The networks of the interfaces that are up; the loopback interface is attached to none. Sorted by name. */
export function logicalNetworks(entries: readonly NetworkInterface[], names: SubnetNames): LogicalNetwork[] {
  const attached = entries.filter(({ up, loopback }) => up && !loopback);
  const found = new Map<string, Set<string>>();
  for (const adapter of new Set(attached.map(({ name }) => name))) {
    for (const subnet of subnetsOf(attached.filter(({ name }) => name === adapter))) {
      const name = names.get(subnet) ?? subnet;
      found.set(name, (found.get(name) ?? new Set()).add(adapter));
    }
  }
  const networks = [...found].map(([name, adapters]) => ({ name, adapters: [...adapters].sort() }));
  return networks.sort((a, b) => (a.name < b.name ? -1 : 1));
}
