// What a packet says, as plain objects: for traces, tests and golden files, never for the stack itself. Every field is
// always there; null is "does not apply" or "not in the bytes at hand".

/** What an IP header says and what it carries. */
export interface PacketFacts {
  readonly family: 'ipv4' | 'ipv6';
  readonly source: string;
  readonly destination: string;
  /** Of the whole packet, as the header claims. */
  readonly length: number;
  /** TTL, of IPv4. */
  readonly hopLimit: number;
  /** TOS, of IPv4. */
  readonly trafficClass: number;
  readonly flowLabel: number | null;
  /** Of the IPv4 header or the IPv6 fragment header. */
  readonly identification: number | null;
  readonly dontFragment: boolean;
  /** Null: it is whole. */
  readonly fragment: FragmentFacts | null;
  readonly routerAlert: boolean;
  /** Of the transport, behind extension headers. */
  readonly protocol: number;
  /** What is wrong with the IP header or the headers behind it, up to the transport. */
  readonly fault: string | null;
  readonly transport: TransportFacts;
}

export interface FragmentFacts {
  /** In bytes. */
  readonly offset: number;
  readonly length: number;
  readonly more: boolean;
}

/** What the packet carries. */
export type TransportFacts =
  | TcpFacts
  | UdpFacts
  | IcmpFacts
  | GroupFacts
  | PlainFacts
  | TruncatedFacts;

/** False: it does not add up. Null: there is none, or not all bytes that it covers are there. */
export type ChecksumFact = boolean | null;

export interface PortFacts {
  readonly sourcePort: number;
  readonly destinationPort: number;
}

export type TcpFlag = 'FIN' | 'SYN' | 'RST' | 'PSH' | 'ACK' | 'URG' | 'ECE' | 'CWR';

export interface TcpFacts extends PortFacts {
  readonly kind: 'tcp';
  readonly sequence: number;
  readonly acknowledgment: number;
  /** In the order of the bits, from the lowest. */
  readonly flags: readonly TcpFlag[];
  /** As it stands in the header: not scaled. */
  readonly window: number;
  readonly urgentPointer: number;
  readonly options: TcpOptionFacts;
  /** Of the data. */
  readonly length: number;
  readonly checksumGood: ChecksumFact;
}

export interface TcpOptionFacts {
  readonly maxSegmentSize: number | null;
  readonly windowScale: number | null;
  readonly sackPermitted: boolean;
  readonly sackBlocks: readonly { readonly start: number; readonly end: number }[];
  readonly timestamps: { readonly value: number; readonly echo: number } | null;
  /** A length was wrong: what follows it was not read. */
  readonly malformed: boolean;
}

export interface UdpFacts extends PortFacts {
  readonly kind: 'udp';
  /** Of the data. */
  readonly length: number;
  readonly checksumGood: ChecksumFact;
}

export interface IcmpFacts {
  readonly kind: 'icmp' | 'icmpv6';
  readonly type: number;
  readonly code: number;
  /** In words; `type 42` where there are none. */
  readonly name: string;
  /** Of an echo. */
  readonly identifier: number | null;
  readonly sequence: number | null;
  /** Of "too big". */
  readonly mtu: number | null;
  /** Of "parameter problem". */
  readonly pointer: number | null;
  /** The packet that an error speaks of. */
  readonly quoted: PacketFacts | null;
  /** Of the message. */
  readonly length: number;
  readonly checksumGood: ChecksumFact;
}

export type GroupRecordType =
  | 'is-include'
  | 'is-exclude'
  | 'to-include'
  | 'to-exclude'
  | 'allow'
  | 'block'
  | 'unknown';

export interface GroupRecordFacts {
  readonly type: GroupRecordType;
  readonly group: string;
  readonly sources: readonly string[];
}

export interface GroupQueryFacts {
  /** In milliseconds. */
  readonly maxResponse: number;
  readonly suppressRouters: boolean;
  readonly robustness: number | null;
  /** In seconds. */
  readonly interval: number | null;
  readonly sources: readonly string[];
}

/** IGMP and multicast listener discovery. */
export interface GroupFacts {
  readonly kind: 'igmp' | 'mld';
  /** 0: of no known version. */
  readonly version: number;
  readonly name: 'query' | 'report' | 'leave' | 'unknown';
  /** Null in a report with records. */
  readonly group: string | null;
  readonly query: GroupQueryFacts | null;
  readonly records: readonly GroupRecordFacts[];
  /** Of the message. */
  readonly length: number;
  readonly checksumGood: ChecksumFact;
}

/** A protocol that is not looked into, or a piece from the middle of a packet. */
export interface PlainFacts {
  readonly kind: 'data';
  readonly length: number;
}

/** A header that is cut off or malformed; its ports, if they are there. */
export interface TruncatedFacts {
  readonly kind: 'truncated';
  readonly sourcePort: number | null;
  readonly destinationPort: number | null;
  readonly reason: string;
  /** Of what there is. */
  readonly length: number;
}
