// What an acknowledgment does to the sending half (RFC 9293 section 3.10.7.4, fifth check; RFC 5681; RFC 6675).
// Does not own: what recovery sends (recovery.ts), and what the end of the stream leads to (connection.ts).
import type { TcpConnection } from './connection.js';
import { DUPLICATE_THRESHOLD } from './constants.js';
import { MODE } from './modes.js';
import { acknowledgePart, enterRecovery, leaveRecovery } from './recovery.js';
import { Scoreboard } from './scoreboard.js';
import type { Segment } from './segment.js';
import type { Sender } from './sender.js';
import { after, distance, precedes } from './sequence.js';
import { finPending } from './states.js';

/** Takes the acknowledgment and the window of an acceptable segment; false if the rest of it must not be looked at. */
export function acknowledged(connection: TcpConnection, segment: Segment): boolean {
  const { sender } = connection;
  const { acknowledgment } = segment;
  if (precedes(sender.max, acknowledgment)) {
    connection.receiver.acknowledgeNow();
    return false;
  }
  // RFC 5961 section 5.2: nobody who takes part in the connection would say this.
  if (precedes(acknowledgment, after(sender.una, -sender.largestWindow))) {
    connection.challenge();
    return false;
  }
  const window = sender.window;
  takeWindow(sender, segment);
  if (sender.persisting) probeAnswered(sender);
  const news = connection.sackPermitted && segment.options.sackEdges > 0 && takeSack(sender, segment);
  if (precedes(sender.una, acknowledgment)) advance(connection, sender, segment);
  else if (sender.outstanding && !sender.persisting && acknowledgment === sender.una) {
    const duplicate = connection.sackPermitted ? news : segment.span === 0 && window === sender.window;
    if (duplicate) takeDuplicate(connection, sender);
  }
  return true;
}

/** A window counts if it is no older than the last one (SND.WL1, SND.WL2). */
function takeWindow(sender: Sender, segment: Segment): void {
  const { sequence, acknowledgment } = segment;
  if (precedes(acknowledgment, sender.una)) return;
  if (precedes(sequence, sender.windowSequence)) return;
  if (sequence === sender.windowSequence && precedes(acknowledgment, sender.windowAcknowledgment)) return;
  sender.window = segment.window << sender.scale;
  sender.windowSequence = sequence;
  sender.windowAcknowledgment = acknowledgment;
  if (sender.window > sender.largestWindow) sender.largestWindow = sender.window;
}

/** The peer lives: its window may stay closed for ever (RFC 9293 section 3.8.6.1). Open, it is used as if never closed. */
function probeAnswered(sender: Sender): void {
  sender.retries = 0;
  if (sender.window > 0) sender.roundTrip.settle();
}

function takeSack(sender: Sender, segment: Segment): boolean {
  const { sack, sackEdges } = segment.options;
  sender.scoreboard ??= new Scoreboard();
  return sender.scoreboard.update(sack, sackEdges, sender.una, sender.max);
}

function takeDuplicate(connection: TcpConnection, sender: Sender): void {
  connection.counters.duplicateAcksIn += 1;
  if (sender.mode === MODE.recovery) {
    // RFC 6582 section 3.2, step 2: each duplicate says that a segment has left the network.
    if (!connection.sackPermitted) sender.congestion.window += sender.segmentSize;
    return;
  }
  if (sender.mode === MODE.loss) return;
  sender.duplicates += 1;
  const lost = sender.duplicates >= DUPLICATE_THRESHOLD || sender.scoreboard?.lost(sender.segmentSize) === true;
  if (lost) enterRecovery(connection, sender);
}

/** Something new was acknowledged. */
function advance(connection: TcpConnection, sender: Sender, segment: Segment): void {
  const { acknowledgment } = segment;
  const count = distance(sender.una, acknowledgment);
  const flight = distance(sender.una, sender.max);
  measure(connection, sender, segment);
  const data = Math.min(count, sender.buffer.length);
  sender.buffer.release(data);
  sender.una = acknowledgment;
  if (precedes(sender.nxt, acknowledgment)) sender.nxt = acknowledgment;
  if (sender.urgentPending && !precedes(acknowledgment, sender.urgentEnd)) sender.urgentPending = false;
  sender.scoreboard?.acknowledged(acknowledgment);
  sender.retries = 0;
  sender.duplicates = 0;
  sender.roundTrip.settle();
  adjustWindow(connection, sender, data, flight);
  if (sender.outstanding && !sender.persisting) sender.startTimer();
  else if (!sender.outstanding) connection.timers.retransmission = 0;
  if (count > data && finPending(connection.state)) connection.ending.finAcknowledged();
}

/** RFC 6298 section 4: with timestamps each acknowledgment is a measurement, else that of the segment timed. */
function measure(connection: TcpConnection, sender: Sender, segment: Segment): void {
  const { options } = segment;
  if (connection.timestamps && options.hasTimestamps) {
    const ms = (connection.timestamp - options.timestampEcho) | 0;
    if (ms >= 0) sender.roundTrip.measured(Math.max(1, ms) * 1000);
  } else if (sender.timing && !precedes(segment.acknowledgment, sender.timedEnd)) {
    sender.roundTrip.measured(connection.clock.us - sender.timedAt);
  }
  if (!precedes(segment.acknowledgment, sender.timedEnd)) sender.timing = false;
}

function adjustWindow(connection: TcpConnection, sender: Sender, bytes: number, flight: number): void {
  const { congestion, segmentSize } = sender;
  const done = !precedes(sender.una, sender.recoverPoint);
  if (sender.mode === MODE.recovery) {
    if (done) leaveRecovery(sender);
    else acknowledgePart(connection, sender, bytes);
    return;
  }
  // RFC 7661: a window that is not used tells nothing, so it does not grow.
  const used = congestion.slowStart ? 2 * flight : flight + segmentSize;
  if (sender.mode === MODE.loss || used >= congestion.window) {
    congestion.grow(bytes, segmentSize, sender.mode === MODE.loss);
  }
  if (done) sender.mode = MODE.open;
}
