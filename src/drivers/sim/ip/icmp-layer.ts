// ICMP and ICMPv6 as far as IP itself answers them: echo requests, and errors, which it hands to those whose packets they
// speak of. Owns no memory of what was sent. Everything else in ICMP is for raw sockets and group membership.
import * as checksums from '../wire/checksum.js';
import * as icmp from '../wire/icmp.js';
import * as icmpv6 from '../wire/icmpv6.js';
import type { IpAddress } from './address.js';
import type { Arrived } from './arrived.js';
import { complain, type Complaint } from './complaints.js';
import type { HostInterface } from './interface.js';
import type { Protocols } from './protocols.js';
import { readReport } from './reports.js';
import type { Router } from './router.js';
import { type IpService, PROTOCOL } from './service.js';
import { chooseSource } from './source-selection.js';

/** What Windows sends with. */
const HOP_LIMIT = 128;

export class IcmpLayer {
  readonly #ip: IpService;
  readonly #router: Router;
  readonly #protocols: Protocols;

  constructor(ip: IpService, router: Router, protocols: Protocols) {
    this.#ip = ip;
    this.#router = router;
    this.#protocols = protocols;
  }

  /** A message has come whose checksum is right. */
  arrived(arrival: Arrived): void {
    const { packet, start } = arrival;
    if (packet.length < start + icmp.HEADER_LENGTH) return;
    const four = arrival.source.family === 'ipv4';
    const type = icmp.type(packet, start);
    if (type === (four ? icmp.TYPE.echoRequest : icmpv6.TYPE.echoRequest)) this.#answer(arrival);
    else if (four ? icmp.isError(type) : icmpv6.isError(type)) this.#report(arrival);
  }

  /** Whether the message is undamaged. */
  sound(arrival: Arrived): boolean {
    const { packet, start } = arrival;
    const initial = arrival.source.family === 'ipv4' ? 0 : pseudo(arrival.source, arrival.destination, packet, start);
    return checksums.good(packet, start, packet.length, initial);
  }

  /** Tells the sender of `packet`, which came by `iface`, what is wrong with it, if that may be told. */
  complain(about: Complaint, packet: Uint8Array, iface: HostInterface, detail = 0): void {
    const message = complain(this.#ip.book, about, packet, iface, detail);
    if (message === null) return;
    const body = new Uint8Array(icmp.HEADER_LENGTH + message.quote.length);
    icmp.write(body, 0, message.type, message.code, message.rest);
    body.set(message.quote, icmp.HEADER_LENGTH);
    const own = this.#router.owner(message.destination) !== null && !message.destination.isAny;
    const source = own ? message.destination : chooseSource(iface, message.target, message.target);
    if (source !== null) this.#send(source, message.target, body, 0);
  }

  /** RFC 1122 section 3.2.2.6; broadcasts are left unanswered, as Windows leaves them. */
  #answer(arrival: Arrived): void {
    const { source, destination, packet, start, iface } = arrival;
    const four = source.family === 'ipv4';
    if (source.isAny || source.isMulticast || (arrival.toMany && four)) return;
    const from = arrival.toMany ? chooseSource(iface, source, source) : destination;
    if (from === null) return;
    const body = packet.slice(start);
    icmp.setType(body, 0, four ? icmp.TYPE.echoReply : icmpv6.TYPE.echoReply);
    icmp.setCode(body, 0, 0);
    this.#send(from, source, body, arrival.trafficClass);
  }

  #report(arrival: Arrived): void {
    const report = readReport(this.#ip.book, arrival);
    if (report === null || this.#router.owner(report.source) === null) return;
    if (report.error !== 'EMSGSIZE') {
      this.#protocols.reported(report);
      return;
    }
    const mtu = this.#router.learned.learn(report.destination, report.mtu, report.size);
    this.#protocols.reported({ ...report, mtu });
  }

  /** Sends a message whose checksum is not yet right. A route that is missing leaves nothing to be done. */
  #send(source: IpAddress, target: IpAddress, body: Uint8Array, trafficClass: number): void {
    const four = target.family === 'ipv4';
    const route = this.#ip.route(target, { source });
    if (typeof route === 'string') return;
    const packet = this.#ip.packet(target.family, body.length);
    packet.bytes.set(body, packet.start);
    const { bytes, start } = packet;
    const initial = four ? 0 : pseudo(source, target, bytes, start);
    checksums.fill(bytes, start + icmp.OFFSET.checksum, start, bytes.length, initial);
    this.#ip.transmit(
      packet,
      {
        source,
        destination: target,
        protocol: four ? PROTOCOL.icmp : PROTOCOL.icmpv6,
        hopLimit: HOP_LIMIT,
        trafficClass,
        dontFragment: false,
        checksumAt: null,
      },
      route,
    );
  }
}

function pseudo(source: IpAddress, destination: IpAddress, packet: Uint8Array, start: number): number {
  return checksums.pseudoSum(source.bytes, destination.bytes, PROTOCOL.icmpv6, packet.length - start);
}
