// The machine's addresses as the control codes tell them: lists, broadcast, the way to a destination.
import * as abi from '../../abi/index.js';
import { WSAEFAULT, WSAEINVAL, WSAENETUNREACH } from '../../abi/index.js';
import type { Family, InterfaceAddress, NetAddress } from '../../drivers/contract.js';
import { decodeAddress, encodeAddress } from '../address.js';
import type { Endpoint } from '../endpoint.js';
import { MESSAGES } from '../options/builders.js';
import { addressBits, sharesPrefix, sourceFor } from '../routes.js';
import { code, INTERNET, IPV4 } from './builders.js';
import { outcome, type ControlOutcome, type ControlRule } from './rule.js';

/** sizeof(SOCKET_ADDRESS_LIST) up to its array, and sizeof(SOCKET_ADDRESS), on x64. */
const LIST_HEAD = 8;
const LIST_ENTRY = 16;

/** sizeof(INTERFACE_INFO), and where its members are; each address has room for an IPv6 one. */
const INFO_SIZE = 76;
const INFO_ADDRESS = 4;
const INFO_BROADCAST = 28;
const INFO_NETMASK = 52;

const BROADCAST = '255.255.255.255';

function netAddress(family: Family, address: string, scopeId = 0): NetAddress {
  return { family, address, port: 0, scopeId };
}

/** What a socket of the family can bind to: the loopback addresses only where there are no others. */
function bindable(endpoint: Endpoint): readonly InterfaceAddress[] {
  const all = endpoint.afd.driver.interfaces().filter((face) => face.family === endpoint.family && face.up);
  const reachable = all.filter((face) => !face.loopback);
  return reachable.length > 0 ? reachable : all;
}

/** The addresses as text, for seeing whether they have changed. */
export function addressListText(endpoint: Endpoint): string {
  return bindable(endpoint)
    .map((face) => `${face.index}/${face.address}`)
    .join(' ');
}

/**
 * SOCKET_ADDRESS_LIST, with the socket addresses behind it. Memory here has no addresses, so a pointer in it is the
 * offset of its target in the same buffer.
 */
export function putAddressList(addresses: readonly Uint8Array[], output: Uint8Array): ControlOutcome {
  let offset = LIST_HEAD + LIST_ENTRY * addresses.length;
  const needed = addresses.reduce((size, bytes) => size + bytes.length, offset);
  if (output.length < needed) return outcome(WSAEFAULT, needed);
  const view = new DataView(output.buffer, output.byteOffset, needed);
  output.fill(0, 0, offset);
  view.setInt32(0, addresses.length, true);
  for (const [index, bytes] of addresses.entries()) {
    const entry = LIST_HEAD + LIST_ENTRY * index;
    view.setBigUint64(entry, BigInt(offset), true);
    view.setInt32(entry + 8, bytes.length, true);
    output.set(bytes, offset);
    offset += bytes.length;
  }
  return outcome(0, needed);
}

/** The socket addresses of such a list, null where one is not there; or null for a list that is cut off. */
export function readAddressList(input: Uint8Array): readonly (Uint8Array | null)[] | null {
  if (input.length < LIST_HEAD) return null;
  const view = new DataView(input.buffer, input.byteOffset, input.length);
  const count = view.getInt32(0, true);
  if (count < 0 || LIST_HEAD + LIST_ENTRY * count > input.length) return null;
  return Array.from({ length: count }, (_none, index) => {
    const entry = LIST_HEAD + LIST_ENTRY * index;
    const offset = Number(view.getBigUint64(entry, true));
    const size = view.getInt32(entry + 8, true);
    return offset === 0 || size < 0 || offset + size > input.length ? null : input.subarray(offset, offset + size);
  });
}

function addressList(endpoint: Endpoint, _input: Uint8Array, output: Uint8Array): ControlOutcome {
  if (output.length > 0 && output.length < LIST_HEAD) return outcome(WSAEINVAL);
  const faces = bindable(endpoint);
  return putAddressList(faces.map((face) => encodeAddress(netAddress(face.family, face.address, face.scopeId))), output);
}

function flagsOf(face: InterfaceAddress): number {
  const kind = face.loopback ? abi.IFF_LOOPBACK : abi.IFF_BROADCAST;
  return kind | (face.up ? abi.IFF_UP : 0) | (face.multicast ? abi.IFF_MULTICAST : 0);
}

function interfaceList(endpoint: Endpoint, _input: Uint8Array, output: Uint8Array): ControlOutcome {
  const faces = endpoint.afd.driver.interfaces().filter((face) => face.family === 'ipv4');
  const size = INFO_SIZE * faces.length;
  if (output.length < size) return outcome(WSAEFAULT);
  output.fill(0, 0, size);
  const view = new DataView(output.buffer, output.byteOffset, size);
  for (const [index, face] of faces.entries()) {
    const at = INFO_SIZE * index;
    view.setUint32(at, flagsOf(face), true);
    output.set(encodeAddress(netAddress('ipv4', face.address)), at + INFO_ADDRESS);
    output.set(encodeAddress(netAddress('ipv4', BROADCAST)), at + INFO_BROADCAST);
    output.set(encodeAddress(netAddress('ipv4', face.netmask)), at + INFO_NETMASK);
  }
  return outcome(0, size);
}

/** Whether an address means everybody: the limited broadcast, or the last address of a network that this machine is in. */
export function isBroadcast(endpoint: Endpoint, { family, address }: NetAddress): boolean {
  if (family !== 'ipv4' || address === BROADCAST) return family === 'ipv4';
  const wanted = addressBits(family, address);
  return endpoint.afd.driver.interfaces().some((face) => {
    if (face.family !== 'ipv4' || face.loopback || face.prefixLength > 30 || !sharesPrefix(face, wanted)) return false;
    const mask = addressBits('ipv4', face.netmask);
    return wanted.every((byte, index) => (byte | (mask[index] ?? 0)) === 0xff);
  });
}

function routingInterface(endpoint: Endpoint, input: Uint8Array, output: Uint8Array): ControlOutcome {
  const destination = decodeAddress(endpoint.family, input, input.length);
  if (destination.address === null) return outcome(destination.error);
  const source = sourceFor(endpoint.afd.driver, destination.address);
  if (source === null) return outcome(WSAENETUNREACH);
  const bytes = encodeAddress(source);
  if (output.length < bytes.length) return outcome(WSAEFAULT, bytes.length);
  output.set(bytes);
  return outcome(0, bytes.length);
}

function broadcastAddress(_endpoint: Endpoint, _input: Uint8Array, output: Uint8Array): ControlOutcome {
  const bytes = encodeAddress(netAddress('ipv4', BROADCAST));
  if (output.length < bytes.length) return outcome(WSAEFAULT, bytes.length);
  output.set(bytes);
  return outcome(0, bytes.length);
}

/** Their rows. */
export const interfaceControls: readonly ControlRule[] = [
  code(abi.SIO_ADDRESS_LIST_QUERY, { families: INTERNET }, {}, addressList),
  code(abi.SIO_GET_INTERFACE_LIST, { families: IPV4 }, {}, interfaceList),
  code(abi.SIO_ROUTING_INTERFACE_QUERY, { families: INTERNET }, { input: 1 }, routingInterface),
  code(abi.SIO_GET_BROADCAST_ADDRESS, { kinds: MESSAGES, families: IPV4 }, {}, broadcastAddress),
];
