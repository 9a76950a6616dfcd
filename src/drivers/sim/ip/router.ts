// Where packets go: which addresses are ours, which interface and next hop a destination has, which source we speak from.
// Owns interfaces, routing table and what was learned about paths; sends nothing.
// Hosts are strong in sending, as Windows is: a packet leaves by an interface that has its source address. Routers are
// not.
import type { DriverError } from '../../contract.js';
import type { SimClock } from '../clock.js';
import type { AddressBook, IpAddress } from './address.js';
import { HostRoute } from './host-route.js';
import { HostInterface, type InterfaceSetup } from './interface.js';
import { PathMtuCache } from './path-mtu.js';
import { RoutingTable } from './routing-table.js';
import type { InterfacePrefix, RouteWish } from './service.js';
import { chooseSource } from './source-selection.js';

/** How many ways are remembered before all are worked out anew. */
const MOST_REMEMBERED = 4096;

export class Router {
  readonly interfaces: HostInterface[] = [];
  readonly table = new RoutingTable();
  readonly learned: PathMtuCache;
  /** Whether this host carries packets on for others. */
  readonly forwarding: boolean;
  readonly #book: AddressBook;
  /** Whose each own address is. */
  readonly #own = new Map<IpAddress, HostInterface>();
  /** By destination, and by destination and source; good until anything changes. */
  readonly #ways = new Map<IpAddress, HostRoute>();
  readonly #waysFrom = new Map<IpAddress, Map<IpAddress, HostRoute>>();
  readonly #watchers = new Set<() => void>();

  constructor(clock: SimClock, book: AddressBook, forwarding: boolean) {
    this.#book = book;
    this.forwarding = forwarding;
    this.learned = new PathMtuCache(clock);
  }

  addInterface(setup: InterfaceSetup): HostInterface {
    const iface = new HostInterface(this.#book, this.interfaces.length + 1, { ...setup, addresses: [] });
    this.interfaces.push(iface);
    for (const prefix of setup.addresses) this.addAddress(iface, prefix);
    return iface;
  }

  addAddress(iface: HostInterface, prefix: InterfacePrefix): void {
    iface.addAddress(prefix);
    if (!this.#own.has(prefix.address)) this.#own.set(prefix.address, iface);
    const { address, prefixLength } = prefix;
    this.addRoute({ address, prefixLength }, iface, null);
  }

  removeAddress(iface: HostInterface, address: IpAddress): void {
    iface.removeAddress(address);
    this.#own.delete(address);
    for (const other of this.interfaces) if (other.has(address)) this.#own.set(address, other);
    this.table.remove((entry) => entry.gateway === null && entry.iface === iface && entry.network === address);
    this.forget();
  }

  /** Over `gateway`, or, without one, to a network on the link of `iface`. */
  addRoute(prefix: InterfacePrefix, iface: HostInterface, gateway: IpAddress | null, metric = 0): void {
    this.table.add({ network: prefix.address, prefixLength: prefix.prefixLength, iface, gateway, metric });
    this.forget();
  }

  setUp(iface: HostInterface, up: boolean): void {
    iface.up = up;
    this.forget();
  }

  /** To be called after any change: ways are worked out anew, and who watches is told. */
  forget(): void {
    this.#ways.clear();
    this.#waysFrom.clear();
    for (const changed of [...this.#watchers]) changed();
  }

  /** Calls `changed` after every change of addresses, routes or interfaces; gives what ends that. */
  watch(changed: () => void): () => void {
    // Each watcher has an entry of its own, even if one function is given twice.
    const entry = (): void => {
      changed();
    };
    this.#watchers.add(entry);
    return () => {
      this.#watchers.delete(entry);
    };
  }

  interfaceAt(index: number): HostInterface | null {
    return this.interfaces[index - 1] ?? null;
  }

  /** The interface that has this address, all of 127/8 being the loopback interface's; null if it is not ours. */
  owner(address: IpAddress): HostInterface | null {
    const owner = this.#own.get(address);
    if (owner !== undefined) return owner;
    return address.isLoopback ? this.interfaceAt(1) : null;
  }

  isBroadcast(address: IpAddress): boolean {
    if (address.isLimitedBroadcast) return true;
    if (address.family === 'ipv6') return false;
    for (const iface of this.interfaces) if (iface.isBroadcast(address)) return true;
    return false;
  }

  route(destination: IpAddress, wish?: RouteWish): HostRoute | DriverError {
    const source = wish?.source ?? null;
    const index = wish?.interfaceIndex ?? 0;
    if (index !== 0) return this.#find(destination, source, index);
    if (source === null || source.isAny) return this.#remembered(this.#ways, destination, null);
    let from = this.#waysFrom.get(source);
    if (from === undefined) this.#waysFrom.set(source, (from = new Map<IpAddress, HostRoute>()));
    return this.#remembered(from, destination, source);
  }

  #remembered(
    ways: Map<IpAddress, HostRoute>,
    destination: IpAddress,
    source: IpAddress | null,
  ): HostRoute | DriverError {
    const known = ways.get(destination);
    if (known !== undefined) return known;
    const found = this.#find(destination, source, 0);
    if (typeof found === 'string') return found;
    if (ways.size >= MOST_REMEMBERED) ways.clear();
    ways.set(destination, found);
    return found;
  }

  /** Works a way out. */
  #find(destination: IpAddress, given: IpAddress | null, index: number): HostRoute | DriverError {
    const source = given === null || given.isAny ? null : given;
    const foreign = source !== null && (source.family !== destination.family || this.owner(source) === null);
    if (foreign) return 'EADDRNOTAVAIL';
    if (destination.isAny) return 'EADDRNOTAVAIL';
    const loopback = this.interfaceAt(1);
    if (loopback !== null && this.owner(destination) !== null) {
      const own = source ?? (destination.isLoopback ? this.#book.loopback(destination.family) : destination);
      return new HostRoute(destination, loopback, destination, own, this.learned);
    }
    if (source?.isLoopback === true && !destination.isMulticast) return 'EADDRNOTAVAIL';
    const usable = (iface: HostInterface): boolean =>
      iface.up && (index === 0 || iface.index === index) && (source === null || this.forwarding || iface.has(source));
    if (destination.isMulticast || destination.isLimitedBroadcast) return this.#toMany(destination, source, usable);
    const entry = this.table.find(destination, usable);
    if (entry === null) return 'ENETUNREACH';
    return this.#by(destination, entry.iface, entry.gateway ?? destination, source);
  }

  /** These destinations are in no table: the first interface that can takes them, loopback last. */
  #toMany(
    destination: IpAddress,
    source: IpAddress | null,
    usable: (iface: HostInterface) => boolean,
  ): HostRoute | DriverError {
    for (const iface of [...this.interfaces.slice(1), ...this.interfaces.slice(0, 1)]) {
      if (!usable(iface)) continue;
      const way = this.#by(destination, iface, destination, source);
      if (typeof way !== 'string') return way;
    }
    return 'ENETUNREACH';
  }

  #by(
    destination: IpAddress,
    iface: HostInterface,
    nextHop: IpAddress,
    given: IpAddress | null,
  ): HostRoute | DriverError {
    const source = given ?? chooseSource(iface, destination, nextHop);
    if (source === null) return 'ENETUNREACH';
    return new HostRoute(destination, iface, nextHop, source, this.learned);
  }
}
