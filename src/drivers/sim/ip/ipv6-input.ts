// IPv6 packets that have come by an interface: headers followed and checked, fragments joined, delivered or carried on.
import type { SimClock } from '../clock.js';
import * as extensions from '../wire/ipv6-extensions.js';
import * as fragmentHeader from '../wire/ipv6-fragment.js';
import * as ipv6 from '../wire/ipv6.js';
import type { AddressBook, IpAddress } from './address.js';
import { Arrived } from './arrived.js';
import type { IpCounts } from './counts.js';
import type { Delivery } from './delivery.js';
import type { Forwarding } from './forwarding.js';
import { nextHeaderPlace } from './fragmentation.js';
import type { IcmpLayer } from './icmp-layer.js';
import type { HostInterface } from './interface.js';
import { Reassembly } from './reassembly.js';
import { WirePacket } from './wire-packet.js';

/** A fragment carries a multiple of this, but for the last. */
const UNIT = 8;
const MOST_TOGETHER = 65535;

export class Ipv6Input {
  readonly #book: AddressBook;
  readonly #delivery: Delivery;
  /** Null on a host that does not forward. */
  readonly #forwarding: Forwarding | null;
  readonly #icmp: IcmpLayer;
  readonly #counts: IpCounts;
  readonly #chain = new extensions.HeaderChain();
  readonly #reassembly: Reassembly<{ readonly iface: HostInterface; readonly packet: Uint8Array }>;

  constructor(
    clock: SimClock,
    book: AddressBook,
    delivery: Delivery,
    forwarding: Forwarding | null,
    icmp: IcmpLayer,
    counts: IpCounts,
  ) {
    this.#book = book;
    this.#delivery = delivery;
    this.#forwarding = forwarding;
    this.#icmp = icmp;
    this.#counts = counts;
    this.#reassembly = new Reassembly(clock, ({ from }) => {
      icmp.complain('reassembly time exceeded', from.packet, from.iface);
    });
  }

  receive(packet: WirePacket, iface: HostInterface): void {
    if (ipv6.check(packet.bytes) !== null) {
      this.#counts.malformed += 1;
      return;
    }
    const total = ipv6.totalLength(packet.bytes, 0);
    if (total < packet.bytes.length) packet.bytes = packet.bytes.subarray(0, total);
    const source = this.#book.ipv6(packet.bytes, ipv6.OFFSET.source);
    const destination = this.#book.ipv6(packet.bytes, ipv6.OFFSET.destination);
    if (!this.#delivery.isPlausible(source, destination, iface)) {
      this.#counts.misplaced += 1;
      return;
    }
    iface.show(packet);
    if (this.#delivery.isForUs(destination, iface)) this.#take(packet, iface, source, destination);
    else if (this.#forwarding === null) this.#counts.notForUs += 1;
    else this.#forwarding.forward(packet, packet, iface, source, destination, null);
  }

  halt(): void {
    this.#reassembly.halt();
  }

  #take(packet: WirePacket, iface: HostInterface, source: IpAddress, destination: IpAddress): void {
    const { bytes } = packet;
    const chain = this.#chain.read(bytes, 0, bytes.length);
    if (chain.fault !== null) {
      this.#counts.malformed += 1;
      if (chain.fault === 'hop-by-hop header not in first place') {
        this.#icmp.complain('protocol unreachable', bytes, iface, chain.protocolAt);
      }
      return;
    }
    if (!this.#acceptable(bytes, iface, destination)) return;
    if (chain.fragment >= 0 && !fragmentHeader.isAtomic(bytes, chain.fragment)) {
      const whole = this.#join(packet, iface, source, destination);
      if (whole !== null) this.#take(whole, iface, source, destination);
      return;
    }
    const { protocol, start, protocolAt } = chain;
    if (protocol === extensions.EXTENSION.none) return;
    const arrival = new Arrived(bytes, iface, source, destination, protocol, start, packet.trusted);
    this.#delivery.deliver(arrival, protocolAt);
  }

  /** Whether nothing in the extension headers forbids to go on (RFC 8200 sections 4.2 and 4.4). */
  #acceptable(bytes: Uint8Array, iface: HostInterface, destination: IpAddress): boolean {
    const { hopByHop, destination: options, routing } = this.#chain;
    if (routing >= 0 && extensions.segmentsLeft(bytes, routing) > 0) {
      this.#icmp.complain('wrong field', bytes, iface, routing + extensions.OFFSET.routingType);
      return false;
    }
    for (const header of [hopByHop, options]) {
      if (header >= 0 && !this.#optionsAcceptable(bytes, header, iface, destination)) return false;
    }
    return true;
  }

  #optionsAcceptable(bytes: Uint8Array, header: number, iface: HostInterface, destination: IpAddress): boolean {
    const end = header + extensions.length(bytes, header, extensions.EXTENSION.destination);
    for (let at = header + extensions.OFFSET.options; at < end; ) {
      const step = extensions.optionLength(bytes, at, end);
      if (step === 0) return false;
      const action = extensions.unknownOptionAction(bytes[at] ?? 0);
      if (action !== extensions.UNKNOWN_OPTION.skip) {
        const silent =
          action === extensions.UNKNOWN_OPTION.discard ||
          (action === extensions.UNKNOWN_OPTION.reportUnlessMulticast && destination.isMulticast);
        if (!silent) this.#icmp.complain('unknown option', bytes, iface, at);
        return false;
      }
      at += step;
    }
    return true;
  }

  /** The whole packet if this fragment completes it; its headers are those before the first one's fragment header. */
  #join(packet: WirePacket, iface: HostInterface, source: IpAddress, destination: IpAddress): WirePacket | null {
    const { bytes } = packet;
    const { fragment } = this.#chain;
    const more = fragmentHeader.moreFragments(bytes, fragment);
    const offset = fragmentHeader.fragmentOffset(bytes, fragment);
    const data = bytes.subarray(fragment + fragmentHeader.HEADER_LENGTH);
    if ((more && data.length % UNIT !== 0) || offset + data.length > MOST_TOGETHER) {
      this.#counts.malformed += 1;
      const at = more && data.length % UNIT !== 0 ? ipv6.OFFSET.payloadLength : fragment + 2;
      this.#icmp.complain('wrong field', bytes, iface, at);
      return null;
    }
    if (data.length === 0) return null;
    const front = bytes.slice(0, fragment);
    front[nextHeaderPlace(bytes, this.#chain, fragment)] = fragmentHeader.nextHeader(bytes, fragment);
    const identification = fragmentHeader.identification(bytes, fragment);
    const whole = this.#reassembly.add(
      { source, destination, protocol: 0, identification },
      { offset, more, data, front, trusted: packet.trusted, from: { iface, packet: bytes } },
    );
    if (whole === null) return null;
    ipv6.setPayloadLength(whole.bytes, 0, whole.bytes.length - ipv6.HEADER_LENGTH);
    const result = new WirePacket(whole.bytes, whole.start);
    result.trusted = whole.trusted;
    result.broadcast = packet.broadcast;
    return result;
  }
}
