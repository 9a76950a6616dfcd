// Where a middlebox hooks into a forwarding host: address translation changes packets before it is decided whose they
// are, and after it is decided which way they leave. Fragments are joined before a translator sees them.
import type { HostInterface } from './interface.js';
import type { WirePacket } from './wire-packet.js';

/** IPv4 only. A packet may be changed in a copy only: the original is what errors quote. Null: it goes no further. */
export interface Translator {
  arriving(packet: WirePacket, iface: HostInterface): WirePacket | null;
  leaving(packet: WirePacket, from: HostInterface, to: HostInterface): WirePacket | null;
}
