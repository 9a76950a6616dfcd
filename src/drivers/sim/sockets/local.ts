// A local stream socket (AF_UNIX) as the driver contract wants it. Bytes are the pipes' (local/pipe.ts), paths the layer's.
import type {
  BindOptions,
  DriverError,
  NetAddress,
  Setting,
  StreamSink,
  StreamTransport,
} from '../../contract.js';
import type { LocalLayer } from '../local/local-layer.js';
import { Pipe, type PipeReader } from '../local/pipe.js';

type State = 'open' | 'listening' | 'connecting' | 'connected' | 'closed';
type Done = (error: DriverError | null) => void;

/** What fits into sun_path with its terminating zero. */
const LONGEST_PATH = 107;
const UNNAMED: NetAddress = { family: 'unix', address: '', port: 0, scopeId: 0 };

export class SimLocal implements StreamTransport, PipeReader {
  local: NetAddress | null = null;
  remote: NetAddress | null = null;
  readonly #layer: LocalLayer<SimLocal>;
  #sink: StreamSink | null;
  #state: State = 'open';
  #backlog = 0;
  #holds = false;
  /** Connections of a listener that nobody has attached yet. */
  readonly #waiting = new Set<SimLocal>();
  /** Of an accepted connection that nobody has attached yet: whose it is. */
  #listener: SimLocal | null = null;
  #peer: SimLocal | null = null;
  #in: Pipe;
  #out: Pipe;
  /** Why it is broken, once it is. */
  #broken: DriverError | null = null;
  #closings: Done[] = [];

  constructor(layer: LocalLayer<SimLocal>, sink: StreamSink | null) {
    this.#layer = layer;
    this.#sink = sink;
    this.#in = new Pipe(layer);
    this.#out = new Pipe(layer);
  }

  bind(address: NetAddress, _options: BindOptions): DriverError | null {
    if (this.#state === 'closed') return 'EBADF';
    if (address.family !== 'unix') return 'EAFNOSUPPORT';
    if (this.local !== null || this.#state !== 'open' || address.address === '') return 'EINVAL';
    if (new TextEncoder().encode(address.address).length > LONGEST_PATH) return 'ENAMETOOLONG';
    if (!this.#layer.take(address.address, this)) return 'EADDRINUSE';
    this.local = address;
    return null;
  }

  listen(backlog: number): DriverError | null {
    if (this.local === null || (this.#state !== 'open' && this.#state !== 'listening')) return 'EINVAL';
    this.#backlog = Math.max(1, backlog);
    this.#state = 'listening';
    return null;
  }

  connect(remote: NetAddress): DriverError | null {
    if (this.#state === 'closed') return 'EBADF';
    if (remote.family !== 'unix') return 'EAFNOSUPPORT';
    if (this.#state === 'connecting') return 'EALREADY';
    if (this.#state !== 'open') return 'EISCONN';
    this.#state = 'connecting';
    this.#layer.later(() => {
      if (this.#state === 'connecting') this.#dial(remote);
    });
    return null;
  }

  #dial(remote: NetAddress): void {
    const listener = this.#layer.find(remote.address);
    if (listener?.hasRoom !== true) {
      this.#refused();
      return;
    }
    this.remote = remote;
    const other = listener.#answer(this);
    if (!listener.#holds) this.#established(other);
    listener.#announce(other);
  }

  #refused(): void {
    this.#state = 'open';
    this.remote = null;
    const sink = this.#sink;
    this.#layer.clock.tell();
    sink?.connectFailed('ECONNREFUSED');
  }

  /** Whether one more connection may wait here. */
  get hasRoom(): boolean {
    return this.#state === 'listening' && this.#waiting.size < this.#backlog;
  }

  /** The other end of a connection to here. */
  #answer(client: SimLocal): SimLocal {
    const end = new SimLocal(this.#layer, null);
    end.local = this.local;
    end.remote = client.local ?? UNNAMED;
    end.#in = client.#out;
    end.#out = client.#in;
    end.#out.limit = this.#out.limit;
    end.#peer = client;
    end.#state = 'connected';
    end.#listener = this;
    client.#peer = end;
    this.#waiting.add(end);
    return end;
  }

  #announce(end: SimLocal): void {
    // The client, told first, may have closed this listener.
    const sink = this.#sink;
    if (this.#state !== 'listening' || sink === null) {
      end.reset();
      return;
    }
    this.#layer.clock.tell();
    sink.accepted(end);
  }

  #established(other: SimLocal): void {
    this.#peer = other;
    this.#state = 'connected';
    this.local ??= UNNAMED;
    this.#in.readBy(this);
    const sink = this.#sink;
    this.#layer.clock.tell();
    sink?.connected();
  }

  attach(sink: StreamSink): void {
    if (this.#state === 'closed') return;
    this.#sink = sink;
    this.#leaveListener();
    this.#layer.later(() => {
      if (this.#sink !== sink) return;
      if (this.#broken !== null) this.#tellFailure(this.#broken);
      else this.#begin();
    });
  }

  /** An attached connection reads; if its client is still held up, it is now through. */
  #begin(): void {
    const peer = this.#peer;
    if (peer !== null && peer.#state === 'connecting') peer.#established(this);
    this.#in.readBy(this);
  }

  #leaveListener(): void {
    if (this.#listener !== null) this.#listener.#waiting.delete(this);
    this.#listener = null;
  }

  received(bytes: Uint8Array): boolean {
    return this.#sink?.received(bytes, bytes.length) ?? true;
  }

  ended(): void {
    this.#sink?.ended();
  }

  write(chunks: readonly Uint8Array[], done: Done): boolean {
    const error = this.#writeError();
    if (error === null && chunks.length === 0) return true;
    if (error === null && this.#peer?.isDeaf !== true) return this.#out.write(chunks, done);
    if (error === null) {
      this.#layer.later(() => this.#unheard());
      return true;
    }
    this.#tellLater(done, error);
    return false;
  }

  #writeError(): DriverError | null {
    if (this.#broken !== null) return this.#broken;
    if (this.#state !== 'connected') return this.#state === 'closed' ? 'EPIPE' : 'ENOTCONN';
    return this.#out.isFinished ? 'EPIPE' : null;
  }

  /** Closed, so that nobody takes what still comes. */
  get isDeaf(): boolean {
    return this.#state === 'closed';
  }

  /** The peer has closed. Once we know of it, writing is answered by a reset; before that it is only lost. */
  #unheard(): void {
    if (this.#in.hasEnded) this.#break('ECONNRESET');
  }

  #tellLater(done: Done, error: DriverError | null): void {
    this.#layer.later(() => {
      this.#layer.clock.tell();
      done(error);
    });
  }

  writeUrgent(): DriverError {
    return 'ENOTSUP';
  }

  shutdownWrite(): void {
    if (this.#state === 'connected') this.#out.finish();
  }

  pause(): void {
    this.#in.pause();
  }

  resume(): void {
    this.#in.resume();
  }

  close(closed: Done): void {
    // A client that was never let in is refused.
    if (this.#peer !== null && this.#peer.#state === 'connecting') this.reset();
    const wasConnected = this.#state === 'connected' && this.#broken === null;
    this.#end();
    if (!wasConnected) {
      if (this.#closings.length > 0) this.#closings.push(closed);
      else this.#tellLater(closed, null);
      return;
    }
    this.#in.deafen();
    this.#out.finish();
    if (!this.#out.hasWaiting) {
      this.#tellLater(closed, null);
      return;
    }
    this.#closings.push(closed);
    this.#out.drained = () => {
      this.#finishClosing(null);
    };
  }

  #finishClosing(error: DriverError | null): void {
    const closings = this.#closings;
    this.#closings = [];
    for (const closed of closings) {
      this.#layer.clock.tell();
      closed(error);
    }
  }

  reset(): void {
    if (this.#broken !== null) {
      this.#end();
      return;
    }
    const alive = this.#peer !== null && !(this.#state === 'closed' && this.#out.hasEnded);
    const peer = this.#peer;
    this.#end();
    if (!alive) return;
    this.#broken = 'ECONNABORTED';
    this.#layer.later(() => {
      this.#out.break('ECONNABORTED');
      this.#finishClosing('ECONNABORTED');
      if (peer !== null) peer.#broke();
    });
  }

  /** The peer has reset the connection. */
  #broke(): void {
    if (this.#state === 'connecting') this.#refused();
    else if (this.#broken === null) this.#break('ECONNRESET');
  }

  #break(error: DriverError): void {
    if (this.#broken !== null) return;
    this.#broken = error;
    this.#in.break(error);
    this.#out.break(error);
    this.#finishClosing(error);
    this.#tellFailure(error);
  }

  #tellFailure(error: DriverError): void {
    const sink = this.#sink;
    this.#sink = null;
    if (sink === null) return;
    this.#layer.clock.tell();
    sink.failed(error);
  }

  /** No call to the sink after this, and the path is free. */
  #end(): void {
    this.#sink = null;
    this.#leaveListener();
    if (this.local !== null) this.#layer.release(this.local.address, this);
    const dialed = this.#state === 'connecting' ? this.#peer : null;
    this.#state = 'closed';
    // A connection that is held unanswered has lost its client.
    if (dialed !== null) this.#layer.later(() => dialed.#broke());
  }

  set(setting: Setting, value: number): DriverError | null {
    if (setting === 'sendBuffer') this.#out.limit = value;
    else if (setting === 'backlog') this.#backlog = Math.max(1, value);
    else if (setting === 'holdConnections') this.#holds = value !== 0;
    // The rest speaks of packets, and there are none.
    return null;
  }

  /** There is no packet and so no largest one. */
  pathMtu(): null {
    return null;
  }

  figures(): null {
    return null;
  }
}
