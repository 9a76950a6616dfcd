// The way to one peer. Owns: the route, what the IP header says, and how large a segment may be on the way.
// Does not own: what segments say.
import type { DriverError } from '../../contract.js';
import type { IpAddress } from '../ip/address.js';
import { type HeaderChoice, type IpService, type OutgoingPacket, PROTOCOL, type Route } from '../ip/service.js';
import { HEADER_LENGTH, OFFSET } from '../wire/tcp.js';
import { LEAST_MSS } from './constants.js';
import type { TcpSettings } from './settings.js';

/** What TCP writes into the IP header by itself. */
export function headerFor(source: IpAddress, destination: IpAddress, settings: TcpSettings): HeaderChoice {
  return {
    source,
    destination,
    protocol: PROTOCOL.tcp,
    hopLimit: settings.hopLimit,
    trafficClass: settings.typeOfService,
    dontFragment: settings.dontFragment,
    checksumAt: OFFSET.checksum,
  };
}

/** The headers of IP and TCP without options. */
function headersOf(address: IpAddress): number {
  return (address.family === 'ipv4' ? 20 : 40) + HEADER_LENGTH;
}

export class Path {
  readonly #ip: IpService;
  readonly #settings: TcpSettings;
  #header: HeaderChoice;
  #route: Route;

  constructor(ip: IpService, settings: TcpSettings, source: IpAddress, destination: IpAddress, route: Route) {
    this.#ip = ip;
    this.#settings = settings;
    this.#header = headerFor(source, destination, settings);
    this.#route = route;
  }

  get interfaceIndex(): number {
    return this.#route.iface.index;
  }

  /** The largest packet that goes through, whatever the socket makes of it. */
  get mtu(): number {
    return this.#route.mtu;
  }

  /** The most data that a segment without options takes along. */
  get segmentSize(): number {
    return Math.max(LEAST_MSS, this.#limited(this.mtu) - headersOf(this.#header.source));
  }

  /** The most data that this end can take in one segment: what the MSS option says (RFC 9293 section 3.7.1). */
  get ownSegmentSize(): number {
    const mtu = this.#limited(this.#route.iface.mtu);
    return Math.min(0xffff, Math.max(LEAST_MSS, mtu - headersOf(this.#header.source)));
  }

  transmit(packet: OutgoingPacket): DriverError | null {
    return this.#ip.transmit(packet, this.#header, this.#route);
  }

  /** Settings or the network have changed. Without a route the old one is kept: a new one may turn up. */
  renew(): void {
    const { source, destination } = this.#header;
    this.#header = headerFor(source, destination, this.#settings);
    const route = this.#ip.route(destination, { source, interfaceIndex: this.#settings.unicastInterface });
    if (typeof route !== 'string') this.#route = route;
  }

  #limited(mtu: number): number {
    const { userMtu } = this.#settings;
    return userMtu > 0 ? Math.min(userMtu, mtu) : mtu;
  }
}
