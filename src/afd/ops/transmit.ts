// TransmitFile and TransmitPackets below the API: sends parts block by block, each when the one before is with the
// transport, so that a file of any length needs one block of memory.
import { WSAEINTR, WSAEINVAL, WSAEMSGSIZE, WSAENOTCONN, WSA_OPERATION_ABORTED } from '../../abi/index.js';
import { DatagramEndpoint } from '../datagram-endpoint.js';
import type { Endpoint, ReadinessObserver } from '../endpoint.js';
import { longestMessage } from '../message-size.js';
import { IoRequest, StepRequest } from '../request.js';
import { StreamEndpoint } from '../stream-endpoint.js';
import { disconnect } from './disconnect.js';
import { checkSendable, sendDatagram, sendStream } from './send.js';
import { BlockFiller, type TransmitPart } from './transmit-parts.js';

/** The block of a stream, unless a smaller one is asked for. */
const STREAM_BLOCK = 64 * 1024;
/** Every block waits until the transport has it, however long that takes. */
const PATIENT = { nonBlocking: false, timeout: 0, timeoutError: 0 } as const;

/** What a transmission is to do. */
export interface TransmitOrder {
  readonly parts: readonly TransmitPart[];
  /** Bytes of a block, or of a message; 0 for the endpoint's own choice. */
  readonly blockSize: number;
  /** Disconnect afterwards, and for reuse. */
  readonly disconnect: boolean;
  readonly reuse: boolean;
  /** Whether it may be done within the call that starts it. */
  readonly atOnce: boolean;
}

/** A request to send everything that an order names; `bytes` counts what the transport has. */
export class TransmitRequest extends IoRequest implements ReadinessObserver {
  readonly endpoint: Endpoint;
  readonly order: TransmitOrder;
  #filler: BlockFiller | null = null;
  /** The block that the transport has and is not through with. */
  #sending: IoRequest | null = null;
  /** The end that it waits for, if it disconnects. */
  #ending: IoRequest | null = null;
  #busy = false;
  /** A file or the transport will call back. */
  #waits = false;
  #starting = true;
  /** It is being ended from outside, with an error of its own. */
  #withdrawn = false;

  constructor(endpoint: Endpoint, order: TransmitOrder) {
    super();
    this.endpoint = endpoint;
    this.order = order;
  }

  start(): void {
    const { endpoint, order } = this;
    const { clock } = endpoint.afd;
    this.waitingIn = this;
    endpoint.observe(this);
    this.#filler = new BlockFiller(order.parts, blockOf(endpoint, order.blockSize), clock, (error) => {
      this.#goOn(error);
    });
    this.#run();
    this.#starting = false;
  }

  override get kind(): string {
    return 'transmit';
  }

  /**
   * Cancelled: nothing follows, and a block that is half sent ends as any send that is cancelled. With what error the
   * whole ends, whoever cancels it says; its steps have no say any more.
   */
  withdraw(): void {
    this.#withdrawn = true;
    this.#ending?.abort(WSA_OPERATION_ABORTED);
    if (this.#sending !== null) this.endpoint.cancel(this.#sending, WSA_OPERATION_ABORTED);
  }

  /** A socket that was closed ends it even while a file is being read. */
  readinessChanged(): void {
    if (this.endpoint.closed) this.abort(WSAEINTR);
  }

  protected override finished(): void {
    this.endpoint.unobserve(this);
    this.#filler?.close();
    this.#filler = null;
  }

  #goOn(error: number): void {
    this.#waits = false;
    if (error === 0) this.#run();
    else this.complete(error, this.bytes);
  }

  /** Block after block, without growing the stack where everything is done at once. */
  #run(): void {
    if (this.#busy) return;
    this.#busy = true;
    while (!this.done && !this.#waits && this.#filler !== null) this.#step(this.#filler);
    this.#busy = false;
  }

  #step(filler: BlockFiller): void {
    this.#waits = true;
    const filling = filler.fill();
    // A file may have answered already, and then there is no waiting.
    if (filling === 'full') this.#send(filler);
    else if (filling === 'over') this.#end();
  }

  #send(filler: BlockFiller): void {
    const sending = new StepRequest(this);
    const error = this.#hand(filler, sending);
    if (error !== 0) {
      this.complete(error, this.bytes);
      return;
    }
    this.#sending = sending;
    const sent = (): void => {
      if (this.#sending !== sending) return;
      this.#sending = null;
      this.bytes += sending.bytes;
      if (!this.#withdrawn) this.#goOn(sending.error);
    };
    if (sending.done) sent();
    else sending.onDone(sent);
  }

  #hand(filler: BlockFiller, sending: IoRequest): number {
    const { endpoint } = this;
    if (endpoint instanceof StreamEndpoint) return sendStream(endpoint, [filler.take()], sending, PATIENT);
    if (endpoint instanceof DatagramEndpoint) return sendDatagram(endpoint, [filler.take()], null, sending);
    return WSAEINVAL;
  }

  #end(): void {
    if (this.order.disconnect) {
      this.#disconnect();
      return;
    }
    if (this.order.atOnce || !this.#starting) {
      this.complete(0, this.bytes);
      return;
    }
    this.endpoint.afd.clock.nextTurn(() => {
      this.complete(0, this.bytes);
    });
  }

  #disconnect(): void {
    const ending = new StepRequest(this);
    this.#ending = ending;
    const error = disconnect(this.endpoint, this.order.reuse, ending);
    if (error !== 0) this.complete(error, this.bytes);
    else ending.onDone(() => {
      if (!this.#withdrawn) this.complete(ending.error, this.bytes);
    });
  }
}

function blockOf(endpoint: Endpoint, wanted: number): number {
  if (!endpoint.isDatagram) return Math.min(wanted === 0 ? STREAM_BLOCK : wanted, STREAM_BLOCK);
  const longest = longestMessage(endpoint);
  return Math.min(wanted === 0 ? longest : wanted, longest);
}

/** Starts a transmission; returns 0 (see `request`) or the error found at once. */
export function transmit(request: TransmitRequest): number {
  const refused = transmitRefusal(request.endpoint, request.order);
  if (refused === 0) request.start();
  return refused;
}

/** Why nothing can be sent on an endpoint; 0 if it can. */
function transmitRefusal(endpoint: Endpoint, order: TransmitOrder): number {
  if (endpoint instanceof StreamEndpoint) return checkSendable(endpoint);
  if (!(endpoint instanceof DatagramEndpoint) || endpoint.remote === null) return WSAENOTCONN;
  if (order.disconnect) return WSAEINVAL;
  return longestOf(order) > longestMessage(endpoint) ? WSAEMSGSIZE : 0;
}

/** The longest message that an order makes. */
function longestOf({ parts, blockSize }: TransmitOrder): number {
  let longest = 0;
  let current = 0;
  for (const { length, ends } of parts) {
    current += length;
    longest = Math.max(longest, current);
    if (ends) current = 0;
  }
  return blockSize === 0 ? longest : Math.min(longest, blockSize);
}
