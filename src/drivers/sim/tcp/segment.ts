// A segment that has come. One object serves for all: it is filled, looked at, and filled again.
import type { Arrival } from '../ip/service.js';
import type { IpAddress } from '../ip/address.js';
import { pseudoSum } from '../wire/checksum.js';
import * as tcp from '../wire/tcp.js';
import { parse, TcpOptions } from '../wire/tcp-options.js';
import { after } from './sequence.js';

const { FLAG } = tcp;

export class Segment {
  arrival: Arrival;
  source: IpAddress;
  destination: IpAddress;
  sourcePort = 0;
  destinationPort = 0;
  /** Sequence numbers as ./sequence.ts has them. */
  sequence = 0;
  acknowledgment = 0;
  flags = 0;
  window = 0;
  urgentPointer = 0;
  bytes: Uint8Array;
  /** The data are in [start, start + length) of `bytes`. */
  start = 0;
  length = 0;
  readonly options = new TcpOptions();

  constructor(arrival: Arrival) {
    this.arrival = arrival;
    this.source = arrival.source;
    this.destination = arrival.destination;
    this.bytes = arrival.packet;
  }

  /** Reads the header; false if it is broken and the segment must be dropped. */
  read(arrival: Arrival): boolean {
    const { packet, start: at } = arrival;
    const end = packet.length;
    if (tcp.check(packet, at, end) !== null) return false;
    if (!arrival.checksumGood) {
      const pseudo = pseudoSum(arrival.source.bytes, arrival.destination.bytes, arrival.protocol, end - at);
      if (!tcp.checksumGood(packet, at, end, pseudo)) return false;
    }
    this.arrival = arrival;
    this.source = arrival.source;
    this.destination = arrival.destination;
    this.bytes = packet;
    this.sourcePort = tcp.sourcePort(packet, at);
    this.destinationPort = tcp.destinationPort(packet, at);
    this.sequence = tcp.sequence(packet, at) | 0;
    this.acknowledgment = tcp.acknowledgment(packet, at) | 0;
    this.flags = tcp.flags(packet, at);
    this.window = tcp.window(packet, at);
    this.urgentPointer = tcp.urgentPointer(packet, at);
    const headerLength = tcp.headerLength(packet, at);
    this.start = at + headerLength;
    this.length = end - this.start;
    if (headerLength > tcp.HEADER_LENGTH) parse(packet, at + tcp.HEADER_LENGTH, this.start, this.options);
    else this.options.clear();
    return true;
  }

  has(flag: number): boolean {
    return (this.flags & flag) !== 0;
  }

  /** How many sequence numbers it takes: SYN and FIN take one each. */
  get span(): number {
    return this.length + (this.flags & FLAG.syn ? 1 : 0) + (this.flags & FLAG.fin ? 1 : 0);
  }

  /** The sequence number behind it. */
  get end(): number {
    return after(this.sequence, this.span);
  }

  /** Takes what comes before `sequence` off: a SYN first, then data. */
  trimFront(sequence: number): void {
    let count = (sequence - this.sequence) | 0;
    if (count <= 0) return;
    if (this.has(FLAG.syn)) {
      this.flags &= ~FLAG.syn;
      count -= 1;
      this.sequence = after(this.sequence, 1);
    }
    const data = Math.min(count, this.length);
    this.sequence = after(this.sequence, data);
    this.start += data;
    this.length -= data;
    if (count > data) this.flags &= ~FLAG.fin;
  }

  /** Takes what comes from `sequence` on off: a FIN first, then data. */
  trimEnd(sequence: number): void {
    let excess = (this.end - sequence) | 0;
    if (excess <= 0) return;
    if (this.has(FLAG.fin)) {
      this.flags &= ~FLAG.fin;
      excess -= 1;
    }
    this.length = Math.max(0, this.length - excess);
  }
}
