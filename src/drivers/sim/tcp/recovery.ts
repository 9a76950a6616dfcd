// Recovery from a loss that acknowledgments told of: with SACK by RFC 6675, without by RFC 6582 (NewReno).
// Does not own: the scoreboard, the congestion window's arithmetic, timeouts.
import type { TcpConnection } from './connection.js';
import { DUPLICATE_THRESHOLD } from './constants.js';
import { MODE } from './modes.js';
import type { Hole } from './scoreboard.js';
import { after, distance, earlier, later, precedes } from './sequence.js';
import type { Sender } from './sender.js';

/** A loss is noticed: sends the first segment again and lowers the windows (fast retransmit). */
export function enterRecovery(connection: TcpConnection, sender: Sender): void {
  const { congestion, segmentSize } = sender;
  const first = firstHole(sender);
  sender.mode = MODE.recovery;
  sender.recoverPoint = sender.max;
  sender.rescued = false;
  congestion.reduce(distance(sender.una, sender.max), segmentSize);
  congestion.window = congestion.threshold;
  if (!connection.sackPermitted) congestion.window += DUPLICATE_THRESHOLD * segmentSize;
  connection.counters.fastRetransmits += 1;
  resendFirst(sender, first);
  sender.startTimer();
}

/** How much is missing from SND.UNA on, at most a segment. */
function firstHole(sender: Sender): number {
  const most = Math.min(sender.segmentSize, distance(sender.una, sender.max));
  return sender.scoreboard === null ? most : sender.scoreboard.gap(sender.una, most);
}

function resendFirst(sender: Sender, length: number): void {
  sender.resend(sender.una, length);
  sender.resent = later(sender.resent, after(sender.una, length));
  sender.resentFirst = sender.una;
  sender.resentFirstMax = sender.max;
}

/** A part of what was on the way when the loss was noticed has been acknowledged. */
export function acknowledgePart(connection: TcpConnection, sender: Sender, bytes: number): void {
  if (connection.sackPermitted) return;
  // RFC 6582 section 3.2, step 3: the next segment is lost too.
  const { congestion, segmentSize } = sender;
  resendFirst(sender, firstHole(sender));
  congestion.window = Math.max(segmentSize, congestion.window - bytes);
  if (bytes >= segmentSize) congestion.window += segmentSize;
}

/** All of what was on the way has been acknowledged. */
export function leaveRecovery(sender: Sender): void {
  const { congestion, segmentSize } = sender;
  sender.mode = MODE.open;
  // RFC 6582 section 3.2, step 3, the first way: no burst if little is on the way.
  const flight = Math.max(sender.inFlight, segmentSize) + segmentSize;
  congestion.window = Math.min(congestion.threshold, flight);
}

/** RFC 6675 section 5, step C: sends while less is on the way than the window allows. */
export function transmitHoles(connection: TcpConnection, sender: Sender): void {
  const { congestion, scoreboard, segmentSize } = sender;
  if (scoreboard === null) return;
  resendLostAgain(connection, sender);
  if (precedes(sender.resent, sender.una)) sender.resent = sender.una;
  let pipe = scoreboard.pipe(sender.una, sender.max, sender.resent, segmentSize);
  while (congestion.window - pipe >= segmentSize) {
    const sent = transmitOne(connection, sender, congestion.window - pipe);
    if (sent <= 0) break;
    pipe += sent;
  }
}

/** NextSeg: what is lost, then what is new, then what may be lost, then the last segment once. Gives how much was sent. */
function transmitOne(connection: TcpConnection, sender: Sender, allowance: number): number {
  const { scoreboard, segmentSize } = sender;
  if (scoreboard === null) return 0;
  const { hole } = connection.layer;
  if (scoreboard.hole(sender.resent, segmentSize, true, hole)) return resendHole(sender, hole);
  const sent = sender.sendNext(allowance);
  if (sent > 0) return sent;
  if (scoreboard.hole(sender.resent, segmentSize, false, hole)) return resendHole(sender, hole);
  return rescue(sender);
}

function resendHole(sender: Sender, hole: Hole): number {
  const length = Math.min(sender.segmentSize, hole.length);
  sender.resend(hole.start, length);
  if (hole.start === sender.una) {
    sender.resentFirst = hole.start;
    sender.resentFirstMax = sender.max;
  }
  sender.resent = after(hole.start, length);
  return length;
}

/** The last segment may be lost without a witness behind it. */
function rescue(sender: Sender): number {
  const { scoreboard, max, segmentSize } = sender;
  if (sender.rescued || scoreboard === null) return 0;
  const start = later(scoreboard.highest(sender.una), after(max, -segmentSize));
  const length = distance(start, max);
  if (length <= 0) return 0;
  sender.rescued = true;
  sender.resend(start, length);
  return length;
}

/**
 * The first hole was sent again, and what was sent for the first time after that has come: it was lost again. RFC 6675
 * would wait for a timeout; the window is halved once more, as a second loss asks for (RFC 5681 section 4.3).
 */
function resendLostAgain(connection: TcpConnection, sender: Sender): void {
  const { congestion, scoreboard, segmentSize } = sender;
  if (scoreboard === null || sender.resentFirst !== sender.una) return;
  const highest = earlier(scoreboard.highest(sender.una), sender.max);
  if (distance(sender.resentFirstMax, highest) <= (DUPLICATE_THRESHOLD - 1) * segmentSize) return;
  congestion.reduce(congestion.window, segmentSize);
  congestion.window = congestion.threshold;
  connection.counters.fastRetransmits += 1;
  resendFirst(sender, firstHole(sender));
}
