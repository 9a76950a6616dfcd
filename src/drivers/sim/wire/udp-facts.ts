// The facts of UDP.
import { truncated, type Contents } from './contents.js';
import type { ChecksumFact, TransportFacts } from './facts.js';
import * as udp from './udp.js';

export function udpFacts(contents: Contents): TransportFacts {
  const { bytes, start, stop } = contents;
  const fault = udp.check(bytes, start, stop);
  const expected = contents.partial && fault === 'UDP length runs past the end';
  if (fault !== null && !expected) return truncated(contents, fault, true);
  return {
    kind: 'udp',
    sourcePort: udp.sourcePort(bytes, start),
    destinationPort: udp.destinationPort(bytes, start),
    length: udp.length(bytes, start) - udp.HEADER_LENGTH,
    checksumGood: fault === null ? checksumFact(contents) : null,
  };
}

function checksumFact({ bytes, start, addressSum }: Contents): ChecksumFact {
  if (addressSum === null || udp.checksum(bytes, start) === 0) return null;
  // The length in the pseudo-header is UDP's own, which may be less than what IP carries.
  const length = udp.length(bytes, start);
  return udp.checksumGood(bytes, start, start + length, addressSum + length);
}
