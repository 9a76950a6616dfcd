// The contract between IP and what stands on it: TCP, UDP, ICMP and raw sockets. Each side knows only this of the other.
// Rules:
// - `transmit` never delivers before it returns: even what a host sends to itself arrives by an event of the clock.
// - Bytes of an arrival belong to the network and are the same ones for every receiver: read them, copy what is kept.
import type { DriverError } from '../../contract.js';
import type { SimClock } from '../clock.js';
import type { Random } from '../random.js';
import type { AddressBook, IpAddress, IpFamily } from './address.js';

/** Protocol numbers that the stack knows. */
export const PROTOCOL = { icmp: 1, igmp: 2, tcp: 6, udp: 17, icmpv6: 58 } as const;

/** An interface as those above IP see it. */
export interface IpInterface {
  /** From 1 up; 1 is the loopback interface. */
  readonly index: number;
  readonly name: string;
  readonly mtu: number;
  readonly loopback: boolean;
  readonly up: boolean;
  /** The own addresses with their prefix lengths, in the order in which they were given. */
  readonly addresses: readonly InterfacePrefix[];
}

/** One address of an interface and its network. */
export interface InterfacePrefix {
  readonly address: IpAddress;
  readonly prefixLength: number;
}

/** Where packets to one destination go. */
export interface Route {
  readonly iface: IpInterface;
  /** Whom the link is to hand the packet to: a gateway, or the destination itself. */
  readonly nextHop: IpAddress;
  /** The own address that packets leave from if the sender has chosen none. */
  readonly source: IpAddress;
  /** The largest packet that the path is known to take; it shrinks when a router says so. */
  readonly mtu: number;
}

/** Which way a sender wants. */
export interface RouteWish {
  /** The address that the socket is bound to; null or unspecified: any. */
  readonly source?: IpAddress | null;
  /** The interface to leave by: IP_MULTICAST_IF, IP_UNICAST_IF, IP_PKTINFO. 0 or null: any. */
  readonly interfaceIndex?: number | null;
}

/** A packet being made: whoever made it writes the bytes from `start` on, then hands it to `transmit`. */
export interface OutgoingPacket {
  readonly bytes: Uint8Array;
  /** Where the transport header begins; before it is room for IP's. */
  readonly start: number;
}

/** What the sender wants in the IP header, and what it left to be done. */
export interface HeaderChoice {
  readonly source: IpAddress;
  readonly destination: IpAddress;
  readonly protocol: number;
  /** TTL or hop limit. */
  readonly hopLimit: number;
  /** TOS or traffic class. */
  readonly trafficClass: number;
  /** IPv4's DF; IPv6 routers never cut packets anyway, and a sender with this set does not either. */
  readonly dontFragment: boolean;
  /**
   * Where the transport checksum stands, counted from the transport header, if it is still to be filled in (it covers
   * the pseudo-header, so IP can do it); null if it is right already or there is none. As network cards do, the network
   * fills it in only when somebody will look at the bytes.
   */
  readonly checksumAt: number | null;
  /** Multicast: false keeps it from the members on this host. */
  readonly loop?: boolean;
}

/** Which sources of a group are heard: those listed, or all but those listed (RFC 3376, 3.2). */
export interface GroupFilter {
  readonly mode: 'include' | 'exclude';
  readonly sources: ReadonlySet<IpAddress>;
}

/** A packet that has come for this host, joined together if it came in fragments. */
export interface Arrival {
  readonly source: IpAddress;
  readonly destination: IpAddress;
  readonly protocol: number;
  readonly hopLimit: number;
  readonly trafficClass: number;
  readonly iface: IpInterface;
  /** It was sent to a broadcast or multicast address. */
  readonly toMany: boolean;
  /** The whole packet with its IP header (for a packet that came in fragments: with the first one's). */
  readonly packet: Uint8Array;
  /** Where the transport header begins in `packet`, behind options and extension headers. */
  readonly start: number;
  /** The network vouches for the transport checksum: it was never on a wire that could have damaged it. */
  readonly checksumGood: boolean;
}

/** What went wrong with a packet that this host had sent, as an ICMP message told it. */
export interface IcmpReport {
  /**
   * ECONNREFUSED: port unreachable. EHOSTUNREACH, ENETUNREACH: that. EACCES: prohibited. ENOPROTOOPT: protocol unreachable.
   * EMSGSIZE: too big and not to be cut (`mtu` says what would fit). ENETRESET: the hop limit ran out on the way.
   */
  readonly error: DriverError;
  /** Who says so. */
  readonly reporter: IpAddress;
  readonly mtu: number;
  /** The packet that is spoken of, as far as it was quoted. */
  readonly source: IpAddress;
  readonly destination: IpAddress;
  readonly protocol: number;
  /** The quoted transport header, at least eight bytes of it. */
  readonly quoted: Uint8Array;
}

/** A protocol on top of IP. */
export interface IpProtocol {
  /** A packet of the protocol has come. False: nobody here wants it, and IP may answer "unreachable". */
  arrived(arrival: Arrival): boolean;
  /** The network reports on a packet sent earlier. */
  reported(report: IcmpReport): void;
  /** Something about the own addresses changed, or the host went down. */
  addressesChanged?(): void;
}

/** What IP offers. */
export interface IpService {
  readonly clock: SimClock;
  /** Chance for this host. */
  readonly random: Random;
  readonly book: AddressBook;
  readonly interfaces: readonly IpInterface[];
  /** The way to `destination`: ENETUNREACH without one, EADDRNOTAVAIL for a source that is not ours. */
  route(destination: IpAddress, wish?: RouteWish): Route | DriverError;
  /** Whether packets to this address are for us: own addresses, all of 127/8, broadcasts, groups that were joined. */
  isOwn(address: IpAddress): boolean;
  /** Whether a socket may bind to it: an own address, a group, or the unspecified one. */
  isBindable(address: IpAddress): boolean;
  /** Whether it is the limited broadcast address or that of a network we are on. */
  isBroadcast(address: IpAddress): boolean;
  /** A packet with room for IP's header and `length` bytes behind it. */
  packet(family: IpFamily, length: number): OutgoingPacket;
  /** Sends it. EMSGSIZE: larger than the path takes and not to be cut. Nothing else that goes wrong is told. */
  transmit(packet: OutgoingPacket, header: HeaderChoice, route: Route): DriverError | null;
  /**
   * Sends a packet whose IP header the sender made itself (IP_HDRINCL, or with header options as IGMP and MLD need it);
   * IP fills in the length and, for IPv4, the id if 0 and the header checksum.
   */
  transmitWhole(packet: Uint8Array, route: Route): DriverError | null;
  /**
   * Says that a protocol takes the packets of this number. Number 0 stands for every protocol: its handler (raw sockets)
   * is shown each packet before the protocol's own handler or IP itself acts on it, and its answer counts too: what
   * either of them wants is not answered with "unreachable". Handlers of 0 are told all reports as well.
   */
  register(protocol: number, handler: IpProtocol): void;
  /** Group membership of an interface, counted: told to the network by IGMP or MLD when it begins and ends. */
  joinGroup(group: IpAddress, interfaceIndex: number): DriverError | null;
  leaveGroup(group: IpAddress, interfaceIndex: number): void;
  /**
   * The part of one socket (`member`, known by identity) in a group; null ends it. The interface hears what any of its
   * sockets wants (RFC 3376, 3.2): IP itself filters no sources, each socket does.
   */
  filterGroup(member: object, group: IpAddress, interfaceIndex: number, filter: GroupFilter | null): DriverError | null;
  /** Hands every packet that passes the interface to `tap` (SIO_RCVALL); the result stops that. */
  tap(interfaceIndex: number, tap: (packet: Uint8Array, iface: IpInterface) => void): () => void;
}
