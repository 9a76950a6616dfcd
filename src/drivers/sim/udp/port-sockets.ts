// The sockets of one port, found in constant time however many there are. Lists are replaced, never changed, so that one
// can be walked while its sockets come and go.
import type { IpAddress } from '../ip/address.js';
import type { UdpSocket } from './udp-socket.js';

type List = readonly UdpSocket[];

const NONE: List = [];

export class PortSockets {
  /** In the order in which they came. */
  #all: List = NONE;
  /** Without a peer, bound to one address; to every one. The first of several that share an address is the one. */
  readonly #byAddress = new Map<IpAddress, List>();
  #anyIpv4: List = NONE;
  #anyIpv6: List = NONE;
  /** With a peer: by its address, then its port. */
  readonly #byPeer = new Map<IpAddress, Map<number, List>>();

  get all(): List {
    return this.#all;
  }

  get isEmpty(): boolean {
    return this.#all.length === 0;
  }

  add(socket: UdpSocket): void {
    this.#all = [...this.#all, socket];
    this.index(socket);
  }

  remove(socket: UdpSocket): void {
    this.#all = without(this.#all, socket);
    this.unindex(socket);
  }

  /** Makes it findable by its address and peer; before either changes it is taken out by `unindex`. */
  index(socket: UdpSocket): void {
    const { address, peer } = socket;
    if (peer !== null) {
      let ports = this.#byPeer.get(peer);
      if (ports === undefined) this.#byPeer.set(peer, (ports = new Map<number, List>()));
      ports.set(socket.peerPort, [...(ports.get(socket.peerPort) ?? NONE), socket]);
    } else if (!address.isAny) this.#byAddress.set(address, [...(this.#byAddress.get(address) ?? NONE), socket]);
    else if (address.family === 'ipv4') this.#anyIpv4 = [...this.#anyIpv4, socket];
    else this.#anyIpv6 = [...this.#anyIpv6, socket];
  }

  unindex(socket: UdpSocket): void {
    const { address, peer } = socket;
    if (peer !== null) this.#forgetPeer(socket, peer);
    else if (!address.isAny) drop(this.#byAddress, address, socket);
    else if (address.family === 'ipv4') this.#anyIpv4 = without(this.#anyIpv4, socket);
    else this.#anyIpv6 = without(this.#anyIpv6, socket);
  }

  #forgetPeer(socket: UdpSocket, peer: IpAddress): void {
    const ports = this.#byPeer.get(peer);
    if (ports === undefined) return;
    drop(ports, socket.peerPort, socket);
    if (ports.size === 0) this.#byPeer.delete(peer);
  }

  /** Whose a datagram for one host is: of the most closely bound socket. */
  find(source: IpAddress, sourcePort: number, destination: IpAddress): UdpSocket | null {
    if (this.#byPeer.size > 0) {
      for (const socket of this.#byPeer.get(source)?.get(sourcePort) ?? NONE) {
        const { address } = socket;
        if (address === destination || (address.isAny && socket.hearsFamily(destination.family))) return socket;
      }
    }
    if (this.#byAddress.size > 0) {
      const [bound] = this.#byAddress.get(destination) ?? NONE;
      if (bound !== undefined) return bound;
    }
    if (destination.family === 'ipv6') return this.#anyIpv6[0] ?? null;
    return this.#anyIpv4[0] ?? this.#dualStack();
  }

  #dualStack(): UdpSocket | null {
    for (const socket of this.#anyIpv6) if (socket.dualStack) return socket;
    return null;
  }
}

function without(list: List, socket: UdpSocket): List {
  return list.filter((other) => other !== socket);
}

function drop<K>(lists: Map<K, List>, key: K, socket: UdpSocket): void {
  const rest = without(lists.get(key) ?? NONE, socket);
  if (rest.length === 0) lists.delete(key);
  else lists.set(key, rest);
}
