// What a host's IP has counted; for statistics and tests. Packets that are dropped silently show here only.
export class IpCounts {
  received = 0;
  /** Handed to a protocol. */
  delivered = 0;
  forwarded = 0;
  /** Headers that no stack of ours makes, or that were damaged on the way. */
  malformed = 0;
  /** From or to addresses that cannot be there: loopback on a wire, a group as source. */
  misplaced = 0;
  /** For others, and this host does not forward, or may not. */
  notForUs = 0;
  noRoute = 0;
  hopLimitExceeded = 0;
  tooBig = 0;
  /** ICMP messages with a wrong checksum. */
  damagedMessages = 0;
  /** What a packet translator would not let through. */
  untranslated = 0;
}
