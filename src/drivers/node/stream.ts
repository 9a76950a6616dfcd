// Owns: one stream over node:net, from bind to close.
// Does not own: what differs between TCP and local sockets (stream-kind.ts), writing (stream-writer.ts), socket semantics.

import { Socket } from 'node:net';
import type {
  BindOptions,
  DriverError,
  NetAddress,
  Setting,
  StreamSink,
  StreamTransport,
} from '../contract.js';
import { isAny } from './address.js';
import { handleOf, type HandleOptions, type RawHandle } from './bound-handle.js';
import { nameOfError, nameOfStatus } from './errors.js';
import type { StreamKind } from './stream-kind.js';
import type { ReadBuffer } from './read-buffer.js';
import { StreamSettings } from './stream-settings.js';
import { readByHandle, type StreamTap } from './stream-tap.js';
import { StreamWriter } from './stream-writer.js';
import type { WriteBatch } from './write-batch.js';

type Closed = (error: DriverError | null) => void;

/** The largest backlog that listen(2) takes. */
const BACKLOG_LIMIT = 0x7fff_ffff;

/** More than any queue that afd lets build up: 'drain' events would cost ticks and nobody listens to them. */
const NO_HIGH_WATER = 0x4000_0000;

function nothing(): void {
  // The callback of a handle that nobody waits for.
}

/** What the streams of one driver share. */
export interface StreamShared {
  /** A read fills it and the sink empties it before the next read starts. */
  readonly buffer: ReadBuffer;
  readonly tap: StreamTap;
  readonly batch: WriteBatch;
}

export class NodeStream implements StreamTransport {
  local: NetAddress | null = null;
  remote: NetAddress | null = null;

  readonly #kind: StreamKind;
  readonly #shared: StreamShared;
  readonly #settings = new StreamSettings();
  /** Null once closed: what the socket still does is then nobody's business. */
  #sink: StreamSink | null;
  /** A handle without a socket around it: bound, listening, or accepted and not yet attached. */
  #handle: RawHandle | null = null;
  #socket: Socket | null = null;
  #writer: StreamWriter | null = null;
  /** Reads come by the handle. */
  #short = false;
  #listening = false;
  #closed: Closed | null = null;

  constructor(kind: StreamKind, shared: StreamShared, sink: StreamSink | null) {
    this.#kind = kind;
    this.#shared = shared;
    this.#sink = sink;
  }

  bind(address: NetAddress, options: BindOptions): DriverError | null {
    if (this.#handle !== null || this.#socket !== null) return 'EINVAL';
    if (address.family !== this.#kind.family) return 'EAFNOSUPPORT';
    const handle = this.#kind.bind(address, options);
    if (typeof handle === 'string') return handle;
    this.#handle = handle;
    this.local = this.#kind.localOf(handle, address);
    return null;
  }

  set(setting: Setting, value: number): DriverError | null {
    return this.#settings.set(setting, value, this.#socket);
  }

  listen(backlog: number): DriverError | null {
    const handle = this.#handle;
    if (handle === null) return 'EINVAL';
    handle.onconnection = (status, client) => {
      this.#accept(status, client);
    };
    const status = handle.listen(Math.min(Math.max(Math.trunc(backlog), 1), BACKLOG_LIMIT));
    if (status !== 0) return nameOfStatus(status);
    this.#listening = true;
    return null;
  }

  #accept(status: number, client: RawHandle): void {
    // A failed accept (out of descriptors, or the peer is gone) leaves the listener as it was.
    if (status !== 0) return;
    const sink = this.#sink;
    if (sink === null) {
      client.close();
      return;
    }
    const connection = new NodeStream(this.#kind, this.#shared, null);
    connection.#handle = client;
    connection.remote = this.#kind.remoteOf(client, null);
    connection.local = this.local === null || isAny(this.local) ? this.#kind.localOf(client, this.local) : this.local;
    sink.accepted(connection);
  }

  attach(sink: StreamSink): void {
    this.#sink = sink;
    // Given a handle that is connected already, the socket starts to read from its constructor.
    if (this.#handle !== null) this.#writer = new StreamWriter(this.#wrap({ handle: this.#handle }), this.#shared);
  }

  connect(remote: NetAddress): DriverError | null {
    if (this.#socket !== null || this.#listening) return 'EISCONN';
    if (remote.family !== this.#kind.family) return 'EAFNOSUPPORT';
    const bound = this.#handle;
    // Without manualStart the bound handle would be read from at once, fail, and connect from another port.
    const socket = this.#wrap(bound === null ? null : { handle: bound, manualStart: true });
    socket.once('connect', () => {
      this.#connected(socket, remote);
    });
    try {
      socket.connect(this.#kind.target(remote));
      return null;
    } catch (error) {
      socket.destroy();
      return nameOfError(error);
    }
  }

  #connected(socket: Socket, remote: NetAddress): void {
    const handle = handleOf(socket);
    if (handle !== null) this.local = this.#kind.localOf(handle, this.local);
    this.remote = remote;
    this.#writer = new StreamWriter(socket, this.#shared);
    this.#sink?.connected();
  }

  #wrap(handle: HandleOptions | { readonly handle: RawHandle } | null): Socket {
    this.#handle = null;
    const options = {
      ...handle,
      allowHalfOpen: true,
      writableHighWaterMark: NO_HIGH_WATER,
      onread: {
        buffer: this.#shared.buffer.bytes,
        callback: (length: number): boolean => this.#readByNet(length),
      },
    };
    const socket = new Socket(options);
    socket.on('error', (error: Error) => {
      this.#failed(nameOfError(error));
    });
    socket.on('end', () => {
      this.#sink?.ended();
    });
    this.#settings.apply(socket);
    this.#socket = socket;
    return socket;
  }

  /** What node:net reads. From the first read on, where that is possible, it is asked for nothing but the end. */
  #readByNet(length: number): boolean {
    const socket = this.#socket;
    if (!this.#short && socket !== null) {
      this.#short = readByHandle(socket, length, (count) => {
        if (!this.#received(count)) this.pause();
      });
    }
    return this.#received(length);
  }

  #received(length: number): boolean {
    const { buffer, batch } = this.#shared;
    batch.received();
    // Closed and still delivering: what comes in meanwhile is dropped, not left unread, because the system would reset
    // the connection for it at the end and lose what it had yet to deliver.
    return this.#sink === null || this.#sink.received(buffer.first(length), length);
  }

  #failed(error: DriverError): void {
    const sink = this.#sink;
    this.#sink = null;
    this.#writer?.broke();
    this.#finishClose(error);
    if (this.remote === null) sink?.connectFailed(error);
    else sink?.failed(error);
  }

  write(chunks: readonly Uint8Array[], done: (error: DriverError | null) => void): boolean {
    if (this.#writer !== null) return this.#writer.write(chunks, done);
    process.nextTick(done, 'ENOTCONN');
    return false;
  }

  writeUrgent(_byte: number): DriverError | null {
    return 'ENOTSUP';
  }

  shutdownWrite(): void {
    this.#writer?.end();
  }

  pause(): void {
    this.#socket?.pause();
  }

  resume(): void {
    this.#socket?.resume();
  }

  close(closed: Closed): void {
    this.#sink = null;
    const socket = this.#socket;
    if (socket === null || socket.destroyed || this.#writer?.idle !== false) {
      this.#release();
      process.nextTick(closed, null);
      return;
    }
    socket.resume();
    this.#closed = closed;
    socket.once('finish', () => {
      socket.destroy();
      this.#finishClose(null);
    });
    this.#writer.end();
  }

  #finishClose(error: DriverError | null): void {
    const closed = this.#closed;
    this.#closed = null;
    closed?.(error);
  }

  #release(): void {
    this.#socket?.destroy();
    this.#handle?.close();
    this.#handle = null;
  }

  /** Node tells nothing of the path. */
  pathMtu(): null {
    return null;
  }

  figures(): null {
    return null;
  }

  reset(): void {
    this.#sink = null;
    this.#writer?.flush();
    const socket = this.#socket;
    if (socket === null) {
      this.#resetHandle();
      return;
    }
    // A handle that is asked for a reset while its FIN is on the way out refuses, and could then not even be closed.
    if (socket.writableEnded && !socket.writableFinished && socket.writableLength === 0) {
      socket.once('finish', () => {
        resetSocket(socket);
      });
      return;
    }
    resetSocket(socket);
  }

  #resetHandle(): void {
    const handle = this.#handle;
    this.#handle = null;
    if (this.remote === null || handle?.reset?.(nothing) !== 0) handle?.close();
  }
}

function resetSocket(socket: Socket): void {
  if (!socket.connecting) handleOf(socket)?.reset?.(nothing);
  socket.destroy();
}
