// A packet on its way: its bytes, and what network cards would otherwise do for the stack. Owns the transport checksum
// that is still to be filled in, and the packet's place among those in flight. Does not own what the bytes mean.
// A packet that was handed on belongs to whoever has it now; who needs it twice makes a copy.
import * as checksums from '../wire/checksum.js';
import * as ipv4 from '../wire/ipv4.js';
import * as ipv6 from '../wire/ipv6.js';
import type { IpFamily } from './address.js';
import { type OutgoingPacket, PROTOCOL } from './service.js';

export class WirePacket implements OutgoingPacket {
  /** From the IP header on. */
  bytes: Uint8Array;
  /** Where the transport header begins, as far as its maker knew; behind IP's own header. */
  readonly start: number;
  /** Where in `bytes` the transport checksum is to be filled in; -1 for nowhere. */
  checksumAt = -1;
  /** A stack of this network has made it, and nothing can have damaged it since: its checksums are as good as right. */
  trusted = false;
  /** It came over a link that delivered it to many. */
  broadcast = false;

  /** The packet behind this one on the same path, and when this one left the sender and arrives (virtual µs). */
  next: WirePacket | null = null;
  leaves = 0;
  due = 0;

  constructor(bytes: Uint8Array, start: number) {
    this.bytes = bytes;
    this.start = start;
  }

  get family(): IpFamily {
    return ipv4.version(this.bytes) === 4 ? 'ipv4' : 'ipv6';
  }

  /** The bytes with everything filled in, for whoever looks at them. */
  complete(): Uint8Array {
    if (this.checksumAt >= 0) this.#fill();
    return this.bytes;
  }

  /** One of its own, so that changing one leaves the other as it is. */
  copy(): WirePacket {
    const copy = new WirePacket(this.bytes.slice(), this.start);
    copy.checksumAt = this.checksumAt;
    copy.trusted = this.trusted;
    copy.broadcast = this.broadcast;
    return copy;
  }

  /** Only packets with nothing between IP's header and the transport's are left unfinished. */
  #fill(): void {
    const { bytes, start, checksumAt } = this;
    const four = this.family === 'ipv4';
    const protocol = four ? ipv4.protocol(bytes, 0) : ipv6.nextHeader(bytes, 0);
    const pseudo = (four ? ipv4 : ipv6).pseudoSum(bytes, 0, protocol, bytes.length - start);
    checksums.fill(bytes, checksumAt, start, bytes.length, pseudo);
    // For UDP a zero says that there is no checksum; its other form adds up alike (RFC 768).
    if (protocol === PROTOCOL.udp && bytes[checksumAt] === 0 && bytes[checksumAt + 1] === 0) {
      bytes[checksumAt] = bytes[checksumAt + 1] = 0xff;
    }
    this.checksumAt = -1;
  }
}
