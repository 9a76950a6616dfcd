// The network service contract: the machine's interfaces, and datagrams without Winsock, for what runs inside a process as
// part of it. A name space provider may not call Winsock, which it is below; this is its door to the network. Types only.

/** The name under which a process's network service is mounted. */
export const NETWORK_DEVICE = '\\Device\\Network';

/** An address of an interface. */
export interface NetworkInterface {
  readonly name: string;
  readonly index: number;
  readonly family: 'ipv4' | 'ipv6' | 'unix';
  /** Text, without the scope. */
  readonly address: string;
  readonly prefixLength: number;
  /** IPv6 link-local addresses: the interface's number; else 0. */
  readonly scopeId: number;
  readonly loopback: boolean;
  readonly up: boolean;
  readonly multicast: boolean;
}

/** Where a datagram comes from or goes to. */
export interface DatagramAddress {
  readonly family: 'ipv4' | 'ipv6' | 'unix';
  readonly address: string;
  readonly port: number;
  readonly scopeId: number;
}

/** How to open a port. */
export interface DatagramHow {
  readonly family: 'ipv4' | 'ipv6';
  /** 0 chooses one. */
  readonly port: number;
  /** Others that share it too may have the same port, here and in other processes. */
  readonly shared: boolean;
  /** The hop limit of multicast datagrams. */
  readonly multicastHops: number;
  /** A datagram has come. Its memory is the receiver's until this returns. */
  readonly received: (data: Uint8Array, from: DatagramAddress) => void;
}

/** An open port, bound to every address of the machine. Errors are names of the operating system's. */
export interface DatagramPort {
  /** The port's number. */
  readonly port: number;
  /** Joins a group on the interface that has this address; null, or why not. */
  join(group: string, face: NetworkInterface): string | null;
  leave(group: string, face: NetworkInterface): void;
  /**
   * Sends a datagram. Nobody is told when it is lost, only that it cannot be sent.
   *
   * @param face - the interface that a datagram to a group leaves by
   */
  send(data: Uint8Array, to: DatagramAddress, face: NetworkInterface | null): void;
  /** What is sent already still goes out. */
  close(): void;
}

/** The network as a process sees it. */
export interface NetworkService {
  /** This machine's name. */
  hostName(): string;
  /** Every address of every interface. */
  interfaces(): readonly NetworkInterface[];
  /** Calls `changed` when they change, until the result is called; null where nobody is told. */
  watch(changed: () => void): (() => void) | null;
  /** Opens a port, or tells why not. */
  openDatagram(how: DatagramHow): DatagramPort | string;
}
