// UDP of one host (RFC 768; over IPv6 RFC 8200, 8.1): whose a datagram is, which ports are taken, what ICMP says of
// datagrams sent earlier. Does not own what a socket sends, and with which settings: sockets/datagram.ts.
import type { DriverError } from '../../contract.js';
import { PROTOCOL, type Arrival, type IcmpReport, type IpProtocol, type IpService } from '../ip/service.js';
import type { IpAddress } from '../ip/address.js';
import type { Random } from '../random.js';
import type { SocketRow } from '../socket-row.js';
import { AddressTranslator } from '../sockets/addresses.js';
import { pseudoSum } from '../wire/checksum.js';
import * as udp from '../wire/udp.js';
import { PortSockets } from './port-sockets.js';
import { UdpSocket, type UdpOwner, type UdpPlace } from './udp-socket.js';

/** Where Windows takes the ports from that nobody asked for by number (RFC 6335, section 6). */
const FIRST_EPHEMERAL = 49152;
const EPHEMERAL_PORTS = 65536 - FIRST_EPHEMERAL;

export class UdpLayer implements IpProtocol {
  readonly ip: IpService;
  readonly addresses: AddressTranslator;
  /** Counts changes of the own addresses: what was found out about an address before may no longer hold. */
  addressChanges = 0;
  readonly #ports = new Map<number, PortSockets>();
  readonly #random: Random;
  #halted = false;

  constructor(ip: IpService) {
    this.ip = ip;
    this.addresses = new AddressTranslator(ip.book);
    this.#random = ip.random.fork('udp');
    ip.register(PROTOCOL.udp, this);
  }

  /** Gives a socket its place; port 0 chooses one. EADDRINUSE: taken by somebody who does not share; ENOBUFS: no port left. */
  bind(place: UdpPlace, owner: UdpOwner): UdpSocket | DriverError {
    if (this.#halted) return 'ENETDOWN';
    const port = place.port === 0 ? this.#freePort() : place.port;
    if (port === 0) return 'ENOBUFS';
    const sockets = this.#ports.get(port) ?? new PortSockets();
    const socket = new UdpSocket(place, port, owner);
    for (const other of sockets.all) {
      if (other.collides(socket.address, socket.dualStack, socket.shared)) return 'EADDRINUSE';
    }
    sockets.add(socket);
    this.#ports.set(port, sockets);
    return socket;
  }

  /** A random port and, if it is taken, the next one that is not; 0 if none is left. */
  #freePort(): number {
    const start = this.#random.below(EPHEMERAL_PORTS);
    for (let step = 0; step < EPHEMERAL_PORTS; step += 1) {
      const port = FIRST_EPHEMERAL + ((start + step) % EPHEMERAL_PORTS);
      if (!this.#ports.has(port)) return port;
    }
    return 0;
  }

  /** Gives a bound socket another address and peer: connecting and its undoing. */
  move(socket: UdpSocket, address: IpAddress, peer: IpAddress | null, peerPort: number): void {
    const sockets = this.#ports.get(socket.port);
    sockets?.unindex(socket);
    socket.address = address;
    socket.peer = peer;
    socket.peerPort = peerPort;
    sockets?.index(socket);
  }

  release(socket: UdpSocket): void {
    const sockets = this.#ports.get(socket.port);
    sockets?.remove(socket);
    if (sockets?.isEmpty === true) this.#ports.delete(socket.port);
  }

  arrived(arrival: Arrival): boolean {
    const { packet, start } = arrival;
    // What is malformed or damaged is nobody's, and nobody is told.
    if (udp.check(packet, start, packet.length) !== null) return true;
    const end = start + udp.length(packet, start);
    if (!arrival.checksumGood && !isWhole(arrival, end)) return true;
    const sockets = this.#ports.get(udp.destinationPort(packet, start));
    if (arrival.toMany) {
      if (sockets !== undefined) deliverToMany(sockets, arrival, end);
      return true;
    }
    if (sockets === undefined) return false;
    const sourcePort = udp.sourcePort(packet, start);
    const socket = sockets.find(arrival.source, sourcePort, arrival.destination);
    if (socket === null) return false;
    socket.owner.deliver(arrival, sourcePort, start + udp.HEADER_LENGTH, end);
    return true;
  }

  reported({ error, source, destination, quoted }: IcmpReport): void {
    // The datagram was ours: its destination is whom we would have heard an answer from.
    const sockets = this.#ports.get(udp.sourcePort(quoted, 0));
    sockets?.find(destination, udp.destinationPort(quoted, 0), source)?.owner.reported(error);
  }

  addressesChanged(): void {
    this.addressChanges += 1;
  }

  *rows(): IterableIterator<SocketRow> {
    for (const sockets of this.#ports.values()) {
      for (const { family, address, port, peer, peerPort } of sockets.all) {
        const remote = peer === null ? null : { address: peer, port: peerPort };
        yield { protocol: 'UDP', family, local: { address, port }, remote, state: null, received: 0, unsent: 0 };
      }
    }
  }

  /** The host goes down: sockets hear nothing more, not even that. */
  halt(): void {
    this.#halted = true;
    const ports = [...this.#ports.values()];
    this.#ports.clear();
    for (const sockets of ports) for (const socket of sockets.all) socket.owner.halted();
  }
}

/** Whether a datagram that has seen a wire adds up. Without a checksum it may come over IPv4 only. */
function isWhole({ source, destination, packet, start }: Arrival, end: number): boolean {
  if (udp.checksum(packet, start) === 0) return source.family === 'ipv4';
  const pseudo = pseudoSum(source.bytes, destination.bytes, PROTOCOL.udp, end - start);
  return udp.checksumGood(packet, start, end, pseudo);
}

function deliverToMany(sockets: PortSockets, arrival: Arrival, end: number): void {
  const { packet, start, source } = arrival;
  const sourcePort = udp.sourcePort(packet, start);
  for (const socket of sockets.all) {
    if (!socket.hearsFamily(source.family) || !socket.hearsFrom(source, sourcePort)) continue;
    if (!isOnInterface(socket.address, arrival)) continue;
    if (socket.owner.wantsShared(arrival)) socket.owner.deliver(arrival, sourcePort, start + udp.HEADER_LENGTH, end);
  }
}

/** On Windows a socket that is bound to an interface's address hears what is sent to everybody on that interface. */
function isOnInterface(address: IpAddress, { destination, iface }: Arrival): boolean {
  if (address.isAny || address === destination) return true;
  return iface.addresses.some((own) => own.address === address);
}
