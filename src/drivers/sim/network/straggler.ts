// A packet that does not arrive in its turn.
import type { QueuedEvent } from '../event-queue.js';
import type { WirePacket } from '../ip/wire-packet.js';
import type { Attachment } from './attachment.js';

export class Straggler implements QueuedEvent {
  due = 0;
  order = 0;
  place = -1;
  readonly #packet: WirePacket;
  readonly #target: Attachment;

  constructor(packet: WirePacket, target: Attachment) {
    this.#packet = packet;
    this.#target = target;
  }

  fire(): void {
    this.#target.receive(this.#packet);
  }
}
