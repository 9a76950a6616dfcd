// Owns: the interfaces of this machine and the translation between interface names and indices.
// Does not own: addresses on the wire (address.ts).

import { readFileSync } from 'node:fs';
import { networkInterfaces, platform } from 'node:os';
import type { InterfaceAddress } from '../contract.js';

const IFF_MULTICAST = 0x1000;

/** Every address of every running interface. */
export function listInterfaces(): readonly InterfaceAddress[] {
  return Object.entries(networkInterfaces()).flatMap(([name, addresses], order) => {
    const index = indexOfInterface(name) || order + 1;
    return (addresses ?? []).map((entry): InterfaceAddress => ({
      name,
      index,
      family: entry.family === 'IPv4' ? 'ipv4' : 'ipv6',
      address: entry.address,
      netmask: entry.netmask,
      prefixLength: prefixLengthOf(entry.cidr),
      scopeId: entry.family === 'IPv6' ? entry.scopeid : 0,
      loopback: entry.internal,
      up: true,
      multicast: hasMulticast(name, entry.internal),
    }));
  });
}

/** The index of an interface, 0 when there is none of that name. Windows already spells scopes as indices. */
export function indexOfInterface(name: string): number {
  if (/^\d+$/.test(name)) return Number(name);
  const fromKernel = kernelFact(name, 'ifindex');
  if (fromKernel !== null) return Number(fromKernel);
  // Elsewhere only link-local addresses carry the index.
  for (const entry of networkInterfaces()[name] ?? []) {
    if (entry.family === 'IPv6' && entry.scopeid !== 0) return entry.scopeid;
  }
  return 0;
}

/** A scope id as libuv reads it after '%': an interface name, or on Windows the number itself. Null: no such interface. */
export function scopeText(index: number): string | null {
  if (platform() === 'win32') return String(index);
  return Object.keys(networkInterfaces()).find((candidate) => indexOfInterface(candidate) === index) ?? null;
}

function prefixLengthOf(cidr: string | null): number {
  return cidr === null ? 0 : Number(cidr.slice(cidr.indexOf('/') + 1));
}

function hasMulticast(name: string, loopback: boolean): boolean {
  const flags = kernelFact(name, 'flags');
  return flags === null ? !loopback : (Number(flags) & IFF_MULTICAST) !== 0;
}

/** What Linux tells about an interface; null on other systems and for unknown names. */
function kernelFact(name: string, fact: 'ifindex' | 'flags'): string | null {
  if (platform() !== 'linux' || !/^[\w.:-]+$/.test(name)) return null;
  try {
    return readFileSync(`/sys/class/net/${name}/${fact}`, 'latin1').trim();
  } catch {
    return null;
  }
}
