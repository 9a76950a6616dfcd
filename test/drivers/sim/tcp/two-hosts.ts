// An IP service for TCP's own tests: hosts side by side, every packet's fate in the hands of the test.
// Does not own: anything of IP beyond addresses, one path MTU per host, and delivery after a delay.
import { type AddressBook, AddressBook as Book, type IpAddress, type IpFamily } from '../../../../src/drivers/sim/ip/address.js';
import {
  type Arrival,
  type HeaderChoice,
  type IpInterface,
  type IpProtocol,
  type IpService,
  type OutgoingPacket,
  PROTOCOL,
  type Route,
  type RouteWish,
} from '../../../../src/drivers/sim/ip/service.js';
import { SimClock } from '../../../../src/drivers/sim/clock.js';
import type { QueuedEvent } from '../../../../src/drivers/sim/event-queue.js';
import type { Random } from '../../../../src/drivers/sim/random.js';
import { fillChecksum } from '../../../../src/drivers/sim/wire/tcp.js';
import { pseudoSum } from '../../../../src/drivers/sim/wire/checksum.js';
import { TcpLayer } from '../../../../src/drivers/sim/tcp/layer.js';

const HEADER = { ipv4: 20, ipv6: 40 } as const;

/** A packet on its way. */
export interface Packet {
  readonly from: TestIp;
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly header: HeaderChoice;
  /** How many packets this host sent before it. */
  readonly number: number;
}

/** When a packet arrives, in microseconds from now: nowhere, once, or several times. */
export type Fate = (packet: Packet) => readonly number[];

/** The hosts and their clock. */
export class Net {
  readonly clock = new SimClock();
  readonly book: AddressBook = new Book();
  readonly hosts: TestIp[] = [];
  fate: Fate = () => [this.delay];
  /** One way. */
  delay = 10_000;
  /** Checksums are computed and must be verified. */
  checksums = false;
  tap: ((packet: Packet) => void) | null = null;

  host(random: Random, ...addresses: string[]): TestIp {
    const host = new TestIp(this, random, addresses.map((text) => this.book.parse(text)));
    this.hosts.push(host);
    return host;
  }

  deliver(packet: Packet): void {
    this.tap?.(packet);
    const { header } = packet;
    if (this.checksums) {
      const { bytes, start } = packet;
      const pseudo = pseudoSum(header.source.bytes, header.destination.bytes, header.protocol, bytes.length - start);
      fillChecksum(bytes, start, bytes.length, pseudo);
    }
    const loopback = header.destination.isLoopback || packet.from.isOwn(header.destination);
    const target = loopback ? packet.from : this.hosts.find((host) => host.isOwn(header.destination));
    for (const delay of loopback ? [0] : this.fate(packet)) {
      if (target !== undefined) this.clock.enter(new Delivery(target, packet, !this.checksums), this.clock.us + delay);
    }
  }

  /** Waits until virtual time is `ms`; everything due before it has happened, and what is due then may not have. */
  until(ms: number): Promise<void> {
    return new Promise((resolve) => this.clock.setTimer(ms - this.clock.now(), resolve));
  }

  after(ms: number): Promise<void> {
    return this.until(this.clock.now() + ms);
  }

  /** Waits until nothing is to come. */
  idle(): Promise<void> {
    return new Promise((resolve) => {
      const end = this.clock.onIdle(() => {
        end();
        resolve();
      });
    });
  }
}

class Delivery implements QueuedEvent {
  due = 0;
  order = 0;
  place = -1;
  readonly #target: TestIp;
  readonly #packet: Packet;
  readonly #good: boolean;

  constructor(target: TestIp, packet: Packet, good: boolean) {
    this.#target = target;
    this.#packet = packet;
    this.#good = good;
  }

  fire(): void {
    const { bytes, header, start } = this.#packet;
    this.#target.take({
      source: header.source,
      destination: header.destination,
      protocol: header.protocol,
      hopLimit: header.hopLimit,
      trafficClass: header.trafficClass,
      iface: this.#target.interfaceFor(header.destination),
      toMany: false,
      packet: bytes,
      start,
      checksumGood: this.#good,
    });
  }
}

/** One host. */
export class TestIp implements IpService {
  readonly net: Net;
  readonly clock: SimClock;
  readonly book: AddressBook;
  readonly interfaces: readonly IpInterface[];
  random: Random;
  mtu = 1500;
  /** What the path is known to take, if less. */
  pathMtu = Infinity;
  reachable = true;
  sent = 0;
  #protocol: IpProtocol | null = null;
  tcp: TcpLayer;

  constructor(net: Net, random: Random, addresses: readonly IpAddress[]) {
    this.net = net;
    this.clock = net.clock;
    this.book = net.book;
    this.random = random;
    const own = addresses.map((address) => ({ address, prefixLength: 24 }));
    const lo = [net.book.loopbackIpv4, net.book.loopbackIpv6].map((address) => ({ address, prefixLength: 8 }));
    this.interfaces = [
      { index: 1, name: 'lo', mtu: 65_535, loopback: true, up: true, addresses: lo },
      { index: 2, name: 'lan', mtu: this.mtu, loopback: false, up: true, addresses: own },
    ];
    this.tcp = new TcpLayer(this);
  }

  interfaceFor(destination: IpAddress): IpInterface {
    return this.interfaces[destination.isLoopback ? 0 : 1]!;
  }

  route(destination: IpAddress, wish?: RouteWish): Route | string {
    const iface = this.interfaceFor(destination);
    const wished = wish?.source ?? null;
    if (wished !== null && !wished.isAny && !this.isOwn(wished)) return 'EADDRNOTAVAIL';
    if (!this.reachable) return 'ENETUNREACH';
    const source = iface.addresses.find(({ address }) => address.family === destination.family)?.address;
    if (source === undefined) return 'ENETUNREACH';
    const mtu = iface.loopback ? iface.mtu : Math.min(this.mtu, this.pathMtu);
    return { iface: { ...iface, mtu: iface.loopback ? iface.mtu : this.mtu }, nextHop: destination, source, mtu };
  }

  isOwn(address: IpAddress): boolean {
    return address.isLoopback || this.interfaces.some((iface) => iface.addresses.some((own) => own.address === address));
  }

  isBindable(address: IpAddress): boolean {
    return address.isAny || this.isOwn(address);
  }

  isBroadcast(address: IpAddress): boolean {
    return address.isLimitedBroadcast;
  }

  packet(family: IpFamily, length: number): OutgoingPacket {
    return { bytes: new Uint8Array(HEADER[family] + length), start: HEADER[family] };
  }

  transmit(packet: OutgoingPacket, header: HeaderChoice, route: Route): string | null {
    if (packet.bytes.length > Math.min(route.mtu, route.iface.loopback ? Infinity : this.pathMtu)) return 'EMSGSIZE';
    this.net.deliver({ from: this, bytes: packet.bytes, start: packet.start, header, number: this.sent });
    this.sent += 1;
    return null;
  }

  transmitWhole(): null {
    throw new Error('TCP has no use for it');
  }

  register(protocol: number, handler: IpProtocol): void {
    if (protocol === PROTOCOL.tcp) this.#protocol = handler;
  }

  joinGroup(): null {
    throw new Error('TCP has no use for it');
  }

  leaveGroup(): void {
    throw new Error('TCP has no use for it');
  }

  filterGroup(): null {
    throw new Error('TCP has no use for it');
  }

  tap(): () => void {
    throw new Error('TCP has no use for it');
  }

  take(arrival: Arrival): void {
    this.#protocol?.arrived(arrival);
  }

  /** ICMP says that a packet of ours, quoted with its first eight bytes of TCP, met with an error. */
  complain(packet: Packet, error: string, mtu = 0): void {
    this.#protocol?.reported({
      error,
      reporter: packet.header.destination,
      mtu,
      source: packet.header.source,
      destination: packet.header.destination,
      protocol: PROTOCOL.tcp,
      quoted: packet.bytes.slice(packet.start, packet.start + 8),
    });
  }
}
