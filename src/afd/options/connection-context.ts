// SO_UPDATE_ACCEPT_CONTEXT and SO_UPDATE_CONNECT_CONTEXT: what AcceptEx and ConnectEx leave to be done.
import { WSAEINVAL, WSAENOTCONN, WSAENOTSOCK } from '../../abi/index.js';
import type { Endpoint } from '../endpoint.js';
import { StreamEndpoint } from '../stream-endpoint.js';
import { command, type Place } from './builders.js';
import { applyInherited } from './inherit.js';
import type { BytesRule } from './rule.js';

/** sizeof(SOCKET) on x64. */
const SOCKET_SIZE = 8;

function isConnected(endpoint: Endpoint): endpoint is StreamEndpoint {
  return endpoint instanceof StreamEndpoint && endpoint.isConnected;
}

/** Gives the accepted socket the options of the listening one, which AcceptEx by itself does not. */
function takeOver(endpoint: Endpoint, value: Uint8Array): number {
  const handle = new DataView(value.buffer, value.byteOffset, SOCKET_SIZE).getBigInt64(0, true);
  const listener = endpoint.afd.process.handles.get(Number(handle));
  if (listener?.kind !== 'socket') return WSAENOTSOCK;
  if (!(listener instanceof StreamEndpoint) || listener.state !== 'listening') return WSAEINVAL;
  if (!isConnected(endpoint)) return WSAENOTCONN;
  endpoint.options = listener.options.clone();
  applyInherited(endpoint);
  endpoint.contextMissing = false;
  return 0;
}

/** SO_UPDATE_ACCEPT_CONTEXT: the value is the listening socket. */
export function acceptContext(place: Place): BytesRule {
  return command(place, SOCKET_SIZE, takeOver);
}

/** Tells the socket of the connection that ConnectEx made. */
function complete(endpoint: Endpoint): number {
  if (!isConnected(endpoint)) return WSAENOTCONN;
  endpoint.contextMissing = false;
  return 0;
}

/** SO_UPDATE_CONNECT_CONTEXT: no value. */
export function connectContext(place: Place): BytesRule {
  return command(place, 0, complete);
}
