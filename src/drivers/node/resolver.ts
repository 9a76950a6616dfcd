// Owns: asking the system's resolver, through node:dns.
// Does not own: the hosts and DNS name spaces, which are providers above.

import { promises as dns } from 'node:dns';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import type { DnsSettings, Family, NetAddress, Resolution, Resolver } from '../contract.js';
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

  dns: (): DnsSettings => ({ servers: dns.getServers().map(serverOf), ...searchOf(readConfiguration()) }),
};

const DNS_PORT = 53;

/** `192.0.2.1`, `192.0.2.1:53`, `2001:db8::1` or `[2001:db8::1]:53`, as Node writes servers. */
function serverOf(text: string): { address: string; port: number } {
  const [, address = text, port = DNS_PORT] = /^\[(.*)\]:(\d+)$/.exec(text) ?? /^([^:]*):(\d+)$/.exec(text) ?? [];
  return { address, port: Number(port) };
}

/** What node:dns keeps to itself; nothing where there is no such file, as on Windows. */
function readConfiguration(): string {
  try {
    return readFileSync('/etc/resolv.conf', 'latin1');
  } catch {
    return '';
  }
}

/** The last `search` or `domain` line counts, as in resolv.conf(5). */
function searchOf(configuration: string): Omit<DnsSettings, 'servers'> {
  const last = [...configuration.matchAll(/^(?:search|domain)[ \t]+(.*)$/gm)].pop()?.[1] ?? '';
  const ndots = /^options\b.*\bndots:(\d{1,2})\b/m.exec(configuration)?.[1] ?? 1;
  const search = last.split(/\s+/).filter((domain) => domain !== '' && domain !== '.');
  return { search, ndots: Number(ndots) };
}
