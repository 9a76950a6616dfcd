// From a transport's packet to the link: writes IP's header, cuts what is too large and may be cut, refuses what may not,
// and sends back what this host's own members of a group or broadcast domain are to hear. Finds no routes.
import type { DriverError } from '../../contract.js';
import type { Random } from '../random.js';
import * as ipv4 from '../wire/ipv4.js';
import * as ipv6 from '../wire/ipv6.js';
import type { IpAddress } from './address.js';
import { cutIpv4, cutIpv6 } from './fragmentation.js';
import type { HostInterface } from './interface.js';
import type { Loopback } from './loopback.js';
import type { HeaderChoice } from './service.js';
import { WirePacket } from './wire-packet.js';

/** Whether this host is among those whom a packet to many concerns. */
export type Concerns = (destination: IpAddress, iface: HostInterface) => boolean;

export class Output {
  readonly #loopback: Loopback;
  readonly #concerns: Concerns;
  #identification: number;
  #fragmentIdentification: number;
  #halted = false;

  constructor(random: Random, loopback: Loopback, concerns: Concerns) {
    this.#loopback = loopback;
    this.#concerns = concerns;
    this.#identification = random.below(0x10000);
    this.#fragmentIdentification = random.uint32();
  }

  /** Sends a packet with room for IP's header before its transport header. */
  transmit(
    packet: WirePacket,
    header: HeaderChoice,
    iface: HostInterface,
    nextHop: IpAddress,
    mtu: number,
  ): DriverError | null {
    const four = header.destination.family === 'ipv4';
    const { bytes } = packet;
    if (bytes.length > mtu && header.dontFragment) return 'EMSGSIZE';
    if (bytes.length - (four ? 0 : ipv6.HEADER_LENGTH) > 0xffff) return 'EMSGSIZE';
    if (four) this.#writeIpv4(bytes, header);
    else this.#writeIpv6(bytes, header);
    if (header.checksumAt !== null) {
      packet.checksumAt = packet.start + header.checksumAt;
      packet.trusted = true;
    }
    this.send(packet, iface, header.destination, nextHop, mtu, header.loop ?? true);
    return null;
  }

  /** Sends a packet whose header was made by somebody else, who knows what is in it. */
  transmitWhole(
    bytes: Uint8Array,
    destination: IpAddress,
    iface: HostInterface,
    nextHop: IpAddress,
    mtu: number,
  ): DriverError | null {
    if (ipv4.version(bytes) !== 4) {
      if (bytes.length < ipv6.HEADER_LENGTH) return 'EINVAL';
      if (bytes.length > mtu) return 'EMSGSIZE';
      ipv6.setPayloadLength(bytes, 0, bytes.length - ipv6.HEADER_LENGTH);
    } else {
      const header = ipv4.headerLength(bytes, 0);
      if (header < ipv4.HEADER_LENGTH || header > bytes.length) return 'EINVAL';
      if (bytes.length > ipv4.MAX_TOTAL_LENGTH) return 'EMSGSIZE';
      if (bytes.length > mtu && ipv4.dontFragment(bytes, 0)) return 'EMSGSIZE';
      ipv4.setTotalLength(bytes, 0, bytes.length);
      if (ipv4.identification(bytes, 0) === 0) ipv4.setIdentification(bytes, 0, this.#nextIdentification());
      ipv4.fillChecksum(bytes, 0);
    }
    const packet = new WirePacket(bytes, 0);
    this.send(packet, iface, destination, nextHop, mtu, true);
    return null;
  }

  /** Hands a packet with its header to the link, in pieces if it has to be. */
  send(
    packet: WirePacket,
    iface: HostInterface,
    destination: IpAddress,
    nextHop: IpAddress,
    mtu: number,
    loop: boolean,
  ): boolean {
    if (this.#halted || !iface.up) return true;
    if (packet.bytes.length > mtu) return this.#sendPieces(packet, iface, destination, nextHop, mtu, loop);
    iface.show(packet);
    if (!iface.isToMany(destination)) return iface.link.send(packet, nextHop);
    packet.broadcast = true;
    // The loopback link is its own way back.
    if (iface.loopback && !loop) return true;
    if (loop && !iface.loopback && this.#concerns(destination, iface)) this.#loopback.sendBack(packet.copy(), iface);
    return iface.link.send(packet, null);
  }

  halt(): void {
    this.#halted = true;
  }

  #sendPieces(
    packet: WirePacket,
    iface: HostInterface,
    destination: IpAddress,
    nextHop: IpAddress,
    mtu: number,
    loop: boolean,
  ): boolean {
    const pieces =
      packet.family === 'ipv4' ? cutIpv4(packet, mtu) : cutIpv6(packet, mtu, this.#nextFragmentIdentification());
    let known = true;
    for (const piece of pieces) known = this.send(piece, iface, destination, nextHop, mtu, loop) && known;
    return known;
  }

  #writeIpv4(bytes: Uint8Array, header: HeaderChoice): void {
    ipv4.write(
      bytes,
      0,
      bytes.length,
      header.protocol,
      header.hopLimit,
      header.source.bytes,
      header.destination.bytes,
    );
    ipv4.setTrafficClass(bytes, 0, header.trafficClass);
    ipv4.setIdentification(bytes, 0, this.#nextIdentification());
    if (header.dontFragment) ipv4.setFragment(bytes, 0, true, false, 0);
    ipv4.fillChecksum(bytes, 0);
  }

  #writeIpv6(bytes: Uint8Array, header: HeaderChoice): void {
    const length = bytes.length - ipv6.HEADER_LENGTH;
    ipv6.write(bytes, 0, length, header.protocol, header.hopLimit, header.source.bytes, header.destination.bytes);
    if (header.trafficClass !== 0) ipv6.setTrafficClass(bytes, 0, header.trafficClass);
  }

  #nextIdentification(): number {
    this.#identification = (this.#identification + 1) & 0xffff;
    // Zero is what a sender of whole headers writes to be given one.
    if (this.#identification === 0) this.#identification = 1;
    return this.#identification;
  }

  #nextFragmentIdentification(): number {
    this.#fragmentIdentification = (this.#fragmentIdentification + 1) >>> 0;
    return this.#fragmentIdentification;
  }
}
