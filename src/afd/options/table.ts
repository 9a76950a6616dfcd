// The one table of socket options, made of the files per level, and the rule for what is not in it.
import {
  IPPROTO_IP,
  IPPROTO_IPV6,
  IPPROTO_TCP,
  IPPROTO_UDP,
  SOL_SOCKET,
  WSAEINVAL,
  WSAENOPROTOOPT,
} from '../../abi/index.js';
import type { Endpoint } from '../endpoint.js';
import { ipLevel } from './ip-level.js';
import { ipv6Level } from './ipv6-level.js';
import { kindOf, type OptionRule } from './rule.js';
import { socketLevel } from './socket-level.js';
import { tcpLevel } from './tcp-level.js';
import { udpLevel } from './udp-level.js';

interface Level {
  /** What an option of the level gives on a type of socket that it is not for. */
  readonly wrongKind: number;
  readonly rules: ReadonlyMap<number, OptionRule>;
}

function level(rules: readonly OptionRule[], wrongKind: number): Level {
  return { wrongKind, rules: new Map(rules.map((rule) => [rule.name | 0, rule])) };
}

const LEVELS: ReadonlyMap<number, Level> = new Map([
  [SOL_SOCKET, level(socketLevel, WSAENOPROTOOPT)],
  [IPPROTO_IP, level(ipLevel, WSAEINVAL)],
  [IPPROTO_IPV6, level(ipv6Level, WSAEINVAL)],
  [IPPROTO_TCP, level(tcpLevel, WSAENOPROTOOPT)],
  [IPPROTO_UDP, level(udpLevel, WSAENOPROTOOPT)],
]);

/** Every option that afd knows, for the documentation and the tests. */
export const optionRules: readonly OptionRule[] = [...socketLevel, ...ipLevel, ...ipv6Level, ...tcpLevel, ...udpLevel];

/**
 * The row of an option for this socket, or the error:
 * - WSAEINVAL for a level that no protocol of the socket's provider has. So answer the levels of all other protocols
 *   (IPX, IrDA, Bluetooth, PGM, Hyper-V, AppleTalk), none of whose sockets can be made; AF_UNIX has SOL_SOCKET only.
 * - WSAENOPROTOOPT for a name that the level does not have, and for the IPv6 level on an IPv4 socket. (The IPv4 level is
 *   there on IPv6 sockets too, for the IPv4 half of dual-stack ones.)
 * - The level's own error for an option that is meant for another type of socket.
 */
export function findOption(endpoint: Endpoint, levelNumber: number, name: number): OptionRule | number {
  const number = levelNumber | 0;
  const found = LEVELS.get(number);
  if (found === undefined || (endpoint.family === 'unix' && number !== SOL_SOCKET)) return WSAEINVAL;
  const rule = found.rules.get(name | 0);
  if (rule === undefined || (number === IPPROTO_IPV6 && endpoint.family !== 'ipv6')) return WSAENOPROTOOPT;
  return rule.kinds.includes(kindOf(endpoint)) ? rule : found.wrongKind;
}
