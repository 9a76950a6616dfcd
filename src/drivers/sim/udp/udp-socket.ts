// A socket's place among those of UDP: which datagrams are its own. Owns no delivery: that is its owner's.
import type { DriverError } from '../../contract.js';
import type { IpAddress, IpFamily } from '../ip/address.js';
import type { Arrival } from '../ip/service.js';

/** Whoever gets what comes for a socket. */
export interface UdpOwner {
  /** A datagram of the socket's: data in [start, end) of the packet. */
  deliver(arrival: Arrival, sourcePort: number, start: number, end: number): void;
  /** Whether a datagram that was sent to a group or to everybody is wanted. */
  wantsShared(arrival: Arrival): boolean;
  /** What became of a datagram that was sent earlier. */
  reported(error: DriverError): void;
  /** The host went down. */
  halted(): void;
}

/** What a socket asks for when it binds. */
export interface UdpPlace {
  readonly family: IpFamily;
  readonly address: IpAddress;
  readonly port: number;
  readonly v6Only: boolean;
  readonly shared: boolean;
}

/** A bound socket. Address and peer are changed by `UdpLayer.move` only, which knows where to find it. */
export class UdpSocket {
  readonly family: IpFamily;
  readonly port: number;
  readonly shared: boolean;
  readonly owner: UdpOwner;
  /** An IPv6 socket that takes IPv4 datagrams too. */
  readonly dualStack: boolean;
  address: IpAddress;
  peer: IpAddress | null = null;
  peerPort = 0;

  constructor(place: UdpPlace, port: number, owner: UdpOwner) {
    this.family = place.family;
    this.address = place.address;
    this.port = port;
    this.shared = place.shared;
    this.owner = owner;
    this.dualStack = place.family === 'ipv6' && !place.v6Only && place.address.family === 'ipv6' && place.address.isAny;
  }

  /** Whether both cannot be there at once: they are bound to the same, and not both of them share it. */
  collides(address: IpAddress, dualStack: boolean, shared: boolean): boolean {
    if (this.shared && shared) return false;
    if (this.address === address) return true;
    return this.address.isAny && address.isAny && (this.dualStack || dualStack);
  }

  /** Whether datagrams from there are its own: from everybody, or from the peer. */
  hearsFrom(source: IpAddress, sourcePort: number): boolean {
    return this.peer === null || (this.peer === source && this.peerPort === sourcePort);
  }

  /** Whether it takes datagrams of this family. */
  hearsFamily(family: IpFamily): boolean {
    return this.address.family === family || this.dualStack;
  }
}
