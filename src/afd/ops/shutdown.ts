// shutdown: ends receiving, sending or both; the socket and its addresses stay.
import { SD_BOTH, SD_RECEIVE, SD_SEND, WSAEINVAL, WSAENOTCONN } from '../../abi/index.js';
import type { DatagramEndpoint } from '../datagram-endpoint.js';
import type { Endpoint } from '../endpoint.js';
import { StreamEndpoint } from '../stream-endpoint.js';

/** Shuts `endpoint` down in the ways that `how` names; returns 0 or the error. */
export function shutdown(endpoint: Endpoint, how: number): number {
  if (how !== SD_RECEIVE && how !== SD_SEND && how !== SD_BOTH) return WSAEINVAL;
  if (endpoint instanceof StreamEndpoint) {
    if (!endpoint.isConnected) return WSAENOTCONN;
    if (endpoint.abortError !== 0) return endpoint.abortError;
    if (how !== SD_RECEIVE && !endpoint.sendShutdown) endpoint.transport.shutdownWrite();
  }
  if (how !== SD_RECEIVE) endpoint.sendShutdown = true;
  if (how !== SD_SEND && !endpoint.receiveShutdown) (endpoint as StreamEndpoint | DatagramEndpoint).shutdownReceive();
  endpoint.reevaluate();
  return 0;
}
