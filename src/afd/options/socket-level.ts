// SOL_SOCKET: the options that have to do with the socket itself rather than with a protocol.
import * as abi from '../../abi/index.js';
import { WSAEINVAL } from '../../abi/index.js';
import type { Endpoint } from '../endpoint.js';
import { longestMessage } from '../message-size.js';
import { StreamEndpoint } from '../stream-endpoint.js';
import {
  above,
  ANY,
  DATAGRAM,
  field,
  keyOf,
  kept,
  MESSAGES,
  range,
  refused,
  reported,
  STREAM,
  unbound,
  type Check,
  type Place,
} from './builders.js';
import { bspState } from './bsp-state.js';
import { setReceiveBuffer, setSendBuffer } from './buffers.js';
import { acceptContext, connectContext } from './connection-context.js';
import { tellDriver } from './inherit.js';
import { changeKeepAlive } from './keep-alive.js';
import { dontLinger, linger } from './linger.js';
import type { OptionRule, SocketKind } from './rule.js';

/** The one routing compartment there is. */
const DEFAULT_COMPARTMENT = 1;

function at(name: number, kinds: readonly SocketKind[] = ANY): Place {
  return { level: abi.SOL_SOCKET, name, kinds };
}

/** Seconds since the connection was made, or -1. */
function connectTime(endpoint: Endpoint): number {
  if (!(endpoint instanceof StreamEndpoint) || endpoint.connectedAt === null) return -1;
  return Math.floor((endpoint.afd.clock.now() - endpoint.connectedAt) / 1000);
}

function isListening(endpoint: Endpoint): boolean {
  return endpoint instanceof StreamEndpoint && endpoint.state === 'listening';
}

/** An unbound socket, and no other option that chooses ports differently. */
function unboundWithout(other: number): Check {
  return (endpoint, value) => {
    if (value !== 0 && (endpoint.options.others.get(keyOf(abi.SOL_SOCKET, other)) ?? 0) !== 0) return WSAEINVAL;
    return unbound(endpoint);
  };
}

/** The rows of SOL_SOCKET. */
export const socketLevel: readonly OptionRule[] = [
  reported(at(abi.SO_TYPE), (endpoint) => endpoint.type),
  field(
    at(abi.SO_ERROR),
    'dword',
    (endpoint) => endpoint.lastError,
    (endpoint, value) => {
      endpoint.lastError = value;
      return 0;
    },
  ),
  reported(at(abi.SO_ACCEPTCONN, STREAM), (endpoint) => (isListening(endpoint) ? 1 : 0)),
  reported(at(abi.SO_CONNECT_TIME), connectTime),
  reported(at(abi.SO_MAX_MSG_SIZE), longestMessage),
  reported(at(abi.SO_MAXDG, DATAGRAM), longestMessage),
  reported(at(abi.SO_MAXPATHDG, DATAGRAM), longestMessage),
  bspState(at(abi.SO_BSP_STATE)),

  // Who may share the address. The two exclude each other while one of them is on.
  field(
    at(abi.SO_REUSEADDR),
    'flag',
    (endpoint) => (endpoint.options.reuseAddress ? 1 : 0),
    ({ options }, value) => {
      if (value !== 0 && options.exclusiveAddress) return WSAEINVAL;
      options.reuseAddress = value !== 0;
      return 0;
    },
  ),
  field(
    at(abi.SO_EXCLUSIVEADDRUSE),
    'flag',
    (endpoint) => (endpoint.options.exclusiveAddress ? 1 : 0),
    ({ options }, value) => {
      if (value !== 0 && options.reuseAddress) return WSAEINVAL;
      options.exclusiveAddress = value !== 0;
      return 0;
    },
  ),

  // Which port the system chooses.
  kept(at(abi.SO_RANDOMIZE_PORT), 'flag', { initial: 0, check: unboundWithout(abi.SO_REUSE_UNICASTPORT) }),
  kept(at(abi.SO_REUSE_UNICASTPORT, STREAM), 'flag', { initial: 0, check: unboundWithout(abi.SO_PORT_SCALABILITY) }),
  kept(at(abi.SO_PORT_SCALABILITY, ['stream', 'datagram']), 'flag', {
    initial: 0,
    check: unboundWithout(abi.SO_REUSE_UNICASTPORT),
  }),
  kept(at(abi.SO_REUSE_MULTICASTPORT, DATAGRAM), 'dword', { initial: 0, check: range(0, 1) }),

  // Waiting, buffers, closing.
  field(
    at(abi.SO_RCVTIMEO),
    'dword',
    (endpoint) => endpoint.options.receiveTimeout,
    (endpoint, value) => {
      endpoint.options.receiveTimeout = value >>> 0;
      return 0;
    },
  ),
  field(
    at(abi.SO_SNDTIMEO),
    'dword',
    (endpoint) => endpoint.options.sendTimeout,
    (endpoint, value) => {
      endpoint.options.sendTimeout = value >>> 0;
      return 0;
    },
  ),
  field(at(abi.SO_RCVBUF), 'dword', (endpoint) => endpoint.options.receiveBuffer, setReceiveBuffer),
  field(at(abi.SO_SNDBUF), 'dword', (endpoint) => endpoint.options.sendBuffer, setSendBuffer),
  linger(at(abi.SO_LINGER, STREAM)),
  dontLinger(at(abi.SO_DONTLINGER, STREAM)),

  // Connections.
  {
    ...field(
      at(abi.SO_KEEPALIVE, STREAM),
      'flag1',
      (endpoint) => (endpoint.options.keepAlive ? 1 : 0),
      (endpoint, value) => changeKeepAlive(endpoint, { on: value !== 0 }),
    ),
    support: 'driver',
  },
  field(
    at(abi.SO_OOBINLINE, STREAM),
    'flag',
    (endpoint) => (endpoint.options.oobInline ? 1 : 0),
    (endpoint, value) => {
      endpoint.options.oobInline = value !== 0;
      return 0;
    },
  ),
  field(
    at(abi.SO_CONDITIONAL_ACCEPT, STREAM),
    'flag',
    (endpoint) => (endpoint.options.conditionalAccept ? 1 : 0),
    (endpoint, value) => {
      if (isListening(endpoint)) return WSAEINVAL;
      endpoint.options.conditionalAccept = value !== 0;
      return 0;
    },
  ),
  field(
    at(abi.SO_PAUSE_ACCEPT, STREAM),
    'flag',
    (endpoint) => (endpoint.options.pauseAccept ? 1 : 0),
    (endpoint, value) => {
      endpoint.options.pauseAccept = value !== 0;
      return 0;
    },
  ),
  acceptContext(at(abi.SO_UPDATE_ACCEPT_CONTEXT, STREAM)),
  connectContext(at(abi.SO_UPDATE_CONNECT_CONTEXT, STREAM)),

  // Datagrams.
  field(
    at(abi.SO_BROADCAST, MESSAGES),
    'flag',
    (endpoint) => (endpoint.options.broadcast ? 1 : 0),
    (endpoint, value) => {
      const error = tellDriver(endpoint, 'broadcast', value);
      if (error === 0) endpoint.options.broadcast = value !== 0;
      return error;
    },
  ),

  // Windows takes these and does nothing with them either.
  kept(at(abi.SO_DEBUG), 'flag', { initial: 0 }),
  kept(at(abi.SO_DONTROUTE), 'flag1', { initial: 0 }),
  reported(at(abi.SO_GROUP_ID), (endpoint) => endpoint.afd.groups.idOf(endpoint)),
  kept(at(abi.SO_GROUP_PRIORITY), 'dword', { initial: 0 }),
  kept(at(abi.SO_COMPARTMENT_ID), 'dword', {
    initial: DEFAULT_COMPARTMENT,
    check: range(DEFAULT_COMPARTMENT, DEFAULT_COMPARTMENT),
  }),

  // Answered above afd, where the thread and the catalog are known.
  above(at(abi.SO_OPENTYPE)),
  above(at(abi.SO_PROTOCOL_INFOA)),
  above(at(abi.SO_PROTOCOL_INFOW)),

  // Never implemented by Windows' TCP/IP.
  refused(at(abi.SO_SNDLOWAT), WSAEINVAL),
  refused(at(abi.SO_RCVLOWAT), WSAEINVAL),
  refused(at(abi.SO_USELOOPBACK), WSAEINVAL),
  refused(at(abi.PVD_CONFIG)),
  refused(at(abi.SO_CONNDATA)),
  refused(at(abi.SO_CONNDATALEN)),
  refused(at(abi.SO_CONNOPT)),
  refused(at(abi.SO_CONNOPTLEN)),
  refused(at(abi.SO_DISCDATA)),
  refused(at(abi.SO_DISCDATALEN)),
  refused(at(abi.SO_DISCOPT)),
  refused(at(abi.SO_DISCOPTLEN)),

  // Control messages, and what no driver here can know.
  refused(at(abi.SO_TIMESTAMP)),
  refused(at(abi.SO_TIMESTAMP_ID)),
  refused(at(abi.SO_RECEIVED_HOPLIMIT)),
  refused(at(abi.SO_RECEIVED_PROCESSOR)),
  refused(at(abi.SO_ORIGINAL_DST)),
];
