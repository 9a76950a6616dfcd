// A multicast sender and a receiver that joins the group. Nothing leaves the machine: IPv4 takes the loopback interface;
// IPv6 takes one with a link-local address, as Linux has no way to groups over IPv6 loopback, with a hop limit of 0.
// Run it: npx tsx examples/multicast.ts [6]
import {
  AF_INET,
  AF_INET6,
  INVALID_SOCKET,
  IPPROTO_IP,
  IN6_IS_ADDR_LINKLOCAL,
  IPPROTO_IPV6,
  IPV6_MULTICAST_HOPS,
  IPV6_ADD_MEMBERSHIP,
  IPV6_MULTICAST_IF,
  IPV6_MULTICAST_LOOP,
  IP_ADD_MEMBERSHIP,
  IP_MULTICAST_IF,
  IP_MULTICAST_LOOP,
  MAKEWORD,
  SIO_ADDRESS_LIST_QUERY,
  SOCKET_ERROR,
  SOCK_DGRAM,
  WSACleanup,
  WSADATA,
  WSAIoctl,
  WSAStartup,
  type addrinfo,
  bind,
  closesocket,
  in_addr,
  inet_pton,
  ip_mreq,
  ipv6_mreq,
  recvfrom,
  ref,
  sendto,
  setsockopt,
  sockaddr_in6,
  socket,
  type Memory,
  type SOCKET,
} from 'winsock2';
import { addressOf, localPort } from './lib/addresses.js';
import { failed, runAsProgram, toConsole, type Print } from './lib/program.js';

const GROUP = '239.255.27.15';
const GROUP6 = 'ff12::2715';
/** The loopback interface has this index on Linux, macOS and Windows alike; it is what is left without a link. */
const LOOPBACK_INDEX = 1;

export interface MulticastOptions {
  readonly family?: number;
  readonly text?: string;
  readonly print?: Print;
}

/** Sends one datagram to the group and receives it as a member. Returns the exit code. */
export async function run(options: MulticastOptions = {}): Promise<number> {
  const { family = AF_INET, text = 'to everybody in the group', print = toConsole } = options;
  const error = await WSAStartup(MAKEWORD(2, 2), new WSADATA());
  if (error !== 0) return failed(print, 'WSAStartup', error);
  const receiver = socket(family, SOCK_DGRAM, 0);
  const sender = socket(family, SOCK_DGRAM, 0);
  try {
    if (receiver === INVALID_SOCKET || sender === INVALID_SOCKET) return failed(print, 'socket');
    if (!(await bindToAny(receiver, family, print))) return 1;
    const index = family === AF_INET6 ? await linkIndex(receiver) : LOOPBACK_INDEX;
    if (join(receiver, family, index) === SOCKET_ERROR) return failed(print, 'joining the group');
    if (stayHere(sender, family, index) === SOCKET_ERROR) return failed(print, 'choosing the interface');
    return await pass({ sender, receiver, family, index }, text, print);
  } finally {
    await closesocket(sender);
    await closesocket(receiver);
    await WSACleanup();
  }
}

async function bindToAny(s: SOCKET, family: number, print: Print): Promise<boolean> {
  const any = await addressOf(family === AF_INET6 ? '::' : '0.0.0.0', 0, SOCK_DGRAM, print);
  if (any === null) return false;
  if (bind(s, any.ai_addr, any.ai_addrlen) !== SOCKET_ERROR) return true;
  failed(print, 'bind');
  return false;
}

/** The index of an interface with a link-local IPv6 address. */
async function linkIndex(s: SOCKET): Promise<number> {
  const list = new Uint8Array(4096);
  const returned = ref(0);
  const status = await WSAIoctl(s, SIO_ADDRESS_LIST_QUERY, null, 0, list, list.length, returned, null, null);
  if (status === SOCKET_ERROR) return LOOPBACK_INDEX;
  // A SOCKET_ADDRESS_LIST: a count, and for each address where it is in the same memory.
  const view = new DataView(list.buffer);
  for (let entry = 0; entry < view.getInt32(0, true); entry++) {
    const address = new sockaddr_in6(list, Number(view.getBigUint64(8 + 16 * entry, true)));
    if (IN6_IS_ADDR_LINKLOCAL(address.sin6_addr)) return address.sin6_scope_id;
  }
  return LOOPBACK_INDEX;
}

function join(s: SOCKET, family: number, index: number): number {
  if (family === AF_INET6) {
    const membership = new ipv6_mreq();
    inet_pton(AF_INET6, GROUP6, membership.ipv6mr_multiaddr);
    membership.ipv6mr_interface = index;
    return setsockopt(s, IPPROTO_IPV6, IPV6_ADD_MEMBERSHIP, membership, ipv6_mreq.size);
  }
  const membership = new ip_mreq();
  inet_pton(AF_INET, GROUP, membership.imr_multiaddr);
  inet_pton(AF_INET, '127.0.0.1', membership.imr_interface);
  return setsockopt(s, IPPROTO_IP, IP_ADD_MEMBERSHIP, membership, ip_mreq.size);
}

/** Sends to groups by one interface and no further, and lets members on this machine hear it. */
function stayHere(s: SOCKET, family: number, index: number): number {
  const loopbackAddress = new in_addr();
  inet_pton(AF_INET, '127.0.0.1', loopbackAddress);
  const settings: readonly (readonly [number, number, Memory])[] =
    family === AF_INET6
      ? [
          [IPPROTO_IPV6, IPV6_MULTICAST_IF, dword(index)],
          [IPPROTO_IPV6, IPV6_MULTICAST_HOPS, dword(0)],
          [IPPROTO_IPV6, IPV6_MULTICAST_LOOP, dword(1)],
        ]
      : [
          [IPPROTO_IP, IP_MULTICAST_IF, loopbackAddress],
          [IPPROTO_IP, IP_MULTICAST_LOOP, dword(1)],
        ];
  const failures = settings.filter(([level, name, value]) => setsockopt(s, level, name, value, 4) === SOCKET_ERROR);
  return failures.length === 0 ? 0 : SOCKET_ERROR;
}

/** Four bytes of memory that hold a number, as C's DWORD. */
function dword(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}

interface Pair {
  readonly sender: SOCKET;
  readonly receiver: SOCKET;
  readonly family: number;
  readonly index: number;
}

async function pass({ sender, receiver, family, index }: Pair, text: string, print: Print): Promise<number> {
  const group = await groupAddress(family, index, localPort(receiver), print);
  if (group === null) return 1;
  const message = new TextEncoder().encode(text);
  const sent = await sendto(sender, message, message.length, 0, group.ai_addr, group.ai_addrlen);
  if (sent === SOCKET_ERROR) return failed(print, 'sendto');
  const buffer = new Uint8Array(1500);
  const received = await recvfrom(receiver, buffer, buffer.length, 0, null, null);
  if (received === SOCKET_ERROR) return failed(print, 'recvfrom');
  print(`A member heard "${new TextDecoder().decode(buffer.subarray(0, received))}"`);
  return 0;
}

async function groupAddress(family: number, index: number, port: number, print: Print): Promise<addrinfo | null> {
  const group = await addressOf(family === AF_INET6 ? GROUP6 : GROUP, port, SOCK_DGRAM, print);
  // A link-local group is one on a certain link.
  if (group?.ai_addr && family === AF_INET6) new sockaddr_in6(group.ai_addr).sin6_scope_id = index;
  return group;
}

runAsProgram(import.meta.url, ([six]) => run({ family: six === '6' ? AF_INET6 : AF_INET }));
