// What the settings of the `dns` name space say of a registry:
//
//   zone=fleet.test             the zone that services are registered and found in; without it there is no registry
//   server=192.0.2.53           the zone's primary server, with `:port` behind where it is not 53; IPv6 in brackets
//   key-file=/etc/fleet.key     the key that changes are signed with, as tsig-keygen writes it; without it nothing is registered
//   ttl=120                     seconds that others may remember what is registered
//
// Does not own: reading the key file (tsig-key.ts).
import { parseIpv4Endpoint, parseIpv6Endpoint } from '../../../abi/address-text.js';
import { formatIpv4, formatIpv6 } from '../../../abi/inet-text.js';
import { canonicalName, parseName } from './domain-name.js';
import type { DnsServer } from './exchange.js';

/** A registry. */
export interface RegistrySettings {
  readonly zone: string;
  readonly server: DnsServer;
  readonly keyFile: string | null;
  /** Seconds. */
  readonly ttl: number;
}

const DNS_PORT = 53;
const DEFAULT_TTL = 120;
const LONGEST_TTL = 0x7fffffff;

/** The settings; null when there is no registry, `invalid` when they cannot be understood. */
export function registrySettings(settings: URLSearchParams): RegistrySettings | null | 'invalid' {
  const zone = settings.get('zone');
  if (zone === null) return null;
  const server = serverOf(settings.get('server')?.split(',')[0]?.trim() ?? '');
  const ttl = Number(settings.get('ttl') ?? DEFAULT_TTL);
  const isZone = (parseName(zone)?.length ?? 0) > 0;
  if (!isZone || server === null || !Number.isInteger(ttl) || ttl < 0 || ttl > LONGEST_TTL) return 'invalid';
  return { zone: canonicalName(zone), server, keyFile: settings.get('key-file'), ttl };
}

/** `192.0.2.53`, `192.0.2.53:5353`, `2001:db8::53` or `[2001:db8::53]:5353`. */
function serverOf(text: string): DnsServer | null {
  const found = parseIpv4Endpoint(text, true) ?? parseIpv6Endpoint(text);
  if (found === null) return null;
  const address = found.bytes.length === 4 ? formatIpv4(found.bytes) : formatIpv6(found.bytes);
  return { address, port: found.port === 0 ? DNS_PORT : found.port };
}
