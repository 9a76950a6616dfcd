// A packet in one line, in the manner of tcpdump, and the way in to its facts.
import { PROTOCOL } from '../ip/service.js';
import type { GroupFacts, GroupRecordFacts, IcmpFacts, PacketFacts, TcpFacts, TransportFacts } from './facts.js';
import { packetFacts } from './ip-facts.js';

export type * from './facts.js';
export { packetFacts as facts };

const PROTOCOL_NAMES: Readonly<Record<number, string>> = {
  [PROTOCOL.icmp]: 'ICMP',
  [PROTOCOL.igmp]: 'IGMP',
  [PROTOCOL.tcp]: 'TCP',
  [PROTOCOL.udp]: 'UDP',
  [PROTOCOL.icmpv6]: 'ICMP6',
};

/** tcpdump's letters; ACK is a dot. */
const FLAG_LETTERS = { FIN: 'F', SYN: 'S', RST: 'R', PSH: 'P', ACK: '.', URG: 'U', ECE: 'E', CWR: 'W' } as const;

/** The packet in one line. Takes any bytes and never throws. */
export function describe(bytes: Uint8Array): string {
  const facts = packetFacts(bytes);
  return facts === null ? `no IP packet, length ${bytes.length}` : describeFacts(facts);
}

/** The same from facts that are known already. */
export function describeFacts(facts: PacketFacts): string {
  const { transport, fragment, fault } = facts;
  let line = `${address(facts)}: ${content(facts)}`;
  if (fragment !== null) {
    const last = fragment.offset + fragment.length;
    line += `, fragment ${facts.identification ?? 0} bytes ${fragment.offset}-${last}${fragment.more ? '+' : ''}`;
  }
  if ('checksumGood' in transport && transport.checksumGood === false) line += ', bad checksum';
  return fault === null ? line : `${line}, ${fault}`;
}

function address({ family, source, destination, transport }: PacketFacts): string {
  const hasPorts = 'sourcePort' in transport;
  const from = hasPorts ? portText(transport.sourcePort) : '';
  const to = hasPorts ? portText(transport.destinationPort) : '';
  return `${family === 'ipv4' ? 'IP' : 'IP6'} ${source}${from} > ${destination}${to}`;
}

function portText(port: number | null): string {
  return port === null ? '' : `.${port}`;
}

function content({ transport, protocol }: PacketFacts): string {
  switch (transport.kind) {
    case 'tcp':
      return tcpText(transport);
    case 'udp':
      return `UDP, length ${transport.length}`;
    case 'icmp':
    case 'icmpv6':
      return icmpText(transport);
    case 'igmp':
    case 'mld':
      return groupText(transport);
    case 'truncated':
      return `${transport.reason}, length ${transport.length}`;
    default:
      return `${protocolName(protocol)}, length ${transport.length}`;
  }
}

function protocolName(protocol: number): string {
  return PROTOCOL_NAMES[protocol] ?? `protocol ${protocol}`;
}

function tcpText({ flags, sequence, acknowledgment, window, urgentPointer, options, length }: TcpFacts): string {
  const letters = flags.map((flag) => FLAG_LETTERS[flag]).join('');
  const parts = [`Flags [${letters === '' ? 'none' : letters}]`];
  parts.push(length === 0 ? `seq ${sequence}` : `seq ${sequence}:${(sequence + length) % 0x100000000}`);
  if (flags.includes('ACK')) parts.push(`ack ${acknowledgment}`);
  parts.push(`win ${window}`);
  if (flags.includes('URG')) parts.push(`urg ${urgentPointer}`);
  const shown = tcpOptionTexts(options);
  if (shown.length > 0) parts.push(`options [${shown.join(',')}]`);
  parts.push(`length ${length}`);
  return parts.join(', ');
}

function tcpOptionTexts(options: TcpFacts['options']): string[] {
  const { maxSegmentSize, windowScale, sackPermitted, sackBlocks, timestamps } = options;
  const texts: string[] = [];
  if (maxSegmentSize !== null) texts.push(`mss ${maxSegmentSize}`);
  if (windowScale !== null) texts.push(`wscale ${windowScale}`);
  if (sackPermitted) texts.push('sackOK');
  if (timestamps !== null) texts.push(`TS val ${timestamps.value} ecr ${timestamps.echo}`);
  if (sackBlocks.length > 0) texts.push(`sack ${sackBlocks.map(({ start, end }) => `{${start}:${end}}`).join('')}`);
  return texts;
}

function icmpText({ kind, name, identifier, sequence, mtu, pointer, quoted, length }: IcmpFacts): string {
  let text = `${kind === 'icmp' ? 'ICMP' : 'ICMP6'} ${name}`;
  if (identifier !== null) text += `, id ${identifier}`;
  if (sequence !== null) text += `, seq ${sequence}`;
  if (mtu !== null) text += `, mtu ${mtu}`;
  if (pointer !== null) text += `, pointer ${pointer}`;
  if (quoted !== null) text += ` (${address(quoted)}: ${quotedText(quoted.transport, quoted.protocol)})`;
  return `${text}, length ${length}`;
}

/** Only what every quotation has. */
function quotedText(transport: TransportFacts, protocol: number): string {
  const isIcmp = transport.kind === 'icmp' || transport.kind === 'icmpv6';
  return isIcmp ? `${protocolName(protocol)} ${transport.name}` : protocolName(protocol);
}

function groupText({ kind, version, name, group, query, records, length }: GroupFacts): string {
  let text = `${kind === 'igmp' ? 'IGMP' : 'MLD'} v${version} ${name}`;
  if (group !== null) text += ` ${group}`;
  if (query !== null) {
    text += `, max response ${query.maxResponse} ms`;
    if (query.sources.length > 0) text += `, sources {${query.sources.join(' ')}}`;
  }
  if (records.length > 0) text += ` ${records.map(recordText).join(' ')}`;
  return `${text}, length ${length}`;
}

function recordText({ group, type, sources }: GroupRecordFacts): string {
  return `[${group} ${type} {${sources.join(' ')}}]`;
}
