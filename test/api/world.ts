// What the tests of the C face stand on: a process of their own on the Node driver, with the built-in catalog in memory,
// and short ways to connected pairs. No test knowledge.
import {
  AF_INET,
  FIONBIO,
  INADDR_LOOPBACK,
  INVALID_SOCKET,
  IPPROTO_TCP,
  IPPROTO_UDP,
  MAKEWORD,
  SOCK_DGRAM,
  SOCK_STREAM,
  WSADATA,
  errorName,
  ref,
  sockaddr_in,
  type SOCKET,
} from '../../src/abi/index.js';
import { AFD_DEVICE, type Afd, DatagramEndpoint, StreamEndpoint } from '../../src/afd/index.js';
import { MemoryStore } from '../../src/catalog/index.js';
import { createProcess, type CreateProcessOptions, type Winsock, type WinsockHost } from '../../src/winsock.js';

/** A process with Winsock started in it. */
export interface World {
  readonly host: WinsockHost;
  readonly ws: Winsock;
  /** The socket device, to look below the API. */
  readonly afd: Afd;
  /** The name of the error of the call before. */
  lastError(): string;
}

/** A process that has not called WSAStartup. */
export function freshWorld(options: CreateProcessOptions = {}): World {
  const host = createProcess({ store: new MemoryStore(), ...options });
  const ws = host.bind();
  return { host, ws, afd: host.openDevice(AFD_DEVICE) as Afd, lastError: () => errorName(ws.WSAGetLastError()) };
}

/** A process that has. */
export async function startedWorld(options: CreateProcessOptions = {}): Promise<World> {
  const world = freshWorld(options);
  const error = await world.ws.WSAStartup(MAKEWORD(2, 2), new WSADATA());
  if (error !== 0) throw new Error(`WSAStartup gave ${errorName(error)}`);
  return world;
}

/** The loopback address with a port in host order. */
export function loopback(port = 0): sockaddr_in {
  const address = new sockaddr_in();
  address.sin_family = AF_INET;
  new DataView(address.bytes.buffer, address.bytes.byteOffset).setUint32(4, INADDR_LOOPBACK);
  address.sin_port = swap(port);
  return address;
}

/** A port in the other byte order. */
export const swap = (port: number): number => ((port & 0xff) << 8) | (port >>> 8);

function mustBe<T>(value: T, good: boolean, what: string, world: World): T {
  if (!good) throw new Error(`${what} gave ${world.lastError()}`);
  return value;
}

export function tcp(world: World): SOCKET {
  const s = world.ws.socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
  return mustBe(s, s !== INVALID_SOCKET, 'socket', world);
}

export function udp(world: World): SOCKET {
  const s = world.ws.socket(AF_INET, SOCK_DGRAM, IPPROTO_UDP);
  return mustBe(s, s !== INVALID_SOCKET, 'socket', world);
}

/** The local address of a bound socket. */
export function nameOf(world: World, s: SOCKET): sockaddr_in {
  const name = new sockaddr_in();
  mustBe(0, world.ws.getsockname(s, name, ref(sockaddr_in.size)) === 0, 'getsockname', world);
  return name;
}

/** Binds to the loopback interface and tells where. */
export function bindLoopback(world: World, s: SOCKET): sockaddr_in {
  mustBe(0, world.ws.bind(s, loopback(), sockaddr_in.size) === 0, 'bind', world);
  return nameOf(world, s);
}

export function boundUdp(world: World): SOCKET {
  const s = udp(world);
  bindLoopback(world, s);
  return s;
}

export interface Listener {
  readonly s: SOCKET;
  readonly name: sockaddr_in;
}

export function listener(world: World, backlog = 5): Listener {
  const s = tcp(world);
  const name = bindLoopback(world, s);
  mustBe(0, world.ws.listen(s, backlog) === 0, 'listen', world);
  return { s, name };
}

/** Two connected stream sockets. */
export async function connectedPair(world: World, from: Listener = listener(world)): Promise<{ a: SOCKET; b: SOCKET }> {
  const a = tcp(world);
  const [b, status] = await Promise.all([
    world.ws.accept(from.s, null, null),
    world.ws.connect(a, from.name, sockaddr_in.size),
  ]);
  if (status !== 0 || b === INVALID_SOCKET) throw new Error('no connection');
  return { a, b };
}

/** A datagram socket whose peer is itself. */
export async function selfConnectedUdp(world: World): Promise<SOCKET> {
  const s = udp(world);
  const name = bindLoopback(world, s);
  const status = await world.ws.connect(s, name, sockaddr_in.size);
  return mustBe(s, status === 0, 'connect', world);
}

export function setNonBlocking(world: World, s: SOCKET): void {
  mustBe(0, world.ws.ioctlsocket(s, FIONBIO, ref(1)) === 0, 'ioctlsocket', world);
}

/** The endpoint behind a stream socket's handle. */
export function streamOf(world: World, s: SOCKET): StreamEndpoint {
  const object = world.host.handles.get(s);
  if (object instanceof StreamEndpoint) return object;
  throw new Error(`${String(s)} is no stream socket`);
}

/** How many watch a stream socket's readiness: nobody may be left when what watched is over. */
export function observersOf(world: World, s: SOCKET): number {
  return (Reflect.get(streamOf(world, s), 'observers') as ReadonlySet<unknown> | null)?.size ?? 0;
}

/** The endpoint behind a datagram socket's handle. */
export function datagramOf(world: World, s: SOCKET): DatagramEndpoint {
  const object = world.host.handles.get(s);
  if (object instanceof DatagramEndpoint) return object;
  throw new Error(`${String(s)} is no datagram socket`);
}

/** One turn of the event loop: what the system has to tell by now is told. */
export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
