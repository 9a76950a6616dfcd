// The codes of connections: keep-alive, send backlog, and wishes about speed.
import * as abi from '../../abi/index.js';
import type { Endpoint } from '../endpoint.js';
import { STREAM } from '../options/builders.js';
import { changeKeepAlive } from '../options/keep-alive.js';
import { StreamEndpoint } from '../stream-endpoint.js';
import { code, giving, INTERNET, kept } from './builders.js';
import { outcome, type ControlOutcome, type ControlRule } from './rule.js';

const CONNECTIONS = { kinds: STREAM, families: INTERNET };

/** sizeof(tcp_keepalive): on or off, idle time, interval. */
const KEEPALIVE_SIZE = 12;

/** What Windows answers before it has measured a connection. */
const IDEAL_BACKLOG = 65536;

function isConnected(endpoint: Endpoint): boolean {
  return endpoint instanceof StreamEndpoint && endpoint.isConnected;
}

function keepAlive(endpoint: Endpoint, input: Uint8Array): ControlOutcome {
  const view = new DataView(input.buffer, input.byteOffset, KEEPALIVE_SIZE);
  if (view.getUint32(0, true) === 0) return outcome(changeKeepAlive(endpoint, { on: false }));
  const idle = Math.max(1, view.getUint32(4, true));
  const interval = Math.max(1, view.getUint32(8, true));
  return outcome(changeKeepAlive(endpoint, { on: true, idle, interval }));
}

/** Some wishes come too late once there is a connection or somebody waits for one. */
function beforeUse(endpoint: Endpoint): number {
  if (!(endpoint instanceof StreamEndpoint)) return 0;
  return endpoint.state === 'open' || endpoint.state === 'bound' || endpoint.state === 'refused' ? 0 : abi.WSAEINVAL;
}

/** Their rows. */
export const streamControls: readonly ControlRule[] = [
  { ...code(abi.SIO_KEEPALIVE_VALS, CONNECTIONS, { input: KEEPALIVE_SIZE }, keepAlive), support: 'driver' },
  giving(abi.SIO_IDEAL_SEND_BACKLOG_QUERY, CONNECTIONS, (endpoint) =>
    isConnected(endpoint) ? IDEAL_BACKLOG : -abi.WSAENOTCONN,
  ),
  kept(abi.SIO_LOOPBACK_FAST_PATH, CONNECTIONS, 4, beforeUse),
  kept(abi.SIO_TCP_INITIAL_RTO, CONNECTIONS, 4, beforeUse),
  kept(abi.SIO_TCP_SET_ICW, CONNECTIONS, 4),
  kept(abi.SIO_TCP_SET_ACK_FREQUENCY, CONNECTIONS, 1),
  // SIO_PRIORITY_HINT is the same number.
  kept(abi.SIO_SET_PRIORITY_HINT, CONNECTIONS, 4),
  kept(abi.SIO_SET_COMPATIBILITY_MODE, CONNECTIONS, 8),
  kept(abi.SIO_CPU_AFFINITY, { families: INTERNET }, 2, (endpoint) => (endpoint.local === null ? 0 : abi.WSAEINVAL)),
  kept(abi.SIO_SOCKET_USAGE_NOTIFICATION, {}, 4),
];
