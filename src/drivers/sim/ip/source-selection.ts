// Which of its own addresses a host speaks from if the sender does not say: RFC 6724 section 5 as far as it applies here
// (same address, scope, longest matching prefix, then the order in which the addresses were given).
import type { IpAddress } from './address.js';
import type { HostInterface } from './interface.js';
import { commonBits } from './prefix.js';

/** The address of `iface` to reach `destination` from over `nextHop`, or null if it has none of that family. */
export function chooseSource(iface: HostInterface, destination: IpAddress, nextHop: IpAddress): IpAddress | null {
  let best: IpAddress | null = null;
  for (const { address } of iface.addresses) {
    if (address.family !== destination.family) continue;
    if (best === null || prefers(address, best, destination, nextHop)) best = address;
  }
  return best;
}

function prefers(a: IpAddress, b: IpAddress, destination: IpAddress, nextHop: IpAddress): boolean {
  if (b === destination) return false;
  if (a === destination) return true;
  const wanted = scope(destination);
  const ofA = scope(a);
  const ofB = scope(b);
  // Rule 2: the smallest scope that is large enough, else the largest.
  if (ofA !== ofB) return ofA < ofB ? ofA >= wanted : ofB < wanted;
  // A router is reached from its own network, whatever the destination looks like.
  const towards = destination.family === 'ipv4' || !nextHop.isLinkLocal ? nextHop : destination;
  return commonBits(a, towards) > commonBits(b, towards);
}

/** How far an address means something: 1 host, 2 link, 14 world (RFC 4291 section 2.7). */
function scope(address: IpAddress): number {
  if (address.family === 'ipv6' && address.isMulticast) return (address.bytes[1] ?? 0) & 0x0f;
  if (address.isLoopback) return address.family === 'ipv4' ? 2 : 1;
  return address.isLinkLocal ? 2 : 14;
}
