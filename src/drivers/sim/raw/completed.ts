// A packet as a raw socket shows it: with the transport checksum that its sender had left to be filled in.
import { PROTOCOL, type Arrival } from '../ip/service.js';
import { fill, pseudoSum } from '../wire/checksum.js';
import { OFFSET as TCP } from '../wire/tcp.js';
import { fillChecksum as fillUdp } from '../wire/udp.js';

/** The arrival's packet, or a copy of it in which the checksum is right. Only TCP and UDP leave it. */
export function completed({ source, destination, protocol, packet, start, checksumGood }: Arrival): Uint8Array {
  if (!checksumGood || (protocol !== PROTOCOL.tcp && protocol !== PROTOCOL.udp)) return packet;
  const whole = packet.slice();
  const pseudo = pseudoSum(source.bytes, destination.bytes, protocol, packet.length - start);
  if (protocol === PROTOCOL.udp) fillUdp(whole, start, whole.length, pseudo);
  else fill(whole, start + TCP.checksum, start, whole.length, pseudo);
  return whole;
}
