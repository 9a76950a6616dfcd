// Which own address traffic to a destination leaves from: what the driver knows of routes, or what its interfaces let one
// guess. Also the device by which those above the socket device ask for it.
import { parseIpv4, parseIpv6 } from '../abi/index.js';
import type { Driver, Family, InterfaceAddress, NetAddress } from '../drivers/contract.js';
import { isAny } from './address.js';

/** The name under which a process's routes are mounted. */
export const ROUTES_DEVICE = '\\Device\\Ip';

/** What can be asked about the ways out of the machine. */
export interface Routes {
  /** The local address that traffic to `destination` leaves from, or null if there is no way to it. */
  sourceFor(destination: NetAddress): NetAddress | null;
  /** Every address of every interface. */
  interfaces(): readonly InterfaceAddress[];
}

/** The routes that a driver knows. */
export function routesOf(driver: Driver): Routes {
  return {
    sourceFor: (destination) => sourceFor(driver, destination),
    interfaces: () => driver.interfaces(),
  };
}

/** The bytes of an internet address. */
export function addressBits(family: Family, address: string): Uint8Array {
  return (family === 'ipv4' ? parseIpv4(address) : parseIpv6(address)) ?? new Uint8Array(0);
}

/** Whether an address is in the network of an interface's address. */
export function sharesPrefix(face: InterfaceAddress, destination: Uint8Array): boolean {
  const own = addressBits(face.family, face.address);
  for (let bit = 0; bit < face.prefixLength; bit += 8) {
    const mask = face.prefixLength - bit >= 8 ? 0xff : 0xff << (8 - (face.prefixLength - bit));
    if ((((own[bit / 8] ?? 0) ^ (destination[bit / 8] ?? 0)) & mask) !== 0) return false;
  }
  return true;
}

/** The local address that traffic to `destination` leaves from, or null if there is no way to it. */
export function sourceFor(driver: Driver, destination: NetAddress): NetAddress | null {
  const told = isAny(destination) ? 'ENOTSUP' : driver.sourceFor(destination);
  if (told === 'ENOTSUP') return guessedSource(driver, destination);
  return typeof told === 'string' ? null : told;
}

/** Where the driver knows no routes: on-link first, then whoever has a network. */
function guessedSource(driver: Driver, destination: NetAddress): NetAddress | null {
  const faces = driver.interfaces().filter((face) => face.family === destination.family && face.up);
  const bits = addressBits(destination.family, destination.address);
  const own = faces.find((face) => face.address === destination.address);
  const onLink = faces.find((face) => sharesPrefix(face, bits));
  const anyway = isLoopback(destination) ? undefined : faces.find((face) => !face.loopback && !isLinkLocal(face));
  const chosen = own ?? (isAny(destination) ? undefined : onLink) ?? anyway;
  return chosen === undefined ? null : { family: chosen.family, address: chosen.address, port: 0, scopeId: chosen.scopeId };
}

function isLoopback({ address }: NetAddress): boolean {
  return address.startsWith('127.') || address === '::1';
}

/** A link-local address talks to its own link only, which the prefix has decided already. */
function isLinkLocal({ address }: InterfaceAddress): boolean {
  return address.startsWith('169.254.') || /^fe[89ab]/.test(address);
}
