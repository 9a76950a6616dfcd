// IPPROTO_TCP: the options of connections. Where the stack below decides by itself, the wish is only remembered.
import * as abi from '../../abi/index.js';
import { WSAEINVAL } from '../../abi/index.js';
import { StreamEndpoint } from '../stream-endpoint.js';
import { field, handed, kept, range, refused, reported, STREAM, type Check, type Place } from './builders.js';
import { tellDriver } from './inherit.js';
import { changeKeepAlive } from './keep-alive.js';
import type { BytesRule, NumberRule, OptionRule } from './rule.js';
import { atMark } from './urgent.js';

const MOST_PROBES = 255;

function at(name: number): Place {
  return { level: abi.IPPROTO_TCP, name, kinds: STREAM };
}

type KeepAliveField = 'keepAliveIdle' | 'keepAliveInterval';

/** Seconds outside, milliseconds inside. */
function seconds(place: Place, source: KeepAliveField, change: 'idle' | 'interval'): NumberRule {
  const rule = field(
    place,
    'dword',
    (endpoint) => Math.ceil(endpoint.options[source] / 1000),
    (endpoint, value) => (value < 1 ? WSAEINVAL : changeKeepAlive(endpoint, { [change]: value * 1000 })),
  );
  return { ...rule, support: 'driver' };
}

/** One switch under two names of opposite meaning: how the urgent pointer is counted. */
const URGENT_AS_RFC1122 = 'urgent as RFC 1122';

function urgentPointer(name: number, bsd: boolean): NumberRule {
  const rule = field(
    at(name),
    'flag',
    ({ options }) => ((options.others.get(URGENT_AS_RFC1122) ?? 0) === (bsd ? 0 : 1) ? 1 : 0),
    ({ options }, value) => {
      options.others.set(URGENT_AS_RFC1122, value === (bsd ? 0 : 1) ? 1 : 0);
      return 0;
    },
  );
  return { ...rule, support: 'kept' };
}

/** How long to retransmit: one value, asked for in seconds or in milliseconds; -1 is for ever, 0 the system's. */
const RETRANSMIT = 'retransmit ms';

function retransmission(name: number, unit: number): NumberRule {
  const rule = field(
    at(name),
    'dword',
    ({ options }) => {
      const ms = options.others.get(RETRANSMIT) ?? 0;
      return ms < 0 ? -1 : Math.ceil(ms / unit);
    },
    (endpoint, value) => {
      if (value < -1) return WSAEINVAL;
      const ms = value < 0 ? -1 : value * unit;
      const error = tellDriver(endpoint, 'retransmitMs', ms);
      if (error === 0) endpoint.options.others.set(RETRANSMIT, ms);
      return error;
    },
  );
  return { ...rule, support: 'driver' };
}

/** TCP_FASTOPEN and its like belong to the making of a connection. */
const beforeConnection: Check = (endpoint) =>
  endpoint instanceof StreamEndpoint && endpoint.isConnected ? WSAEINVAL : 0;

/** No ICMP error is ever told to us, and that is what an empty answer says. */
const noIcmpError: BytesRule = {
  ...at(abi.TCP_ICMP_ERROR_INFO),
  shape: 'bytes',
  support: 'real',
  least: 0,
  read: () => new Uint8Array(0),
  write: null,
};

/** The rows of IPPROTO_TCP. */
export const tcpLevel: readonly OptionRule[] = [
  handed(at(abi.TCP_NODELAY), 'flag1', { initial: 0, setting: 'noDelay' }),
  // TCP_KEEPALIVE is the same number.
  seconds(at(abi.TCP_KEEPIDLE), 'keepAliveIdle', 'idle'),
  seconds(at(abi.TCP_KEEPINTVL), 'keepAliveInterval', 'interval'),
  {
    ...field(
      at(abi.TCP_KEEPCNT),
      'dword',
      (endpoint) => endpoint.options.keepAliveCount,
      (endpoint, value) => (value < 1 || value > MOST_PROBES ? WSAEINVAL : changeKeepAlive(endpoint, { count: value })),
    ),
    support: 'driver',
  },
  urgentPointer(abi.TCP_EXPEDITED_1122, false),
  urgentPointer(abi.TCP_BSDURGENT, true),
  reported(at(abi.TCP_ATMARK), atMark),
  noIcmpError,

  retransmission(abi.TCP_MAXRT, 1000),
  retransmission(abi.TCP_MAXRTMS, 1),
  handed(at(abi.TCP_TIMESTAMPS), 'flag', { initial: 0, setting: 'timestamps' }),
  kept(at(abi.TCP_FASTOPEN), 'flag', { initial: 0, check: beforeConnection }),
  handed(at(abi.TCP_FAIL_CONNECT_ON_ICMP_ERROR), 'flag', { initial: 0, check: beforeConnection, setting: 'failOnIcmp' }),
  handed(at(abi.TCP_NOSYNRETRIES), 'flag', { initial: 0, check: beforeConnection, setting: 'noSynRetries' }),
  kept(at(abi.TCP_OFFLOAD_PREFERENCE), 'dword', { initial: 0, check: range(0, abi.TCP_OFFLOAD_PREFERRED) }),
  kept(at(abi.TCP_DELAY_FIN_ACK), 'flag', { initial: 0 }),

  // In the headers only, and nothing here can know or change them.
  refused(at(abi.TCP_MAXSEG)),
  refused(at(abi.TCP_STDURG)),
  refused(at(abi.TCP_NOURG)),
  refused(at(abi.TCP_CONGESTION_ALGORITHM)),
];
