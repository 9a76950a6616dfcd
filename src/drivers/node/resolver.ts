// Owns: asking the system's resolver, through node:dns.
// Does not own: the hosts and DNS name spaces, which are providers above.

import { promises as dns } from 'node:dns';
import { hostname } from 'node:os';
import type { Family, NetAddress, Resolution, Resolver } from '../contract.js';
import { fromNode } from './address.js';
import { nameOfError } from './errors.js';

async function resolution<T>(question: () => Promise<T>): Promise<Resolution<T>> {
  try {
    return { ok: true, value: await question() };
  } catch (error) {
    return { ok: false, error: nameOfError(error) };
  }
}

function familyNumber(family: Family | null): 0 | 4 | 6 {
  if (family === null) return 0;
  return family === 'ipv4' ? 4 : 6;
}

export const nodeResolver: Resolver = {
  hostName: () => hostname(),

  async lookup(name: string, family: Family | null): Promise<Resolution<readonly NetAddress[]>> {
    if (family === 'unix') return { ok: false, error: 'ENOTFOUND' };
    const found = await resolution(() => dns.lookup(name, { all: true, family: familyNumber(family), verbatim: true }));
    if (!found.ok) return found;
    const addresses = found.value.map(({ address, family: number }) => fromNode(number === 6 ? 'ipv6' : 'ipv4', { address }));
    // A numeric address comes back whatever family was asked for.
    const wanted = addresses.filter((address) => family === null || address.family === family);
    return wanted.length > 0 ? { ok: true, value: wanted } : { ok: false, error: 'ENOTFOUND' };
  },

  async reverse(address: NetAddress): Promise<Resolution<readonly string[]>> {
    if (address.family === 'unix') return { ok: false, error: 'ENOTFOUND' };
    return resolution(() => dns.reverse(address.address));
  },
};
