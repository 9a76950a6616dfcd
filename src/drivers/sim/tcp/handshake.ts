// The handshake (RFC 9293 sections 3.5 and 3.10.7.3): SYNs, their options, and how often they are sent.
// Does not own: listeners' backlogs (listener.ts).
import { FLAG } from '../wire/tcp.js';
import type { SynOptions } from '../wire/tcp-options.js';
import type { TcpConnection } from './connection.js';
import { DEFAULT_MSS_IPV4, DEFAULT_MSS_IPV6, SYN_RETRIES } from './constants.js';
import { replyReset } from './reply.js';
import { givenUp } from './retransmission.js';
import type { Segment } from './segment.js';
import { after, precedes } from './sequence.js';
import { STATE } from './states.js';
import { emitSyn } from './transmission.js';

/** What our SYN says; the one that answers says only what the peer's did (RFC 7323 section 1.3, RFC 2018 section 2). */
export function synOptions(connection: TcpConnection, answering: boolean): SynOptions {
  return {
    mss: connection.path.ownSegmentSize,
    windowScale: answering && !connection.windowScaling ? null : connection.receiver.scale,
    sackPermitted: !answering || connection.sackPermitted,
    timestamps: answering ? connection.timestamps : connection.settings.timestamps,
  };
}

/** Sends the first SYN, or the SYN that answers one. */
export function sendSyn(connection: TcpConnection): void {
  const { clock, sender } = connection;
  sender.timing = true;
  sender.timedEnd = sender.nxt;
  sender.timedAt = clock.us;
  emitSyn(connection, connection.state === STATE.synReceived);
  sender.startTimer();
}

/** No answer to the SYN: Windows sends it twice more, each time after twice the time. */
export function synDue(connection: TcpConnection): void {
  const { sender, settings } = connection;
  if (givenUp(connection, sender, settings.noSynRetries ? 0 : SYN_RETRIES)) {
    connection.ending.fail(connection.softError ?? 'ETIMEDOUT');
    return;
  }
  sender.retries += 1;
  sender.timing = false;
  sender.roundTrip.backOff();
  connection.counters.synRetransmits += 1;
  connection.listener?.neglect(connection);
  emitSyn(connection, connection.state === STATE.synReceived);
  sender.startTimer();
}

/** The peer's SYN: its number, and what its options allow. */
export function takeSyn(connection: TcpConnection, segment: Segment): void {
  const { options } = segment;
  const { receiver, sender } = connection;
  receiver.begin(segment.sequence);
  connection.windowScaling = options.windowScale !== null;
  sender.scale = options.windowScale ?? 0;
  if (!connection.windowScaling) receiver.scale = 0;
  connection.sackPermitted = options.sackPermitted;
  connection.timestamps = options.hasTimestamps && (connection.settings.timestamps || !connection.connecting);
  connection.recentTimestamp = options.timestamp | 0;
  const otherwise = connection.localAddress.family === 'ipv4' ? DEFAULT_MSS_IPV4 : DEFAULT_MSS_IPV6;
  connection.peerSegmentSize = options.mss ?? otherwise;
  connection.limitSegments();
  // The window of a SYN is never scaled.
  sender.window = sender.largestWindow = segment.window;
  sender.windowSequence = segment.sequence;
  sender.windowAcknowledgment = segment.acknowledgment;
}

/** A segment for a connection that has sent its SYN. */
export function synSentArrived(connection: TcpConnection, segment: Segment): void {
  const { sender } = connection;
  const acknowledges = segment.has(FLAG.ack);
  if (acknowledges && segment.acknowledgment !== sender.nxt) {
    if (!segment.has(FLAG.rst)) replyReset(connection.layer.ip, segment);
    return;
  }
  if (segment.has(FLAG.rst)) {
    if (acknowledges) connection.ending.fail('ECONNREFUSED');
    return;
  }
  if (!segment.has(FLAG.syn)) return;
  takeSyn(connection, segment);
  if (!acknowledges) {
    // Both ends have called each other: the SYN is sent again, with the acknowledgment.
    connection.move('syn');
    sendSyn(connection);
    return;
  }
  establish(connection, segment);
  connection.receiver.acknowledgeNow();
  // Data with the SYN would be allowed, but nobody sends them: they will come again.
}

/** A segment for a connection that has answered a SYN: true if it was dealt with. */
export function synRepeated(connection: TcpConnection, segment: Segment): boolean {
  if (connection.held) {
    // Nothing was answered yet: the peer can only repeat itself or give up.
    if (segment.has(FLAG.rst) && segment.sequence === connection.receiver.next) connection.ending.wasReset();
    return true;
  }
  if (!segment.has(FLAG.syn) || segment.has(FLAG.rst) || segment.sequence !== connection.receiver.irs) return false;
  // In a simultaneous open the peer's answer is a SYN too, and what it acknowledges counts.
  if (segment.has(FLAG.ack) && segment.acknowledgment === connection.sender.nxt) {
    // What follows takes it for an acknowledgment; the window of a SYN is not scaled.
    segment.window >>>= connection.sender.scale;
    segment.trimFront(connection.receiver.next);
    return false;
  }
  emitSyn(connection, true);
  return true;
}

/** The acknowledgment of our SYN must be exactly that; false if the segment is no good. */
export function completeHandshake(connection: TcpConnection, segment: Segment): boolean {
  const { sender } = connection;
  if (precedes(sender.una, segment.acknowledgment) && !precedes(sender.nxt, segment.acknowledgment)) {
    return establish(connection, segment);
  }
  replyReset(connection.layer.ip, segment);
  return false;
}

function establish(connection: TcpConnection, segment: Segment): boolean {
  const { sender, settings, timers } = connection;
  const repeated = sender.retries > 0;
  if (sender.timing) sender.roundTrip.measured(connection.clock.us - sender.timedAt);
  sender.timing = false;
  // RFC 6298 section 5.7 and RFC 6928 section 2: after a lost SYN, slowly.
  sender.roundTrip.restart(settings.initialTimeoutMs * 1000);
  sender.retries = 0;
  sender.una = sender.nxt;
  sender.recoverPoint = sender.resent = sender.una;
  sender.window = segment.has(FLAG.syn) ? segment.window : segment.window << sender.scale;
  sender.largestWindow = Math.max(sender.largestWindow, sender.window);
  sender.windowSequence = segment.sequence;
  sender.windowAcknowledgment = segment.acknowledgment;
  sender.begin();
  if (repeated) sender.congestion.window = sender.segmentSize;
  timers.retransmission = 0;
  timers.rest();
  connection.establishedAt = connection.clock.us;
  return connection.established();
}

/** Whether the SYN at hand comes after everything that a former connection between the same ports has sent. */
export function isNewer(segment: Segment, next: number): boolean {
  return precedes(after(next, -1), segment.sequence);
}
