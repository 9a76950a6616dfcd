// Sockets that are ready to use: connected pairs, made through the C face as a program makes them. For tests of what
// comes afterwards.
import {
  AF_INET,
  AF_INET6,
  SOCKET_ERROR,
  SOCK_DGRAM,
  SOCK_STREAM,
  errorName,
  htons,
  inet_pton,
  sockaddr_in,
  sockaddr_in6,
  sockaddr_storage,
  ntohs,
  ref,
  type SOCKET,
  type Winsock,
} from '../index.js';
import type { Host } from './network/host.js';
import type { Network } from './network/network.js';

/** A socket and the host that it is on. */
export interface HostSocket {
  readonly host: Host;
  readonly socket: SOCKET;
}

/** Two ends of a connection; for datagrams each is the other's peer. */
export interface Pair {
  /** The end that connected. */
  readonly client: HostSocket;
  /** The end that was accepted. */
  readonly server: HostSocket;
  /** Closes both. */
  close(): Promise<void>;
}

/** The sockaddr of a numeric address and a port in host order. @throws Error for what is no address. */
export function socketAddress(address: string, port: number): sockaddr_in | sockaddr_in6 {
  const name = address.includes(':') ? new sockaddr_in6() : new sockaddr_in();
  const six = name instanceof sockaddr_in6;
  if (six) {
    name.sin6_family = AF_INET6;
    name.sin6_port = htons(port);
  } else {
    name.sin_family = AF_INET;
    name.sin_port = htons(port);
  }
  const [family, memory] = six ? [AF_INET6, name.sin6_addr] : [AF_INET, name.sin_addr];
  if (inet_pton(family, address, memory) !== 1) throw new Error(`not an address: '${address}'`);
  return name;
}

/** The port that a socket is bound to, in host order. */
export function boundPort({ host, socket }: HostSocket): number {
  const name = new sockaddr_storage();
  must(host, 'getsockname', host.winsock.getsockname(socket, name, ref(sockaddr_storage.size)));
  // The port is at the same place in every internet address.
  return ntohs(new sockaddr_in(name).sin_port);
}

/** Two connected TCP sockets on one host, over loopback. Starts Winsock on it. */
export function loopbackPair(host: Host, family: 'ipv4' | 'ipv6' = 'ipv4'): Promise<Pair> {
  return streamPair(host, host, family === 'ipv4' ? '127.0.0.1' : '::1');
}

/** A connected TCP socket on each of two new hosts, 'client' and 'server'. */
export function clientAndServer(net: Network, family: 'ipv4' | 'ipv6' = 'ipv4'): Promise<Pair> {
  const server = net.host('server');
  return streamPair(net.host('client'), server, server.address(family));
}

/** A UDP socket on each of two new hosts, 'client' and 'server', or on the two that are given; each is the other's peer. */
export async function datagramPair(where: Network | readonly [Host, Host], family: 'ipv4' | 'ipv6' = 'ipv4'): Promise<Pair> {
  const [serverHost, clientHost] = 'run' in where ? [where.host('server'), where.host('client')] : [where[1], where[0]];
  const server = await open(serverHost, SOCK_DGRAM, serverHost.address(family));
  const client = await open(clientHost, SOCK_DGRAM, clientHost.address(family));
  await connect(client, serverHost.address(family), boundPort(server));
  await connect(server, clientHost.address(family), boundPort(client));
  return pairOf(client, server);
}

async function streamPair(clientHost: Host, serverHost: Host, address: string): Promise<Pair> {
  const listener = await open(serverHost, SOCK_STREAM, address);
  const { winsock } = serverHost;
  must(serverHost, 'listen', winsock.listen(listener.socket, 1));
  const client = await open(clientHost, SOCK_STREAM, null, address);
  const accepting = winsock.accept(listener.socket, null, null);
  await connect(client, address, boundPort(listener));
  const server = { host: serverHost, socket: must(serverHost, 'accept', await accepting) };
  must(serverHost, 'closesocket', await winsock.closesocket(listener.socket));
  return pairOf(client, server);
}

/** A socket of the family of `address` or `like`, bound to `address` if that is one. */
async function open(host: Host, type: number, address: string | null, like = address ?? ''): Promise<HostSocket> {
  await host.start();
  const { winsock } = host;
  const socket = must(host, 'socket', winsock.socket(like.includes(':') ? AF_INET6 : AF_INET, type, 0));
  if (address !== null) {
    const name = socketAddress(address, 0);
    must(host, 'bind', winsock.bind(socket, name, name.bytes.length));
  }
  return { host, socket };
}

async function connect({ host, socket }: HostSocket, address: string, port: number): Promise<void> {
  const name = socketAddress(address, port);
  must(host, 'connect', await host.winsock.connect(socket, name, name.bytes.length));
}

function pairOf(client: HostSocket, server: HostSocket): Pair {
  return {
    client,
    server,
    close: async () => {
      for (const { host, socket } of [client, server]) must(host, 'closesocket', await host.winsock.closesocket(socket));
    },
  };
}

/** What a call gave. @throws Error naming call and error, if that is a failure. */
function must<T extends number>(host: Host, call: keyof Winsock, result: T): T {
  // INVALID_SOCKET is the same number.
  if ((result as number) !== SOCKET_ERROR) return result;
  throw new Error(`${call} on '${host.name}': ${errorName(host.winsock.WSAGetLastError())}`);
}
