// A packet that passed an interface, read as if it had come for this host.
import type { AddressBook, IpAddress } from '../ip/address.js';
import type { Arrival, IpInterface } from '../ip/service.js';
import * as ipv4 from '../wire/ipv4.js';
import { HeaderChain } from '../wire/ipv6-extensions.js';
import * as ipv6 from '../wire/ipv6.js';

export class Passing implements Arrival {
  readonly source: IpAddress;
  readonly destination: IpAddress;
  readonly protocol: number;
  readonly hopLimit: number;
  readonly trafficClass: number;
  readonly iface: IpInterface;
  readonly toMany: boolean;
  readonly packet: Uint8Array;
  readonly start: number;
  /** Who listens in looks at the bytes, so they are complete. */
  readonly checksumGood = false;

  constructor(book: AddressBook, packet: Uint8Array, iface: IpInterface) {
    const four = ipv4.version(packet, 0) === 4;
    this.packet = packet;
    this.iface = iface;
    this.source = four ? book.ipv4(packet, ipv4.OFFSET.source) : book.ipv6(packet, ipv6.OFFSET.source);
    this.destination = four ? book.ipv4(packet, ipv4.OFFSET.destination) : book.ipv6(packet, ipv6.OFFSET.destination);
    this.toMany = this.destination.isMulticast || this.destination.isLimitedBroadcast;
    this.hopLimit = four ? ipv4.ttl(packet, 0) : ipv6.hopLimit(packet, 0);
    this.trafficClass = four ? ipv4.trafficClass(packet, 0) : ipv6.trafficClass(packet, 0);
    if (four) {
      this.protocol = ipv4.protocol(packet, 0);
      this.start = ipv4.headerLength(packet, 0);
    } else {
      const chain = new HeaderChain().read(packet, 0, packet.length);
      this.protocol = chain.protocol;
      this.start = chain.start;
    }
  }
}
