// The retransmission timer has run out (RFC 6298 section 5), or the time to ask a closed window after its state (RFC 9293
// section 3.8.6.1). Owns: what is sent then, and when the connection is given up.
import type { TcpConnection } from './connection.js';
import { DATA_RETRIES } from './constants.js';
import type { Sender } from './sender.js';
import { after, distance, later } from './sequence.js';

export function retransmissionDue(connection: TcpConnection, sender: Sender): void {
  if (givenUp(connection, sender, DATA_RETRIES)) {
    connection.ending.fail('ETIMEDOUT');
    return;
  }
  sender.retries += 1;
  sender.roundTrip.backOff();
  if (sender.persisting) probeWindow(sender);
  else retransmit(connection, sender);
}

/** Whether enough was sent again: `retries` times, or for as long as TCP_MAXRT says. */
export function givenUp(connection: TcpConnection, sender: Sender, retries: number): boolean {
  const { retransmitMs } = connection.settings;
  const { us } = connection.clock;
  if (sender.retries === 0) sender.retryingSince = us - sender.roundTrip.timeout;
  if (retransmitMs === 0) return sender.retries >= retries;
  return retransmitMs > 0 && us - sender.retryingSince >= retransmitMs * 1000;
}

function retransmit(connection: TcpConnection, sender: Sender): void {
  const { congestion, segmentSize } = sender;
  if (sender.retries === 1) {
    connection.counters.timeoutEpisodes += 1;
    // RFC 5681 section 3.1: the threshold is lowered by the first timeout of a segment only.
    congestion.reduce(distance(sender.una, sender.max), segmentSize);
  } else {
    // RFC 2018 section 8: a peer that does not hold what it has told of must not keep it from being sent again.
    sender.scoreboard?.clear();
  }
  congestion.collapse(segmentSize);
  sender.rewind();
  sender.output();
}

/** Sends one byte, or the FIN, beyond the window: its answer tells the window. */
function probeWindow(sender: Sender): void {
  const sequence = sender.nxt;
  const unsent = distance(sequence, sender.end);
  // The window may have opened to less than a segment, which nothing else would make go out.
  const room = sender.window - distance(sender.una, sequence);
  const length = Math.min(unsent, Math.max(1, Math.min(room, sender.segmentSize)));
  sender.send(sequence, length, unsent === 0);
  sender.max = later(sender.max, after(sequence, Math.max(1, length)));
  sender.timing = false;
  sender.startTimer();
  sender.persisting = true;
}
