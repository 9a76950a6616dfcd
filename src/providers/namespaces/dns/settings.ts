// The settings of the DNS name space, in the query of its module's name: `server` (an IP address, with `:port` or not; IPv6 in
// brackets then; several by several or by commas), `search` (domains), `ndots`, `timeout` (milliseconds), `rounds`.
// What is not set is the machine's.
import type { DnsConfiguration } from '../../../spi/resolver-device.js';
import { parseName } from './domain-name.js';
import type { DnsServer } from './exchange.js';
import { literalOf } from './special-names.js';

export interface DnsSettings {
  readonly servers: readonly DnsServer[] | null;
  readonly search: readonly string[] | null;
  readonly ndots: number | null;
  readonly timeout: number | null;
  readonly rounds: number | null;
}

const DNS_PORT = 53;
const LONGEST = { ndots: 15, timeout: 60_000, rounds: 10 };

/** Reads settings; null if one of them makes no sense. */
export function readSettings(settings: URLSearchParams): DnsSettings | null {
  const servers = list(settings, 'server')?.map(serverOf) ?? null;
  const search = list(settings, 'search');
  const [ndots, timeout, rounds] = (['ndots', 'timeout', 'rounds'] as const).map((name) => {
    const text = settings.get(name);
    return text === null ? null : numberUpTo(text, LONGEST[name]);
  });
  if (servers?.includes(null) === true || search?.some((domain) => parseName(domain) === null) === true) return null;
  if (ndots === undefined || timeout === undefined || rounds === undefined || timeout === 0 || rounds === 0) return null;
  return { servers: servers?.filter((server) => server !== null) ?? null, search, ndots, timeout, rounds };
}

/** With the machine's own where something is not set. */
export function completed(settings: DnsSettings, machine: DnsConfiguration): DnsConfiguration {
  const { servers, search, ndots } = settings;
  return { servers: servers ?? machine.servers, search: search ?? machine.search, ndots: ndots ?? machine.ndots };
}

/** The names to ask for, in order: a name in the search domains and by itself, which comes first with enough dots. */
export function candidates(name: string, isWhole: boolean, { search, ndots }: Pick<DnsConfiguration, 'search' | 'ndots'>): string[] {
  if (isWhole) return [name];
  const inDomains = search.map((domain) => `${name}.${domain}`);
  const dots = (parseName(name)?.length ?? 1) - 1;
  return dots >= ndots ? [name, ...inDomains] : [...inDomains, name];
}

function list(settings: URLSearchParams, name: string): string[] | null {
  return settings.has(name) ? settings.getAll(name).flatMap((text) => text.split(',')).filter((text) => text !== '') : null;
}

function serverOf(text: string): DnsServer | null {
  const [, address = text, port = String(DNS_PORT)] = /^\[(.*)\]:(\d+)$/.exec(text) ?? /^([^:]*):(\d+)$/.exec(text) ?? [];
  const number = numberUpTo(port, 0xffff) ?? 0;
  return literalOf(address) === null || number === 0 ? null : { address, port: number };
}

/** A whole number; undefined for anything else. */
function numberUpTo(text: string, limit: number): number | undefined {
  const number = /^\d{1,6}$/.test(text) ? Number(text) : NaN;
  return number <= limit ? number : undefined;
}
