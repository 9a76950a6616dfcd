// Which interface callers mean: by one of its addresses (IPv4), by its number as text (IPv6), or by nothing: the default.
import type { IpAddress } from '../ip/address.js';
import type { IpService } from '../ip/service.js';
import type { AddressTranslator } from '../sockets/addresses.js';

/** The number of the interface named, 0 for the default one, or null if there is no such interface. */
export function interfaceNamed(ip: IpService, addresses: AddressTranslator, name: string): number | null {
  if (name === '') return 0;
  const index = /^\d+$/.test(name) ? Number(name) : null;
  if (index === 0) return 0;
  const address = index === null ? addresses.text(name) : null;
  const found = ip.interfaces.find(
    (iface) => iface.index === index || iface.addresses.some((own) => own.address === address),
  );
  return found?.index ?? null;
}

/** Where a group is joined if nobody says: on the way that packets to it would take, else on the first interface there is. */
export function defaultInterface(ip: IpService, group: IpAddress): number {
  const route = ip.route(group);
  if (typeof route !== 'string') return route.iface.index;
  return (ip.interfaces.find((iface) => iface.up && !iface.loopback) ?? ip.interfaces[0])?.index ?? 0;
}
