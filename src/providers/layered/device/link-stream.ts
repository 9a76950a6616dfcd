// A stream of a device over the link below: the driver contract on one side, a socket of the next provider on the other.
// It changes no byte; what does is a StreamFilter above it.
import {
  FALSE,
  IPPROTO_IP,
  IPPROTO_IPV6,
  IPPROTO_TCP,
  IPV6_UNICAST_HOPS,
  IPV6_V6ONLY,
  IP_TTL,
  SD_SEND,
  SOCKET_ERROR,
  SOL_SOCKET,
  SO_KEEPALIVE,
  SO_RCVBUF,
  SO_SNDBUF,
  SO_UPDATE_ACCEPT_CONTEXT,
  SO_UPDATE_CONNECT_CONTEXT,
  TCP_NODELAY,
  WSABUF,
  WSAID_ACCEPTEX,
  WSAID_CONNECTEX,
  ref,
  type Ref,
} from '../../../abi/index.js';
import { anyAddress, decodeAddress, encodeAddress, familyNumber } from '../../../afd/index.js';
import type {
  BindOptions,
  DriverError,
  Family,
  NetAddress,
  Setting,
  StreamFigures,
  StreamSink,
  StreamTransport,
} from '../../../drivers/contract.js';
import type { LPWSPACCEPTEX, LPWSPCONNECTEX } from '../../../spi/index.js';
import { LowerSocket, driverError, type LinkBelow } from './lower-socket.js';

/** Level and name of the options that settings are, below. */
const OPTIONS: Partial<Readonly<Record<Setting, readonly [level: number, optname: number]>>> = {
  noDelay: [IPPROTO_TCP, TCP_NODELAY],
  keepAlive: [SOL_SOCKET, SO_KEEPALIVE],
  receiveBuffer: [SOL_SOCKET, SO_RCVBUF],
  sendBuffer: [SOL_SOCKET, SO_SNDBUF],
};

/** The settings that reach the link below. */
export const LINK_SETTINGS: readonly Setting[] = [...(Object.keys(OPTIONS) as Setting[]), 'ttl'];

const READ_SIZE = 16_384;
/** The room for an address in AcceptEx's buffer: that of IPv6, and what is to be more. */
const ACCEPT_ROOM = 44;
/** sizeof(SOCKET) on x64. */
const SOCKET_SIZE = 8;

/** A stream over a socket of the link below. */
export class LinkStream implements StreamTransport {
  readonly #below: LinkBelow;
  readonly #family: Family;
  readonly #protocol: number;
  readonly #lower: LowerSocket;
  #sink: StreamSink | null;
  #bound = false;
  #local: NetAddress | null = null;
  #remote: NetAddress | null = null;
  readonly #input = new Uint8Array(READ_SIZE);
  #reading = false;
  #paused = false;
  #ended = false;
  /** Bytes at the start of the input that came while nobody wanted them. */
  #held = 0;
  /** Writes under way below, and who waits for the last of them. */
  #writing = 0;
  #whenWritten: (() => void)[] = [];
  #closed = false;
  /** The listener that took this connection and waits for somebody to want it. */
  #listener: LinkStream | null = null;
  #accepting: LowerSocket | null = null;

  private constructor(below: LinkBelow, family: Family, protocol: number, lower: LowerSocket, sink: StreamSink | null) {
    this.#below = below;
    this.#family = family;
    this.#protocol = protocol;
    this.#lower = lower;
    this.#sink = sink;
  }

  /** A new stream, or the error of making its socket. */
  static open(below: LinkBelow, family: Family, protocol: number, sink: StreamSink): LinkStream | DriverError {
    const lower = LowerSocket.open(below, familyNumber(family), protocol);
    return typeof lower === 'number' ? driverError(lower) : new LinkStream(below, family, protocol, lower, sink);
  }

  /** The socket below. */
  get socket(): LowerSocket {
    return this.#lower;
  }

  get local(): NetAddress | null {
    if (this.#local === null && this.#bound && !this.#closed) this.#local = this.#name('lpWSPGetSockName');
    return this.#local;
  }

  get remote(): NetAddress | null {
    return this.#remote;
  }

  #name(entry: 'lpWSPGetSockName' | 'lpWSPGetPeerName'): NetAddress | null {
    const [name, length] = [new Uint8Array(128), ref(128)];
    const failed = this.#lower.call((lpErrno) => this.#lower.procs[entry](this.#lower.s, name, length, lpErrno));
    return failed === null ? decodeAddress(this.#family, name, length.value).address : null;
  }

  bind(address: NetAddress, { v6Only }: BindOptions): DriverError | null {
    if (this.#family === 'ipv6') this.#lower.setOption(IPPROTO_IPV6, IPV6_V6ONLY, v6Only ? 1 : 0);
    const name = encodeAddress(address);
    const error = this.#lower.call((lpErrno) => this.#lower.procs.lpWSPBind(this.#lower.s, name, name.length, lpErrno));
    this.#bound ||= error === null;
    return error;
  }

  set(setting: Setting, value: number): DriverError | null {
    if (setting === 'backlog') return this.listen(value);
    const ttl = this.#family === 'ipv6' ? ([IPPROTO_IPV6, IPV6_UNICAST_HOPS] as const) : ([IPPROTO_IP, IP_TTL] as const);
    const option = setting === 'ttl' ? ttl : OPTIONS[setting];
    return option === undefined ? 'ENOTSUP' : this.#lower.setOption(option[0], option[1], value);
  }

  pathMtu(): number | null {
    return null;
  }

  figures(): StreamFigures | null {
    return null;
  }

  // --- connections ---

  connect(remote: NetAddress): DriverError | null {
    const { s } = this.#lower;
    const connectEx = this.#lower.extension(WSAID_CONNECTEX) as LPWSPCONNECTEX | null;
    if (connectEx === null) return 'ENOTSUP';
    // ConnectEx wants a socket with a name.
    const unbound = this.#bound ? null : this.bind(anyAddress(this.#family), { v6Only: false, shared: false });
    if (unbound !== null) return unbound;
    const name = encodeAddress(remote);
    const entry = (overlapped: never, lpErrno: Ref): number =>
      connectEx(s, name, name.length, null, 0, null, overlapped, lpErrno);
    this.#lower.start(entry as never, FALSE, (error) => {
      if (error !== 0) {
        this.#sink?.connectFailed(driverError(error));
        return;
      }
      this.#lower.call((lpErrno) =>
        this.#lower.procs.lpWSPSetSockOpt(s, SOL_SOCKET, SO_UPDATE_CONNECT_CONTEXT, null, 0, lpErrno),
      );
      this.#remote = remote;
      this.#local = null;
      this.#sink?.connected();
      this.#read();
    });
    return null;
  }

  listen(backlog: number): DriverError | null {
    const error = this.#lower.call((lpErrno) => this.#lower.procs.lpWSPListen(this.#lower.s, backlog, lpErrno));
    if (error === null && this.#accepting === null) this.#accept();
    return error;
  }

  /** Takes one connection in advance, so that there is something to tell of; the others wait below. */
  #accept(): void {
    const { s } = this.#lower;
    const lower = LowerSocket.open(this.#below, familyNumber(this.#family), this.#protocol);
    const acceptEx = this.#lower.extension(WSAID_ACCEPTEX) as LPWSPACCEPTEX | null;
    if (typeof lower === 'number' || acceptEx === null) return;
    this.#accepting = lower;
    const output = new Uint8Array(2 * ACCEPT_ROOM);
    const entry = (overlapped: never, lpErrno: Ref): number =>
      acceptEx(s, lower.s, output, 0, ACCEPT_ROOM, ACCEPT_ROOM, ref(0), overlapped, lpErrno);
    this.#lower.start(entry as never, FALSE, (error) => {
      this.#accepting = null;
      if (error !== 0) {
        // The peer has gone again: the next one may stay.
        lower.close(true);
        this.#accept();
        return;
      }
      this.#tellAccepted(lower);
    });
  }

  #tellAccepted(lower: LowerSocket): void {
    const listener = new Uint8Array(SOCKET_SIZE);
    new DataView(listener.buffer).setBigInt64(0, BigInt(this.#lower.s), true);
    lower.call((lpErrno) =>
      lower.procs.lpWSPSetSockOpt(lower.s, SOL_SOCKET, SO_UPDATE_ACCEPT_CONTEXT, listener, SOCKET_SIZE, lpErrno),
    );
    const connection = new LinkStream(this.#below, this.#family, this.#protocol, lower, null);
    connection.#bound = true;
    connection.#listener = this;
    connection.#remote = connection.#name('lpWSPGetPeerName');
    this.#sink?.accepted(connection);
  }

  attach(sink: StreamSink): void {
    this.#sink = sink;
    this.#leaveListener();
    this.#read();
  }

  #leaveListener(): void {
    const listener = this.#listener;
    this.#listener = null;
    if (listener !== null && !listener.#closed && listener.#accepting === null) listener.#accept();
  }

  // --- bytes ---

  #read(): void {
    if (this.#reading || this.#paused || this.#ended || this.#closed) return;
    this.#reading = true;
    const { s, procs } = this.#lower;
    const buffers = [new WSABUF(READ_SIZE, this.#input)];
    this.#lower.start(
      (overlapped, lpErrno) => procs.lpWSPRecv(s, buffers, 1, ref(0), ref(0), overlapped, null, null, lpErrno),
      SOCKET_ERROR,
      (error, bytes) => {
        this.#reading = false;
        if (error !== 0) this.#fail(error);
        else this.#arrived(bytes);
      },
    );
  }

  #arrived(bytes: number): void {
    if (bytes === 0) {
      this.#ended = true;
      this.#sink?.ended();
    } else if (this.#paused) {
      this.#held = bytes;
    } else {
      this.#paused = this.#sink?.received(this.#input, bytes) !== true;
      this.#read();
    }
  }

  #fail(error: number): void {
    this.#ended = true;
    this.#sink?.failed(driverError(error));
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    if (this.#held === 0) {
      this.#read();
      return;
    }
    this.#below.process.clock.soon(() => {
      if (this.#paused || this.#closed || this.#held === 0) return;
      const bytes = this.#held;
      this.#held = 0;
      this.#arrived(bytes);
    });
  }

  write(chunks: readonly Uint8Array[], done: (error: DriverError | null) => void): boolean {
    if (chunks.length === 0) {
      if (this.#writing === 0) return true;
      this.#whenWritten.push(() => {
        done(null);
      });
      return false;
    }
    this.#writing += 1;
    const { s, procs } = this.#lower;
    const buffers = chunks.map((chunk) => new WSABUF(chunk.length, chunk));
    this.#lower.start(
      (overlapped, lpErrno) => procs.lpWSPSend(s, buffers, buffers.length, ref(0), 0, overlapped, null, null, lpErrno),
      SOCKET_ERROR,
      (error) => {
        this.#writing -= 1;
        done(error === 0 ? null : driverError(error));
        if (this.#writing === 0) for (const written of this.#whenWritten.splice(0)) written();
      },
    );
    return false;
  }

  writeUrgent(): DriverError | null {
    return 'ENOTSUP';
  }

  shutdownWrite(): void {
    this.#lower.call((lpErrno) => this.#lower.procs.lpWSPShutdown(this.#lower.s, SD_SEND, lpErrno));
  }

  close(closed: (error: DriverError | null) => void): void {
    this.#sink = null;
    this.#accepting?.close(true);
    // An operation that is under way would end with the socket, and the connection with it.
    const close = (): void => {
      this.#end(this.#held > 0);
      closed(null);
    };
    if (this.#writing > 0) this.#whenWritten.push(close);
    else close();
  }

  reset(): void {
    this.#accepting?.close(true);
    this.#end(true);
  }

  #end(hard: boolean): void {
    if (this.#closed) return;
    this.#sink = null;
    this.#closed = true;
    this.#lower.close(hard);
    this.#leaveListener();
  }
}
