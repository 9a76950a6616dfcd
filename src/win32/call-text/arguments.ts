// Which arguments of which calls are constants, and how they are written by name. One row serves a function on all layers:
// `WSASend`, `WSPSend` and `send` have their flags in places of their own, and their names in common.
import {
  AF_INET,
  AF_INET6,
  AF_UNIX,
  AF_UNSPEC,
  FD_ACCEPT,
  FD_ADDRESS_LIST_CHANGE,
  FD_CLOSE,
  FD_CONNECT,
  FD_OOB,
  FD_READ,
  FD_ROUTING_INTERFACE_CHANGE,
  FD_WRITE,
  IPPROTO_ICMP,
  IPPROTO_ICMPV6,
  IPPROTO_IP,
  IPPROTO_IPV6,
  IPPROTO_TCP,
  IPPROTO_UDP,
  JL_BOTH,
  JL_RECEIVER_ONLY,
  JL_SENDER_ONLY,
  MSG_DONTROUTE,
  MSG_OOB,
  MSG_PARTIAL,
  MSG_PEEK,
  MSG_PUSH_IMMEDIATE,
  MSG_WAITALL,
  SD_BOTH,
  SD_RECEIVE,
  SD_SEND,
  SOCK_DGRAM,
  SOCK_RAW,
  SOCK_STREAM,
  SOL_SOCKET,
  SOMAXCONN,
  WSA_FLAG_MULTIPOINT_C_LEAF,
  WSA_FLAG_MULTIPOINT_D_LEAF,
  WSA_FLAG_NO_HANDLE_INHERIT,
  WSA_FLAG_OVERLAPPED,
  WSA_FLAG_REGISTERED_IO,
  socketIoctls,
  socketOptions,
} from '../../abi/index.js';
import { valueText } from './values.js';

/** Writes one argument by name, or gives undefined; `args` are all of the call's. */
type Naming = (value: number, args: readonly unknown[]) => string | undefined;

function oneOf(names: Readonly<Record<string, number>>): Naming {
  const texts = new Map(Object.entries(names).map(([name, number]) => [number, name]));
  return (value) => texts.get(value);
}

/** Flags by name, joined by `|`; bits without a name in hexadecimal. Nothing set is 0. */
function flagsOf(names: Readonly<Record<string, number>>): Naming {
  return (value) => {
    if (value === 0) return undefined;
    const known = Object.entries(names).filter(([, bit]) => (value & bit) !== 0);
    const rest = known.reduce((bits, [, bit]) => bits & ~bit, value) >>> 0;
    return [...known.map(([name]) => name), ...(rest === 0 ? [] : [`0x${rest.toString(16)}`])].join('|');
  };
}

const family = oneOf({ AF_UNSPEC, AF_UNIX, AF_INET, AF_INET6 });
const type = oneOf({ SOCK_STREAM, SOCK_DGRAM, SOCK_RAW });
const protocol = oneOf({ IPPROTO_ICMP, IPPROTO_TCP, IPPROTO_UDP, IPPROTO_ICMPV6 });
const socketFlags = flagsOf({
  WSA_FLAG_OVERLAPPED,
  WSA_FLAG_MULTIPOINT_C_LEAF,
  WSA_FLAG_MULTIPOINT_D_LEAF,
  WSA_FLAG_NO_HANDLE_INHERIT,
  WSA_FLAG_REGISTERED_IO,
});
const messageFlags = flagsOf({ MSG_OOB, MSG_PEEK, MSG_DONTROUTE, MSG_WAITALL, MSG_PUSH_IMMEDIATE, MSG_PARTIAL });
const how = oneOf({ SD_RECEIVE, SD_SEND, SD_BOTH });
const backlog = oneOf({ SOMAXCONN });
const networkEvents = flagsOf({
  FD_READ,
  FD_WRITE,
  FD_OOB,
  FD_ACCEPT,
  FD_CONNECT,
  FD_CLOSE,
  FD_ROUTING_INTERFACE_CHANGE,
  FD_ADDRESS_LIST_CHANGE,
});
const leaf = oneOf({ JL_SENDER_ONLY, JL_RECEIVER_ONLY, JL_BOTH });
const version: Naming = (value) => `MAKEWORD(${value & 0xff}, ${value >>> 8})`;
const level = oneOf({ SOL_SOCKET, IPPROTO_IP, IPPROTO_IPV6, IPPROTO_TCP, IPPROTO_UDP });
const option: Naming = (value, args) => socketOptions.find((one) => one.level === args[1] && one.value === value)?.name;
const ioctl: Naming = (value) => socketIoctls.find(({ code }) => code === value >>> 0)?.name;

/** Single constants by name, for those who show them without a call; undefined for a value that has no name. */
export const constantTexts = {
  family: (value: number) => family(value, []),
  type: (value: number) => type(value, []),
  protocol: (value: number) => protocol(value, []),
  networkEvents: (value: number) => networkEvents(value, []),
};

/** By function, argument by argument. */
const named: Readonly<Record<string, readonly (Naming | null)[]>> = {
  socket: [family, type, protocol],
  WSASocketA: [family, type, protocol, null, null, socketFlags],
  WSASocketW: [family, type, protocol, null, null, socketFlags],
  WSPSocket: [family, type, protocol, null, null, socketFlags],
  create: [family, type, protocol],
  listen: [null, backlog],
  WSPListen: [null, backlog],
  WSAStartup: [version],
  shutdown: [null, how],
  WSPShutdown: [null, how],
  send: [null, null, null, messageFlags],
  recv: [null, null, null, messageFlags],
  sendto: [null, null, null, messageFlags],
  recvfrom: [null, null, null, messageFlags],
  WSASend: [null, null, null, null, messageFlags],
  WSPSend: [null, null, null, null, messageFlags],
  WSASendTo: [null, null, null, null, messageFlags],
  WSPSendTo: [null, null, null, null, messageFlags],
  WSAEventSelect: [null, null, networkEvents],
  WSPEventSelect: [null, null, networkEvents],
  WSAAsyncSelect: [null, null, null, networkEvents],
  WSPAsyncSelect: [null, null, null, networkEvents],
  selectEvents: [null, null, null, networkEvents],
  WSAJoinLeaf: [null, null, null, null, null, null, null, leaf],
  WSPJoinLeaf: [null, null, null, null, null, null, null, leaf],
  getsockopt: [null, level, option],
  setsockopt: [null, level, option],
  WSPGetSockOpt: [null, level, option],
  WSPSetSockOpt: [null, level, option],
  ioctlsocket: [null, ioctl],
  WSAIoctl: [null, ioctl],
  WSPIoctl: [null, ioctl],
};

/**
 * The arguments of a call, on one line.
 *
 * @param name - the function, as a trace report has it
 * @param args - its arguments
 * @returns those worth showing, separated by commas
 */
export function argumentText(name: string, args: readonly unknown[]): string {
  // The driver's buffer is larger than what has come.
  if (name.endsWith('.received') && typeof args[1] === 'number') return `${args[1]} bytes`;
  const names = Object.hasOwn(named, name) ? named[name] : undefined;
  return args
    .map((arg, index) => constantName(names?.[index], arg, args) ?? valueText(arg))
    .filter((text) => text !== '')
    .join(', ');
}

function constantName(naming: Naming | null | undefined, value: unknown, args: readonly unknown[]): string | undefined {
  return typeof value === 'number' ? naming?.(value, args) : undefined;
}
