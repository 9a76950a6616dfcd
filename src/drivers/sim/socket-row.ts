// What a socket of the stack looks like from outside: a row of netstat.
import type { IpAddress, IpFamily } from './ip/address.js';

/** An address and a port. */
export interface SocketPlace {
  readonly address: IpAddress;
  readonly port: number;
}

/** The states of a connection, as Windows' netstat spells them. */
export type RowState =
  | 'LISTENING'
  | 'SYN_SENT'
  | 'SYN_RECEIVED'
  | 'ESTABLISHED'
  | 'FIN_WAIT_1'
  | 'FIN_WAIT_2'
  | 'CLOSE_WAIT'
  | 'CLOSING'
  | 'LAST_ACK'
  | 'TIME_WAIT';

/** One socket. */
export interface SocketRow {
  readonly protocol: 'TCP' | 'UDP';
  readonly family: IpFamily;
  readonly local: SocketPlace;
  /** Null for listeners and datagram sockets without a peer. */
  readonly remote: SocketPlace | null;
  /** Null for datagram sockets. */
  readonly state: RowState | null;
  /** Bytes received and not taken, bytes to be sent and not acknowledged. */
  readonly received: number;
  readonly unsent: number;
}
