// Cutting packets that are too large for a link: IPv4 anywhere on the way (RFC 791 section 3.2), IPv6 at the sender
// (RFC 8200 section 4.5). Whether a packet may be cut is the caller's business. Putting together is in reassembly.ts.
import * as ipv4Options from '../wire/ipv4-options.js';
import * as ipv4 from '../wire/ipv4.js';
import { EXTENSION, HeaderChain, length as extensionLength } from '../wire/ipv6-extensions.js';
import * as fragmentHeader from '../wire/ipv6-fragment.js';
import * as ipv6 from '../wire/ipv6.js';
import { WirePacket } from './wire-packet.js';

/** What a fragment carries is a multiple of this, but for the last. */
const UNIT = 8;

/** The pieces of an IPv4 packet, each at most `mtu` long; a piece of a packet is cut further like any other. */
export function cutIpv4(packet: WirePacket, mtu: number): WirePacket[] {
  const bytes = packet.complete();
  const header = ipv4.headerLength(bytes, 0);
  const end = ipv4.totalLength(bytes, 0);
  const before = ipv4.fragmentOffset(bytes, 0);
  const moreBehind = ipv4.moreFragments(bytes, 0);
  const dont = ipv4.dontFragment(bytes, 0);
  const later = laterHeader(bytes, header);
  const pieces: WirePacket[] = [];
  for (let at = header; at < end; ) {
    const front = at === header ? bytes.subarray(0, header) : later;
    const room = mtu - front.length;
    const length = end - at <= room ? end - at : room - (room % UNIT);
    const piece = join(front, bytes.subarray(at, at + length));
    ipv4.setTotalLength(piece, 0, piece.length);
    ipv4.setFragment(piece, 0, dont, moreBehind || at + length < end, before + at - header);
    ipv4.fillChecksum(piece, 0);
    pieces.push(pieceOf(packet, piece, front.length));
    at += length;
  }
  return pieces;
}

/** The pieces of an IPv6 packet, each at most `mtu` long. */
export function cutIpv6(packet: WirePacket, mtu: number, identification: number): WirePacket[] {
  const bytes = packet.complete();
  const end = ipv6.totalLength(bytes, 0);
  const chain = new HeaderChain().read(bytes, 0, end);
  const split = chain.unfragmentableEnd;
  const front = new Uint8Array(split + fragmentHeader.HEADER_LENGTH);
  front.set(bytes.subarray(0, split));
  const linkAt = nextHeaderPlace(bytes, chain, split);
  const first = front[linkAt] ?? EXTENSION.none;
  front[linkAt] = EXTENSION.fragment;
  const room = mtu - front.length;
  const pieces: WirePacket[] = [];
  for (let at = split; at < end; ) {
    const length = end - at <= room ? end - at : room - (room % UNIT);
    const piece = join(front, bytes.subarray(at, at + length));
    ipv6.setPayloadLength(piece, 0, piece.length - ipv6.HEADER_LENGTH);
    fragmentHeader.write(piece, split, first, at - split, at + length < end, identification);
    pieces.push(pieceOf(packet, piece, front.length));
    at += length;
  }
  return pieces;
}

/** Where the number stands that says what begins at `at`: in the header that ends there. */
export function nextHeaderPlace(bytes: Uint8Array, chain: HeaderChain, at: number): number {
  for (const header of [chain.hopByHop, chain.routing, chain.destination]) {
    if (header >= 0 && header + extensionLength(bytes, header, EXTENSION.destination) === at) return header;
  }
  return ipv6.OFFSET.nextHeader;
}

/** The header of all pieces but the first: some options stay with that one. */
function laterHeader(bytes: Uint8Array, header: number): Uint8Array {
  const later = new Uint8Array(header);
  later.set(bytes.subarray(0, ipv4.HEADER_LENGTH));
  const options = ipv4Options.writeCopied(bytes, 0, later, ipv4.HEADER_LENGTH);
  ipv4.setHeaderLength(later, 0, ipv4.HEADER_LENGTH + options);
  return later.subarray(0, ipv4.HEADER_LENGTH + options);
}

function join(front: Uint8Array, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(front.length + data.length);
  bytes.set(front);
  bytes.set(data, front.length);
  return bytes;
}

function pieceOf(packet: WirePacket, bytes: Uint8Array, start: number): WirePacket {
  const piece = new WirePacket(bytes, start);
  piece.trusted = packet.trusted;
  piece.broadcast = packet.broadcast;
  return piece;
}
