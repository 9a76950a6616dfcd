// Where an IPv4 packet names its ends beyond the addresses: ports, or the identifier of an echo, which is both ends' in
// one. Reads and changes them with the checksums that cover them; knows nothing of who is mapped to whom.
import type { AddressBook, IpAddress } from '../../ip/address.js';
import { PROTOCOL } from '../../ip/service.js';
import { read16, write16 } from '../../wire/bytes.js';
import * as checksums from '../../wire/checksum.js';
import * as icmp from '../../wire/icmp.js';
import * as ipv4 from '../../wire/ipv4.js';
import * as tcp from '../../wire/tcp.js';
import * as udp from '../../wire/udp.js';

/** What UDP writes for a checksum of zero: zero itself says that there is none (RFC 768). */
const ZERO = 0xffff;

/** Which end of a packet. */
export type End = 'source' | 'destination';

export class Ends {
  readonly protocol: number;
  /** Where the header is that these are the ends of. */
  readonly at: number;
  /** Where the transport header begins. */
  readonly start: number;
  readonly #bytes: Uint8Array;
  readonly #source: number;
  readonly #destination: number;
  /** Where the transport checksum is, or -1 if it is not there or not used. */
  readonly #checksum: number;
  /** Whether that covers the addresses. */
  readonly #pseudo: boolean;

  private constructor(
    bytes: Uint8Array,
    at: number,
    protocol: number,
    start: number,
    checksum: number,
    pending: boolean,
  ) {
    const echo = protocol === PROTOCOL.icmp;
    this.#bytes = bytes;
    this.at = at;
    this.protocol = protocol;
    this.start = start;
    this.#source = start + (echo ? icmp.OFFSET.identifier : udp.OFFSET.sourcePort);
    this.#destination = start + (echo ? icmp.OFFSET.identifier : udp.OFFSET.destinationPort);
    const unused = protocol === PROTOCOL.udp && read16(bytes, start + checksum) === 0;
    this.#checksum = pending || unused || start + checksum + 2 > bytes.length ? -1 : start + checksum;
    this.#pseudo = !echo;
  }

  /** Of the packet at `at`; null if it has none. `pending`: its checksum is still to be filled in. */
  static read(bytes: Uint8Array, at: number, pending: boolean): Ends | null {
    const protocol = ipv4.protocol(bytes, at);
    const start = at + ipv4.headerLength(bytes, at);
    if (bytes.length < start + icmp.QUOTED_TRANSPORT) return null;
    if (protocol === PROTOCOL.tcp) return new Ends(bytes, at, protocol, start, tcp.OFFSET.checksum, pending);
    if (protocol === PROTOCOL.udp) return new Ends(bytes, at, protocol, start, udp.OFFSET.checksum, pending);
    const type = icmp.type(bytes, start);
    const echo = type === icmp.TYPE.echoRequest || type === icmp.TYPE.echoReply;
    if (protocol !== PROTOCOL.icmp || !echo) return null;
    return new Ends(bytes, at, protocol, start, icmp.OFFSET.checksum, false);
  }

  port(end: End): number {
    return read16(this.#bytes, end === 'source' ? this.#source : this.#destination);
  }

  address(book: AddressBook, end: End): IpAddress {
    return book.ipv4(this.#bytes, this.#addressAt(end));
  }

  /** Puts another end in the place of one. */
  replace(end: End, address: IpAddress, port: number): void {
    const at = this.#addressAt(end);
    for (let i = 0; i < 4; i += 2) this.#write(at + i, read16(address.bytes, i), this.#pseudo);
    this.#write(end === 'source' ? this.#source : this.#destination, port, true);
    const bytes = this.#bytes;
    if (this.protocol === PROTOCOL.udp && this.#checksum >= 0 && read16(bytes, this.#checksum) === 0) {
      write16(bytes, this.#checksum, ZERO);
    }
    ipv4.fillChecksum(bytes, this.at);
  }

  #addressAt(end: End): number {
    return this.at + ipv4.OFFSET[end];
  }

  /** Writes a word; a wrong checksum stays as wrong as it was. */
  #write(at: number, value: number, covered: boolean): void {
    if (covered && this.#checksum >= 0) checksums.replace16(this.#bytes, this.#checksum, at, value);
    else write16(this.#bytes, at, value);
  }
}
