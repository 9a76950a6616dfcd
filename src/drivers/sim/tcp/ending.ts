// How a connection ends: shut down and closed by its owner, ended by the peer, reset by either, or failed. Owns: who is
// still to be told of it. Does not own: which state follows which (states.ts), TIME_WAIT itself (time-wait.ts).
import type { DriverError } from '../../contract.js';
import type { TcpConnection } from './connection.js';
import { FIN_WAIT_2 } from './constants.js';
import type { Done } from './send-buffer.js';
import { after } from './sequence.js';
import { finPending, nextState, STATE } from './states.js';
import type { Waiting } from './time-wait.js';
import { emitAcknowledgment, emitReset } from './transmission.js';
import { answerWrites } from './writing.js';

export class Ending {
  readonly #connection: TcpConnection;
  closedByOwner = false;
  /** Data have come since that nobody will hear; the peer is still to be told. */
  dataUnheard = false;
  /** What is left of it in TIME_WAIT. */
  waiting: Waiting | null = null;
  /** Why it failed. */
  error: DriverError | null = null;
  /** The owner closed it and waits to hear that all was delivered. */
  #closed: Done | null = null;
  /** It failed before it had an owner. */
  #untold = false;
  #gone = false;

  constructor(connection: TcpConnection) {
    this.#connection = connection;
  }

  // --- by the owner ---

  /** FIN follows all that was written. */
  shutdownWrite(): void {
    const connection = this.#connection;
    if (connection.state === STATE.synReceived) connection.sender.finQueued = true;
    if (nextState(connection.state, 'close') === null) return;
    connection.move('close');
    connection.sender.finQueued = true;
    connection.sender.output();
  }

  /** Ends it in order; `done` follows when the peer has everything, or when that cannot be any more. */
  close(done: Done): void {
    const connection = this.#connection;
    const { receiver, sender } = connection;
    // RFC 9293 section 3.6.1: whose words were not read hears of it, unless that would cost what was written.
    const unread = receiver.delivery.queued > 0 && sender.buffer.length === 0;
    this.#leaveOwner();
    if (connection.state === STATE.synSent || connection.held || unread) this.reset();
    else this.shutdownWrite();
    if (connection.state === STATE.finWait2) this.#limitWait();
    if (finPending(connection.state) || connection.state === STATE.synReceived) this.#tellLater(done);
    else connection.layer.calls.answer(done, null);
  }

  /** Ends it at once; the peer hears of it where it could still wait for something. */
  reset(): void {
    const connection = this.#connection;
    this.#leaveOwner();
    if (connection.state === STATE.closed) return;
    if (this.#peerWaits()) emitReset(connection);
    this.drop();
    const { calls } = connection.layer;
    const { buffer } = connection.sender;
    for (let done = buffer.abandoned(); done !== null; done = buffer.abandoned()) calls.answer(done, 'ECONNABORTED');
    if (this.#closed !== null) calls.answer(this.#closed, 'ECONNABORTED');
    this.#closed = null;
  }

  #leaveOwner(): void {
    const connection = this.#connection;
    connection.releaseListener();
    connection.sink = null;
    this.closedByOwner = true;
    connection.receiver.delivery.discard();
  }

  #tellLater(done: Done): void {
    const before = this.#closed;
    this.#closed =
      before === null
        ? done
        : (error): void => {
            before(error);
            done(error);
          };
  }

  #peerWaits(): boolean {
    const { sender, state } = this.#connection;
    if (state === STATE.synSent || state === STATE.timeWait) return false;
    // RFC 9293 section 3.10.5 says nothing to the peer in CLOSING and LAST-ACK, where everything is on its way.
    return sender.buffer.length > 0 || (state !== STATE.closing && state !== STATE.lastAck);
  }

  #limitWait(): void {
    const { timers } = this.#connection;
    timers.end = timers.in(FIN_WAIT_2);
  }

  // --- by the peer ---

  /** Our FIN was acknowledged, and with it everything. */
  finAcknowledged(): void {
    const connection = this.#connection;
    connection.move('finAcknowledged');
    answerWrites(connection);
    const closed = this.#closed;
    this.#closed = null;
    if (closed !== null) {
      connection.clock.tell();
      closed(null);
    }
    if (connection.state === STATE.finWait2 && this.dataUnheard) this.resetByUnread();
    else if (connection.state === STATE.finWait2 && this.closedByOwner) this.#limitWait();
    else if (connection.state === STATE.timeWait) this.#wait();
    else if (connection.state === STATE.closed) this.drop();
  }

  /** The peer's FIN has come, and all before it. */
  finReceived(): void {
    const connection = this.#connection;
    const { receiver } = connection;
    receiver.next = after(receiver.next, 1);
    receiver.acknowledgeNow();
    connection.move('finReceived');
    if (connection.state === STATE.timeWait) this.#wait();
    receiver.delivery.end();
  }

  /** Only the ports are still kept, and not by this connection. */
  #wait(): void {
    const connection = this.#connection;
    if (connection.receiver.mustAcknowledge) emitAcknowledgment(connection);
    connection.timers.stop();
    connection.receiver.clear();
    this.waiting = connection.layer.waitOut(connection);
  }

  /** The peer, or somebody who knows the exact number, has sent RST. */
  wasReset(): void {
    this.fail(this.#connection.connecting ? 'ECONNREFUSED' : 'ECONNRESET');
  }

  /** Data have come for an owner who has closed. */
  resetByUnread(): void {
    emitReset(this.#connection);
    this.drop();
  }

  // --- by itself ---

  /** It is over: everybody who waits is told. */
  fail(error: DriverError): void {
    const connection = this.#connection;
    this.error = error;
    this.drop();
    connection.receiver.delivery.discard();
    const { buffer } = connection.sender;
    for (let done = buffer.abandoned(); done !== null; done = buffer.abandoned()) {
      connection.clock.tell();
      done(error);
    }
    const closed = this.#closed;
    this.#closed = null;
    connection.clock.tell();
    closed?.(error);
    // Whoever was just told may have closed it: it has no sink then.
    this.#untold = true;
    this.tellFailure();
  }

  /** Tells the owner, once there is one. */
  tellFailure(): void {
    const connection = this.#connection;
    const { sink } = connection;
    if (!this.#untold || sink === null || this.error === null) return;
    this.#untold = false;
    connection.sink = null;
    connection.clock.tell();
    if (connection.connecting) sink.connectFailed(this.error);
    else sink.failed(this.error);
  }

  /** It leaves the layer, and nothing of it is left in the clock. */
  drop(): void {
    if (this.#gone) return;
    const connection = this.#connection;
    this.halt();
    connection.listener?.lost(connection);
    if (this.waiting === null) connection.layer.leave(connection);
    else connection.layer.waits.end(this.waiting);
  }

  /** Nothing happens to it any more; the tables of the layer are not its business. */
  halt(): void {
    const connection = this.#connection;
    this.#gone = true;
    connection.state = STATE.closed;
    connection.timers.stop();
    connection.receiver.clear();
    connection.sender.buffer.clear();
  }
}
