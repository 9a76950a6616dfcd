// A packet as the condition of a rule sees it: each question is answered from the bytes when it is asked.
import { formatIpv4, formatIpv6 } from '../../../abi/index.js';
import type { IpFamily } from '../ip/address.js';
import { PROTOCOL } from '../ip/service.js';
import type { WirePacket } from '../ip/wire-packet.js';
import { type PacketFacts, facts } from '../wire/describe.js';
import * as ipv4 from '../wire/ipv4.js';
import { HeaderChain } from '../wire/ipv6-extensions.js';
import * as fragmentHeader from '../wire/ipv6-fragment.js';
import * as ipv6 from '../wire/ipv6.js';
import * as tcp from '../wire/tcp.js';
import * as udp from '../wire/udp.js';

export class PacketView {
  /** Names of the hosts at the ends of the link. */
  readonly from: string;
  readonly to: string;
  readonly #packet: WirePacket;
  #headers: HeaderChain | null = null;

  constructor(packet: WirePacket, from: string, to: string) {
    this.#packet = packet;
    this.from = from;
    this.to = to;
  }

  get family(): IpFamily {
    return this.#packet.family;
  }

  /** Of the whole packet. */
  get length(): number {
    return this.#packet.bytes.length;
  }

  /** All of it, checksums filled in; not to be written to. */
  get bytes(): Uint8Array {
    return this.#packet.complete();
  }

  /** Everything that can be told of it. */
  get facts(): PacketFacts | null {
    return facts(this.bytes);
  }

  get source(): string {
    const { bytes } = this.#packet;
    return this.#isIpv4 ? formatIpv4(bytes, ipv4.OFFSET.source) : formatIpv6(bytes, ipv6.OFFSET.source);
  }

  get destination(): string {
    const { bytes } = this.#packet;
    return this.#isIpv4 ? formatIpv4(bytes, ipv4.OFFSET.destination) : formatIpv6(bytes, ipv6.OFFSET.destination);
  }

  /** The number of the transport. */
  get protocol(): number {
    return this.#isIpv4 ? ipv4.protocol(this.#packet.bytes, 0) : this.#chain.protocol;
  }

  get hopLimit(): number {
    return (this.#isIpv4 ? ipv4.ttl : ipv6.hopLimit)(this.#packet.bytes, 0);
  }

  get isFragment(): boolean {
    return this.#isIpv4 ? ipv4.isFragment(this.#packet.bytes, 0) : this.#chain.fragment >= 0;
  }

  get isTcp(): boolean {
    return this.protocol === PROTOCOL.tcp && this.#hasTransport(tcp.HEADER_LENGTH);
  }

  get isUdp(): boolean {
    return this.protocol === PROTOCOL.udp && this.#hasTransport(udp.HEADER_LENGTH);
  }

  /** Null where there are none. */
  get sourcePort(): number | null {
    return this.isTcp || this.isUdp ? udp.sourcePort(this.#packet.bytes, this.#start) : null;
  }

  get destinationPort(): number | null {
    return this.isTcp || this.isUdp ? udp.destinationPort(this.#packet.bytes, this.#start) : null;
  }

  /** TCP's flags as bits (FIN is the lowest); 0 for other packets. */
  get flags(): number {
    return this.isTcp ? tcp.flags(this.#packet.bytes, this.#start) : 0;
  }

  get syn(): boolean {
    return (this.flags & tcp.FLAG.syn) !== 0;
  }

  get ack(): boolean {
    return (this.flags & tcp.FLAG.ack) !== 0;
  }

  get fin(): boolean {
    return (this.flags & tcp.FLAG.fin) !== 0;
  }

  get rst(): boolean {
    return (this.flags & tcp.FLAG.rst) !== 0;
  }

  /** TCP's; null for other packets. */
  get sequence(): number | null {
    return this.isTcp ? tcp.sequence(this.#packet.bytes, this.#start) : null;
  }

  get acknowledgment(): number | null {
    return this.isTcp ? tcp.acknowledgment(this.#packet.bytes, this.#start) : null;
  }

  /** How many bytes of the user's it carries: behind the transport's header, or IP's where the transport is unknown. */
  get payloadLength(): number {
    return this.#packet.bytes.length - this.#payloadStart;
  }

  get payload(): Uint8Array {
    return this.#packet.bytes.subarray(this.#payloadStart);
  }

  get #isIpv4(): boolean {
    return ipv4.version(this.#packet.bytes) === 4;
  }

  get #chain(): HeaderChain {
    const { bytes } = this.#packet;
    this.#headers ??= new HeaderChain().read(bytes, 0, bytes.length);
    return this.#headers;
  }

  get #start(): number {
    return this.#isIpv4 ? ipv4.headerLength(this.#packet.bytes, 0) : this.#chain.start;
  }

  get #payloadStart(): number {
    const start = this.#start;
    if (this.isTcp) return start + tcp.headerLength(this.#packet.bytes, start);
    return this.isUdp ? start + udp.HEADER_LENGTH : start;
  }

  #hasTransport(length: number): boolean {
    const { bytes } = this.#packet;
    if (bytes.length < this.#start + length) return false;
    if (this.#isIpv4) return ipv4.fragmentOffset(bytes, 0) === 0;
    const { fragment } = this.#chain;
    return fragment < 0 || fragmentHeader.fragmentOffset(bytes, fragment) === 0;
  }
}
