// What is left of connections for a while after their end, so that late segments of theirs harm no other (RFC 9293
// section 3.6.1, RFC 1337). They all wait equally long, so that one timer of the clock serves them all.
import type { SimClock, SimTimer } from '../clock.js';
import type { IpAddress } from '../ip/address.js';
import { FLAG } from '../wire/tcp.js';
import type { TcpConnection } from './connection.js';
import type { Endpoint } from './connection-table.js';
import { TIME_WAIT } from './constants.js';
import type { TcpLayer } from './layer.js';
import { reply } from './reply.js';
import type { Segment } from './segment.js';
import { after, precedes } from './sequence.js';

/** One connection in TIME_WAIT. */
export class Waiting implements Endpoint {
  readonly layer: TcpLayer;
  readonly localAddress: IpAddress;
  readonly localPort: number;
  readonly remoteAddress: IpAddress;
  readonly remotePort: number;
  sibling: Endpoint | null = null;
  due = 0;
  readonly #sent: number;
  readonly #received: number;
  readonly #window: number;

  constructor(connection: TcpConnection) {
    this.layer = connection.layer;
    this.localAddress = connection.localAddress;
    this.localPort = connection.localPort;
    this.remoteAddress = connection.remoteAddress;
    this.remotePort = connection.remotePort;
    this.#sent = connection.sender.max;
    this.#received = connection.receiver.next;
    this.#window = connection.receiver.window >>> connection.receiver.scale;
  }

  arrived(segment: Segment): void {
    // RFC 1337: a reset must not end the wait.
    if (segment.has(FLAG.rst)) return;
    if (segment.has(FLAG.syn) && !segment.has(FLAG.ack) && precedes(after(this.#received, -1), segment.sequence)) {
      this.#giveWay(segment);
      return;
    }
    if (segment.span === 0 && segment.sequence === this.#received) return;
    reply(this.layer.ip, segment, this.#sent, this.#received, FLAG.ack, this.#window);
    // The peer has not heard our last acknowledgment.
    if (segment.has(FLAG.fin)) this.layer.waits.restart(this);
  }

  /** A new connection may begin that no old segment can be taken for (RFC 9293 section 3.6.1). */
  #giveWay(segment: Segment): void {
    this.layer.waits.end(this);
    this.layer.callAgain(segment, after(this.#sent, 0x20000));
  }
}

/** All of a host's. */
export class TimeWaits {
  /** In the order in which they end. */
  readonly #waiting = new Set<Waiting>();
  readonly #clock: SimClock;
  readonly #timer: SimTimer;
  readonly #ended: (waiting: Waiting) => void;

  constructor(clock: SimClock, ended: (waiting: Waiting) => void) {
    this.#clock = clock;
    this.#ended = ended;
    this.#timer = clock.timer(() => {
      this.#fired();
    });
  }

  get size(): number {
    return this.#waiting.size;
  }

  add(waiting: Waiting): void {
    waiting.due = this.#clock.us + TIME_WAIT;
    this.#waiting.add(waiting);
    if (!this.#timer.running) this.#timer.set(TIME_WAIT);
  }

  restart(waiting: Waiting): void {
    if (this.#waiting.delete(waiting)) this.add(waiting);
  }

  end(waiting: Waiting): void {
    if (!this.#waiting.delete(waiting)) return;
    this.#ended(waiting);
    if (this.#waiting.size === 0) this.#timer.cancel();
  }

  stop(): void {
    this.#waiting.clear();
    this.#timer.cancel();
  }

  #fired(): void {
    for (const waiting of this.#waiting) {
      if (waiting.due > this.#clock.us) {
        this.#timer.set(waiting.due - this.#clock.us);
        return;
      }
      this.#waiting.delete(waiting);
      this.#ended(waiting);
    }
  }
}
