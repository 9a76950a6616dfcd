// Answers to segments that belong to no connection (RFC 9293 section 3.10.7.1).
import type { IpService } from '../ip/service.js';
import * as tcp from '../wire/tcp.js';
import { headerFor } from './path.js';
import type { Segment } from './segment.js';
import { TcpSettings } from './settings.js';

const { FLAG, HEADER_LENGTH } = tcp;

/** Resets whoever sent the segment; a reset is not answered. */
export function replyReset(ip: IpService, segment: Segment): void {
  if (segment.has(FLAG.rst)) return;
  const acknowledged = segment.has(FLAG.ack);
  const sequence = acknowledged ? segment.acknowledgment : 0;
  const flags = acknowledged ? FLAG.rst : FLAG.rst | FLAG.ack;
  reply(ip, segment, sequence, acknowledged ? 0 : segment.end, flags, 0);
}

/** Sends a bare segment back to where `segment` came from. */
export function reply(
  ip: IpService,
  segment: Segment,
  sequence: number,
  acknowledgment: number,
  flags: number,
  window: number,
): void {
  const { source, destination } = segment;
  const route = ip.route(source, { source: destination, interfaceIndex: scopeOf(segment) });
  if (typeof route === 'string') return;
  const packet = ip.packet(source.family, HEADER_LENGTH);
  const { bytes, start } = packet;
  const { sourcePort, destinationPort } = segment;
  tcp.write(bytes, start, destinationPort, sourcePort, sequence, acknowledgment, HEADER_LENGTH, flags, window);
  ip.transmit(packet, headerFor(destination, source, new TcpSettings()), route);
}

/** A link-local peer is reached where it was heard. */
function scopeOf(segment: Segment): number | null {
  return segment.source.isLinkLocal ? segment.arrival.iface.index : null;
}
