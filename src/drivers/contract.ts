// The driver contract: what afd stands on. A driver knows bytes, addresses and operating-system errors, and nothing of
// Winsock: no error code of Winsock's, no socket semantics. What differs between drivers is the capabilities value;
// every method exists on every driver, and one that a driver cannot honour answers 'ENOTSUP'.
//
// Rules that hold for every method and every sink call:
// - Sink calls never come from inside the driver method that caused them, with one exception named at `write`.
// - After `close`, `reset` or a sink's `failed`/`connectFailed`, the driver calls that sink no more.
// - Memory handed to a sink belongs to the driver and is valid until the call returns: the sink copies what it keeps.
// - Memory handed to `write`/`send` belongs to the caller, who leaves it alone until the driver is done with it.

/** An address family as drivers name them. */
export type Family = 'ipv4' | 'ipv6' | 'unix';

/** A transport address; immutable. For 'unix' the path is in `address` (empty: unnamed) and the port is 0. */
export interface NetAddress {
  readonly family: Family;
  /** Dotted decimal, IPv6 text without scope or brackets, or a path. */
  readonly address: string;
  /** Host order. */
  readonly port: number;
  /** IPv6 scope id, 0 for none. */
  readonly scopeId: number;
}

/** The name of an operating-system error, as libuv spells it ('EADDRINUSE', 'ECONNRESET', ...). */
export type DriverError = string;

/** What a driver can do; a constant of the driver. */
export interface Capabilities {
  /** Out-of-band data on streams (`writeUrgent`, the sink's `urgent`). */
  readonly urgentData: boolean;
  /** Raw sockets. */
  readonly raw: boolean;
  /** Control information with datagrams: destination address, hop limit, interface. */
  readonly packetInfo: boolean;
  /** The address families that can be opened. */
  readonly families: readonly Family[];
  /** ICMP port unreachable reaches an unconnected datagram transport. */
  readonly unconnectedPortUnreachable: boolean;
  /** A connection can be held unanswered until it is accepted (SO_CONDITIONAL_ACCEPT in its full sense). */
  readonly deferredAccept: boolean;
  /** Memberships can be restricted to, or rid of, single sources (`setSourceFilter`). */
  readonly sourceFilters: boolean;
  /** Streams tell figures about their connection (`figures`), and all transports the MTU of their path (`pathMtu`). */
  readonly pathFigures: boolean;
  /** Datagrams that are there already can be asked for (`pull`). */
  readonly pullDatagrams: boolean;
  /** Per-socket settings that reach the wire; those missing are only remembered by afd. */
  readonly settings: readonly Setting[];
}

/** Settings that a driver may be able to apply. Values are numbers; booleans are 0 or 1. */
export type Setting =
  | 'noDelay'
  | 'keepAlive'
  | 'keepAliveIdleMs'
  | 'keepAliveIntervalMs'
  | 'keepAliveCount'
  | 'ttl'
  | 'multicastTtl'
  | 'multicastLoop'
  | 'broadcast'
  | 'receiveBuffer'
  | 'sendBuffer'
  | 'dontFragment'
  | 'typeOfService'
  /** How many connections may wait unattached on a listener; `listen` sets it too. */
  | 'backlog'
  /** Listeners (capability deferredAccept): connections are told of while the handshake waits; `attach` finishes it. */
  | 'holdConnections'
  /** Milliseconds of retransmission after which a connection is given up: 0 the driver's own rule, -1 never. */
  | 'retransmitMs'
  /** Milliseconds: the first retransmission timeout. */
  | 'initialTimeoutMs'
  /** SYN is sent once only. */
  | 'noSynRetries'
  /** An ICMP error ends an attempt to connect at once. */
  | 'failOnIcmp'
  /** TCP timestamps. */
  | 'timestamps'
  /** Segments of the first flight. */
  | 'initialWindow'
  /** Segments per acknowledgement. */
  | 'ackFrequency'
  /** The interface that unicast leaves by, 0 for the routing table's choice. */
  | 'unicastInterface'
  /** The largest packet to send, 0 for the path's. */
  | 'userMtu'
  /** IP_MTU_DISCOVER's values. */
  | 'mtuDiscover'
  /** Datagrams: leave the checksum out (IPv4). */
  | 'noChecksum'
  /** Datagrams: take broadcasts. */
  | 'receiveBroadcast'
  /** Datagrams: tell `failed('ENETRESET')` when a hop limit ran out on the way. */
  | 'reportHopLimit'
  /** Raw: what is sent begins with an IP header of the caller's. */
  | 'headerIncluded'
  /** Raw: RCVALL_* values; everything that passes the interface bound to. */
  | 'receiveAll';

/** How to bind. */
export interface BindOptions {
  /** IPv6 only: refuse IPv4-mapped traffic. */
  readonly v6Only: boolean;
  /** Datagrams: let other sockets share the address (multicast receivers, SO_REUSEADDR). */
  readonly shared: boolean;
}

/** What both transports have. */
export interface Transport {
  /** The bound address, or null while unbound. */
  readonly local: NetAddress | null;
  /** The peer, or null while unconnected. */
  readonly remote: NetAddress | null;
  /** Binds at once, without listening; port 0 chooses one, which `local` then tells. Returns null or the error. */
  bind(address: NetAddress, options: BindOptions): DriverError | null;
  /** Applies a setting; 'ENOTSUP' when it is not among the capabilities. May be called before bind. */
  set(setting: Setting, value: number): DriverError | null;
  /** The largest packet that the path to the peer takes; null if unconnected or unknown (capability pathFigures). */
  pathMtu(): number | null;
}

/** What a stream tells its owner. */
export interface StreamSink {
  connected(): void;
  connectFailed(error: DriverError): void;
  /** A listening transport took a connection. It does not read until it is given a sink by `attach`. */
  accepted(connection: StreamTransport): void;
  /** `length` bytes at the start of `buffer`. Return false to stop reading until `resume`. */
  received(buffer: Uint8Array, length: number): boolean;
  /**
   * One byte of urgent data (capability urgentData), told at its place in the stream: what was sent before it has been
   * received already, what was sent after it has not.
   */
  urgent(byte: number): void;
  /** The peer sent its FIN: no more data will come. Sending still works. */
  ended(): void;
  /** The connection is dead: reset by the peer, or broken ('ECONNRESET', 'EPIPE', 'ETIMEDOUT', ...). */
  failed(error: DriverError): void;
}

/** A byte stream: TCP, or a local stream socket. */
export interface StreamTransport extends Transport {
  /** Gives an accepted connection its owner and starts reading. */
  attach(sink: StreamSink): void;
  /** Starts accepting; the transport must be bound. Errors come at once. */
  listen(backlog: number): DriverError | null;
  /** Starts connecting; `connected` or `connectFailed` follows. An unbound transport chooses its own address. */
  connect(remote: NetAddress): DriverError | null;
  /**
   * Queues bytes in order. Returns true when all of them were taken at once (`done` is then not called and the memory is
   * free again); false when `done(null)` or `done(error)` will follow. Errors found at once also come through `done`,
   * later. An empty list is a probe: it transmits nothing and reports whether the connection still takes data.
   */
  write(chunks: readonly Uint8Array[], done: (error: DriverError | null) => void): boolean;
  /** Sends one byte of urgent data, or 'ENOTSUP'. */
  writeUrgent(byte: number): DriverError | null;
  /** Sends FIN after everything written. */
  shutdownWrite(): void;
  /** Stops reading; the peer feels it as back-pressure. */
  pause(): void;
  /** Reads on. */
  resume(): void;
  /**
   * Closes gracefully: what was written is still delivered, then FIN; data that arrives later is answered by a reset.
   * `closed` is called once everything has been delivered to the operating system's satisfaction (null) or was lost.
   */
  close(closed: (error: DriverError | null) => void): void;
  /** Closes hard: what is queued is dropped and the peer gets a reset. */
  reset(): void;
  /** What the stack has counted on this connection; null without the capability pathFigures, or unconnected. */
  figures(): StreamFigures | null;
}

/** Figures of a connection, as SIO_TCP_INFO tells them. Times in microseconds unless said otherwise. */
export interface StreamFigures {
  /** TCPSTATE_*: 0 closed, 1 listen, 2 SYN sent, 3 SYN received, 4 established, 5 FIN wait 1, 6 FIN wait 2, 7 close wait,
   *  8 closing, 9 last ACK, 10 time wait. */
  readonly state: number;
  readonly mss: number;
  readonly connectionTimeMs: number;
  readonly timestampsEnabled: boolean;
  /** The smoothed and the smallest round trip. */
  readonly roundTrip: number;
  readonly leastRoundTrip: number;
  readonly bytesInFlight: number;
  readonly congestionWindow: number;
  /** What the peer takes, and what we do. */
  readonly sendWindow: number;
  readonly receiveWindow: number;
  readonly receiveBuffer: number;
  readonly bytesOut: number;
  readonly bytesIn: number;
  readonly bytesReordered: number;
  readonly bytesRetransmitted: number;
  readonly fastRetransmits: number;
  readonly duplicateAcksIn: number;
  readonly timeoutEpisodes: number;
  readonly synRetransmits: number;
}

/** What came with a datagram; fields that the driver cannot know are null (capability packetInfo). */
export interface PacketInfo {
  readonly destination: NetAddress | null;
  readonly interfaceIndex: number | null;
  readonly hopLimit: number | null;
  readonly typeOfService: number | null;
}

/** What a datagram transport tells its owner. */
export interface DatagramSink {
  /** One datagram, whole. Raw sockets of IPv4 get the IP header with it. */
  received(data: Uint8Array, from: NetAddress, info: PacketInfo | null): void;
  /**
   * An error without a caller: 'ECONNREFUSED' for an ICMP port unreachable, 'ENETRESET' for a hop limit that ran out
   * (setting reportHopLimit). The transport lives on.
   */
  failed(error: DriverError): void;
}

/** A multicast membership. */
export interface Membership {
  readonly group: string;
  /** Interface address (IPv4) or index as text (IPv6); empty for the default. */
  readonly interface: string;
  /** The one allowed source, or null for any. */
  readonly source: string | null;
}

/** Which sources of a joined group are heard: only those listed, or all but those listed. */
export interface SourceFilter {
  readonly group: string;
  readonly interface: string;
  readonly mode: 'include' | 'exclude';
  readonly sources: readonly string[];
}

/** What one datagram is to have that the socket's settings do not say; null fields leave it to them. */
export interface SendControl {
  /** The own address that it leaves from. */
  readonly source: string | null;
  readonly interfaceIndex: number | null;
  readonly hopLimit: number | null;
  /** The whole byte: DSCP and ECN. */
  readonly typeOfService: number | null;
}

/** Datagrams: UDP, and raw sockets, whose ports are all 0. */
export interface DatagramTransport extends Transport {
  /** Fixes the peer (and chooses a local address if unbound): only its datagrams arrive. */
  connect(remote: NetAddress): DriverError | null;
  /** Undoes `connect`. */
  disconnect(): DriverError | null;
  /**
   * Sends one datagram made of `chunks`, to `to` or to the connected peer (null). `done` may be called before `send`
   * returns (the one exception to the sink rule) or later. `control` that cannot be honoured is 'ENOTSUP'.
   */
  send(
    chunks: readonly Uint8Array[],
    to: NetAddress | null,
    control: SendControl | null,
    done: (error: DriverError | null) => void,
  ): void;
  /**
   * Takes the oldest datagram that has come and that the sink has not been told of, without its sender: `into` gets it, and
   * the result is its length; what is longer is cut off. Null when there is none, or none to be had in this way, for good
   * (without the capability pullDatagrams) or at the moment, as while the senders have to be looked at. An error that the
   * sink would have been told of as `failed` is the result in its place. May be called from inside the sink's `received`.
   */
  pull(into: Uint8Array): number | DriverError | null;
  join(membership: Membership): DriverError | null;
  leave(membership: Membership): DriverError | null;
  /**
   * Sets the whole filter of a group on an interface: an empty 'include' leaves it, any other joins it if need be. Used
   * instead of join and leave wherever sources are named, where the capability sourceFilters is there.
   */
  setSourceFilter(filter: SourceFilter): DriverError | null;
  /** The interface that multicast leaves by: an address (IPv4) or an index as text (IPv6); empty for the default. */
  setMulticastInterface(address: string): DriverError | null;
  close(): void;
}

/** One address of one interface. */
export interface InterfaceAddress {
  readonly name: string;
  readonly index: number;
  readonly family: Family;
  readonly address: string;
  readonly netmask: string;
  readonly prefixLength: number;
  readonly scopeId: number;
  readonly loopback: boolean;
  readonly up: boolean;
  readonly multicast: boolean;
}

/** What the resolver of a driver answers. Errors are names: 'ENOTFOUND', 'EAI_AGAIN', 'ENODATA', ... */
export type Resolution<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: DriverError };

/** Names, until name space providers take over. */
export interface Resolver {
  hostName(): string;
  /** Addresses of a name, in the resolver's order. */
  lookup(name: string, family: Family | null): Promise<Resolution<readonly NetAddress[]>>;
  /** Names of an address, the canonical one first. */
  reverse(address: NetAddress): Promise<Resolution<readonly string[]>>;
  /** How this machine asks DNS servers; left out where there are none to ask, as on a simulated network. */
  dns?(): DnsSettings;
}

/** Where names are asked for: servers by IP address, the domains that short names are tried in, from how many dots on later. */
export interface DnsSettings {
  readonly servers: readonly { readonly address: string; readonly port: number }[];
  readonly search: readonly string[];
  readonly ndots: number;
}

/** A driver: one per process object. */
export interface Driver {
  readonly name: string;
  readonly capabilities: Capabilities;
  readonly resolver: Resolver;
  openStream(family: Family, sink: StreamSink): StreamTransport | DriverError;
  openDatagram(family: Family, sink: DatagramSink): DatagramTransport | DriverError;
  /** A raw socket of an IP protocol (capability raw): ports are 0, IPv4 packets come with their header. */
  openRaw(family: Family, protocol: number, sink: DatagramSink): DatagramTransport | DriverError;
  interfaces(): readonly InterfaceAddress[];
  /**
   * Calls `changed` whenever `interfaces` or `sourceFor` may answer differently than before, until the function that comes
   * back is called. Null from a driver that is not told of changes: whoever wants to know has to ask again and again.
   */
  watch(changed: () => void): (() => void) | null;
  /**
   * The local address that traffic to `destination` leaves from, or why none can go there. 'ENOTSUP' from a driver that
   * knows no routes: the interfaces then say what can be said.
   */
  sourceFor(destination: NetAddress): NetAddress | DriverError;
}
