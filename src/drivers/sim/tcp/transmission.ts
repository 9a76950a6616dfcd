// Making segments of a connection and handing them to IP. Owns: what stands in their headers.
// Does not own: which data to send when (sender.ts), and segments without a connection (reply.ts).
import type { OutgoingPacket } from '../ip/service.js';
import * as tcp from '../wire/tcp.js';
import {
  SACK_BLOCK_LENGTH,
  SACK_HEAD_LENGTH,
  synLength,
  TIMESTAMPS_LENGTH,
  writeSack,
  writeSyn,
  writeTimestamps,
} from '../wire/tcp-options.js';
import { UNSCALED_WINDOW } from './constants.js';
import type { TcpConnection } from './connection.js';
import { synOptions } from './handshake.js';
import { after, distance, precedes } from './sequence.js';

const { FLAG, HEADER_LENGTH } = tcp;

/** SACK blocks that fit the header, without and with timestamps (RFC 2018 section 3). */
const BLOCKS = 4;
const BLOCKS_BESIDE_TIMESTAMPS = 3;

/** Sends `length` bytes of what is queued from `sequence` on; ACK is always set. */
export function emit(connection: TcpConnection, sequence: number, length: number, extraFlags: number): void {
  const { sender, receiver } = connection;
  const edges = receiver.holdsIslands && connection.sackPermitted ? sackEdges(connection, length) : 0;
  let headerLength = HEADER_LENGTH;
  if (connection.timestamps) headerLength += TIMESTAMPS_LENGTH;
  if (edges > 0) headerLength += SACK_HEAD_LENGTH + edges * 4;
  const packet = connection.layer.ip.packet(connection.localAddress.family, headerLength + length);
  const { bytes, start } = packet;
  const urgent = sender.urgentPending && precedes(sequence, sender.urgentEnd);
  const flags = FLAG.ack | extraFlags | (urgent ? FLAG.urg : 0);
  const window = receiver.announce();
  const { localPort, remotePort } = connection;
  tcp.write(bytes, start, localPort, remotePort, sequence, receiver.next, headerLength, flags, window);
  if (urgent) {
    tcp.setUrgentPointer(bytes, start, Math.min(UNSCALED_WINDOW, distance(sequence, sender.urgentEnd)));
  }
  let at = start + HEADER_LENGTH;
  if (connection.timestamps) at = writeTimestamps(bytes, at, connection.timestamp, connection.recentTimestamp);
  if (edges > 0) at = writeSack(bytes, at, connection.layer.sack, edges);
  if (length > 0) sender.buffer.read(distance(sender.una, sequence), length, bytes, at);
  receiver.announced();
  hand(connection, packet);
}

/** Blocks go along with data only where they fit beside them. */
function sackEdges(connection: TcpConnection, length: number): number {
  const room = connection.sender.segmentSize - length - SACK_HEAD_LENGTH;
  const most = connection.timestamps ? BLOCKS_BESIDE_TIMESTAMPS : BLOCKS;
  const blocks = Math.min(most, Math.floor(room / SACK_BLOCK_LENGTH));
  return blocks <= 0 ? 0 : connection.receiver.sack(connection.layer.sack, blocks);
}

/** Sends an acknowledgment without data. */
export function emitAcknowledgment(connection: TcpConnection): void {
  emit(connection, connection.sender.quietSequence, 0, 0);
}

/** Sends SYN, with ACK when the peer's has come. */
export function emitSyn(connection: TcpConnection, acknowledge: boolean): void {
  const { receiver, sender } = connection;
  const options = synOptions(connection, acknowledge);
  const headerLength = HEADER_LENGTH + synLength(options);
  const packet = connection.layer.ip.packet(connection.localAddress.family, headerLength);
  const { bytes, start } = packet;
  const flags = acknowledge ? FLAG.syn | FLAG.ack : FLAG.syn;
  const acknowledgment = acknowledge ? receiver.next : 0;
  const window = receiver.announceUnscaled();
  const { localPort, remotePort } = connection;
  tcp.write(bytes, start, localPort, remotePort, sender.iss, acknowledgment, headerLength, flags, window);
  writeSyn(bytes, start + HEADER_LENGTH, options, connection.timestamp, connection.recentTimestamp);
  hand(connection, packet);
}

/**
 * Sends a segment that only asks for an acknowledgment: one byte that the peer has already, as Windows does it (RFC 9293
 * section 3.8.4).
 */
export function emitKeepAlive(connection: TcpConnection): void {
  const { receiver, sender } = connection;
  const headerLength = HEADER_LENGTH + (connection.timestamps ? TIMESTAMPS_LENGTH : 0);
  const packet = connection.layer.ip.packet(connection.localAddress.family, headerLength + 1);
  const { bytes, start } = packet;
  const sequence = after(sender.nxt, -1);
  const window = receiver.announce();
  const { localPort, remotePort } = connection;
  tcp.write(bytes, start, localPort, remotePort, sequence, receiver.next, headerLength, FLAG.ack, window);
  if (connection.timestamps) {
    writeTimestamps(bytes, start + HEADER_LENGTH, connection.timestamp, connection.recentTimestamp);
  }
  bytes[start + headerLength] = 0;
  hand(connection, packet);
}

/** Sends RST. */
export function emitReset(connection: TcpConnection): void {
  const packet = connection.layer.ip.packet(connection.localAddress.family, HEADER_LENGTH);
  const { localPort, remotePort, sender, receiver } = connection;
  const flags = FLAG.rst | FLAG.ack;
  tcp.write(packet.bytes, packet.start, localPort, remotePort, sender.nxt, receiver.next, HEADER_LENGTH, flags, 0);
  hand(connection, packet);
}

function hand(connection: TcpConnection, packet: OutgoingPacket): void {
  if (connection.path.transmit(packet) === 'EMSGSIZE') connection.pathNarrowed();
}

