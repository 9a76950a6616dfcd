// For the tests of TCP as programs see it: two hosts with a slow link between them, the calls that programs make, and what
// is on the wire, in a form to be compared with. Does not own: the network, which is winsock2/testing's.
import {
  AF_INET,
  AF_INET6,
  SOCKET_ERROR,
  SOCK_STREAM,
  SOMAXCONN,
  TCP_INFO_v1,
  SIO_TCP_INFO,
  errorName,
  linger,
  ref,
  type SOCKET,
  SOL_SOCKET,
  SO_LINGER,
} from 'winsock2';
import {
  createNetwork,
  socketAddress,
  type Host,
  type HostSocket,
  type Network,
  type NetworkOptions,
  type RunOptions,
  type TappedPacket,
} from 'winsock2/testing';
import { facts, type PacketFacts, type TcpFacts, type TcpFlag } from '../../src/drivers/sim/wire/describe.js';

/** One way, in milliseconds. */
export const LATENCY = 10;
export const ROUND_TRIP = 2 * LATENCY;
/** How long an acknowledgment waits for a second segment. */
export const DELAYED_ACK = 40;

/** What a test has to work with. */
export interface World {
  readonly net: Network;
  readonly client: Host;
  readonly server: Host;
  readonly wire: Wire;
}

/** A test on two hosts with a slow link between them, for `it`. */
export function onTwoHosts(
  test: (world: World) => Promise<void>,
  { limitMs = 600_000, ...options }: NetworkOptions & RunOptions = {},
): () => Promise<void> {
  return async () => {
    using net = createNetwork({ latencyMs: LATENCY, ...options });
    const [client, server] = [net.host('client'), net.host('server')];
    const wire = new Wire(net);
    await net.run(() => test({ net, client, server, wire }), { limitMs });
  };
}

/** What a call gave, or the name of its error. */
export async function outcome(host: Host, call: number | Promise<number>): Promise<number | string> {
  const value = await call;
  if (value !== SOCKET_ERROR) return value;
  return errorName(host.winsock.WSAGetLastError());
}

async function must(host: Host, what: string, call: number | Promise<number>): Promise<number> {
  const value = await outcome(host, call);
  if (typeof value === 'number') return value;
  throw new Error(`${what} on ${host.name}: ${value}`);
}

// Making sockets.

/** A TCP socket; bound if there is a port. */
export async function open(host: Host, port: number | null = null, address = '0.0.0.0'): Promise<HostSocket> {
  await host.start();
  const { winsock } = host;
  const family = address.includes(':') ? AF_INET6 : AF_INET;
  const socket = (await must(host, 'socket', winsock.socket(family, SOCK_STREAM, 0))) as SOCKET;
  if (port !== null) {
    const name = socketAddress(address, port);
    await must(host, 'bind', winsock.bind(socket, name, name.bytes.length));
  }
  return { host, socket };
}

export async function listen(host: Host, port: number, backlog = SOMAXCONN, address = '0.0.0.0'): Promise<HostSocket> {
  const listener = await open(host, port, address);
  await must(host, 'listen', host.winsock.listen(listener.socket, backlog));
  return listener;
}

export async function accept({ host, socket }: HostSocket): Promise<HostSocket> {
  return { host, socket: (await must(host, 'accept', host.winsock.accept(socket, null, null))) as SOCKET };
}

/** Connects; gives 0 or the name of the error. */
export function call({ host, socket }: HostSocket, to: Host | string, port: number): Promise<number | string> {
  const address = typeof to === 'string' ? to : to.address();
  const name = socketAddress(address, port);
  return outcome(host, host.winsock.connect(socket, name, name.bytes.length));
}

/** A socket that is connected to a port of `to`. */
export async function dial(host: Host, to: Host | string, port: number): Promise<HostSocket> {
  const address = typeof to === 'string' ? to : to.address();
  const end = await open(host, null, address);
  const result = await call(end, address, port);
  if (result !== 0) throw new Error(`connect on ${host.name}: ${result}`);
  return end;
}

export interface Pair {
  readonly client: HostSocket;
  readonly server: HostSocket;
}

/** A connection from `from` to port 80 of `to`; the listener is closed again. */
export async function connected(from: Host, to: Host, address = to.address()): Promise<Pair> {
  const listener = await listen(to, 80, 1, address.includes(':') ? '::' : '0.0.0.0');
  const accepting = accept(listener);
  const client = await dial(from, address, 80);
  const server = await accepting;
  await must(to, 'closesocket', to.winsock.closesocket(listener.socket));
  return { client, server };
}

// Using them.

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Sends; gives the number of bytes or the name of the error. */
export function send({ host, socket }: HostSocket, what: string | Uint8Array, flags = 0): Promise<number | string> {
  const bytes = typeof what === 'string' ? encoder.encode(what) : what;
  return outcome(host, host.winsock.send(socket, bytes, bytes.length, flags));
}

/** What one receive gives: text, '' for the end, or the name of the error in angle brackets. */
export async function receive({ host, socket }: HostSocket, most = 4096, flags = 0): Promise<string> {
  const buffer = new Uint8Array(most);
  const length = await outcome(host, host.winsock.recv(socket, buffer, most, flags));
  return typeof length === 'string' ? `<${length}>` : decoder.decode(buffer.subarray(0, length));
}

/** Receives `length` bytes, or as many as there are before the end; the name of the error if that comes first. */
export async function drain({ host, socket }: HostSocket, length: number): Promise<number | string> {
  const buffer = new Uint8Array(65_536);
  let got = 0;
  while (got < length) {
    const more = await outcome(host, host.winsock.recv(socket, buffer, Math.min(buffer.length, length - got), 0));
    if (typeof more === 'string') return more;
    if (more === 0) break;
    got += more;
  }
  return got;
}

/** Closes; gives 0 or the name of the error. */
export function close({ host, socket }: HostSocket): Promise<number | string> {
  return outcome(host, host.winsock.closesocket(socket));
}

export function shutdown({ host, socket }: HostSocket, how: number): void {
  if (host.winsock.shutdown(socket, how) !== 0) throw new Error('shutdown');
}

/** Sets an option that is a number. */
export function set({ host, socket }: HostSocket, level: number, name: number, value: number): void {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setInt32(0, value, true);
  if (host.winsock.setsockopt(socket, level, name, bytes, 4) !== 0) {
    throw new Error(`setsockopt ${name}: ${errorName(host.winsock.WSAGetLastError())}`);
  }
}

export function get({ host, socket }: HostSocket, level: number, name: number): number {
  const bytes = new Uint8Array(4);
  if (host.winsock.getsockopt(socket, level, name, bytes, ref(4)) !== 0) throw new Error(`getsockopt ${name}`);
  return new DataView(bytes.buffer).getInt32(0, true);
}

export function setLinger({ host, socket }: HostSocket, on: boolean, seconds: number): void {
  const value = new linger();
  value.l_onoff = on ? 1 : 0;
  value.l_linger = seconds;
  if (host.winsock.setsockopt(socket, SOL_SOCKET, SO_LINGER, value, linger.size) !== 0) throw new Error('SO_LINGER');
}

/** ioctlsocket: the argument afterwards. */
export function control({ host, socket }: HostSocket, code: number, argument = 0): number {
  const value = ref(argument);
  if (host.winsock.ioctlsocket(socket, code, value) !== 0) throw new Error(`ioctlsocket ${code}`);
  return value.value;
}

/** What SIO_TCP_INFO tells. */
export async function figures({ host, socket }: HostSocket): Promise<TCP_INFO_v1> {
  const info = new TCP_INFO_v1();
  const version = Uint8Array.of(1, 0, 0, 0);
  const { winsock } = host;
  const size = TCP_INFO_v1.size;
  await must(host, 'SIO_TCP_INFO', winsock.WSAIoctl(socket, SIO_TCP_INFO, version, 4, info, size, ref(0), null, null));
  return info;
}

// Looking at the wire.

const LETTERS: Readonly<Record<TcpFlag, string>> = {
  FIN: 'F',
  SYN: 'S',
  RST: 'R',
  PSH: 'P',
  ACK: '.',
  URG: 'U',
  ECE: 'E',
  CWR: 'W',
};

/**
 * What passes the links, a line per packet: `20 client P. 1:6(5) ack 1`. Milliseconds since the last `clear`, who sends it
 * on that link, flags, numbers counted from the SYN. A packet that did not get through has `!` at its end.
 */
export class Wire {
  readonly #net: Network;
  readonly #link: string | null;
  readonly #origins = new Map<string, number>();
  #lines: string[] = [];
  #base: number;

  constructor(net: Network, link: string | null = null) {
    this.#net = net;
    this.#link = link;
    this.#base = net.clock.us;
    net.sim.tap((packet) => {
      if (this.#link === null || packet.link === this.#link) this.#take(packet);
    });
  }

  /** Everything since the last call, or `clear`. */
  take(): readonly string[] {
    const lines = this.#lines;
    this.#lines = [];
    return lines;
  }

  /** Begins anew; it is 0 ms now. */
  clear(): void {
    this.#lines = [];
    this.#base = this.#net.clock.us;
  }

  #take({ us, from, verdict, bytes }: TappedPacket): void {
    const packet = facts(bytes);
    if (packet === null) return;
    const { transport } = packet;
    const ms = (us - this.#base) / 1000;
    const lost = verdict === 'dropped' ? ' !' : '';
    const named = 'name' in transport ? transport.name : transport.kind;
    const text = transport.kind === 'tcp' ? this.#tcp(packet, transport) : named;
    this.#lines.push(`${ms} ${from} ${text}${lost}`);
  }

  #tcp({ source, destination }: PacketFacts, segment: TcpFacts): string {
    const { flags, length, sequence, acknowledgment, urgentPointer } = segment;
    const way = `${source}.${segment.sourcePort}>${destination}.${segment.destinationPort}`;
    const back = `${destination}.${segment.destinationPort}>${source}.${segment.sourcePort}`;
    if (flags.includes('SYN')) this.#origins.set(way, sequence);
    const start = (sequence - (this.#origins.get(way) ?? 0)) | 0;
    const parts = [flags.map((flag) => LETTERS[flag]).join(''), length > 0 ? `${start}:${start + length}(${length})` : `${start}`];
    if (flags.includes('ACK')) parts.push(`ack ${(acknowledgment - (this.#origins.get(back) ?? 0)) | 0}`);
    if (flags.includes('URG')) parts.push(`urg ${urgentPointer}`);
    return parts.join(' ');
  }
}
