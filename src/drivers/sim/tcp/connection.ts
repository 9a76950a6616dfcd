// One connection: its place in the network, its state, and the ways that lead to it: from its owner, from segments, from
// timers. Does not own: its halves (sender.ts, receiver.ts), the rules for segments (arrival.ts, handshake.ts), its end
// (ending.ts).
import type { DriverError, Setting, StreamSink } from '../../contract.js';
import type { SimClock } from '../clock.js';
import type { IpAddress } from '../ip/address.js';
import { TIMESTAMPS_LENGTH } from '../wire/tcp-options.js';
import { segmentArrived } from './arrival.js';
import type { Waking } from './calls.js';
import { Challenges } from './challenges.js';
import type { Endpoint } from './connection-table.js';
import { Counters } from './counters.js';
import { Ending } from './ending.js';
import { sendSyn, synDue, synSentArrived, takeSyn } from './handshake.js';
import { keepAliveDue, startKeepAlive } from './keep-alive.js';
import type { TcpLayer } from './layer.js';
import type { TcpListener } from './listener.js';
import type { Path } from './path.js';
import { Receiver } from './receiver.js';
import { retransmissionDue } from './retransmission.js';
import type { Segment } from './segment.js';
import { Sender } from './sender.js';
import type { TcpSettings } from './settings.js';
import { isSynchronized, nextState, STATE, type TcpEvent, type TcpState } from './states.js';
import { Timers, type TimerOwner } from './timers.js';
import { emitAcknowledgment } from './transmission.js';
import { answerWrites } from './writing.js';

export class TcpConnection implements Endpoint, TimerOwner, Waking {
  readonly layer: TcpLayer;
  readonly clock: SimClock;
  readonly localAddress: IpAddress;
  readonly localPort: number;
  readonly remoteAddress: IpAddress;
  readonly remotePort: number;
  readonly settings: TcpSettings;
  readonly path: Path;
  /** The next connection between the same ports and remote address: ./connection-table.ts's. */
  sibling: Endpoint | null = null;
  readonly sender: Sender;
  readonly receiver: Receiver;
  readonly timers: Timers;
  readonly ending: Ending;
  readonly counters = new Counters();
  state: TcpState = STATE.closed;
  sink: StreamSink | null = null;
  /** The listener that it counts for; null once it was attached. */
  listener: TcpListener | null = null;
  /** We called, and there is no answer yet. */
  connecting = false;
  /** The peer's SYN was not answered: the owner is to decide. */
  held = false;
  /** What an ICMP message blamed a failure on that has not come yet. */
  softError: DriverError | null = null;
  windowScaling = true;
  sackPermitted = false;
  timestamps = false;
  recentTimestamp = 0;
  peerSegmentSize = 0;
  /** Virtual microseconds; -1 before that. */
  establishedAt = -1;
  heardAt = 0;
  keepAliveProbes = 0;
  #narrowed = false;
  #challenges: Challenges | null = null;

  constructor(
    layer: TcpLayer,
    localAddress: IpAddress,
    localPort: number,
    remoteAddress: IpAddress,
    remotePort: number,
    settings: TcpSettings,
    path: Path,
    iss: number,
  ) {
    this.layer = layer;
    this.clock = layer.ip.clock;
    this.localAddress = localAddress;
    this.localPort = localPort;
    this.remoteAddress = remoteAddress;
    this.remotePort = remotePort;
    this.settings = settings;
    this.path = path;
    this.sender = new Sender(this, iss, settings.initialTimeoutMs * 1000);
    this.receiver = new Receiver(this);
    this.timers = new Timers(this.clock, this);
    this.ending = new Ending(this);
  }

  /** Virtual milliseconds, begun anywhere: RFC 7323 section 5.4. */
  get timestamp(): number {
    return (Math.floor(this.clock.us / 1000) + this.sender.iss) | 0;
  }

  move(event: TcpEvent): void {
    const next = nextState(this.state, event);
    if (next === null) throw new Error(`a connection cannot ${event} in state ${this.state}`);
    this.state = next;
  }

  // --- opening ---

  /** Calls the peer. */
  call(sink: StreamSink | null): void {
    this.sink = sink;
    this.connecting = true;
    this.receiver.delivery.paused = false;
    this.move('connect');
    sendSyn(this);
  }

  /** Answers the peer's call, or holds it until it is attached. */
  answer(segment: Segment, listener: TcpListener, held: boolean): void {
    this.listener = listener;
    this.held = held;
    this.move('syn');
    takeSyn(this, segment);
    if (!held) sendSyn(this);
  }

  /** The owner takes a connection that a listener got. */
  attach(sink: StreamSink): void {
    this.releaseListener();
    this.sink = sink;
    this.receiver.delivery.paused = false;
    if (this.state !== STATE.closed && this.held) {
      this.held = false;
      sendSyn(this);
    }
    this.layer.calls.wake(this);
  }

  /** It counts for its listener no more. */
  releaseListener(): void {
    this.listener?.release(this);
    this.listener = null;
  }

  /** The handshake is complete; false if that was the end of it. */
  established(): boolean {
    this.move('handshake');
    // It was shut down before it was open.
    if (this.sender.finQueued) this.move('close');
    if (this.settings.keepAlive) startKeepAlive(this);
    if (this.connecting) {
      this.connecting = false;
      this.clock.tell();
      this.sink?.connected();
    } else this.listener?.completed(this);
    return isSynchronized(this.state);
  }

  // --- from the owner ---

  pause(): void {
    this.receiver.delivery.paused = true;
  }

  resume(): void {
    if (!this.receiver.delivery.paused) return;
    this.receiver.delivery.paused = false;
    this.layer.calls.wake(this);
  }

  set(setting: Setting, value: number): void {
    this.settings.set(setting, value);
    if (this.state === STATE.closed) return;
    if (setting.startsWith('keepAlive')) startKeepAlive(this);
    else if (setting === 'receiveBuffer') this.receiver.resize();
    else if (setting === 'sendBuffer') this.layer.calls.wake(this);
    else if (setting === 'noDelay') this.sender.output();
    else this.renewPath();
  }

  /** What could not be done from inside a driver method. */
  wake(): void {
    if (this.#narrowed) this.#narrow();
    this.ending.tellFailure();
    const { delivery } = this.receiver;
    const kept = delivery.queued;
    delivery.drain();
    if (!isSynchronized(this.state) || this.state === STATE.timeWait) return;
    answerWrites(this);
    // Only what was read makes news of the window: that SYNs can announce less than there is, any segment mends.
    const read = delivery.queued < kept;
    if (read && isSynchronized(this.state) && this.receiver.worthTelling) emitAcknowledgment(this);
  }

  // --- from segments ---

  arrived(segment: Segment): void {
    this.heardAt = this.clock.us;
    this.keepAliveProbes = 0;
    if (this.state === STATE.synSent) synSentArrived(this, segment);
    else segmentArrived(this, segment);
    this.#settle();
  }

  /** After everything that happened: answers writes, sends what may be sent, acknowledges what must be. */
  #settle(): void {
    if (this.state === STATE.closed) return;
    answerWrites(this);
    this.sender.output();
    if (this.receiver.mustAcknowledge && isSynchronized(this.state)) emitAcknowledgment(this);
  }

  /** Answers what may be a forgery, now and then. */
  challenge(): void {
    this.#challenges ??= new Challenges();
    if (this.#challenges.allow(this.clock.us)) this.receiver.acknowledgeNow();
  }

  // --- from the path ---

  /** How much fits in a segment. */
  limitSegments(): void {
    const size = Math.min(this.peerSegmentSize, this.path.segmentSize);
    this.sender.segmentSize = size - (this.timestamps ? TIMESTAMPS_LENGTH : 0);
  }

  renewPath(): void {
    this.path.renew();
    if (this.peerSegmentSize > 0) this.limitSegments();
  }

  /** Segments are too large for the path; it is dealt with when the one at hand is done. */
  pathNarrowed(): void {
    if (this.#narrowed) return;
    this.#narrowed = true;
    this.layer.calls.wake(this);
  }

  /** What is on the way is sent again in smaller segments (RFC 1191 section 6.5). */
  #narrow(): void {
    this.#narrowed = false;
    const before = this.sender.segmentSize;
    this.renewPath();
    if (!isSynchronized(this.state) || this.sender.segmentSize >= before) return;
    this.sender.rewind();
    this.sender.output();
  }

  // --- from timers ---

  acknowledgmentDue(): void {
    if (isSynchronized(this.state)) emitAcknowledgment(this);
  }

  retransmissionDue(): void {
    if (isSynchronized(this.state)) retransmissionDue(this, this.sender);
    else synDue(this);
  }

  keepAliveDue(): void {
    keepAliveDue(this);
  }

  endDue(): void {
    this.ending.drop();
  }

  /** The host is down: it is over and nobody is told. */
  halt(): void {
    this.sink = null;
    this.ending.halt();
    this.receiver.delivery.discard();
  }
}
