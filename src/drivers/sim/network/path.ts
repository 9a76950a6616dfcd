// The way of packets from one interface to another on a link, in this direction. Owns when they arrive, in which order,
// and whether they do. Those in flight are a list in the order of their arrival with one event of the clock for the
// first of them; only what overtakes or is overtaken has an event of its own.
import type { QueuedEvent } from '../event-queue.js';
import type { WirePacket } from '../ip/wire-packet.js';
import type { Random } from '../random.js';
import type { Attachment } from './attachment.js';
import type { Fabric } from './fabric.js';
import type { LinkProperties } from './link-properties.js';
import type { Rule } from './rule.js';
import { treat } from './rule-book.js';
import { Straggler } from './straggler.js';
import type { TapPlace } from './taps.js';
import { Transmitter } from './transmitter.js';

const MICROSECONDS = 1000;
const BITS = 8;

export class Path implements QueuedEvent, TapPlace {
  due = 0;
  order = 0;
  place = -1;
  readonly from: string;
  readonly to: string;
  readonly fromInterface: number;
  readonly toInterface: number;
  readonly link: string;
  readonly #fabric: Fabric;
  readonly #target: Attachment;
  readonly #transmitter = new Transmitter();
  #properties: Required<LinkProperties>;
  #latency = 0;
  #jitter = 0;
  /** Chance has a say. */
  #risky = false;
  #random: Random | null = null;
  #head: WirePacket | null = null;
  #tail: WirePacket | null = null;
  #rules: readonly Rule[] = [];
  #rulesVersion = -1;

  constructor(fabric: Fabric, source: Attachment, target: Attachment, properties: Required<LinkProperties>) {
    this.#fabric = fabric;
    this.#target = target;
    this.from = source.host;
    this.to = target.host;
    this.fromInterface = source.index;
    this.toInterface = target.index;
    this.link = source.segment.name;
    this.#properties = properties;
    this.setProperties(properties);
  }

  get properties(): Required<LinkProperties> {
    return this.#properties;
  }

  /** What is in flight already stays as it is. */
  setProperties(properties: Required<LinkProperties>): void {
    this.#properties = properties;
    this.#latency = Math.round(properties.latencyMs * MICROSECONDS);
    this.#jitter = Math.round(properties.jitterMs * MICROSECONDS);
    const { loss, duplicate, reorder, corrupt } = properties;
    this.#risky = loss > 0 || duplicate > 0 || reorder > 0 || corrupt > 0;
    this.#transmitter.setProperties(properties);
  }

  send(packet: WirePacket): void {
    const { counts, rules } = this.#fabric;
    counts.sent += 1;
    if (!this.#target.up) {
      counts.hostDown += 1;
      this.#drop(packet, 'host down');
      return;
    }
    if (rules.version !== this.#rulesVersion) {
      this.#rules = rules.concerning(this.from, this.to);
      this.#rulesVersion = rules.version;
    }
    if (this.#rules.length > 0) this.#sendByRules(packet);
    else if (this.#risky) this.#sendByChance(packet, 0, null);
    else this.#carry(packet, 0, 'sent', null);
  }

  /** Delivers all that are due; what they cause comes later. */
  fire(): void {
    const now = this.#fabric.clock.us;
    let packet = this.#head;
    while (packet !== null && packet.due <= now) {
      const { next } = packet;
      packet.next = null;
      this.#head = next;
      if (next === null) this.#tail = null;
      this.#target.receive(packet);
      packet = this.#head;
    }
    if (packet !== null && this.place < 0) this.#fabric.clock.enter(this, packet.due);
  }

  /** Forgets what is in flight. */
  clear(): void {
    this.#fabric.clock.leave(this);
    this.#head = this.#tail = null;
    this.#transmitter.clear();
  }

  #sendByRules(packet: WirePacket): void {
    const { counts, clock } = this.#fabric;
    const treatment = treat(this.#rules, packet, this.from, this.to, clock.us);
    if (treatment.droppedBy !== null) {
      counts.droppedByRule += 1;
      this.#drop(packet, treatment.droppedBy);
      return;
    }
    for (let i = 0; i < treatment.damages; i += 1) this.#damage(packet);
    const copies = Array.from({ length: treatment.duplicates }, () => packet.copy());
    this.#sendByChance(packet, treatment.delayUs, treatment.by);
    for (const copy of copies) {
      counts.duplicated += 1;
      this.#carry(copy, treatment.delayUs, 'duplicate', treatment.by);
    }
  }

  #sendByChance(packet: WirePacket, delay: number, by: string | null): void {
    const { loss, corrupt, duplicate, reorder, reorderMs } = this.#properties;
    const { counts } = this.#fabric;
    if (loss > 0 && this.#chance.chance(loss)) {
      counts.lost += 1;
      this.#drop(packet, 'loss');
      return;
    }
    const damaged = corrupt > 0 && this.#chance.chance(corrupt);
    if (damaged) this.#damage(packet);
    const copy = duplicate > 0 && this.#chance.chance(duplicate) ? packet.copy() : null;
    const held = reorder > 0 && this.#chance.chance(reorder) ? Math.round(reorderMs * MICROSECONDS) : 0;
    this.#carry(packet, delay + held, 'sent', by ?? (damaged ? 'corruption' : held > 0 ? 'reordering' : null));
    if (copy === null) return;
    counts.duplicated += 1;
    this.#carry(copy, delay, 'duplicate', 'duplication');
  }

  /** Puts it into the queue, if there is room, and into flight. */
  #carry(packet: WirePacket, delay: number, verdict: 'sent' | 'duplicate', by: string | null): void {
    const { clock, counts, taps } = this.#fabric;
    if (!this.#transmitter.enter(packet, clock.us)) {
      counts.queueFull += 1;
      this.#drop(packet, 'queue');
      return;
    }
    if (taps.listening) taps.show(clock.us, this, packet, verdict, by);
    const jitter = this.#jitter === 0 ? 0 : this.#chance.below(this.#jitter + 1);
    packet.due = packet.leaves + this.#latency + jitter + delay;
    if (delay > 0 || (jitter > 0 && !this.#properties.keepOrder)) {
      clock.enter(new Straggler(packet, this.#target), packet.due);
      return;
    }
    this.#append(packet);
  }

  #append(packet: WirePacket): void {
    const tail = this.#tail;
    this.#tail = packet;
    if (tail === null) {
      this.#head = packet;
      if (this.place < 0) this.#fabric.clock.enter(this, packet.due);
      return;
    }
    // One that would be there earlier waits for the one before it: `fire` goes through them in order.
    tail.next = packet;
  }

  #drop(packet: WirePacket, by: string): void {
    const { clock, taps } = this.#fabric;
    if (taps.listening) taps.show(clock.us, this, packet, 'dropped', by);
  }

  /** Flips one bit, any of them. */
  #damage(packet: WirePacket): void {
    this.#fabric.counts.corrupted += 1;
    const bytes = packet.complete();
    const bit = this.#chance.below(bytes.length * BITS);
    const at = Math.floor(bit / BITS);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << bit % BITS);
    packet.trusted = false;
  }

  /** This path's own: what happens on others does not change what it draws. */
  get #chance(): Random {
    this.#random ??= this.#fabric.random.fork(
      `${this.link}: ${this.from}/${this.fromInterface} > ${this.to}/${this.toInterface}`,
    );
    return this.#random;
  }
}
