// A segment for a connection past its SYN (RFC 9293 section 3.10.7.4, with RFC 5961 against forgers and RFC 7323's PAWS).
// Owns: the order of the checks. Does not own: connections that wait for a SYN (handshake.ts).
import { FLAG } from '../wire/tcp.js';
import { acknowledged } from './acknowledgment.js';
import type { TcpConnection } from './connection.js';
import { completeHandshake, synRepeated } from './handshake.js';
import type { Segment } from './segment.js';
import { after, distance, precedes } from './sequence.js';
import { finPending, mayReceive, STATE } from './states.js';

export function segmentArrived(connection: TcpConnection, segment: Segment): void {
  const { receiver } = connection;
  if (connection.state === STATE.synReceived && synRepeated(connection, segment)) return;
  if (isStale(connection, segment) || !isAcceptable(connection, segment)) {
    refuse(connection, segment);
    return;
  }
  const offset = distance(receiver.next, segment.sequence);
  if (segment.has(FLAG.rst)) {
    // RFC 5961 section 3.2: only the exact number resets.
    if (offset === 0) connection.ending.wasReset();
    else connection.challenge();
    return;
  }
  if (segment.has(FLAG.syn) && offset >= 0) {
    // RFC 5961 section 4.2: whoever means it answers the acknowledgment with a reset (half-open connections).
    connection.challenge();
    return;
  }
  if (!segment.has(FLAG.ack)) return;
  if (connection.timestamps) takeTimestamp(connection, segment);
  const urgentAt = after(segment.sequence, segment.urgentPointer - 1);
  const urgent = segment.has(FLAG.urg) && segment.urgentPointer > 0;
  // Bytes beyond the window are probes of it: they want an answer.
  if (precedes(receiver.edge, segment.end)) receiver.acknowledgeNow();
  segment.trimFront(receiver.next);
  segment.trimEnd(receiver.edge);
  if (connection.state === STATE.synReceived && !completeHandshake(connection, segment)) return;
  if (!acknowledged(connection, segment)) return;
  if (!mayReceive(connection.state)) return;
  if (connection.ending.closedByOwner && !takesUnread(connection, segment)) return;
  // BSD's pointer, which Windows uses: it points behind the urgent byte.
  if (urgent && !precedes(urgentAt, receiver.next)) receiver.delivery.announceUrgent(urgentAt);
  const fin = segment.has(FLAG.fin);
  if (segment.length === 0 && !fin) return;
  receiver.take(segment, fin);
  // The owner may have ended it meanwhile.
  const ended = receiver.finKnown && receiver.finAt === receiver.next;
  if (ended && mayReceive(connection.state)) connection.ending.finReceived();
}

/** Whether it lies in the window, at least in part (RFC 9293 section 3.4). */
function isAcceptable(connection: TcpConnection, segment: Segment): boolean {
  const { receiver } = connection;
  const { span } = segment;
  const { window } = receiver;
  const offset = distance(receiver.next, segment.sequence);
  // A peer that has filled the window speaks from its very end.
  if (span === 0) return offset >= 0 && offset <= window;
  // With the window closed acknowledgments, urgent pointers and resets still count; data are cut off.
  if (window === 0) return offset === 0;
  return offset < window && offset + span > 0;
}

/** PAWS (RFC 7323 section 5). */
function isStale(connection: TcpConnection, segment: Segment): boolean {
  if (!connection.timestamps || !segment.options.hasTimestamps || segment.has(FLAG.rst)) return false;
  return precedes(segment.options.timestamp | 0, connection.recentTimestamp);
}

function takeTimestamp(connection: TcpConnection, segment: Segment): void {
  const { options, sequence } = segment;
  if (options.hasTimestamps && !precedes(connection.receiver.acknowledgedTo, sequence)) {
    connection.recentTimestamp = options.timestamp | 0;
  }
}

/** What is not acceptable is answered, so that an honest peer finds out where we are; a reset never is. */
function refuse(connection: TcpConnection, segment: Segment): void {
  if (segment.has(FLAG.rst)) return;
  if (segment.span > 0) connection.receiver.acknowledgeNow();
  else connection.challenge();
}

/**
 * The owner has closed, so data are answered by a reset (RFC 1122 section 4.2.2.13). That would destroy what the peer has
 * yet to read: while what the owner wrote is still being delivered, data are acknowledged and dropped, and the reset comes
 * once everything has arrived. False if it was sent now.
 */
function takesUnread(connection: TcpConnection, segment: Segment): boolean {
  if (segment.length === 0) return true;
  if (finPending(connection.state)) {
    connection.ending.dataUnheard = true;
    return true;
  }
  connection.ending.resetByUnread();
  return false;
}
