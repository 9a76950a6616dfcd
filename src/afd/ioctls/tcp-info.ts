// SIO_TCP_INFO: the figures of a connection, in the structure of the version that the caller asks for.
import { TCP_INFO_v0, TCP_INFO_v1, WSAEINVAL, WSAEMSGSIZE, WSAENOTCONN } from '../../abi/index.js';
import type { StreamFigures } from '../../drivers/contract.js';
import type { Endpoint } from '../endpoint.js';
import { StreamEndpoint } from '../stream-endpoint.js';
import { outcome, type ControlOutcome } from './rule.js';

const VERSION_SIZE = 4;
/** By version. The members that only newer ones have, what held sending up, no driver counts: they stay 0. */
const STRUCTURES = [TCP_INFO_v0, TCP_INFO_v1] as const;

/** The answer, with the errors that are documented for a wrong input, another version, and too little room. */
export function tcpInfo(endpoint: Endpoint, input: Uint8Array, output: Uint8Array): ControlOutcome {
  if (input.length !== VERSION_SIZE) return outcome(WSAEMSGSIZE);
  const structure = STRUCTURES[new DataView(input.buffer, input.byteOffset, VERSION_SIZE).getUint32(0, true)];
  if (structure === undefined || output.length < structure.size) return outcome(WSAEINVAL);
  const figures = endpoint instanceof StreamEndpoint ? endpoint.transport.figures() : null;
  if (figures === null) return outcome(WSAENOTCONN);
  output.fill(0, 0, structure.size);
  fill(new structure(output), figures);
  return outcome(0, structure.size);
}

function fill(info: TCP_INFO_v0 | TCP_INFO_v1, figures: StreamFigures): void {
  info.State = figures.state;
  info.Mss = figures.mss;
  info.ConnectionTimeMs = BigInt(figures.connectionTimeMs);
  info.TimestampsEnabled = figures.timestampsEnabled ? 1 : 0;
  info.RttUs = figures.roundTrip;
  info.MinRttUs = figures.leastRoundTrip;
  info.BytesInFlight = figures.bytesInFlight;
  info.Cwnd = figures.congestionWindow;
  info.SndWnd = figures.sendWindow;
  info.RcvWnd = figures.receiveWindow;
  info.RcvBuf = figures.receiveBuffer;
  info.BytesOut = BigInt(figures.bytesOut);
  info.BytesIn = BigInt(figures.bytesIn);
  info.BytesReordered = figures.bytesReordered;
  info.BytesRetrans = figures.bytesRetransmitted;
  info.FastRetrans = figures.fastRetransmits;
  info.DupAcksIn = figures.duplicateAcksIn;
  info.TimeoutEpisodes = figures.timeoutEpisodes;
  info.SynRetrans = figures.synRetransmits;
}
