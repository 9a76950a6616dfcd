// The figures of a connection as SIO_TCP_INFO tells them.
import type { StreamFigures } from '../../contract.js';
import type { TcpConnection } from './connection.js';
import { distance } from './sequence.js';
import { isSynchronized } from './states.js';

export function figuresOf(connection: TcpConnection): StreamFigures {
  const { clock, counters, receiver, sender, state } = connection;
  return {
    state,
    mss: sender.segmentSize,
    connectionTimeMs: connection.establishedAt >= 0 ? Math.floor((clock.us - connection.establishedAt) / 1000) : 0,
    timestampsEnabled: connection.timestamps,
    roundTrip: sender.roundTrip.smoothed,
    leastRoundTrip: sender.roundTrip.least,
    bytesInFlight: isSynchronized(state) ? Math.min(sender.buffer.length, distance(sender.una, sender.nxt)) : 0,
    congestionWindow: sender.congestion.window,
    sendWindow: sender.window,
    receiveWindow: receiver.window,
    receiveBuffer: receiver.capacity,
    bytesOut: counters.bytesOut,
    bytesIn: counters.bytesIn,
    bytesReordered: counters.bytesReordered,
    bytesRetransmitted: counters.bytesRetransmitted,
    fastRetransmits: counters.fastRetransmits,
    duplicateAcksIn: counters.duplicateAcksIn,
    timeoutEpisodes: counters.timeoutEpisodes,
    synRetransmits: counters.synRetransmits,
  };
}
