// Source NAT with port mapping for TCP, UDP and ICMP echo over IPv4 (RFC 3022, RFC 4787): inside hosts share the outside
// address of a forwarding host. Errors are translated with the packet that they quote, inside hosts reach each other's
// mappings (hairpinning), and what outside hosts send to inside addresses is not let in.
import type { AddressBook, IpAddress } from '../../ip/address.js';
import type { HostInterface } from '../../ip/interface.js';
import { PROTOCOL } from '../../ip/service.js';
import type { IpStack } from '../../ip/stack.js';
import type { Translator } from '../../ip/translator.js';
import type { WirePacket } from '../../ip/wire-packet.js';
import * as icmp from '../../wire/icmp.js';
import * as ipv4 from '../../wire/ipv4.js';
import * as tcp from '../../wire/tcp.js';
import { Ends } from './ends.js';
import { DEFAULT_TIMEOUTS, type Mapping, type NatTimeouts } from './mapping.js';
import { MappingTable } from './mapping-table.js';

/** A port of the outside address that always leads to one inside host. */
export interface PortForward {
  readonly protocol: 'tcp' | 'udp';
  readonly port: number;
  /** An inside address. */
  readonly to: string;
  /** Without it the same port. */
  readonly toPort?: number;
}

/** Which outside hosts may send to a mapping (RFC 4787 section 5); to a port forward everybody may. */
export type NatFiltering = 'anybody' | 'address' | 'address and port';

export interface NatSetup {
  readonly insideIndex: number;
  readonly outsideIndex: number;
  readonly forwards?: readonly PortForward[];
  readonly filtering?: NatFiltering;
  readonly timeouts?: Partial<NatTimeouts>;
}

export class Nat implements Translator {
  readonly #book: AddressBook;
  readonly #ip: IpStack;
  readonly #setup: NatSetup;
  readonly #filtering: NatFiltering;
  readonly #table: MappingTable;

  constructor(ip: IpStack, setup: NatSetup) {
    this.#ip = ip;
    this.#book = ip.book;
    this.#setup = setup;
    this.#filtering = setup.filtering ?? 'address and port';
    this.#table = new MappingTable(ip.clock, ip.random.fork('nat'), { ...DEFAULT_TIMEOUTS, ...setup.timeouts });
    for (const { protocol, port, to, toPort = port } of setup.forwards ?? []) {
      this.#table.forward(PROTOCOL[protocol], port, this.#book.parse(to), toPort);
    }
  }

  get mappings(): readonly Mapping[] {
    return this.#table.mappings;
  }

  arriving(packet: WirePacket, iface: HostInterface): WirePacket | null {
    const destination = this.#book.ipv4(packet.bytes, ipv4.OFFSET.destination);
    const outside = this.#outsideAddress();
    if (iface.index === this.#setup.outsideIndex) {
      if (destination === outside) return this.#inward(packet, outside);
      return this.#ip.isOwn(destination) ? packet : null;
    }
    if (iface.index !== this.#setup.insideIndex || outside === null || destination !== outside) return packet;
    return this.#hairpin(packet, outside);
  }

  leaving(packet: WirePacket, from: HostInterface, to: HostInterface): WirePacket | null {
    if (from.index !== this.#setup.insideIndex || to.index !== this.#setup.outsideIndex) return packet;
    const outside = this.#outsideAddress();
    if (outside === null) return null;
    if (!isError(packet.bytes)) return this.#outward(packet.copy(), outside);
    return isSound(packet.bytes) ? this.#errorOutward(packet, outside) : null;
  }

  #outsideAddress(): IpAddress | null {
    const iface = this.#ip.router.interfaceAt(this.#setup.outsideIndex);
    return iface?.addresses.find(({ address }) => address.family === 'ipv4')?.address ?? null;
  }

  /** Puts the outside end in the place of the inside one. */
  #outward(copy: WirePacket, outside: IpAddress): WirePacket | null {
    const ends = Ends.read(copy.bytes, 0, copy.checksumAt >= 0);
    if (ends === null) return null;
    const inside = ends.address(this.#book, 'source');
    const port = ends.port('source');
    const { protocol } = ends;
    const mapping = this.#table.fromInside(protocol, inside, port) ?? this.#table.make(protocol, inside, port);
    if (mapping === null) return null;
    mapping.used(this.#ip.clock.us, true, flagsOf(copy.bytes, ends));
    const peer = ends.address(this.#book, 'destination').text;
    mapping.peers.add(peer).add(`${peer} ${peerPort(ends, 'destination')}`);
    ends.replace('source', outside, mapping.outsidePort);
    return copy;
  }

  /** Puts the inside end in the place of the outside one; what has no mapping is for this host itself. */
  #inward(packet: WirePacket, outside: IpAddress): WirePacket | null {
    if (isError(packet.bytes)) return isSound(packet.bytes) ? this.#errorInward(packet, outside) : null;
    const ends = Ends.read(packet.bytes, 0, packet.checksumAt >= 0);
    if (ends === null || isEchoRequest(packet.bytes, ends)) return packet;
    const mapping = this.#table.fromOutside(ends.protocol, ends.port('destination'));
    if (mapping === null) return packet;
    if (!this.#admits(mapping, ends)) return null;
    mapping.used(this.#ip.clock.us, false, flagsOf(packet.bytes, ends));
    const copy = packet.copy();
    Ends.read(copy.bytes, 0, copy.checksumAt >= 0)?.replace('destination', mapping.inside, mapping.insidePort);
    return copy;
  }

  /** From inside to a mapping of another inside host: both ends are translated (RFC 4787 REQ-9). */
  #hairpin(packet: WirePacket, outside: IpAddress): WirePacket | null {
    const ends = Ends.read(packet.bytes, 0, packet.checksumAt >= 0);
    if (ends === null || ends.protocol === PROTOCOL.icmp) return packet;
    if (this.#table.fromOutside(ends.protocol, ends.port('destination')) === null) return packet;
    const copy = this.#outward(packet.copy(), outside);
    return copy === null ? null : this.#inward(copy, outside);
  }

  #admits(mapping: Mapping, ends: Ends): boolean {
    if (mapping.permanent || this.#filtering === 'anybody') return true;
    const peer = ends.address(this.#book, 'source').text;
    return mapping.peers.has(this.#filtering === 'address' ? peer : `${peer} ${peerPort(ends, 'source')}`);
  }

  /** An error about a packet that this NAT has sent out: it quotes the outside end. */
  #errorInward(packet: WirePacket, outside: IpAddress): WirePacket | null {
    const quoted = quotedEnds(packet.bytes);
    if (quoted === null || quoted.address(this.#book, 'source') !== outside) return packet;
    const mapping = this.#table.fromOutside(quoted.protocol, quoted.port('source'));
    if (mapping === null) return packet;
    const copy = packet.copy();
    quotedEnds(copy.bytes)?.replace('source', mapping.inside, mapping.insidePort);
    ipv4.setDestination(copy.bytes, 0, mapping.inside.bytes);
    return withChecksums(copy);
  }

  /** An error about a packet that was let in: it quotes the inside end. */
  #errorOutward(packet: WirePacket, outside: IpAddress): WirePacket | null {
    const quoted = quotedEnds(packet.bytes);
    if (quoted === null) return null;
    const inside = quoted.address(this.#book, 'destination');
    const mapping = this.#table.fromInside(quoted.protocol, inside, quoted.port('destination'));
    if (mapping === null) return null;
    const copy = packet.copy();
    quotedEnds(copy.bytes)?.replace('destination', outside, mapping.outsidePort);
    ipv4.setSource(copy.bytes, 0, outside.bytes);
    return withChecksums(copy);
  }
}

/** An echo has one identifier for both ends: it does not tell peers apart. */
function peerPort(ends: Ends, end: 'source' | 'destination'): number {
  return ends.protocol === PROTOCOL.icmp ? 0 : ends.port(end);
}

function flagsOf(bytes: Uint8Array, ends: Ends): number {
  return ends.protocol === PROTOCOL.tcp ? tcp.flags(bytes, ends.start) : 0;
}

function isEchoRequest(bytes: Uint8Array, ends: Ends): boolean {
  return ends.protocol === PROTOCOL.icmp && icmp.type(bytes, ends.start) === icmp.TYPE.echoRequest;
}

function isError(bytes: Uint8Array): boolean {
  return ipv4.protocol(bytes, 0) === PROTOCOL.icmp && icmp.isError(icmp.type(bytes, ipv4.headerLength(bytes, 0)));
}

/** A message that is made anew must not hide that it was damaged. */
function isSound(bytes: Uint8Array): boolean {
  return icmp.checksumGood(bytes, ipv4.headerLength(bytes, 0), bytes.length);
}

/** The ends of the packet that an error quotes. */
function quotedEnds(bytes: Uint8Array): Ends | null {
  const at = ipv4.headerLength(bytes, 0) + icmp.OFFSET.body;
  if (bytes.length < at + ipv4.HEADER_LENGTH || ipv4.version(bytes, at) !== 4) return null;
  return Ends.read(bytes, at, false);
}

function withChecksums(packet: WirePacket): WirePacket {
  const { bytes } = packet;
  ipv4.fillChecksum(bytes, 0);
  icmp.fillChecksum(bytes, ipv4.headerLength(bytes, 0), bytes.length);
  return packet;
}
