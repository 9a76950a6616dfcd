// TCP of one host: it gets the segments and hands them to whom they are for.
// Does not own: connections, listeners, ports; only the tables they stand in.
import type { DriverError, StreamSink } from '../../contract.js';
import type { IpAddress } from '../ip/address.js';
import { type Arrival, type IcmpReport, type IpProtocol, type IpService, PROTOCOL } from '../ip/service.js';
import { AddressTranslator } from '../sockets/addresses.js';
import type { SocketRow } from '../socket-row.js';
import { DeferredCalls } from './calls.js';
import { TcpConnection } from './connection.js';
import { ConnectionTable } from './connection-table.js';
import { reported } from './icmp.js';
import { InitialSequence } from './initial-sequence.js';
import { type ListenerOwner, TcpListener } from './listener.js';
import { Path } from './path.js';
import { type Binding, PortTable } from './port-table.js';
import { replyReset } from './reply.js';
import { rowOf, rowOfListener } from './rows.js';
import { Hole } from './scoreboard.js';
import { Segment } from './segment.js';
import type { TcpSettings } from './settings.js';
import { TimeWaits, Waiting } from './time-wait.js';

export class TcpLayer implements IpProtocol {
  readonly ip: IpService;
  readonly calls: DeferredCalls;
  readonly waits: TimeWaits;
  readonly initialSequence: InitialSequence;
  /** Shared by all sockets. */
  readonly addresses: AddressTranslator;
  /** Shared by all connections, for the length of a call. */
  readonly hole = new Hole();
  readonly sack: number[] = [0, 0, 0, 0, 0, 0, 0, 0];
  readonly #ports: PortTable;
  readonly #connections = new ConnectionTable();
  #segment: Segment | null = null;
  #halted = false;

  constructor(ip: IpService) {
    this.ip = ip;
    this.calls = new DeferredCalls(ip.clock);
    this.addresses = new AddressTranslator(ip.book);
    this.#ports = new PortTable(ip.random);
    this.initialSequence = new InitialSequence(ip.clock, ip.random);
    this.waits = new TimeWaits(ip.clock, (waiting) => {
      this.leave(waiting);
    });
    ip.register(PROTOCOL.tcp, this);
  }

  // --- for sockets ---

  bind(address: IpAddress, port: number, dual: boolean, shared: boolean): Binding | DriverError {
    if (this.#halted) return 'ENETDOWN';
    if (!this.ip.isBindable(address) || address.isMulticast) return 'EADDRNOTAVAIL';
    return this.#ports.bind(address, port, dual, shared);
  }

  unbind(binding: Binding): void {
    this.#ports.unbind(binding);
  }

  listen(binding: Binding, settings: TcpSettings, owner: ListenerOwner): TcpListener {
    const listener = new TcpListener(this, binding, settings, owner);
    binding.listener = listener;
    return listener;
  }

  stopListening(listener: TcpListener): void {
    const { binding } = listener;
    if (binding.listener === listener) binding.listener = null;
  }

  /** Calls a peer from where the socket is bound, or from a port chosen here; the scope 0 leaves the way to the routes. */
  connect(
    binding: Binding | null,
    address: IpAddress,
    port: number,
    scope: number,
    settings: TcpSettings,
    sink: StreamSink | null,
  ): TcpConnection | DriverError {
    if (this.#halted) return 'ENETDOWN';
    if (address.isAny || port === 0) return 'EADDRNOTAVAIL';
    if (address.isMulticast || this.ip.isBroadcast(address)) return 'ENETUNREACH';
    const bound = binding === null || binding.address.isAny ? null : binding.address;
    if (bound !== null && bound.family !== address.family) return 'ENETUNREACH';
    const interfaceIndex = scope === 0 ? settings.unicastInterface : scope;
    const route = this.ip.route(address, { source: bound, interfaceIndex });
    if (typeof route === 'string') return route;
    const local = bound ?? route.source;
    const free = (candidate: number): boolean => this.#connections.find(local, candidate, address, port) === null;
    const localPort = binding?.port ?? this.#ports.choose(free);
    if (localPort === 0 || !free(localPort)) return 'EADDRINUSE';
    const path = new Path(this.ip, settings, local, address, route);
    const iss = this.initialSequence.next();
    const connection = new TcpConnection(this, local, localPort, address, port, settings, path, iss);
    this.enter(connection);
    connection.call(sink);
    return connection;
  }

  // --- for connections and listeners ---

  enter(endpoint: TcpConnection | Waiting): void {
    this.#connections.add(endpoint);
    this.#ports.connected(endpoint.localPort);
  }

  /** A connection has ended in order, and its ports are to be kept for a while. */
  waitOut(connection: TcpConnection): Waiting {
    this.leave(connection);
    const waiting = new Waiting(connection);
    this.enter(waiting);
    this.waits.add(waiting);
    return waiting;
  }

  /** A SYN that may take the place of a connection in TIME_WAIT. */
  callAgain(segment: Segment, iss: number): void {
    const listener = this.#ports.listener(segment.destination, segment.destinationPort);
    if (listener === null) replyReset(this.ip, segment);
    else listener.call(segment, iss);
  }

  leave(endpoint: TcpConnection | Waiting): void {
    this.#connections.remove(endpoint);
    this.#ports.disconnected(endpoint.localPort);
  }

  // --- for IP ---

  arrived(arrival: Arrival): boolean {
    if (arrival.toMany || this.#halted) return true;
    this.#segment ??= new Segment(arrival);
    const segment = this.#segment;
    if (!segment.read(arrival)) return true;
    const { destination, destinationPort, source, sourcePort } = segment;
    const endpoint = this.#connections.find(destination, destinationPort, source, sourcePort);
    if (endpoint !== null) {
      endpoint.arrived(segment);
      return true;
    }
    const listener = this.#ports.listener(destination, destinationPort);
    if (listener === null) replyReset(this.ip, segment);
    else listener.arrived(segment);
    return true;
  }

  reported(report: IcmpReport): void {
    if (!this.#halted) reported(this.#connections, report);
  }

  addressesChanged(): void {
    for (const endpoint of this.#connections) if (endpoint instanceof TcpConnection) endpoint.renewPath();
  }

  // --- for the host ---

  *rows(): Iterable<SocketRow> {
    for (const listener of this.#ports.listeners()) yield rowOfListener(listener);
    for (const endpoint of this.#connections) yield rowOf(endpoint);
  }

  /** The host is down: nothing happens any more, and nobody is told. */
  halt(): void {
    this.#halted = true;
    for (const endpoint of this.#connections) if (endpoint instanceof TcpConnection) endpoint.halt();
    this.#connections.clear();
    this.#ports.clear();
    this.waits.stop();
    this.calls.stop();
  }
}
