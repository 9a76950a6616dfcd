// Owns: one end of an in-memory stream connection, or a listener.
// Does not own: the wire (fake-network.ts).
// Bytes written are read from the caller's memory only when the other end takes them, and bytes handed to a sink are
// overwritten when it returns: whoever breaks the contract's memory rules sees wrong bytes.

import type {
  BindOptions,
  DriverError,
  Family,
  NetAddress,
  Setting,
  StreamSink,
  StreamTransport,
} from '../../src/drivers/contract.js';
import { plainFor, type FakeNetwork } from './fake-network.js';

type Done = (error: DriverError | null) => void;

/** What is on its way in a stream: ordinary bytes, or one that is urgent. */
type Piece = Uint8Array | number;

interface Writing {
  readonly rest: Piece[];
  readonly done: Done | null;
}

/** What streams of one machine share. */
export interface StreamHost {
  readonly net: FakeNetwork;
  readonly streams: Set<FakeStream>;
  readonly urgentData: boolean;
  readonly settings: readonly Setting[];
}

const JUNK = 0xee;

export class FakeStream implements StreamTransport {
  readonly family: Family;
  readonly host: StreamHost;
  local: NetAddress | null = null;
  remote: NetAddress | null = null;
  v6Only = true;
  listening = false;
  /** Told to read on. For tests: what the owner asked for last. */
  reading = true;
  readonly applied: [Setting, number][] = [];
  #sink: StreamSink | null;
  #peer: FakeStream | null = null;
  #connecting = false;
  /** The owner is told nothing more. */
  #silent = false;
  /** Why the connection is dead, null while it lives. */
  #dead: DriverError | null = null;
  readonly #writing: Writing[] = [];
  #finWanted = false;
  #finSent = false;
  #inbound: Piece[] = [];
  #inboundBytes = 0;
  #finArrived = false;
  #endTold = false;
  #closed: Done | null = null;
  #isClosed = false;
  #delivering = false;

  constructor(host: StreamHost, family: Family, sink: StreamSink | null) {
    this.host = host;
    this.family = family;
    this.#sink = sink;
    host.streams.add(this);
  }

  bind(address: NetAddress, options: BindOptions): DriverError | null {
    const { net, streams } = this.host;
    const wrong = net.checkBind(this.family, address, this.local);
    if (wrong !== null) return wrong;
    for (const other of streams) {
      if (other.listening && other.family === this.family && sameEnd(other.local, address)) return 'EADDRINUSE';
    }
    this.local = net.withPort(address);
    this.v6Only = options.v6Only;
    return null;
  }

  set(setting: Setting, value: number): DriverError | null {
    if (!this.host.settings.includes(setting)) return 'ENOTSUP';
    this.applied.push([setting, value]);
    return null;
  }

  attach(sink: StreamSink): void {
    this.#sink = sink;
    this.#wake();
  }

  listen(_backlog: number): DriverError | null {
    if (this.local === null) return 'EINVAL';
    this.listening = true;
    return null;
  }

  connect(remote: NetAddress): DriverError | null {
    if (this.listening) return 'EISCONN';
    if (remote.family !== this.family) return 'EAFNOSUPPORT';
    const { net } = this.host;
    this.#connecting = true;
    net.later(() => {
      if (this.#connecting) this.#reach(remote);
    });
    return null;
  }

  #reach(remote: NetAddress): void {
    const { net } = this.host;
    this.#connecting = false;
    const listener = net.connectError === null ? this.#listenerFor(remote) : null;
    if (listener === null) {
      // The address is free for the next try; `local` still tells it.
      this.host.streams.delete(this);
      this.#silence()?.connectFailed(net.connectError ?? 'ECONNREFUSED');
      return;
    }
    this.remote = remote;
    if (remote.family !== 'unix') this.local = { ...net.sourceFor(remote, 0), ...net.withPort(this.#from(remote)) };
    this.local ??= net.sourceFor(remote, 0);
    const served = new FakeStream(this.host, listener.family, null);
    served.local = plainFor(listener.family, remote);
    served.remote = plainFor(listener.family, this.local);
    served.#peer = this;
    this.#peer = served;
    this.#sink?.connected();
    listener.#sink?.accepted(served);
  }

  #from(remote: NetAddress): NetAddress {
    const source = this.host.net.sourceFor(remote, this.local?.port ?? 0);
    const { local } = this;
    return local === null || local.address === '0.0.0.0' || local.address === '::' ? source : local;
  }

  #listenerFor(remote: NetAddress): FakeStream | null {
    let wildcard: FakeStream | null = null;
    for (const stream of this.host.streams) {
      if (!stream.listening) continue;
      const reach = this.host.net.reach(stream, remote);
      if (reach === 'exact') return stream;
      if (reach === 'wildcard') wildcard ??= stream;
    }
    return wildcard;
  }

  write(chunks: readonly Uint8Array[], done: Done): boolean {
    const error = this.#writeError();
    if (error !== null) {
      this.host.net.later(() => done(error));
      return false;
    }
    let size = 0;
    for (const chunk of chunks) size += chunk.length;
    const peer = this.#peer;
    if (size === 0 && this.#writing.length === 0) return true;
    if (peer !== null && this.#writing.length === 0 && !this.host.net.holding && size <= peer.#room()) {
      for (const chunk of chunks) peer.#take(Uint8Array.from(chunk));
      return true;
    }
    this.#writing.push({ rest: chunks.filter((chunk) => chunk.length > 0), done });
    this.#push();
    return false;
  }

  #writeError(): DriverError | null {
    if (this.#dead !== null) return this.#dead;
    if (this.#finWanted) return 'EPIPE';
    return this.#peer === null ? 'ENOTCONN' : null;
  }

  writeUrgent(byte: number): DriverError | null {
    if (!this.host.urgentData || this.family === 'unix') return 'ENOTSUP';
    const error = this.#writeError();
    if (error !== null) return error;
    const peer = this.#peer;
    // It keeps its place behind what was written before.
    if (this.#writing.length > 0 || peer === null) this.#writing.push({ rest: [byte], done: null });
    else peer.#take(byte);
    return null;
  }

  /** Moves what the peer has room for, then the FIN. */
  #push(): void {
    const { net } = this.host;
    if (net.holding) {
      net.onRelease(() => this.#push());
      return;
    }
    const peer = this.#peer;
    if (peer === null || this.#dead !== null) return;
    for (let writing = this.#writing[0]; writing !== undefined; writing = this.#writing[0]) {
      for (let chunk = writing.rest[0]; chunk !== undefined && peer.#room() > 0; chunk = writing.rest[0]) {
        if (typeof chunk === 'number') {
          peer.#take(chunk);
          writing.rest.shift();
          continue;
        }
        const count = Math.min(chunk.length, peer.#room());
        peer.#take(Uint8Array.from(chunk.subarray(0, count)));
        if (count === chunk.length) writing.rest.shift();
        else writing.rest[0] = chunk.subarray(count);
      }
      if (writing.rest.length > 0) return;
      this.#writing.shift();
      const { done } = writing;
      if (done !== null) net.later(() => done(null));
    }
    if (!this.#finWanted || this.#finSent) return;
    this.#finSent = true;
    peer.#finArrived = true;
    peer.#wake();
    this.#answerClose(null);
  }

  #room(): number {
    // A closed end throws away what comes while its own bytes are still on their way.
    return this.#isClosed ? Number.POSITIVE_INFINITY : Math.max(0, this.host.net.window - this.#inboundBytes);
  }

  #take(piece: Piece): void {
    if (this.#isClosed) {
      const peer = this.#peer;
      if (this.#finSent && peer !== null) peer.breakWith('ECONNRESET');
      return;
    }
    this.#inbound.push(piece);
    if (typeof piece !== 'number') this.#inboundBytes += piece.length;
    this.#wake();
  }

  /** Tells the owner of one more thing, some time soon. */
  #wake(): void {
    if (this.#delivering) return;
    this.#delivering = true;
    this.host.net.later(() => {
      this.#delivering = false;
      this.#deliver();
    });
  }

  #deliver(): void {
    const sink = this.#silent ? null : this.#sink;
    if (sink === null || this.#dead !== null) return;
    if (!this.reading) return;
    const chunk = this.#inbound.shift();
    if (typeof chunk === 'number') {
      sink.urgent(chunk);
      this.#wake();
      return;
    }
    if (chunk === undefined) {
      if (!this.#finArrived || this.#endTold) return;
      this.#endTold = true;
      sink.ended();
      return;
    }
    const length = Math.min(chunk.length, this.host.net.segment);
    if (length < chunk.length) this.#inbound.unshift(chunk.subarray(length));
    this.#inboundBytes -= length;
    const lent = new Uint8Array(length + 3).fill(JUNK);
    lent.set(chunk.subarray(0, length));
    if (!sink.received(lent, length)) this.reading = false;
    lent.fill(JUNK);
    if (this.#peer !== null) this.#peer.#push();
    this.#wake();
  }

  shutdownWrite(): void {
    if (this.#finWanted) return;
    this.#finWanted = true;
    this.#push();
  }

  pause(): void {
    this.reading = false;
  }

  resume(): void {
    this.reading = true;
    this.#wake();
  }

  close(closed: Done): void {
    this.#silence();
    this.#connecting = false;
    this.listening = false;
    if (this.#isClosed || this.#peer === null || this.#dead !== null) {
      this.host.streams.delete(this);
      this.#isClosed = true;
      this.host.net.later(() => closed(null));
      return;
    }
    this.#isClosed = true;
    this.#closed = closed;
    this.#inbound = [];
    this.#inboundBytes = 0;
    this.#peer.#push();
    this.#finWanted = true;
    if (this.#finSent) this.#answerClose(null);
    else this.#push();
  }

  #answerClose(error: DriverError | null): void {
    const closed = this.#closed;
    if (closed === null) return;
    this.#closed = null;
    this.host.streams.delete(this);
    this.host.net.later(() => closed(error));
  }

  pathMtu(): null {
    return null;
  }

  figures(): null {
    return null;
  }

  reset(): void {
    this.#silence();
    this.#connecting = false;
    this.listening = false;
    this.host.streams.delete(this);
    if (this.#peer === null || this.#dead !== null || (this.#isClosed && this.#closed === null)) return;
    this.#isClosed = true;
    const peer = this.#peer;
    this.#end('ECONNRESET');
    this.host.net.later(() => peer.#die('ECONNRESET'));
  }

  /** The network breaks this end's connection, as a router gone or a keep-alive unanswered would. */
  breakWith(error: DriverError): void {
    this.host.net.later(() => this.#die(error));
  }

  #die(error: DriverError): void {
    if (this.#dead !== null) return;
    this.#end(error);
    this.host.streams.delete(this);
    if (this.host.net.deafAfterEnd && this.#endTold) return;
    this.#silence()?.failed(error);
  }

  #end(error: DriverError): void {
    this.#dead = error;
    this.#inbound = [];
    for (const { done } of this.#writing.splice(0)) if (done !== null) this.host.net.later(() => done(error));
    this.#answerClose(error);
  }

  /** The sink, for the last time; null when it was silenced before. */
  #silence(): StreamSink | null {
    const sink = this.#silent ? null : this.#sink;
    this.#silent = true;
    return sink;
  }
}

function sameEnd(a: NetAddress | null, b: NetAddress): boolean {
  return a !== null && a.address === b.address && a.port === b.port;
}
