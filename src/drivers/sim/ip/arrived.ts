// A packet that has come for this host, read once for all who want to know.
import * as ipv4 from '../wire/ipv4.js';
import * as ipv6 from '../wire/ipv6.js';
import type { IpAddress } from './address.js';
import type { HostInterface } from './interface.js';
import type { Arrival } from './service.js';

export class Arrived implements Arrival {
  readonly source: IpAddress;
  readonly destination: IpAddress;
  readonly protocol: number;
  readonly hopLimit: number;
  readonly trafficClass: number;
  readonly iface: HostInterface;
  readonly toMany: boolean;
  readonly packet: Uint8Array;
  readonly start: number;
  readonly checksumGood: boolean;

  constructor(
    packet: Uint8Array,
    iface: HostInterface,
    source: IpAddress,
    destination: IpAddress,
    protocol: number,
    start: number,
    checksumGood: boolean,
  ) {
    const four = source.family === 'ipv4';
    this.source = source;
    this.destination = destination;
    this.protocol = protocol;
    this.hopLimit = four ? ipv4.ttl(packet, 0) : ipv6.hopLimit(packet, 0);
    this.trafficClass = four ? ipv4.trafficClass(packet, 0) : ipv6.trafficClass(packet, 0);
    this.iface = iface;
    this.toMany = iface.isToMany(destination);
    this.packet = packet;
    this.start = start;
    this.checksumGood = checksumGood;
  }
}
