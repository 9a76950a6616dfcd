// The codes of connections: keep-alive, send backlog, and wishes about speed.
import * as abi from '../../abi/index.js';
import type { Setting } from '../../drivers/contract.js';
import type { Endpoint } from '../endpoint.js';
import { STREAM } from '../options/builders.js';
import { changeKeepAlive } from '../options/keep-alive.js';
import { StreamEndpoint } from '../stream-endpoint.js';
import { able, code, giving, handed, INTERNET, kept } from './builders.js';
import { outcome, type ControlOutcome, type ControlRule } from './rule.js';
import { tcpInfo } from './tcp-info.js';

const CONNECTIONS = { kinds: STREAM, families: INTERNET };

/** sizeof(tcp_keepalive): on or off, idle time, interval. */
const KEEPALIVE_SIZE = 12;

/** What Windows answers before it has measured a connection. */
const IDEAL_BACKLOG = 65536;

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

/** The segments of the first flight, by level. Microsoft names the default; the levels above it double it each time. */
const INITIAL_WINDOWS: ReadonlyMap<number, number> = new Map([
  [abi.TCP_ICW_LEVEL_DEFAULT, 10],
  [abi.TCP_ICW_LEVEL_HIGH, 20],
  [abi.TCP_ICW_LEVEL_VERY_HIGH, 40],
  [abi.TCP_ICW_LEVEL_AGGRESSIVE, 80],
  [abi.TCP_ICW_LEVEL_EXPERIMENTAL, 160],
  // What RFC 3390 allowed before.
  [abi.TCP_ICW_LEVEL_COMPAT, 4],
]);

/** The system's first timeout. */
const DEFAULT_TIMEOUT_MS = 3000;

/** How a connection is tried: the first timeout, and whether there is a second try. How many there are is the driver's rule. */
function initialTimeout(endpoint: Endpoint, input: Uint8Array): readonly (readonly [Setting, number])[] | number {
  const wrong = beforeUse(endpoint);
  if (wrong !== 0) return wrong;
  const { Rtt, MaxSynRetransmissions } = new abi.TCP_INITIAL_RTO_PARAMETERS(input);
  const settings: (readonly [Setting, number])[] = [];
  if (Rtt !== abi.TCP_INITIAL_RTO_UNSPECIFIED_RTT) {
    settings.push(['initialTimeoutMs', Rtt === abi.TCP_INITIAL_RTO_DEFAULT_RTT ? DEFAULT_TIMEOUT_MS : Rtt]);
  }
  if (MaxSynRetransmissions !== abi.TCP_INITIAL_RTO_UNSPECIFIED_MAX_SYN_RETRANSMISSIONS) {
    settings.push(['noSynRetries', MaxSynRetransmissions === abi.TCP_INITIAL_RTO_NO_SYN_RETRANSMISSIONS ? 1 : 0]);
  }
  return settings;
}

/** Their rows. */
export const streamControls: readonly ControlRule[] = [
  { ...code(abi.SIO_KEEPALIVE_VALS, CONNECTIONS, { input: KEEPALIVE_SIZE }, keepAlive), support: 'driver' },
  giving(abi.SIO_IDEAL_SEND_BACKLOG_QUERY, { families: INTERNET }, (endpoint) => {
    if (!(endpoint instanceof StreamEndpoint)) return -abi.WSAEOPNOTSUPP;
    return endpoint.isConnected ? IDEAL_BACKLOG : -abi.WSAENOTCONN;
  }),
  kept(abi.SIO_LOOPBACK_FAST_PATH, CONNECTIONS, 4, beforeUse),
  handed(abi.SIO_TCP_INITIAL_RTO, CONNECTIONS, abi.TCP_INITIAL_RTO_PARAMETERS.size, initialTimeout),
  handed(abi.SIO_TCP_SET_ICW, CONNECTIONS, 4, (_endpoint, input) => {
    const segments = INITIAL_WINDOWS.get(new DataView(input.buffer, input.byteOffset, 4).getUint32(0, true));
    return segments === undefined ? abi.WSAEINVAL : [['initialWindow', segments]];
  }),
  handed(abi.SIO_TCP_SET_ACK_FREQUENCY, CONNECTIONS, 1, (_endpoint, input) => [['ackFrequency', input[0] ?? 0]]),
  able(({ pathFigures }) => pathFigures, abi.SIO_TCP_INFO, CONNECTIONS, {}, tcpInfo),
  // SIO_PRIORITY_HINT is the same number.
  kept(abi.SIO_SET_PRIORITY_HINT, CONNECTIONS, 4),
  kept(abi.SIO_SET_COMPATIBILITY_MODE, CONNECTIONS, 8),
  kept(abi.SIO_CPU_AFFINITY, { families: INTERNET }, 2, (endpoint) => (endpoint.local === null ? 0 : abi.WSAEINVAL)),
  kept(abi.SIO_SOCKET_USAGE_NOTIFICATION, {}, 4),
];
