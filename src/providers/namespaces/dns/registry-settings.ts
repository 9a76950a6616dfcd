// What the settings of the `dns` name space say of a registry:
//
//   zone=fleet.test             the zone that services are registered and found in; without it there is no registry
//   server=192.0.2.53           the zone's primary server, the first of those that the name space asks
//   key-file=/etc/fleet.key     the key that changes are signed with, as tsig-keygen writes it; without it nothing is registered
//   ttl=120                     seconds that others may remember what is registered
//
// Does not own: reading the key file (tsig-key.ts).
import { canonicalName, parseName } from './domain-name.js';
import type { DnsServer } from './exchange.js';
import { readSettings } from './settings.js';

/** A registry. */
export interface RegistrySettings {
  readonly zone: string;
  readonly server: DnsServer;
  readonly keyFile: string | null;
  /** Seconds. */
  readonly ttl: number;
}

const DEFAULT_TTL = 120;
const LONGEST_TTL = 0x7fffffff;

/** The settings; null when there is no registry, `invalid` when they cannot be understood. */
export function registrySettings(settings: URLSearchParams): RegistrySettings | null | 'invalid' {
  const zone = settings.get('zone');
  if (zone === null) return null;
  const server = readSettings(settings)?.servers?.[0];
  const ttl = Number(settings.get('ttl') ?? DEFAULT_TTL);
  const isZone = (parseName(zone)?.length ?? 0) > 0;
  if (!isZone || server === undefined || !Number.isInteger(ttl) || ttl < 0 || ttl > LONGEST_TTL) return 'invalid';
  return { zone: canonicalName(zone), server, keyFile: settings.get('key-file'), ttl };
}
