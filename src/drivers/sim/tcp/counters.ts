// What a connection counts, for SIO_TCP_INFO.

export class Counters {
  bytesOut = 0;
  bytesIn = 0;
  bytesReordered = 0;
  bytesRetransmitted = 0;
  fastRetransmits = 0;
  duplicateAcksIn = 0;
  timeoutEpisodes = 0;
  synRetransmits = 0;
}
