// Hosts on one link with nothing in between, for tests of what stands on IP; each packet that passes is written down.
import type {
  BindOptions,
  DatagramSink,
  DriverError,
  NetAddress,
  PacketInfo,
  SendControl,
} from '../../../../src/drivers/contract.js';
import { SimClock } from '../../../../src/drivers/sim/clock.js';
import { AddressBook, type IpAddress, type IpFamily } from '../../../../src/drivers/sim/ip/address.js';
import type { HostInterface, Link } from '../../../../src/drivers/sim/ip/interface.js';
import { IpStack } from '../../../../src/drivers/sim/ip/stack.js';
import type { WirePacket } from '../../../../src/drivers/sim/ip/wire-packet.js';
import { GroupTable } from '../../../../src/drivers/sim/multicast/group-table.js';
import { Random } from '../../../../src/drivers/sim/random.js';
import { RawLayer } from '../../../../src/drivers/sim/raw/raw-layer.js';
import { SimDatagram } from '../../../../src/drivers/sim/sockets/datagram.js';
import type { MessageSocket } from '../../../../src/drivers/sim/sockets/message-socket.js';
import { SimRaw } from '../../../../src/drivers/sim/sockets/raw.js';
import { UdpLayer } from '../../../../src/drivers/sim/udp/udp-layer.js';

const LATENCY = 100;

export interface Sent {
  readonly us: number;
  readonly bytes: Uint8Array;
}

export class Lan {
  readonly clock = new SimClock();
  readonly book = new AddressBook();
  readonly sent: Sent[] = [];
  readonly hosts: LanHost[] = [];
  readonly #random: Random;

  constructor(seed = 1) {
    this.#random = new Random(seed);
  }

  /** A host with these addresses ('10.0.0.1/24') on one interface. */
  host(...addresses: string[]): LanHost {
    const host = new LanHost(this, this.#random.fork(String(this.hosts.length)), addresses);
    this.hosts.push(host);
    return host;
  }

  carry(packet: WirePacket, nextHop: IpAddress | null, from: LanHost): boolean {
    this.sent.push({ us: this.clock.us, bytes: packet.complete().slice() });
    const targets = this.hosts.filter((host) => host !== from && (nextHop === null || host.iface.has(nextHop)));
    for (const host of targets) {
      const copy = packet.copy();
      this.clock.timer(() => host.ip.receive(copy, host.iface)).set(LATENCY);
    }
    return targets.length > 0;
  }

  /** Until nothing is to come any more. */
  settle(): Promise<void> {
    return new Promise((resolve) => {
      const stop = this.clock.onIdle(() => {
        stop();
        resolve();
      });
    });
  }
}

export class LanHost implements Link {
  readonly lan: Lan;
  readonly ip: IpStack;
  readonly udp: UdpLayer;
  readonly raw: RawLayer;
  readonly groups: GroupTable;
  readonly iface: HostInterface;

  constructor(lan: Lan, random: Random, addresses: readonly string[]) {
    this.lan = lan;
    this.ip = new IpStack({ clock: lan.clock, random, book: lan.book });
    this.groups = new GroupTable(this.ip);
    this.ip.useGroups(this.groups);
    this.udp = new UdpLayer(this.ip);
    this.raw = new RawLayer(this.ip);
    const prefixes = addresses.map((text) => {
      const [address = '', length = '0'] = text.split('/');
      return { address: lan.book.parse(address), prefixLength: Number(length) };
    });
    this.iface = this.ip.attach({ name: 'eth', mtu: 1500, link: this, addresses: prefixes });
  }

  send(packet: WirePacket, nextHop: IpAddress | null): boolean {
    return this.lan.carry(packet, nextHop, this);
  }

  datagram(family: IpFamily = 'ipv4'): Probe<SimDatagram> {
    return new Probe((sink) => new SimDatagram(this.udp, family, sink));
  }

  /** One that is bound already. */
  bound(address: string, port: number, options: Partial<BindOptions> = {}): Probe<SimDatagram> {
    const probe = this.datagram(address.includes(':') ? 'ipv6' : 'ipv4');
    const error = probe.bind(address, port, options);
    if (error !== null) throw new Error(error);
    return probe;
  }

  rawSocket(family: IpFamily, protocol: number): Probe<SimRaw> {
    return new Probe((sink) => new SimRaw(this.raw, family, protocol, sink));
  }
}

export interface Received {
  readonly data: Uint8Array;
  readonly from: NetAddress;
  readonly info: PacketInfo | null;
}

/** A socket and its sink, which writes down what it is told. */
export class Probe<T extends MessageSocket> implements DatagramSink {
  readonly socket: T;
  readonly datagrams: Received[] = [];
  readonly errors: DriverError[] = [];
  #inside = false;

  constructor(make: (sink: DatagramSink) => T) {
    this.socket = make(this);
  }

  received(data: Uint8Array, from: NetAddress, info: PacketInfo | null): void {
    if (this.#inside) throw new Error('told from inside a method');
    this.datagrams.push({ data: Uint8Array.from(data), from, info });
  }

  failed(error: DriverError): void {
    if (this.#inside) throw new Error('told from inside a method');
    this.errors.push(error);
  }

  bind(address: string, port = 0, options: Partial<BindOptions> = {}): DriverError | null {
    return this.socket.bind(at(address, port), { v6Only: false, shared: false, ...options });
  }

  /** Sends bytes and gives what became of it. */
  send(to: NetAddress | null, bytes: Iterable<number> = [1], control: SendControl | null = null): DriverError | null {
    let answer: DriverError | null | undefined;
    this.#inside = true;
    this.socket.send([Uint8Array.from(bytes)], to, control, (error) => {
      answer = error;
    });
    this.#inside = false;
    if (answer === undefined) throw new Error('no answer');
    return answer;
  }

  /** The first bytes of all that came: which datagrams they were. */
  get heard(): (number | undefined)[] {
    return this.datagrams.map(({ data }) => data[0]);
  }

  get port(): number {
    return this.socket.local?.port ?? 0;
  }
}

export function at(address: string, port = 0, scopeId = 0): NetAddress {
  return { family: address.includes(':') ? 'ipv6' : 'ipv4', address, port, scopeId };
}
