// connect: makes a connection, or gives a datagram socket its default peer and takes it away again.
import {
  FD_CONNECT,
  WSAEADDRNOTAVAIL,
  WSAEALREADY,
  WSAEINVAL,
  WSAEISCONN,
  WSAENETUNREACH,
  WSAEWOULDBLOCK,
} from '../../abi/index.js';
import type { NetAddress } from '../../drivers/contract.js';
import { isAny } from '../address.js';
import type { DatagramEndpoint } from '../datagram-endpoint.js';
import { AFTER_CONNECT } from '../network-event-table.js';
import type { IoRequest } from '../request.js';
import type { StreamEndpoint } from '../stream-endpoint.js';

/** Starts connecting a stream; returns 0 (see `request`) or the error found at once. */
export function connectStream(endpoint: StreamEndpoint, address: NetAddress, request: IoRequest): number {
  const error = startConnecting(endpoint, address);
  if (error !== 0) return error;
  if (endpoint.nonBlocking) return WSAEWOULDBLOCK;
  endpoint.connectRequest = request;
  return 0;
}

/** Has the transport connect; returns 0 when it is on its way, or the error found at once. */
export function startConnecting(endpoint: StreamEndpoint, address: NetAddress): number {
  if (endpoint.state === 'listening' || endpoint.state === 'accepting') return WSAEINVAL;
  if (endpoint.isConnected) return WSAEISCONN;
  if (endpoint.state === 'connecting') return WSAEALREADY;
  if (!endpoint.isDestination(address)) return WSAEADDRNOTAVAIL;
  const mapped = address.family === 'ipv6' && address.address.startsWith('::ffff:') && address.address.includes('.');
  if (mapped && !endpoint.dualStack) return WSAENETUNREACH;
  const strange = endpoint.afd.groups.connectError(endpoint, address);
  if (strange !== 0) return strange;
  if (endpoint.state === 'refused') {
    const rebound = startAgain(endpoint);
    if (rebound !== 0) return rebound;
  }
  const error = endpoint.transport.connect(address);
  if (error !== null) return endpoint.errorFrom(error);
  endpoint.move('connect');
  endpoint.networkEvents?.reenable(AFTER_CONNECT);
  return 0;
}

/** After a failed connect the operating system's socket is used up, while a Winsock socket may try again. */
function startAgain(endpoint: StreamEndpoint): number {
  const local = endpoint.local;
  const refused = endpoint.renewTransport();
  if (refused !== 0 || local === null) return refused;
  const error = endpoint.transport.bind(local, { v6Only: !endpoint.dualStack, shared: false });
  return error === null ? 0 : endpoint.errorFrom(error);
}

/** Fixes a datagram socket's peer; the unspecified address dissolves the association. Returns 0 or the error. */
export function connectDatagram(endpoint: DatagramEndpoint, name: NetAddress): number {
  const address = endpoint.withoutIgnored(name);
  if (isAny(address) && address.port === 0) return disconnectDatagram(endpoint);
  if (!endpoint.isDestination(address)) return WSAEADDRNOTAVAIL;
  if (endpoint.remote !== null) {
    const error = endpoint.transport.disconnect();
    if (error !== null) return endpoint.errorFrom(error);
  }
  const error = endpoint.transport.connect(address);
  if (error !== null) return endpoint.errorFrom(error);
  endpoint.holdLocalAddress();
  endpoint.networkEvents?.reenable(FD_CONNECT);
  return 0;
}

/** Takes a datagram socket's peer away; returns 0 or the error. */
export function disconnectDatagram(endpoint: DatagramEndpoint): number {
  if (endpoint.remote === null) return 0;
  const error = endpoint.transport.disconnect();
  return error === null ? 0 : endpoint.errorFrom(error);
}
