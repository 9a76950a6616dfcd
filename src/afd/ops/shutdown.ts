// shutdown: ends receiving, sending or both; the socket and its addresses stay.
import { SD_BOTH, SD_RECEIVE, SD_SEND, WSAEINVAL, WSAENOTCONN } from '../../abi/index.js';
import type { DatagramEndpoint } from '../datagram-endpoint.js';
import type { Endpoint } from '../endpoint.js';
import { StreamEndpoint } from '../stream-endpoint.js';

/** Shuts `endpoint` down in the ways that `how` names; returns 0 or the error. */
export function shutdown(endpoint: Endpoint, how: number): number {
  if (how !== SD_RECEIVE && how !== SD_SEND && how !== SD_BOTH) return WSAEINVAL;
  const stream = endpoint instanceof StreamEndpoint ? endpoint : null;
  if (stream !== null && (!stream.isConnected || stream.contextMissing)) return WSAENOTCONN;
  if (stream !== null && stream.abortError !== 0) return stream.abortError;
  // Receiving first: when unread data makes that a reset, the peer must not take it for a graceful end.
  if (how !== SD_SEND && !endpoint.receiveShutdown) (endpoint as StreamEndpoint | DatagramEndpoint).shutdownReceive();
  if (how !== SD_RECEIVE && !endpoint.sendShutdown) {
    endpoint.sendShutdown = true;
    if (stream?.abortError === 0) stream.transport.shutdownWrite();
  }
  endpoint.reevaluate();
  return 0;
}
