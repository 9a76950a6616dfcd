// A host's plug in a segment: the link that its interface sends by, and where packets for it arrive. It outlives the
// host's stack, which is made anew when the host restarts.
import type { IpAddress } from '../ip/address.js';
import type { HostInterface, Link } from '../ip/interface.js';
import type { InterfacePrefix } from '../ip/service.js';
import type { IpStack } from '../ip/stack.js';
import type { WirePacket } from '../ip/wire-packet.js';
import type { Fabric } from './fabric.js';
import type { Path } from './path.js';
import type { Segment } from './segment.js';

export class Attachment implements Link {
  /** The host's name. */
  readonly host: string;
  /** The index of the interface on its host. */
  readonly index: number;
  readonly segment: Segment;
  readonly mtu: number;
  addresses: readonly InterfacePrefix[];
  readonly #fabric: Fabric;
  /** To each neighbour's address, and the paths themselves; the former are looked up anew when addresses change. */
  readonly #byAddress = new Map<IpAddress, Path>();
  readonly #paths = new Map<Attachment, Path>();
  #stack: IpStack | null = null;
  #iface: HostInterface | null = null;

  constructor(
    fabric: Fabric,
    host: string,
    index: number,
    segment: Segment,
    mtu: number,
    addresses: readonly InterfacePrefix[],
  ) {
    this.#fabric = fabric;
    this.host = host;
    this.index = index;
    this.segment = segment;
    this.mtu = mtu;
    this.addresses = addresses;
  }

  get up(): boolean {
    return this.#stack !== null;
  }

  get paths(): Iterable<Path> {
    return this.#paths.values();
  }

  /** A stack is there that sends and receives. */
  plug(stack: IpStack): void {
    const { mtu, addresses, index } = this;
    this.#iface = stack.attach({ name: `Ethernet ${index - 1}`, mtu, link: this, addresses });
    this.#stack = stack;
    if (this.#iface.index !== index) throw new Error(`${this.host}: interface ${index} is plugged in out of turn`);
  }

  /** Nobody is there any more. */
  unplug(): void {
    this.#stack = this.#iface = null;
  }

  send(packet: WirePacket, nextHop: IpAddress | null): boolean {
    if (nextHop === null) {
      this.segment.sendToAll(this, packet);
      return true;
    }
    const path = this.#byAddress.get(nextHop) ?? this.#find(nextHop);
    if (path === null) {
      this.#nobody(packet);
      return false;
    }
    path.send(packet);
    return true;
  }

  receive(packet: WirePacket): void {
    const { counts } = this.#fabric;
    if (this.#stack === null || this.#iface === null) {
      counts.hostDown += 1;
      return;
    }
    counts.delivered += 1;
    this.#stack.receive(packet, this.#iface);
  }

  /** The path to another plug of the segment. */
  pathTo(target: Attachment): Path {
    let path = this.#paths.get(target);
    if (path === undefined) {
      path = this.segment.makePath(this, target);
      this.#paths.set(target, path);
    }
    return path;
  }

  forgetNeighbours(): void {
    this.#byAddress.clear();
  }

  #find(nextHop: IpAddress): Path | null {
    const target = this.segment.owner(nextHop);
    if (target === null || target === this) return null;
    const path = this.pathTo(target);
    this.#byAddress.set(nextHop, path);
    return path;
  }

  #nobody(packet: WirePacket): void {
    const { counts, taps, clock } = this.#fabric;
    counts.noNeighbour += 1;
    const place = { from: this.host, to: null, fromInterface: this.index, toInterface: 0, link: this.segment.name };
    taps.show(clock.us, place, packet, 'dropped', 'no neighbour');
  }
}
