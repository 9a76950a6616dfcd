// How a host speaks IGMP (RFC 3376, and as a listener to older routers RFC 2236 and RFC 1112).
import type { IpAddress } from '../ip/address.js';
import { PROTOCOL, type Arrival, type IpInterface, type IpService } from '../ip/service.js';
import { lengthFor, writeRecord } from '../wire/group-records.js';
import * as igmp from '../wire/igmp.js';
import { ROUTER_ALERT_LENGTH, writeRouterAlert } from '../wire/ipv4-options.js';
import * as ipv4 from '../wire/ipv4.js';
import type { GroupRecord } from './changes.js';
import type { Heard, Language, Version } from './language.js';
import { packed } from './packing.js';

const HEADER = ipv4.HEADER_LENGTH + ROUTER_ALERT_LENGTH;
/** Internetwork control (RFC 3376, 4). */
const TRAFFIC_CLASS = 0xc0;
const TENTH = 100_000;
/** What IGMPv1 queries mean by saying nothing: 10 s. */
const OLDEST_RESPONSE = 100 * TENTH;

export class IgmpLanguage implements Language {
  readonly olderInterval = 10_000_000;
  readonly #ip: IpService;
  readonly #reporters: IpAddress;
  readonly #routers: IpAddress;

  constructor(ip: IpService) {
    this.#ip = ip;
    this.#reporters = ip.book.parse('224.0.0.22');
    this.#routers = ip.book.parse('224.0.0.2');
  }

  report(iface: IpInterface, records: readonly GroupRecord[]): void {
    for (const message of packed(records, 4, iface.mtu - HEADER - igmp.HEADER_LENGTH)) {
      const length = message.reduce((sum, { sources }) => sum + lengthFor(4, sources.length), igmp.HEADER_LENGTH);
      const packet = new Uint8Array(HEADER + length);
      igmp.writeReport(packet, HEADER, message.length);
      let at = HEADER + igmp.OFFSET.records;
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

  reportOlder(iface: IpInterface, group: IpAddress, version: Version): void {
    this.#sendMessage(iface, version === 'older' ? igmp.TYPE.reportV2 : igmp.TYPE.reportV1, group, group);
  }

  leaveOlder(iface: IpInterface, group: IpAddress): void {
    this.#sendMessage(iface, igmp.TYPE.leave, group, this.#routers);
  }

  #sendMessage(iface: IpInterface, type: number, group: IpAddress, destination: IpAddress): void {
    const packet = new Uint8Array(HEADER + igmp.HEADER_LENGTH);
    igmp.writeMessage(packet, HEADER, type, 0, group.bytes);
    this.#send(iface, packet, destination);
  }

  /** Router alert, and no further than the link. */
  #send(iface: IpInterface, packet: Uint8Array, destination: IpAddress): void {
    const own = iface.addresses.find(({ address }) => address.family === 'ipv4');
    const source = own?.address ?? this.#ip.book.anyIpv4;
    ipv4.write(packet, 0, packet.length, PROTOCOL.igmp, 1, source.bytes, destination.bytes);
    ipv4.setHeaderLength(packet, 0, HEADER);
    ipv4.setTrafficClass(packet, 0, TRAFFIC_CLASS);
    writeRouterAlert(packet, ipv4.HEADER_LENGTH);
    igmp.fillChecksum(packet, HEADER, packet.length);
    this.#ip.transmitWhole(packet, { iface, nextHop: destination, source, mtu: iface.mtu });
  }

  read({ packet, start }: Arrival): Heard | null {
    const end = packet.length;
    if (end - start < igmp.HEADER_LENGTH || !igmp.checksumGood(packet, start, end)) return null;
    const type = igmp.type(packet, start);
    const address = this.#ip.book.ipv4(packet, start + igmp.OFFSET.group);
    if (type === igmp.TYPE.reportV1 || type === igmp.TYPE.reportV2) return { kind: 'report', group: address };
    const version = igmp.queryVersion(packet, start, end);
    if (type !== igmp.TYPE.query || version === 0) return null;
    const within = version === 1 ? OLDEST_RESPONSE : igmp.maxResponse(packet, start, version) * TENTH;
    const group = address.isAny ? null : address;
    return { kind: 'query', version: NAMES[version], group, sources: this.#sources(packet, start, version), within };
  }

  #sources(packet: Uint8Array, start: number, version: 1 | 2 | 3): IpAddress[] {
    if (version !== 3) return [];
    const sources: IpAddress[] = [];
    for (let i = 0; i < igmp.querySourceCount(packet, start); i += 1) {
      const at = igmp.querySourceAt(start, i);
      if (at + 4 <= packet.length) sources.push(this.#ip.book.ipv4(packet, at));
    }
    return sources;
  }
}

const NAMES = { 1: 'oldest', 2: 'older', 3: 'current' } as const;
