// Owns: the two spellings of an address, Node's ({ address: 'fe80::1%eth0', family: 'IPv6', port }) and the contract's,
// and the cache that keeps datagram senders from costing an object each.
// Does not own: which interfaces exist (interfaces.ts).

import type { Family, NetAddress } from '../contract.js';
import { indexOfInterface, scopeText } from './interfaces.js';

/** What Node's getsockname, getpeername and rinfo objects have in common. */
export interface NodeAddress {
  readonly address?: string;
  readonly port?: number;
}

/** The contract's address for one that Node reported; an absent one gives the family's unspecified address. */
export function fromNode(family: Family, reported: NodeAddress): NetAddress {
  const text = reported.address ?? anyAddress(family);
  const port = reported.port ?? 0;
  const percent = text.indexOf('%');
  if (percent < 0) return { family, address: text, port, scopeId: 0 };
  return { family, address: text.slice(0, percent), port, scopeId: indexOfInterface(text.slice(percent + 1)) };
}

/** The host text that Node takes; a link-local scope is spelled the way this platform's libuv reads it, or left out. */
export function hostText(address: NetAddress): string {
  if (address.scopeId === 0 || address.family !== 'ipv6') return address.address;
  const scope = scopeText(address.scopeId);
  return scope === null ? address.address : `${address.address}%${scope}`;
}

export function anyAddress(family: Family): string {
  if (family === 'ipv4') return '0.0.0.0';
  return family === 'ipv6' ? '::' : '';
}

export function isAny(address: NetAddress): boolean {
  return address.address === '0.0.0.0' || address.address === '::';
}

const SLOTS = 256;

/** Remembers recent senders, one per slot, so that a conversation allocates no address objects. */
export class AddressCache {
  readonly #texts: string[] = [];
  readonly #values: NetAddress[] = [];

  /** The address object for a sender; the same object as last time if nobody took its slot since. */
  of(family: Family, text: string, port: number): NetAddress {
    const slot = port % SLOTS;
    const known = this.#values[slot];
    if (known?.port === port && known.family === family && this.#texts[slot] === text) return known;
    const fresh = fromNode(family, { address: text, port });
    this.#texts[slot] = text;
    this.#values[slot] = fresh;
    return fresh;
  }
}
