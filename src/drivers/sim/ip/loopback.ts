// What a host sends to itself: it arrives in the same instant, by an event of the clock, in the order in which it was
// sent. Owns the queue; that own addresses lead here is the router's business.
import type { SimClock } from '../clock.js';
import type { QueuedEvent } from '../event-queue.js';
import type { HostInterface, Link } from './interface.js';
import type { WirePacket } from './wire-packet.js';

/** Takes a packet that has come by an interface. */
export type Receive = (packet: WirePacket, iface: HostInterface) => void;

export class Loopback implements Link, QueuedEvent {
  due = 0;
  order = 0;
  place = -1;
  /** The loopback interface, which is made with this as its link. */
  iface: HostInterface | null = null;
  /** Sees what goes over the loopback interface. */
  watcher: ((packet: WirePacket) => void) | null = null;
  readonly #clock: SimClock;
  readonly #receive: Receive;
  #packets: WirePacket[] = [];
  #ifaces: HostInterface[] = [];

  constructor(clock: SimClock, receive: Receive) {
    this.#clock = clock;
    this.#receive = receive;
  }

  send(packet: WirePacket): boolean {
    if (this.iface === null) return false;
    this.watcher?.(packet);
    this.sendBack(packet, this.iface);
    return true;
  }

  /** Lets a packet come back by the interface that it left by: broadcasts and multicasts do. */
  sendBack(packet: WirePacket, iface: HostInterface): void {
    this.#packets.push(packet);
    this.#ifaces.push(iface);
    if (this.place < 0) this.#clock.enter(this, this.#clock.us);
  }

  fire(): void {
    const packets = this.#packets;
    const ifaces = this.#ifaces;
    // What is sent meanwhile is for the next time.
    this.#packets = [];
    this.#ifaces = [];
    for (let i = 0; i < packets.length; i += 1) {
      const packet = packets[i];
      const iface = ifaces[i];
      if (packet !== undefined && iface !== undefined) this.#receive(packet, iface);
    }
  }

  halt(): void {
    this.#clock.leave(this);
    this.#packets = [];
    this.#ifaces = [];
  }
}
