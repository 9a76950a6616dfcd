// joinLeaf: makes a multipoint socket a member of a session. IP multicast is unrooted in both planes, so a session is a
// group, every member is a leaf, and no socket is made for it.
import {
  FD_CONNECT,
  JL_BOTH,
  JL_RECEIVER_ONLY,
  JL_SENDER_ONLY,
  WSAEADDRNOTAVAIL,
  WSAEINVAL,
  WSAEISCONN,
  WSAEOPNOTSUPP,
} from '../../abi/index.js';
import type { NetAddress } from '../../drivers/contract.js';
import { DatagramEndpoint } from '../datagram-endpoint.js';
import type { Endpoint } from '../endpoint.js';
import { changeMembership, filterOf, interfaceByIndex, isGroup } from '../options/multicast.js';
import { isMember } from '../options/source-filter.js';
import { bindImplicitly } from './bind.js';

const DIRECTIONS: readonly number[] = [JL_SENDER_ONLY, JL_RECEIVER_ONLY, JL_BOTH];

/** Joins a session; `direction` is JL_SENDER_ONLY, JL_RECEIVER_ONLY or JL_BOTH. Returns 0 or the error. */
export function joinLeaf(endpoint: Endpoint, session: NetAddress, direction: number): number {
  if (!(endpoint instanceof DatagramEndpoint)) return WSAEOPNOTSUPP;
  if (!endpoint.isLeaf || !DIRECTIONS.includes(direction)) return WSAEINVAL;
  if (endpoint.hasJoined) return WSAEISCONN;
  if (!isGroup(session.family, session.address)) return WSAEADDRNOTAVAIL;
  const bound = bindImplicitly(endpoint);
  if (bound !== 0) return bound;
  // Who only sends is nobody's member, and no router has to hear of it.
  const error = direction === JL_SENDER_ONLY ? 0 : listenTo(endpoint, session);
  if (error !== 0) return error;
  endpoint.hasJoined = true;
  endpoint.networkEvents?.reenable(FD_CONNECT);
  return 0;
}

/** The interface is the scope's, or the default one. */
function listenTo(endpoint: DatagramEndpoint, { family, address: group, scopeId }: NetAddress): number {
  const face = interfaceByIndex(endpoint, family, scopeId);
  if (face === null) return WSAEADDRNOTAVAIL;
  const membership = { group, interface: face, source: null };
  return isMember(filterOf(endpoint, membership)) ? WSAEISCONN : changeMembership(endpoint, 'join', membership);
}
