// What a packet carries, on the way from the IP header's facts to those of a transport. Internal to the facts.
import type { PacketFacts, TransportFacts, TruncatedFacts } from './facts.js';
import { read16 } from './bytes.js';

/** The part of a packet behind IP's headers. */
export interface Contents {
  readonly bytes: Uint8Array;
  readonly start: number;
  /** Where it ends by what the IP header claims. */
  readonly end: number;
  /** Where the bytes at hand end: not behind `end`. */
  readonly stop: number;
  /** Some of what the transport header speaks of is not here: this is a first fragment, or was cut off. */
  readonly partial: boolean;
  /** The sum of the pseudo-header but for the length; null where none can be verified: in a fragment, a quotation. */
  readonly addressSum: number | null;
  /** Reads a packet that is quoted at `at`; null in a quotation, which is not followed further. */
  readonly quoted: ((at: number) => PacketFacts | null) | null;
}

/** Gives the facts of one protocol. */
export type TransportReader = (contents: Contents) => TransportFacts;

/** Says that the header cannot be read. */
export function truncated({ bytes, start, stop }: Contents, reason: string, hasPorts: boolean): TruncatedFacts {
  const ports = hasPorts && stop - start >= 4;
  return {
    kind: 'truncated',
    sourcePort: ports ? read16(bytes, start) : null,
    destinationPort: ports ? read16(bytes, start + 2) : null,
    reason,
    length: Math.max(0, stop - start),
  };
}
