// What UDP and raw sockets have in common: addresses, the peer, the way to a destination, and how an arrival is told.
// Groups are socket-groups.ts's. What a packet looks like, and whose an arrival is, is the protocol's: see the abstract
// methods.
import type {
  BindOptions,
  DatagramSink,
  DatagramTransport,
  DriverError,
  Membership,
  NetAddress,
  PacketInfo,
  SendControl,
  Setting,
  SourceFilter,
} from '../../contract.js';
import type { IpAddress, IpFamily } from '../ip/address.js';
import type { Arrival, IpService, Route, RouteWish } from '../ip/service.js';
import { type AddressTranslator, needsScope, scopeOf } from './addresses.js';
import { MessageSettings } from './message-settings.js';
import { SocketGroups } from './socket-groups.js';

/** What stands below such a socket. */
export interface MessageLayer {
  readonly ip: IpService;
  readonly addresses: AddressTranslator;
  /** Counts changes of the own addresses. */
  readonly addressChanges: number;
}

/** Where a message goes. */
export interface Target {
  /** As the caller wrote it. */
  readonly given: NetAddress;
  readonly address: IpAddress;
  readonly port: number;
  /** The interface named by the address itself, or null. */
  readonly scope: number | null;
  readonly broadcast: boolean;
  /** `addressChanges` when this was found out. */
  readonly asOf: number;
}

const UNBOUND: BindOptions = { v6Only: false, shared: false };

interface Wish extends RouteWish {
  source: IpAddress | null;
  interfaceIndex: number | null;
}

export abstract class MessageSocket implements DatagramTransport {
  local: NetAddress | null = null;
  remote: NetAddress | null = null;
  readonly family: IpFamily;
  readonly #layer: MessageLayer;
  protected readonly ip: IpService;
  protected readonly settings = new MessageSettings();
  /** Null once closed. */
  protected sink: DatagramSink | null;
  readonly #groups: SocketGroups;
  #v6Only = false;
  /** What it was bound to, which disconnecting restores. */
  #bound: NetAddress | null = null;
  /** The address that it has now, and the interface that came with it; null while unbound. */
  #address: IpAddress | null = null;
  #scope: number | null = null;
  #peer: Target | null = null;
  /** Where the last message went: the next one mostly goes there too. */
  #last: Target | null = null;
  readonly #wish: Wish = { source: null, interfaceIndex: null };
  /** What the last arrival was told with. */
  #from: NetAddress | null = null;
  #fromAddress: IpAddress | null = null;
  #info: PacketInfo | null = null;
  #infoAddress: IpAddress | null = null;

  constructor(layer: MessageLayer, family: IpFamily, sink: DatagramSink) {
    this.#layer = layer;
    this.ip = layer.ip;
    this.family = family;
    this.sink = sink;
    this.#groups = new SocketGroups(layer, family);
  }

  /** The most that one message can be on its way to this family. */
  protected abstract limit(family: IpFamily): number;
  /** Whether a message can go to this port at all. */
  protected abstract isPort(port: number): boolean;
  /** Takes a place in the protocol's table and gives the port, or says why not. */
  protected abstract enter(address: IpAddress, port: number, options: BindOptions): number | DriverError;
  /** The address or the peer changed; the peer is null if there is none any more. */
  protected abstract moved(address: IpAddress, peer: IpAddress | null, peerPort: number): void;
  /** Leaves the table. */
  protected abstract left(): void;
  /** Makes a packet of the `length` bytes in `chunks` and sends it. */
  protected abstract emit(
    chunks: readonly Uint8Array[],
    length: number,
    target: Target,
    route: Route,
    control: SendControl | null,
  ): DriverError | null;

  protected get boundAddress(): IpAddress | null {
    return this.#address;
  }

  bind(address: NetAddress, options: BindOptions): DriverError | null {
    if (this.sink === null) return 'EBADF';
    if (this.#bound !== null) return 'EINVAL';
    const own = this.#layer.addresses.inward(this.family, options.v6Only, address);
    if (typeof own === 'string') return own;
    // Windows binds to no group; IP would.
    if (own.isMulticast || this.ip.isBroadcast(own) || !this.ip.isBindable(own)) return 'EADDRNOTAVAIL';
    const port = this.enter(own, address.port, options);
    if (typeof port === 'string') return port;
    this.#v6Only = options.v6Only;
    this.#address = own;
    this.#scope = scopeOf(address, own);
    this.#bound = this.local = { ...address, port };
    return null;
  }

  #bindAnywhere(): DriverError | null {
    if (this.#bound !== null) return null;
    const any = this.ip.book.any(this.family);
    return this.bind(this.#layer.addresses.outward(this.family, any, 0, 0), UNBOUND);
  }

  connect(remote: NetAddress): DriverError | null {
    if (this.sink === null) return 'EBADF';
    const target = this.#targetOf(remote);
    if (typeof target === 'string') return target;
    if (target.broadcast && this.settings.values.broadcast === 0) return 'EACCES';
    const unbound = this.#bindAnywhere();
    if (unbound !== null) return unbound;
    this.#restore();
    const route = this.#route(target, null);
    if (typeof route === 'string') return route;
    this.#peer = target;
    this.remote = remote;
    if (this.#address?.isAny === true) this.#narrow(route);
    this.moved(this.#address ?? route.source, target.address, target.port);
    return null;
  }

  /** Bound to every address, a socket with a peer has the one that it speaks to it from. */
  #narrow({ source, iface }: Route): void {
    this.#address = source;
    this.local = this.#layer.addresses.outward(this.family, source, this.#bound?.port ?? 0, iface.index);
  }

  disconnect(): DriverError | null {
    if (this.#peer === null) return 'ENOTCONN';
    this.#restore();
    return null;
  }

  /** Without a peer, and with the address it was bound to. */
  #restore(): void {
    const bound = this.#bound;
    if (bound === null || this.#peer === null) return;
    const address = this.#layer.addresses.inward(this.family, this.#v6Only, bound);
    this.#peer = null;
    this.remote = null;
    this.local = bound;
    if (typeof address === 'string') return;
    this.#address = address;
    this.moved(address, null, 0);
  }

  send(
    chunks: readonly Uint8Array[],
    to: NetAddress | null,
    control: SendControl | null,
    done: (error: DriverError | null) => void,
  ): void {
    const error = this.#send(chunks, to, control);
    this.ip.clock.tell();
    done(error);
  }

  #send(chunks: readonly Uint8Array[], to: NetAddress | null, control: SendControl | null): DriverError | null {
    if (this.sink === null) return 'EBADF';
    const target = to === null ? (this.#peer ?? 'EDESTADDRREQ') : this.#targetOf(to);
    if (typeof target === 'string') return target;
    const unbound = this.#bindAnywhere();
    if (unbound !== null) return unbound;
    const length = total(chunks);
    if (length > this.limit(target.address.family)) return 'EMSGSIZE';
    if (target.broadcast && this.settings.values.broadcast === 0) return 'EACCES';
    const route = this.#route(target, control);
    if (typeof route === 'string') return route;
    return this.emit(chunks, length, target, this.settings.way(route), control);
  }

  /** Where a message to this address goes, or why none can. */
  #targetOf(given: NetAddress): Target | DriverError {
    const last = this.#last;
    if (last !== null && last.asOf === this.#layer.addressChanges && isSame(last.given, given)) return last;
    const address = this.#layer.addresses.inward(this.family, this.#v6Only, given);
    if (typeof address === 'string') return address;
    if (!this.isPort(given.port) || address.isAny) return 'EADDRNOTAVAIL';
    const target: Target = {
      given,
      address,
      port: given.port,
      scope: scopeOf(given, address),
      broadcast: this.ip.isBroadcast(address),
      asOf: this.#layer.addressChanges,
    };
    this.#last = target;
    return target;
  }

  #route(target: Target, control: SendControl | null): Route | DriverError {
    const wish = this.#wish;
    const source = this.#source(target.address, control);
    if (typeof source === 'string') return source;
    wish.source = source;
    wish.interfaceIndex = control?.interfaceIndex ?? target.scope ?? this.#interface(target.address.isMulticast);
    return this.ip.route(target.address, wish);
  }

  /** The address to speak from, null for IP's choice. */
  #source(destination: IpAddress, control: SendControl | null): IpAddress | DriverError | null {
    if (control?.source === undefined || control.source === null) {
      const own = this.#address;
      if (own === null || own.family === destination.family) return own === null || own.isAny ? null : own;
      // Of both families is what is bound to every address, and nothing else.
      return own.isAny && own.family === 'ipv6' && !this.#v6Only ? null : 'EADDRNOTAVAIL';
    }
    const given = this.#layer.addresses.text(control.source);
    const source = given === null ? null : (this.ip.book.unmapped(given) ?? given);
    if (source?.isAny === true) return null;
    return source?.family === destination.family ? source : 'EADDRNOTAVAIL';
  }

  #interface(multicast: boolean): number | null {
    const { settings } = this;
    const chosen = multicast ? settings.multicastInterface : settings.values.unicastInterface;
    return chosen === 0 ? this.#scope : chosen;
  }

  set(setting: Setting, value: number): DriverError | null {
    return this.settings.set(setting, value);
  }

  /** What the path is known to take: IP_USER_MTU and probing change what this socket makes of it, not the path. */
  pathMtu(): number | null {
    if (this.#peer === null) return null;
    const route = this.#route(this.#peer, null);
    return typeof route === 'string' ? null : route.mtu;
  }

  /** Whatever comes is told at once; nothing lies anywhere before that. */
  pull(): null {
    return null;
  }

  join(membership: Membership): DriverError | null {
    return this.sink === null ? 'EBADF' : this.#groups.join(membership);
  }

  leave(membership: Membership): DriverError | null {
    return this.sink === null ? 'EBADF' : this.#groups.leave(membership);
  }

  setSourceFilter(filter: SourceFilter): DriverError | null {
    return this.sink === null ? 'EBADF' : this.#groups.filter(filter);
  }

  setMulticastInterface(name: string): DriverError | null {
    const index = this.#groups.interfaceNamed(name);
    if (index === null) return 'EADDRNOTAVAIL';
    this.settings.multicastInterface = index;
    return null;
  }

  close(): void {
    if (this.sink === null) return;
    this.sink = null;
    this.#groups.close();
    if (this.#bound !== null) this.left();
  }

  /** The host went down under it. */
  halted(): void {
    this.sink = null;
  }

  /** Whether what was sent to a group or to everybody is for this socket. */
  wantsShared(arrival: Arrival): boolean {
    if (arrival.destination.isMulticast) return this.#groups.hears(arrival);
    return this.settings.values.receiveBroadcast !== 0;
  }

  reported(error: DriverError): void {
    const { sink } = this;
    if (sink === null) return;
    if (error !== 'ECONNREFUSED' && !(error === 'ENETRESET' && this.settings.values.reportHopLimit !== 0)) return;
    this.ip.clock.tell();
    sink.failed(error);
  }

  /** Tells the owner of what has come. */
  protected tell(data: Uint8Array, arrival: Arrival, port: number): void {
    const { sink } = this;
    if (sink === null) return;
    this.ip.clock.tell();
    sink.received(data, this.#sender(arrival, port), this.#packetInfo(arrival));
  }

  #sender({ source, iface }: Arrival, port: number): NetAddress {
    const known = this.#from;
    if (known?.port === port && this.#fromAddress === source && !needsScope(source)) return known;
    const from = this.#layer.addresses.outward(this.family, source, port, iface.index);
    this.#fromAddress = source;
    this.#from = from;
    return from;
  }

  #packetInfo({ destination, iface, hopLimit, trafficClass }: Arrival): PacketInfo {
    const known = this.#info;
    if (
      known !== null &&
      this.#infoAddress === destination &&
      known.interfaceIndex === iface.index &&
      known.hopLimit === hopLimit &&
      known.typeOfService === trafficClass
    ) {
      return known;
    }
    const info: PacketInfo = {
      destination: this.#layer.addresses.outward(this.family, destination, this.#bound?.port ?? 0, iface.index),
      interfaceIndex: iface.index,
      hopLimit,
      typeOfService: trafficClass,
    };
    this.#infoAddress = destination;
    this.#info = info;
    return info;
  }
}

function isSame(a: NetAddress, b: NetAddress): boolean {
  return a === b || (a.port === b.port && a.address === b.address && a.scopeId === b.scopeId && a.family === b.family);
}

function total(chunks: readonly Uint8Array[]): number {
  let length = 0;
  for (const chunk of chunks) length += chunk.length;
  return length;
}

/** Copies the chunks one behind the other to `at`. */
export function writeChunks(bytes: Uint8Array, at: number, chunks: readonly Uint8Array[]): void {
  let to = at;
  for (const chunk of chunks) {
    bytes.set(chunk, to);
    to += chunk.length;
  }
}
