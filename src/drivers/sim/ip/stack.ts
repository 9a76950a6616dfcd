// The internet layer of one host: what those above it see of IP (`IpService`), and what the network hands it. It joins
// the parts, each of which has a file; nothing is decided here but which of them is asked.
import type { DriverError } from '../../contract.js';
import type { SimClock } from '../clock.js';
import type { Random } from '../random.js';
import * as ipv4 from '../wire/ipv4.js';
import * as ipv6 from '../wire/ipv6.js';
import type { AddressBook, IpAddress, IpFamily } from './address.js';
import { IpCounts } from './counts.js';
import { Delivery } from './delivery.js';
import { Forwarding } from './forwarding.js';
import { type Groups, isEverybody, LocalGroups } from './groups.js';
import { IcmpLayer } from './icmp-layer.js';
import type { HostInterface, InterfaceSetup, InterfaceTap } from './interface.js';
import { Ipv4Input } from './ipv4-input.js';
import { Ipv6Input } from './ipv6-input.js';
import { Loopback } from './loopback.js';
import { Output } from './output.js';
import { PacketMemory } from './packet-memory.js';
import { Protocols } from './protocols.js';
import { Router } from './router.js';
import type {
  GroupFilter,
  HeaderChoice,
  InterfacePrefix,
  IpInterface,
  IpProtocol,
  IpService,
  OutgoingPacket,
  Route,
  RouteWish,
} from './service.js';
import type { Translator } from './translator.js';
import { WirePacket } from './wire-packet.js';

const LOOPBACK_MTU = 65535;

/** What a stack is made with. */
export interface IpSetup {
  readonly clock: SimClock;
  readonly random: Random;
  readonly book: AddressBook;
  /** Whether it carries on packets that are for others. */
  readonly forwarding?: boolean;
}

export class IpStack implements IpService {
  readonly clock: SimClock;
  readonly random: Random;
  readonly book: AddressBook;
  readonly counts = new IpCounts();
  readonly router: Router;
  readonly loopback: Loopback;
  readonly #memory = new PacketMemory();
  readonly #protocols = new Protocols();
  readonly #icmp: IcmpLayer;
  readonly #delivery: Delivery;
  readonly #output: Output;
  readonly #ipv4: Ipv4Input;
  readonly #ipv6: Ipv6Input;
  #halted = false;

  constructor(setup: IpSetup) {
    const { clock, random, book, forwarding = false } = setup;
    this.clock = clock;
    this.random = random;
    this.book = book;
    this.router = new Router(clock, book, forwarding);
    this.#icmp = new IcmpLayer(this, this.router, this.#protocols);
    const delivery = new Delivery(new LocalGroups(), this.router, this.#protocols, this.#icmp, this.counts);
    this.#delivery = delivery;
    this.loopback = new Loopback(clock, (packet, iface) => this.receive(packet, iface));
    this.#output = new Output(random, this.loopback, (address, iface) => delivery.isForUs(address, iface));
    const onward = forwarding ? new Forwarding(this.router, this.#output, this.#icmp, this.counts) : null;
    this.#ipv4 = new Ipv4Input(clock, book, delivery, onward, this.#icmp, this.counts);
    this.#ipv6 = new Ipv6Input(clock, book, delivery, onward, this.#icmp, this.counts);
    this.loopback.iface = this.router.addInterface({
      name: 'Loopback Pseudo-Interface 1',
      mtu: LOOPBACK_MTU,
      link: this.loopback,
      loopback: true,
      addresses: [
        { address: book.loopbackIpv4, prefixLength: 8 },
        { address: book.loopbackIpv6, prefixLength: 128 },
      ],
    });
  }

  // What the host and its network do with it.

  get groups(): Groups {
    return this.#delivery.groups;
  }

  /** Puts somebody in charge of group memberships; before anybody is in a group. */
  useGroups(groups: Groups): void {
    this.#delivery.groups = groups;
  }

  /** Puts a middlebox into the way of forwarded packets. */
  useTranslator(translator: Translator): void {
    this.#ipv4.translator = translator;
  }

  attach(setup: InterfaceSetup): HostInterface {
    if (setup.mtu < ipv4.MIN_MTU) throw new Error(`no link has an MTU of ${setup.mtu}: the least is ${ipv4.MIN_MTU}`);
    const iface = this.router.addInterface(setup);
    this.#protocols.addressesChanged();
    return iface;
  }

  addAddress(interfaceIndex: number, prefix: InterfacePrefix): void {
    this.router.addAddress(this.#interface(interfaceIndex), prefix);
    this.#protocols.addressesChanged();
  }

  removeAddress(interfaceIndex: number, address: IpAddress): void {
    this.router.removeAddress(this.#interface(interfaceIndex), address);
    this.#protocols.addressesChanged();
  }

  /** Unplugs an interface, or plugs it in again; it keeps its addresses. */
  setUp(interfaceIndex: number, up: boolean): void {
    this.router.setUp(this.#interface(interfaceIndex), up);
    this.#protocols.addressesChanged();
  }

  /** A packet has come by an interface; it is the stack's from now on. */
  receive(packet: WirePacket, iface: HostInterface): void {
    if (this.#halted || !iface.up) return;
    this.counts.received += 1;
    const version = ipv4.version(packet.bytes);
    if (version === 4) this.#ipv4.receive(packet, iface);
    else if (version === 6) this.#ipv6.receive(packet, iface);
    else this.counts.malformed += 1;
  }

  /** The host went down: nothing is sent, nothing is heard, no timer runs any more. */
  halt(): void {
    this.#halted = true;
    this.#output.halt();
    this.loopback.halt();
    this.#ipv4.halt();
    this.#ipv6.halt();
    this.groups.halt();
  }

  // IpService.

  get interfaces(): readonly HostInterface[] {
    return this.router.interfaces;
  }

  route(destination: IpAddress, wish?: RouteWish): Route | DriverError {
    return this.router.route(destination, wish);
  }

  isOwn(address: IpAddress): boolean {
    if (this.router.owner(address) !== null) return true;
    return address.isMulticast ? this.#isMember(address) : this.router.isBroadcast(address);
  }

  isBindable(address: IpAddress): boolean {
    return address.isAny || address.isMulticast || this.router.owner(address) !== null;
  }

  isBroadcast(address: IpAddress): boolean {
    return this.router.isBroadcast(address);
  }

  packet(family: IpFamily, length: number): OutgoingPacket {
    const start = family === 'ipv4' ? ipv4.HEADER_LENGTH : ipv6.HEADER_LENGTH;
    return new WirePacket(this.#memory.take(start + length), start);
  }

  transmit(packet: OutgoingPacket, header: HeaderChoice, route: Route): DriverError | null {
    const iface = this.#interface(route.iface.index);
    const own = packet instanceof WirePacket ? packet : new WirePacket(packet.bytes, packet.start);
    return this.#output.transmit(own, header, iface, route.nextHop, route.mtu);
  }

  transmitWhole(packet: Uint8Array, route: Route): DriverError | null {
    const four = ipv4.version(packet) === 4;
    if (packet.length < (four ? ipv4 : ipv6).HEADER_LENGTH) return 'EINVAL';
    const { book } = this;
    const destination = four ? book.ipv4(packet, ipv4.OFFSET.destination) : book.ipv6(packet, ipv6.OFFSET.destination);
    const iface = this.#interface(route.iface.index);
    return this.#output.transmitWhole(packet, destination, iface, route.nextHop, route.mtu);
  }

  register(protocol: number, handler: IpProtocol): void {
    this.#protocols.register(protocol, handler);
  }

  joinGroup(group: IpAddress, interfaceIndex: number): DriverError | null {
    const iface = this.#groupInterface(group, interfaceIndex);
    return typeof iface === 'string' ? iface : this.groups.join(group, iface.index);
  }

  leaveGroup(group: IpAddress, interfaceIndex: number): void {
    const iface = this.#groupInterface(group, interfaceIndex);
    if (typeof iface !== 'string') this.groups.leave(group, iface.index);
  }

  filterGroup(
    member: object,
    group: IpAddress,
    interfaceIndex: number,
    filter: GroupFilter | null,
  ): DriverError | null {
    const iface = this.#groupInterface(group, interfaceIndex);
    return typeof iface === 'string' ? iface : this.groups.filter(member, group, iface.index, filter);
  }

  tap(interfaceIndex: number, tap: InterfaceTap): () => void {
    return this.#interface(interfaceIndex).addTap(tap);
  }

  #isMember(group: IpAddress): boolean {
    if (isEverybody(group)) return true;
    return this.interfaces.some((iface) => this.groups.isMember(group, iface.index));
  }

  /** The interface that is named, or for 0 the one that the group's packets would leave by. */
  #groupInterface(group: IpAddress, interfaceIndex: number): IpInterface | DriverError {
    if (!group.isMulticast) return 'EINVAL';
    if (interfaceIndex !== 0) return this.router.interfaceAt(interfaceIndex) ?? 'EADDRNOTAVAIL';
    const route = this.router.route(group);
    return typeof route === 'string' ? 'ENODEV' : route.iface;
  }

  #interface(index: number): HostInterface {
    const iface = this.router.interfaceAt(index);
    if (iface === null) throw new Error(`this host has no interface ${index}`);
    return iface;
  }
}
