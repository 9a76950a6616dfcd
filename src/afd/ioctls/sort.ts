// SIO_ADDRESS_LIST_SORT: destinations in the order in which they are to be tried. The order is abi's, reading and writing the
// list interfaces.ts's.
import * as abi from '../../abi/index.js';
import { WSAEFAULT } from '../../abi/index.js';
import {
  SITE_LOCAL_SCOPE,
  LINK_LOCAL_SCOPE,
  compareDestinations,
  inSixteen,
  isMapped,
  scopeOfAddress,
  type Destination,
} from '../../abi/address-order.js';
import type { NetAddress } from '../../drivers/contract.js';
import { decodeAddress, encodeAddress, isAny } from '../address.js';
import type { Endpoint } from '../endpoint.js';
import { isGroup } from '../options/multicast.js';
import { code, INTERNET } from './builders.js';
import { sourceFor } from '../routes.js';
import { putAddressList, readAddressList } from './interfaces.js';
import { outcome, type ControlOutcome, type ControlRule } from './rule.js';

/** A destination as it was given, and what its order is decided by. */
interface Candidate extends Destination {
  readonly address: NetAddress;
}

/** What a destination is worth; null for none that can be talked to. */
function candidate(endpoint: Endpoint, memory: Uint8Array | null): Candidate | null {
  const { address } = decodeAddress('ipv6', memory, memory?.length ?? 0);
  if (address === null || isAny(address) || isGroup('ipv6', address.address)) return null;
  const bytes = inSixteen(address.family, address.address);
  const four = isMapped(bytes);
  const destination: NetAddress = four ? { ...address, family: 'ipv4', address: abi.formatIpv4(bytes, 12) } : address;
  const source = sourceFor(endpoint.afd.driver, destination);
  const scope = scopeOfAddress(bytes);
  // A site-local address says nothing without its site.
  if (scope === SITE_LOCAL_SCOPE && address.scopeId === 0 && source === null) return null;
  const local = !four && (scope === LINK_LOCAL_SCOPE || scope === SITE_LOCAL_SCOPE);
  const scopeId = local && address.scopeId === 0 ? (source?.scopeId ?? 0) : address.scopeId;
  return {
    address: { ...address, scopeId },
    bytes,
    source: source === null ? null : inSixteen(source.family, source.address),
  };
}

function sortList(endpoint: Endpoint, input: Uint8Array, output: Uint8Array): ControlOutcome {
  const list = readAddressList(input);
  if (list === null) return outcome(WSAEFAULT);
  const candidates = list.map((memory) => candidate(endpoint, memory)).filter((one) => one !== null);
  return putAddressList(candidates.sort(compareDestinations).map(({ address }) => encodeAddress(address)), output);
}

/** Its row. */
export const sortControls: readonly ControlRule[] = [
  code(abi.SIO_ADDRESS_LIST_SORT, { families: INTERNET }, { input: 8 }, sortList),
];
