// The sending half of a connection: its variables (RFC 9293 section 3.3.1) and the decision what to send next: Nagle,
// silly windows, the peer's window and the congestion window.
// Does not own: what acknowledgments do to it (acknowledgment.ts), losses (recovery.ts, retransmission.ts).
import { FLAG } from '../wire/tcp.js';
import { Congestion } from './congestion.js';
import type { TcpConnection } from './connection.js';
import { MODE, type Mode } from './modes.js';
import { transmitHoles } from './recovery.js';
import { RoundTrip } from './round-trip.js';
import type { Scoreboard } from './scoreboard.js';
import { SendBuffer } from './send-buffer.js';
import { after, distance, precedes } from './sequence.js';
import { mayTransmit } from './states.js';
import { emit } from './transmission.js';

/** RFC 3042: segments beyond the congestion window that the first duplicates allow. */
const LIMITED_TRANSMIT = 2;
/** Nothing may be sent now; a FIN alone has length 0. */
const NOTHING = -1;

export class Sender {
  readonly #connection: TcpConnection;
  readonly buffer = new SendBuffer();
  readonly congestion = new Congestion();
  readonly roundTrip: RoundTrip;
  scoreboard: Scoreboard | null = null;
  iss: number;
  /** SND.UNA, SND.NXT, and the highest SND.NXT ever. */
  una: number;
  nxt: number;
  max: number;
  /** SND.WND, SND.WL1, SND.WL2, and the shift of the peer's windows. */
  window = 0;
  windowSequence = 0;
  windowAcknowledgment = 0;
  scale = 0;
  largestWindow = 0;
  /** The most data in one segment, options allowed for. */
  segmentSize = 0;
  finQueued = false;
  /** SND.UP: behind the urgent byte. */
  urgentEnd = 0;
  urgentPending = false;
  mode: Mode = MODE.open;
  duplicates = 0;
  /** Recovery is over when this is acknowledged; holes before `resent` were sent again; a rescue was made at `rescued`. */
  recoverPoint = 0;
  resent = 0;
  rescued = false;
  /** Where the first byte that was sent again begins, and what was the highest by then. */
  resentFirst = 0;
  resentFirstMax = 0;
  /** Timeouts since something was last acknowledged, and the time of the transmission that they began with. */
  retries = 0;
  retryingSince = 0;
  /** The retransmission timer runs for a window that is closed. */
  persisting = false;
  /** One segment at a time is timed. */
  timing = false;
  timedEnd = 0;
  timedAt = 0;
  sentAt = 0;

  constructor(connection: TcpConnection, iss: number, initialTimeout: number) {
    this.#connection = connection;
    this.iss = this.una = iss;
    this.nxt = this.max = after(iss, 1);
    this.roundTrip = new RoundTrip(initialTimeout);
  }

  /** Behind the last byte that was written. */
  get end(): number {
    return after(this.una, this.buffer.length);
  }

  /** Sent and not acknowledged. */
  get outstanding(): boolean {
    return this.una !== this.max;
  }

  /** The sequence number of a segment that carries nothing. */
  get quietSequence(): number {
    return this.persisting ? this.nxt : this.max;
  }

  /** Bytes on the way. */
  get inFlight(): number {
    const sent = distance(this.una, this.nxt);
    const { scoreboard } = this;
    return scoreboard === null || scoreboard.sacked === 0 ? sent : sent - scoreboard.sackedBefore(this.nxt);
  }

  /** The window of the first flight, or of the first one after a pause (RFC 5681 sections 3.1 and 4.1). */
  begin(): void {
    this.congestion.begin(this.#connection.settings.initialWindow * this.segmentSize);
  }

  /** Sends what may be sent. */
  output(): void {
    if (!mayTransmit(this.#connection.state)) return;
    if (this.mode === MODE.recovery && this.#connection.sackPermitted) {
      transmitHoles(this.#connection, this);
      return;
    }
    if (!this.outstanding) this.#restartAfterPause();
    while (this.sendNext(this.congestion.window + this.#limitedTransmit() - this.inFlight) !== NOTHING);
    this.#watchWindow();
  }

  /** With SACK a duplicate makes what is in flight less by itself (RFC 6675 section 5, step 3). */
  #limitedTransmit(): number {
    if (this.duplicates === 0 || this.mode !== MODE.open || this.#connection.sackPermitted) return 0;
    return Math.min(this.duplicates, LIMITED_TRANSMIT) * this.segmentSize;
  }

  /** Sends the segment at SND.NXT if that may be, within `allowance` bytes; gives its sequence space, -1 if none was sent. */
  sendNext(allowance: number): number {
    if (this.mode === MODE.loss && this.scoreboard !== null && precedes(this.nxt, this.max)) {
      this.nxt = this.scoreboard.skip(this.nxt);
    }
    const length = this.#nextLength(allowance);
    if (length === NOTHING) return NOTHING;
    const sequence = this.nxt;
    const fin = this.finQueued && after(sequence, length) === this.end;
    this.send(sequence, length, fin);
    this.nxt = after(sequence, length + (fin ? 1 : 0));
    if (precedes(this.max, this.nxt)) this.#extend(sequence);
    return distance(sequence, this.nxt);
  }

  /** How much the next segment takes along. */
  #nextLength(allowance: number): number {
    const { nxt, segmentSize } = this;
    const unsent = distance(nxt, this.end);
    const room = this.window - distance(this.una, nxt);
    if (unsent <= 0) {
      return unsent === 0 && this.finQueued && room > 0 && allowance > 0 ? 0 : NOTHING;
    }
    let length = Math.min(unsent, segmentSize, room);
    if (length <= 0) return NOTHING;
    const again = precedes(nxt, this.max);
    if (again && this.mode === MODE.loss && this.scoreboard !== null) length = this.scoreboard.gap(nxt, length);
    if (length > allowance) return NOTHING;
    if (length === segmentSize || again) return length;
    // RFC 9293 section 3.8.6.2.1: a short segment goes out if it is the last and nothing is on the way (Nagle), or if
    // it fills half of what the peer ever took.
    if (length === unsent && (!this.outstanding || this.finQueued || this.#connection.settings.noDelay)) return length;
    if (this.urgentPending && precedes(nxt, this.urgentEnd)) return length;
    return length * 2 >= this.largestWindow ? length : NOTHING;
  }

  /** Sends `length` bytes from `sequence` on, new or again. */
  send(sequence: number, length: number, fin: boolean): void {
    const connection = this.#connection;
    const flags = (fin ? FLAG.fin : 0) | (length > 0 && after(sequence, length) === this.end ? FLAG.psh : 0);
    const again = Math.min(length, distance(sequence, this.max));
    if (again > 0) connection.counters.bytesRetransmitted += again;
    connection.counters.bytesOut += length;
    emit(connection, sequence, length, flags);
    this.sentAt = connection.clock.us;
    if (connection.timers.retransmission === 0 || this.persisting) this.startTimer();
  }

  /** Sends up to `length` bytes again that begin at `sequence`; the FIN too if it is among them. */
  resend(sequence: number, length: number): void {
    const data = Math.min(length, distance(sequence, this.end));
    this.timing = false;
    this.send(sequence, data, this.finQueued && length > data);
  }

  /** Something was sent for the first time. */
  #extend(from: number): void {
    if (!this.timing && !precedes(from, this.max)) {
      this.timing = true;
      this.timedEnd = this.nxt;
      this.timedAt = this.#connection.clock.us;
    }
    this.max = this.nxt;
  }

  /** Starts the retransmission timer anew; TCP_MAXRT may end everything before a whole timeout has passed. */
  startTimer(): void {
    const { clock, settings, timers } = this.#connection;
    let { timeout } = this.roundTrip;
    if (settings.retransmitMs > 0 && this.retries > 0) {
      timeout = Math.min(timeout, this.retryingSince + settings.retransmitMs * 1000 - clock.us);
    }
    this.persisting = false;
    timers.retransmission = timers.in(timeout);
  }

  /** RFC 5681 section 4.1: after a pause the window tells nothing of the network any more. */
  #restartAfterPause(): void {
    if (this.#connection.clock.us - this.sentAt <= this.roundTrip.timeout) return;
    const window = this.#connection.settings.initialWindow * this.segmentSize;
    if (this.congestion.window > window) this.congestion.begin(window);
  }

  /** Something waits though nothing is on the way: the peer's window is what is in the way, and must be asked after. */
  #watchWindow(): void {
    const { timers } = this.#connection;
    if (timers.retransmission !== 0 || this.nxt !== this.una) return;
    if (this.buffer.length === 0 && !this.finQueued) return;
    this.startTimer();
    this.persisting = true;
  }

  /** Everything sent has to go out again: in segments of another size, or because it is taken for lost. */
  rewind(): void {
    this.mode = MODE.loss;
    this.recoverPoint = this.max;
    this.nxt = this.una;
    this.timing = false;
    this.duplicates = 0;
  }
}
