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

function start(endpoint: StreamEndpoint, limit: number): number {
  const { afd, options, transport } = endpoint;
  // Told to the listener only: it is no setting of the connections, which take over the others.
  const held = options.conditionalAccept && afd.driver.capabilities.deferredAccept;
  const refused = held ? endpoint.applySetting('holdConnections', 1) : 0;
  if (refused !== 0) return refused;
  const error = transport.listen(limit);
  return error === null ? 0 : endpoint.errorFrom(error);
}

/** Starts listening, or changes the backlog of a listening socket; returns 0 or the error. */
export function listen(endpoint: Endpoint, backlog: number): number {
  if (!(endpoint instanceof StreamEndpoint)) return WSAEOPNOTSUPP;
  if (endpoint.isConnected) return WSAEISCONN;
  if (nextState(endpoint.state, 'listen') === null) return WSAEINVAL;
  const limit = limitFor(backlog);
  const error = endpoint.state === 'listening' ? endpoint.applySetting('backlog', limit) : start(endpoint, limit);
  if (error !== 0) return error;
  endpoint.backlogLimit = limit;
  endpoint.move('listen');
  return 0;
}
