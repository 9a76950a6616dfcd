// How a host speaks MLD (RFC 3810, and as a listener to older routers RFC 2710).
import type { IpAddress } from '../ip/address.js';
import { PROTOCOL, type Arrival, type IpInterface, type IpService } from '../ip/service.js';
import { pseudoSum } from '../wire/checksum.js';
import { lengthFor, writeRecord } from '../wire/group-records.js';
import * as icmpv6 from '../wire/icmpv6.js';
import { EXTENSION, ROUTER_ALERT, ROUTER_ALERT_HEADER_LENGTH, writeRouterAlert } from '../wire/ipv6-extensions.js';
import * as ipv6 from '../wire/ipv6.js';
import * as mld from '../wire/mld.js';
import type { GroupRecord } from './changes.js';
import type { Heard, Language } from './language.js';
import { packed } from './packing.js';

const HEADER = ipv6.HEADER_LENGTH + ROUTER_ALERT_HEADER_LENGTH;
const MILLISECOND = 1000;

export class MldLanguage implements Language {
  readonly olderInterval = 10_000_000;
  readonly #ip: IpService;
  readonly #reporters: IpAddress;
  readonly #routers: IpAddress;

  constructor(ip: IpService) {
    this.#ip = ip;
    this.#reporters = ip.book.parse('ff02::16');
    this.#routers = ip.book.parse('ff02::2');
  }

  report(iface: IpInterface, records: readonly GroupRecord[]): void {
    for (const message of packed(records, 16, iface.mtu - HEADER - mld.REPORT_HEADER_LENGTH)) {
      const length = message.reduce(
        (sum, { sources }) => sum + lengthFor(16, sources.length),
        mld.REPORT_HEADER_LENGTH,
      );
      const packet = new Uint8Array(HEADER + length);
      mld.writeReport(packet, HEADER, message.length);
      let at = HEADER + mld.OFFSET.records;
      for (const { type, group, sources } of message) {
        at = writeRecord(
          packet,
          at,
          type,
          group.bytes,
          sources.map(({ bytes }) => bytes),
        );
      }
      this.#send(iface, packet, this.#reporters);
    }
  }

  reportOlder(iface: IpInterface, group: IpAddress): void {
    this.#sendMessage(iface, icmpv6.TYPE.listenerReport, group, group);
  }

  leaveOlder(iface: IpInterface, group: IpAddress): void {
    this.#sendMessage(iface, icmpv6.TYPE.listenerDone, group, this.#routers);
  }

  #sendMessage(iface: IpInterface, type: number, group: IpAddress, destination: IpAddress): void {
    const packet = new Uint8Array(HEADER + mld.MESSAGE_LENGTH);
    mld.writeMessage(packet, HEADER, type, 0, group.bytes);
    this.#send(iface, packet, destination);
  }

  /** Router alert, no further than the link, and from an address of the link or none at all (RFC 3810, 5.2.13). */
  #send(iface: IpInterface, packet: Uint8Array, destination: IpAddress): void {
    const own = iface.addresses.find(({ address }) => address.family === 'ipv6' && address.isLinkLocal);
    const source = own?.address ?? this.#ip.book.anyIpv6;
    const payload = packet.length - ipv6.HEADER_LENGTH;
    ipv6.write(packet, 0, payload, EXTENSION.hopByHop, 1, source.bytes, destination.bytes);
    writeRouterAlert(packet, ipv6.HEADER_LENGTH, PROTOCOL.icmpv6, ROUTER_ALERT.multicastListener);
    const pseudo = pseudoSum(source.bytes, destination.bytes, PROTOCOL.icmpv6, packet.length - HEADER);
    icmpv6.fillChecksum(packet, HEADER, packet.length, pseudo);
    this.#ip.transmitWhole(packet, { iface, nextHop: destination, source, mtu: iface.mtu });
  }

  /** The checksum is right: IP has looked at it, as at that of every ICMP message. */
  read({ packet, start }: Arrival): Heard | null {
    const end = packet.length;
    if (end - start < mld.MESSAGE_LENGTH) return null;
    const type = icmpv6.type(packet, start);
    const address = this.#ip.book.ipv6(packet, start + mld.OFFSET.group);
    if (type === icmpv6.TYPE.listenerReport) return { kind: 'report', group: address };
    const version = mld.queryVersion(start, end);
    if (type !== icmpv6.TYPE.listenerQuery || version === 0) return null;
    return {
      kind: 'query',
      version: version === 1 ? 'older' : 'current',
      group: address.isAny ? null : address,
      sources: this.#sources(packet, start, version),
      within: mld.maxResponse(packet, start, version) * MILLISECOND,
    };
  }

  #sources(packet: Uint8Array, start: number, version: 1 | 2): IpAddress[] {
    if (version === 1) return [];
    const sources: IpAddress[] = [];
    for (let i = 0; i < mld.querySourceCount(packet, start); i += 1) {
      const at = mld.querySourceAt(start, i);
      if (at + 16 <= packet.length) sources.push(this.#ip.book.ipv6(packet, at));
    }
    return sources;
  }
}
