// What the tests of registered I/O stand on: a process on either driver with a registered buffer, and short ways to
// sockets, queues, requests and results. No test knowledge.
import {
  AF_INET,
  INVALID_SOCKET,
  IPPROTO_TCP,
  IPPROTO_UDP,
  RIORESULT,
  RIO_BUF,
  SOCKADDR_INET,
  SOCK_DGRAM,
  SOCK_STREAM,
  WSA_FLAG_OVERLAPPED,
  WSA_FLAG_REGISTERED_IO,
  sockaddr_in,
  type HANDLE,
  type RIO_NOTIFICATION_COMPLETION,
  type SOCKET,
} from '../../src/abi/index.js';
import { SimNetwork, simDriver } from '../../src/drivers/sim/index.js';
import { bindLoopback, loopback, nameOf, startedWorld, swap, type World } from '../api/world.js';

export const DRIVERS = ['node', 'sim'] as const;

/** A result as tests compare it. */
export interface Result {
  readonly status: number;
  readonly bytes: number;
  readonly socket: number;
  readonly request: number;
}

/** Where slices of the one registered buffer lie: the data, the addresses, control information, flags. */
export const AT = { data: 0, address: 2048, local: 2112, control: 2176, flags: 3000 } as const;

export class RioWorld {
  readonly world: World;
  readonly memory = new Uint8Array(4096).fill(0xcc);
  readonly bufferId: HANDLE;

  private constructor(world: World) {
    this.world = world;
    this.bufferId = world.ws.RIORegisterBuffer(this.memory, this.memory.length);
  }

  static async on(driver: (typeof DRIVERS)[number]): Promise<RioWorld> {
    if (driver === 'node') return new RioWorld(await startedWorld());
    const network = new SimNetwork({ seed: 1 });
    return new RioWorld(await startedWorld({ driver: simDriver(network.host('one')), clock: network.clock }));
  }

  get ws(): World['ws'] {
    return this.world.ws;
  }

  socket(type: number = SOCK_DGRAM, flags: number = WSA_FLAG_REGISTERED_IO | WSA_FLAG_OVERLAPPED): SOCKET {
    const protocol = type === SOCK_DGRAM ? IPPROTO_UDP : IPPROTO_TCP;
    const s = this.ws.WSASocketW(AF_INET, type, protocol, null, 0, flags);
    if (s === INVALID_SOCKET) throw new Error(`WSASocket gave ${this.world.lastError()}`);
    return s;
  }

  bound(): { s: SOCKET; name: sockaddr_in } {
    const s = this.socket();
    return { s, name: bindLoopback(this.world, s) };
  }

  /** Two connected stream sockets, both for registered I/O. */
  async streams(): Promise<{ a: SOCKET; b: SOCKET }> {
    const listener = this.socket(SOCK_STREAM);
    const name = bindLoopback(this.world, listener);
    this.ws.listen(listener, 5);
    const a = this.socket(SOCK_STREAM);
    const [b, status] = await Promise.all([this.ws.accept(listener, null, null), this.ws.connect(a, name, sockaddr_in.size)]);
    if (status !== 0 || b === INVALID_SOCKET) throw new Error('no connection');
    await this.ws.closesocket(listener);
    return { a, b };
  }

  cq(size = 16, notification: RIO_NOTIFICATION_COMPLETION | null = null): HANDLE {
    return this.ws.RIOCreateCompletionQueue(size, notification);
  }

  rq(s: SOCKET, queue: HANDLE, most = 4, context: number | bigint = 7): HANDLE {
    return this.ws.RIOCreateRequestQueue(s, most, 1, most, 1, queue, queue, context);
  }

  slice(offset: number, length: number, id: number = this.bufferId): RIO_BUF {
    const slice = new RIO_BUF();
    slice.BufferId = id;
    slice.Offset = offset;
    slice.Length = length;
    return slice;
  }

  /** A slice with the address of a socket. */
  addressOf(s: SOCKET): RIO_BUF {
    this.memory.set(nameOf(this.world, s).bytes, AT.address);
    return this.slice(AT.address, SOCKADDR_INET.size);
  }

  /** The port at the start of an address in the buffer. */
  portAt(offset: number): number {
    return new sockaddr_in(this.memory, offset).sin_port;
  }

  put(text: string, offset: number = AT.data): RIO_BUF {
    const bytes = new TextEncoder().encode(text);
    this.memory.set(bytes, offset);
    return this.slice(offset, bytes.length);
  }

  text(offset: number, length: number): string {
    return new TextDecoder().decode(this.memory.subarray(offset, offset + length));
  }

  receive(queue: HANDLE, offset: number, length: number, context = 0, flags = 0): number {
    return this.ws.RIOReceive(queue, [this.slice(offset, length)], 1, flags, context);
  }

  /** Takes what is there, `most` at most. */
  take(queue: HANDLE, most = 16): Result[] | number {
    const array = Array.from({ length: most }, () => new RIORESULT());
    const count = this.ws.RIODequeueCompletion(queue, array, most);
    if (count > most) return count;
    return array.slice(0, count).map((one) => ({
      status: one.Status,
      bytes: one.BytesTransferred,
      socket: Number(one.SocketContext),
      request: Number(one.RequestContext),
    }));
  }

  /** Takes results until there are `count`. */
  async results(queue: HANDLE, count: number): Promise<Result[]> {
    const all: Result[] = [];
    while (all.length < count) {
      const some = this.take(queue);
      if (typeof some === 'number') throw new Error('the queue is corrupt');
      all.push(...some);
      if (all.length < count) await this.ws.Sleep(1);
    }
    return all;
  }

  /** Sends a datagram to `s` by sendto, from a socket of its own. */
  async sendTo(s: SOCKET, text: string): Promise<void> {
    const from = this.ws.socket(AF_INET, SOCK_DGRAM, IPPROTO_UDP);
    const bytes = new TextEncoder().encode(text);
    const to = loopback(swap(nameOf(this.world, s).sin_port));
    const sent = await this.ws.sendto(from, bytes, bytes.length, 0, to, sockaddr_in.size);
    if (sent !== bytes.length) throw new Error(`sendto gave ${this.world.lastError()}`);
    await this.ws.closesocket(from);
  }
}
