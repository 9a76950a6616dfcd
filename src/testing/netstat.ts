// What `netstat -an` shows of a host: as text, exactly as Windows prints it, and as rows for a test to ask about.

import type { SocketPlace, SocketRow } from '../drivers/sim/index.js';

/** One line of netstat. */
export interface NetstatRow {
  readonly protocol: 'TCP' | 'UDP';
  readonly family: 'ipv4' | 'ipv6';
  /** As printed: `10.0.0.1:80`, `[::]:80`. */
  readonly local: string;
  readonly localAddress: string;
  readonly localPort: number;
  /** As printed: `10.0.0.2:49152`, `0.0.0.0:0` for a listener, `*:*` for UDP. */
  readonly foreign: string;
  /** '' where there is no peer; told for UDP, too. */
  readonly foreignAddress: string;
  /** 0 where there is no peer. */
  readonly foreignPort: number;
  /** As Windows spells it (`LISTENING`, `TIME_WAIT`); '' for UDP. */
  readonly state: string;
  /** Bytes received that no call has taken. Not printed. */
  readonly received: number;
  /** Bytes sent by a call and not acknowledged by the peer. Not printed. */
  readonly unsent: number;
}

/** What is asked for in a row; what is left out may be anything. */
export type NetstatQuery = Partial<NetstatRow>;

const FAMILIES = ['ipv4', 'ipv6'];
/** The columns' widths: protocol, local address, foreign address. The last one has none. */
const WIDTHS = [6, 22, 22];

/** The sockets of a host at one moment. */
export class Netstat implements Iterable<NetstatRow> {
  /** In Windows' order: TCP before UDP, IPv4 before IPv6, then by local and foreign address and port. */
  readonly rows: readonly NetstatRow[];

  constructor(sockets: Iterable<SocketRow>) {
    this.rows = [...sockets].sort(compare).map(toRow);
  }

  [Symbol.iterator](): Iterator<NetstatRow> {
    return this.rows[Symbol.iterator]();
  }

  /** The first row that has everything that `query` names, or null. */
  find(query: NetstatQuery): NetstatRow | null {
    return this.rows.find((row) => matches(row, query)) ?? null;
  }

  /** Every such row. */
  filter(query: NetstatQuery): readonly NetstatRow[] {
    return this.rows.filter((row) => matches(row, query));
  }

  /** As `netstat -an` prints it. */
  toString(): string {
    const lines = [['Proto', 'Local Address', 'Foreign Address', 'State'], ...this.rows.map(columns)].map(lineOf);
    return `\nActive Connections\n\n${lines.join('\n')}\n`;
  }
}

function columns({ protocol, local, foreign, state }: NetstatRow): string[] {
  return [protocol, local, foreign, state];
}

function lineOf(cells: readonly string[]): string {
  return `  ${cells.map((cell, index) => cell.padEnd(WIDTHS[index] ?? 0)).join(' ')}`;
}

function toRow({ protocol, family, local, remote, state, received, unsent }: SocketRow): NetstatRow {
  return {
    protocol,
    family,
    local: placeText(family, local),
    localAddress: local.address.text,
    localPort: local.port,
    foreign: foreignText(protocol, family, remote),
    foreignAddress: remote?.address.text ?? '',
    foreignPort: remote?.port ?? 0,
    state: state ?? '',
    received,
    unsent,
  };
}

function placeText(family: 'ipv4' | 'ipv6', { address: { text }, port }: SocketPlace): string {
  return family === 'ipv4' ? `${text}:${port}` : `[${text}]:${port}`;
}

function foreignText(protocol: 'TCP' | 'UDP', family: 'ipv4' | 'ipv6', remote: SocketPlace | null): string {
  // Windows does not tell the peer of a datagram socket.
  if (protocol === 'UDP') return '*:*';
  if (remote !== null) return placeText(family, remote);
  return family === 'ipv4' ? '0.0.0.0:0' : '[::]:0';
}

function matches(row: NetstatRow, query: NetstatQuery): boolean {
  return (Object.keys(query) as (keyof NetstatRow)[]).every((name) => query[name] === undefined || query[name] === row[name]);
}

function compare(a: SocketRow, b: SocketRow): number {
  if (a.protocol !== b.protocol) return a.protocol === 'TCP' ? -1 : 1;
  if (a.family !== b.family) return FAMILIES.indexOf(a.family) - FAMILIES.indexOf(b.family);
  return comparePlaces(a.local, b.local) || comparePlaces(a.remote, b.remote);
}

function comparePlaces(a: SocketPlace | null, b: SocketPlace | null): number {
  if (a === null || b === null) return Number(a !== null) - Number(b !== null);
  return compareBytes(a.address.bytes, b.address.bytes) || a.port - b.port;
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const index = a.findIndex((byte, at) => byte !== b[at]);
  return index < 0 ? 0 : (a[index] ?? 0) - (b[index] ?? 0);
}
