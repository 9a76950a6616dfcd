// IPv4 packets that have come by an interface: checked, joined if they are fragments, delivered or carried on.
import type { SimClock } from '../clock.js';
import * as ipv4 from '../wire/ipv4.js';
import type { AddressBook, IpAddress } from './address.js';
import { Arrived } from './arrived.js';
import type { IpCounts } from './counts.js';
import type { Delivery } from './delivery.js';
import type { Forwarding } from './forwarding.js';
import type { IcmpLayer } from './icmp-layer.js';
import type { HostInterface } from './interface.js';
import { Reassembly } from './reassembly.js';
import type { Translator } from './translator.js';
import { WirePacket } from './wire-packet.js';

/** A fragment carries a multiple of this, but for the last. */
const UNIT = 8;

export class Ipv4Input {
  translator: Translator | null = null;
  readonly #book: AddressBook;
  readonly #delivery: Delivery;
  /** Null on a host that does not forward. */
  readonly #forwarding: Forwarding | null;
  readonly #counts: IpCounts;
  readonly #reassembly: Reassembly<HostInterface>;

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
    this.#counts = counts;
    this.#reassembly = new Reassembly(clock, (first) => {
      const packet = joined(first.front, first.data);
      icmp.complain('reassembly time exceeded', packet, first.from);
    });
  }

  receive(packet: WirePacket, iface: HostInterface): void {
    if (ipv4.check(packet.bytes) !== null) {
      this.#counts.malformed += 1;
      return;
    }
    const total = ipv4.totalLength(packet.bytes, 0);
    // What a link has filled up is not part of the packet.
    if (total < packet.bytes.length) packet.bytes = packet.bytes.subarray(0, total);
    const source = this.#book.ipv4(packet.bytes, ipv4.OFFSET.source);
    const destination = this.#book.ipv4(packet.bytes, ipv4.OFFSET.destination);
    if (!this.#delivery.isPlausible(source, destination, iface)) {
      this.#counts.misplaced += 1;
      return;
    }
    iface.show(packet);
    if (this.translator !== null && !iface.isToMany(destination)) this.#translate(packet, iface, this.translator);
    else if (this.#delivery.isForUs(destination, iface)) this.#take(packet, iface, source, destination);
    else this.#forward(packet, packet, iface, source, destination);
  }

  halt(): void {
    this.#reassembly.halt();
  }

  /** What passes a translator is seen by it first, and whole. */
  #translate(packet: WirePacket, iface: HostInterface, translator: Translator): void {
    const original = ipv4.isFragment(packet.bytes, 0) ? this.#join(packet, iface) : packet;
    if (original === null) return;
    const changed = translator.arriving(original, iface);
    if (changed === null) {
      this.#counts.untranslated += 1;
      return;
    }
    const source = this.#book.ipv4(changed.bytes, ipv4.OFFSET.source);
    const destination = this.#book.ipv4(changed.bytes, ipv4.OFFSET.destination);
    if (this.#delivery.isForUs(destination, iface)) this.#deliver(changed, iface, source, destination);
    else this.#forward(changed, original, iface, source, destination);
  }

  #take(packet: WirePacket, iface: HostInterface, source: IpAddress, destination: IpAddress): void {
    if (!ipv4.isFragment(packet.bytes, 0)) {
      this.#deliver(packet, iface, source, destination);
      return;
    }
    const whole = this.#join(packet, iface);
    if (whole !== null) this.#deliver(whole, iface, source, destination);
  }

  #deliver(packet: WirePacket, iface: HostInterface, source: IpAddress, destination: IpAddress): void {
    const { bytes } = packet;
    const start = ipv4.headerLength(bytes, 0);
    const protocol = ipv4.protocol(bytes, 0);
    const arrival = new Arrived(bytes, iface, source, destination, protocol, start, packet.trusted);
    this.#delivery.deliver(arrival, ipv4.OFFSET.protocol);
  }

  #forward(
    packet: WirePacket,
    original: WirePacket,
    iface: HostInterface,
    source: IpAddress,
    destination: IpAddress,
  ): void {
    if (this.#forwarding === null) this.#counts.notForUs += 1;
    else this.#forwarding.forward(packet, original, iface, source, destination, this.translator);
  }

  /** The whole packet if this fragment completes it; its header is the first fragment's. */
  #join(packet: WirePacket, iface: HostInterface): WirePacket | null {
    const { bytes } = packet;
    const header = ipv4.headerLength(bytes, 0);
    const more = ipv4.moreFragments(bytes, 0);
    const data = bytes.subarray(header);
    const offset = ipv4.fragmentOffset(bytes, 0);
    if (data.length === 0 || (more && data.length % UNIT !== 0) || offset + data.length > ipv4.MAX_TOTAL_LENGTH) {
      this.#counts.malformed += 1;
      return null;
    }
    const key = {
      source: this.#book.ipv4(bytes, ipv4.OFFSET.source),
      destination: this.#book.ipv4(bytes, ipv4.OFFSET.destination),
      protocol: ipv4.protocol(bytes, 0),
      identification: ipv4.identification(bytes, 0),
    };
    const front = bytes.subarray(0, header);
    const whole = this.#reassembly.add(key, { offset, more, data, front, trusted: packet.trusted, from: iface });
    if (whole === null) return null;
    ipv4.setTotalLength(whole.bytes, 0, whole.bytes.length);
    ipv4.setFragment(whole.bytes, 0, false, false, 0);
    ipv4.fillChecksum(whole.bytes, 0);
    const result = new WirePacket(whole.bytes, whole.start);
    result.trusted = whole.trusted;
    result.broadcast = packet.broadcast;
    return result;
  }
}

function joined(front: Uint8Array, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(front.length + data.length);
  bytes.set(front);
  bytes.set(data, front.length);
  return bytes;
}
