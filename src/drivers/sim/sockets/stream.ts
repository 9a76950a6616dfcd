// A TCP socket as the driver contract has it. Owns: which of its lives a socket is in (fresh, bound, listening, connected),
// and its addresses in the contract's form. Does not own: TCP (../tcp).
import type {
  BindOptions,
  DriverError,
  NetAddress,
  Setting,
  StreamFigures,
  StreamSink,
  StreamTransport,
} from '../../contract.js';
import type { IpAddress, IpFamily } from '../ip/address.js';
import type { TcpConnection } from '../tcp/connection.js';
import { figuresOf } from '../tcp/figures.js';
import type { TcpLayer } from '../tcp/layer.js';
import type { ListenerOwner, TcpListener } from '../tcp/listener.js';
import type { Binding } from '../tcp/port-table.js';
import { TcpSettings } from '../tcp/settings.js';
import { write, writeUrgent } from '../tcp/writing.js';
import { scopeOf } from './addresses.js';

type Done = (error: DriverError | null) => void;

export class SimStream implements StreamTransport, ListenerOwner {
  local: NetAddress | null = null;
  remote: NetAddress | null = null;
  readonly #tcp: TcpLayer;
  readonly #family: IpFamily;
  /** The owner, for connections that come from a listener: those that go out tell it themselves. */
  #sink: StreamSink | null;
  #settings: TcpSettings;
  #v6Only = false;
  #binding: Binding | null = null;
  #listener: TcpListener | null = null;
  #connection: TcpConnection | null = null;

  constructor(tcp: TcpLayer, family: IpFamily, sink: StreamSink | null) {
    this.#tcp = tcp;
    this.#family = family;
    this.#sink = sink;
    this.#settings = new TcpSettings();
  }

  bind(address: NetAddress, options: BindOptions): DriverError | null {
    if (this.#binding !== null || this.#connection !== null) return 'EINVAL';
    const own = this.#tcp.addresses.inward(this.#family, options.v6Only, address);
    if (typeof own === 'string') return own;
    const dual = this.#family === 'ipv6' && !options.v6Only;
    const binding = this.#tcp.bind(own, address.port, dual, options.shared);
    if (typeof binding === 'string') return binding;
    this.#v6Only = options.v6Only;
    this.#binding = binding;
    this.local = { ...address, port: binding.port };
    return null;
  }

  set(setting: Setting, value: number): DriverError | null {
    if (this.#connection === null) this.#settings.set(setting, value);
    else this.#connection.set(setting, value);
    return null;
  }

  listen(backlog: number): DriverError | null {
    if (this.#binding === null) return 'EINVAL';
    if (this.#connection !== null) return 'EISCONN';
    this.#settings.set('backlog', backlog);
    this.#listener ??= this.#tcp.listen(this.#binding, this.#settings, this);
    return null;
  }

  /** A connection has come. */
  accepted(connection: TcpConnection): void {
    const stream = new SimStream(this.#tcp, this.#family, null);
    stream.#take(connection);
    if (this.#sink === null) connection.ending.reset();
    else this.#sink.accepted(stream);
  }

  attach(sink: StreamSink): void {
    this.#sink = sink;
    this.#connection?.attach(sink);
  }

  connect(remote: NetAddress): DriverError | null {
    if (this.#connection !== null || this.#listener !== null) return 'EISCONN';
    const peer = this.#tcp.addresses.inward(this.#family, this.#v6Only, remote);
    if (typeof peer === 'string') return peer;
    const scope = scopeOf(remote, peer) ?? 0;
    const connection = this.#tcp.connect(this.#binding, peer, remote.port, scope, this.#settings, this.#sink);
    if (typeof connection === 'string') return connection;
    this.#take(connection);
    return null;
  }

  #take(connection: TcpConnection): void {
    this.#connection = connection;
    this.#settings = connection.settings;
    this.local = this.#outward(connection, connection.localAddress, connection.localPort);
    this.remote = this.#outward(connection, connection.remoteAddress, connection.remotePort);
  }

  #outward(connection: TcpConnection, address: IpAddress, port: number): NetAddress {
    return this.#tcp.addresses.outward(this.#family, address, port, connection.path.interfaceIndex);
  }

  write(chunks: readonly Uint8Array[], done: Done): boolean {
    if (this.#connection !== null) return write(this.#connection, chunks, done);
    this.#tcp.calls.answer(done, 'ENOTCONN');
    return false;
  }

  writeUrgent(byte: number): DriverError | null {
    return this.#connection === null ? 'ENOTCONN' : writeUrgent(this.#connection, byte);
  }

  shutdownWrite(): void {
    this.#connection?.ending.shutdownWrite();
  }

  pause(): void {
    this.#connection?.pause();
  }

  resume(): void {
    this.#connection?.resume();
  }

  close(closed: Done): void {
    this.#end();
    if (this.#connection === null) this.#tcp.calls.answer(closed, null);
    else this.#connection.ending.close(closed);
  }

  reset(): void {
    this.#end();
    this.#connection?.ending.reset();
  }

  /** Whatever is still to be delivered, the address is free again, and the owner hears no more. */
  #end(): void {
    this.#sink = null;
    this.#listener?.close();
    this.#listener = null;
    if (this.#binding !== null) this.#tcp.unbind(this.#binding);
    this.#binding = null;
  }

  pathMtu(): number | null {
    return this.#connection?.path.mtu ?? null;
  }

  figures(): StreamFigures | null {
    return this.#connection === null ? null : figuresOf(this.#connection);
  }
}
