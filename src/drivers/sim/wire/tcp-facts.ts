// The facts of TCP.
import { truncated, type Contents } from './contents.js';
import type { TcpFlag, TcpOptionFacts, TransportFacts } from './facts.js';
import * as options from './tcp-options.js';
import * as tcp from './tcp.js';

/** By bit, from the lowest. */
const FLAGS: readonly TcpFlag[] = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG', 'ECE', 'CWR'];

export function tcpFacts(contents: Contents): TransportFacts {
  const { bytes, start, end, stop, addressSum } = contents;
  const fault = tcp.check(bytes, start, stop);
  if (fault !== null) return truncated(contents, fault, true);
  const headerLength = tcp.headerLength(bytes, start);
  const flags = tcp.flags(bytes, start);
  return {
    kind: 'tcp',
    sourcePort: tcp.sourcePort(bytes, start),
    destinationPort: tcp.destinationPort(bytes, start),
    sequence: tcp.sequence(bytes, start),
    acknowledgment: tcp.acknowledgment(bytes, start),
    flags: FLAGS.filter((_, bit) => (flags & (1 << bit)) !== 0),
    window: tcp.window(bytes, start),
    urgentPointer: tcp.urgentPointer(bytes, start),
    options: optionFacts(bytes, start + tcp.HEADER_LENGTH, start + headerLength),
    length: end - start - headerLength,
    checksumGood: addressSum === null ? null : tcp.checksumGood(bytes, start, end, addressSum + end - start),
  };
}

function optionFacts(bytes: Uint8Array, start: number, end: number): TcpOptionFacts {
  const found = options.parse(bytes, start, end);
  const sackBlocks: { start: number; end: number }[] = [];
  for (let edge = 0; edge + 1 < found.sackEdges; edge += 2) {
    sackBlocks.push({ start: found.sack[edge] ?? 0, end: found.sack[edge + 1] ?? 0 });
  }
  return {
    maxSegmentSize: found.mss,
    windowScale: found.windowScale,
    sackPermitted: found.sackPermitted,
    sackBlocks,
    timestamps: found.hasTimestamps ? { value: found.timestamp, echo: found.timestampEcho } : null,
    malformed: found.malformed,
  };
}
