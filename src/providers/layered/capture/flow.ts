// The packets that a socket's data would have been: IP, TCP and UDP headers made up around what calls have moved, numbered so
// that a reader can put the streams together. What the network really did (loss, windows, fragments) is not in them.
import { IPPROTO_TCP, IPPROTO_UDP } from '../../../abi/index.js';
import * as ipv4 from '../../../drivers/sim/wire/ipv4.js';
import * as ipv6 from '../../../drivers/sim/wire/ipv6.js';
import * as tcp from '../../../drivers/sim/wire/tcp.js';
import * as udp from '../../../drivers/sim/wire/udp.js';
import type { Place } from '../kit/address-rule.js';

/** The data of one segment: what fits into the longest packet, whichever headers it has. */
const LONGEST_SEGMENT = 65_000;
/** The longest datagram that IP can carry whole, behind IPv6's header or IPv4's. */
const LONGEST_DATAGRAM = 65_535 - ipv4.HEADER_LENGTH - udp.HEADER_LENGTH;
const TTL = 64;
const WINDOW = 65_535;
const NOTHING = new Uint8Array(0);

/** Gets the bytes of a packet, from the IP header on. */
export type Packet = (bytes: Uint8Array) => void;

/** An address as the other one's family has it: `0.0.0.0` and `::` are the same place. */
function alike({ address, port }: Place, { address: { length } }: Place): Place {
  return { address: address.length === length ? address : new Uint8Array(length), port };
}

/** Headers and data; `fill` writes the transport's header at its place and returns it complete. */
function packet(
  from: Place,
  to: Place,
  protocol: number,
  headerLength: number,
  data: Uint8Array,
  fill: (bytes: Uint8Array, at: number, pseudo: number) => void,
): Uint8Array {
  const is4 = to.address.length === 4;
  const at = is4 ? ipv4.HEADER_LENGTH : ipv6.HEADER_LENGTH;
  const length = headerLength + data.length;
  const bytes = new Uint8Array(at + length);
  bytes.set(data, at + headerLength);
  if (is4) {
    ipv4.write(bytes, 0, bytes.length, protocol, TTL, from.address, to.address);
    ipv4.fillChecksum(bytes, 0);
  } else ipv6.write(bytes, 0, length, protocol, TTL, from.address, to.address);
  fill(bytes, at, is4 ? ipv4.pseudoSum(bytes, 0, protocol, length) : ipv6.pseudoSum(bytes, 0, protocol, length));
  return bytes;
}

/** One datagram as a packet. */
export function datagramPacket(source: Place, destination: Place, data: Uint8Array): Uint8Array {
  const from = alike(source, destination);
  const whole = data.subarray(0, LONGEST_DATAGRAM);
  return packet(from, destination, IPPROTO_UDP, udp.HEADER_LENGTH, whole, (bytes, at, pseudo) => {
    udp.write(bytes, at, from.port, destination.port, udp.HEADER_LENGTH + whole.length);
    udp.fillChecksum(bytes, at, bytes.length, pseudo);
  });
}

/** One direction of a connection. */
interface Side {
  readonly place: Place;
  /** The number of the next byte. */
  next: number;
  hasEnded: boolean;
}

/** A connection as the packets that it would have been. */
export class Connection {
  readonly #local: Side;
  readonly #peer: Side;
  readonly #packet: Packet;

  /**
   * @param local - this socket's address
   * @param peer - the other one's
   * @param isOurs - whether it was this socket that connected
   * @param toPacket - gets each packet; those of the handshake at once
   */
  constructor(local: Place, peer: Place, isOurs: boolean, toPacket: Packet) {
    this.#packet = toPacket;
    this.#local = { place: alike(local, peer), next: 0, hasEnded: false };
    this.#peer = { place: peer, next: 0, hasEnded: false };
    const { syn, ack } = tcp.FLAG;
    const [opener, other] = isOurs ? [this.#local, this.#peer] : [this.#peer, this.#local];
    this.#segment(opener, other, syn, NOTHING);
    opener.next += 1;
    this.#segment(other, opener, syn | ack, NOTHING);
    other.next += 1;
    this.#segment(opener, other, ack, NOTHING);
  }

  /** Data has moved. */
  data(isSent: boolean, data: Uint8Array): void {
    const [from, to] = this.#sides(isSent);
    for (let at = 0; at < data.length; at += LONGEST_SEGMENT) {
      const piece = data.subarray(at, at + LONGEST_SEGMENT);
      this.#segment(from, to, tcp.FLAG.ack | tcp.FLAG.psh, piece);
      from.next = (from.next + piece.length) >>> 0;
    }
  }

  /** One side sends no more. */
  end(isSent: boolean): void {
    const [from, to] = this.#sides(isSent);
    if (from.hasEnded) return;
    from.hasEnded = true;
    this.#segment(from, to, tcp.FLAG.fin | tcp.FLAG.ack, NOTHING);
    from.next = (from.next + 1) >>> 0;
  }

  #sides(isSent: boolean): readonly [Side, Side] {
    return isSent ? [this.#local, this.#peer] : [this.#peer, this.#local];
  }

  #segment(from: Side, to: Side, flags: number, data: Uint8Array): void {
    const acknowledged = (flags & tcp.FLAG.ack) === 0 ? 0 : to.next;
    this.#packet(
      packet(from.place, to.place, IPPROTO_TCP, tcp.HEADER_LENGTH, data, (bytes, at, pseudo) => {
        tcp.write(bytes, at, from.place.port, to.place.port, from.next, acknowledged, tcp.HEADER_LENGTH, flags, WINDOW);
        tcp.fillChecksum(bytes, at, bytes.length, pseudo);
      }),
    );
  }
}
