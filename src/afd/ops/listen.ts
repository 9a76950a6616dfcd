// listen: makes a bound stream socket take connections.
import { SOMAXCONN, WSAEINVAL, WSAEISCONN, WSAEOPNOTSUPP } from '../../abi/index.js';
import type { Endpoint } from '../endpoint.js';
import { nextState } from '../stream-state.js';
import { StreamEndpoint } from '../stream-endpoint.js';

/** The most connections that may wait, whatever is asked for. */
const LARGEST_BACKLOG = 65535;
/** The least that SOMAXCONN_HINT can ask for. */
const LEAST_HINTED = 200;

function limitFor(backlog: number): number {
  if (backlog === SOMAXCONN) return LARGEST_BACKLOG;
  if (backlog < 0) return Math.min(Math.max(-backlog, LEAST_HINTED), LARGEST_BACKLOG);
  return Math.min(Math.max(backlog, 1), LARGEST_BACKLOG);
}

/** Starts listening, or changes the backlog of a listening socket; returns 0 or the error. */
export function listen(endpoint: Endpoint, backlog: number): number {
  if (!(endpoint instanceof StreamEndpoint)) return WSAEOPNOTSUPP;
  if (endpoint.isConnected) return WSAEISCONN;
  if (nextState(endpoint.state, 'listen') === null) return WSAEINVAL;
  const limit = limitFor(backlog);
  if (endpoint.state !== 'listening') {
    const error = endpoint.transport.listen(limit);
    if (error !== null) return endpoint.errorFrom(error);
  }
  endpoint.backlogLimit = limit;
  endpoint.move('listen');
  return 0;
}
