// The request queue of a socket: both its directions, and how their requests become operations of afd.
import {
  RIO_CMSG_BASE_SIZE,
  RIO_CMSG_BUFFER,
  WSABUF,
  WSAEINVAL,
  WSAENOBUFS,
  WSAEOPNOTSUPP,
  WSAETOOMANYREFS,
} from '../../../abi/index.js';
import {
  DatagramEndpoint,
  IoRequest,
  StreamEndpoint,
  addressSize,
  type Endpoint,
  type SendControl,
  type ShowsRegisteredIo,
  type Waiting,
} from '../../../afd/index.js';
import type { RegisteredIoInspection, RegisteredIoSide } from '../../../win32/index.js';
import { readControl } from '../send-control.js';
import type { CompletionQueue } from './completion-queue.js';
import { RequestSide, type RioRequest, type SideOwner } from './request-side.js';
import { RioReceive, RioSend } from './requests.js';

/** Registered I/O waits whatever the socket's mode, and no timeout applies. */
const WAITING: Waiting = { nonBlocking: false, timeout: 0, timeoutError: 0 };

/** What one direction shows of itself. */
function sizesOf<R extends RioRequest>({ outstanding, most, queue }: RequestSide<R>): RegisteredIoSide {
  return { outstanding, most, results: queue.count, resultRoom: queue.size };
}

/** Waits for the close of the socket, and shows its queues meanwhile. */
class Closing extends IoRequest implements ShowsRegisteredIo {
  readonly #queue: SocketQueue;
  readonly #closed: () => void;

  constructor(queue: SocketQueue, closed: () => void) {
    super();
    this.#queue = queue;
    this.#closed = closed;
  }

  registeredIo(): RegisteredIoInspection {
    return { receives: sizesOf(this.#queue.receives), sends: sizesOf(this.#queue.sends) };
  }

  protected override finished(): void {
    this.#closed();
  }
}

/** What a request queue is made with. */
export interface QueueWish {
  readonly endpoint: Endpoint;
  readonly contextLow: number;
  readonly contextHigh: number;
  readonly mostReceives: number;
  readonly mostSends: number;
  readonly receiveQueue: CompletionQueue;
  readonly sendQueue: CompletionQueue;
}

/** A request queue. It ends with its socket. */
export class SocketQueue {
  readonly endpoint: Endpoint;
  readonly isDatagram: boolean;
  readonly receives: RequestSide<RioReceive>;
  readonly sends: RequestSide<RioSend>;

  private constructor({ endpoint, contextLow, contextHigh, mostReceives, mostSends, receiveQueue, sendQueue }: QueueWish) {
    this.endpoint = endpoint;
    this.isDatagram = endpoint.isDatagram;
    const receiver: SideOwner<RioReceive> = {
      ...{ endpoint, contextLow, contextHigh, endsByItself: false },
      make: (side) => new RioReceive(side, endpoint),
      start: (request) => endpoint.afd.ops.receive(endpoint, request, WAITING),
    };
    const sender: SideOwner<RioSend> = {
      ...{ endpoint, contextLow, contextHigh, endsByItself: true },
      make: (side) => new RioSend(side),
      start: (request) => send(endpoint, request),
    };
    this.receives = new RequestSide(receiver, receiveQueue, mostReceives);
    this.sends = new RequestSide(sender, sendQueue, mostSends);
  }

  /** A queue for a socket, or null when the completion queues have no room for its results. `closed` hears of its end. */
  static open(wish: QueueWish, closed: () => void): SocketQueue | null {
    const { endpoint, mostReceives, mostSends, receiveQueue, sendQueue } = wish;
    if (!fits(receiveQueue, sendQueue, mostReceives, mostSends)) return null;
    receiveQueue.reserved += mostReceives;
    sendQueue.reserved += mostSends;
    const queue = new SocketQueue(wish);
    if (endpoint instanceof DatagramEndpoint) endpoint.pulling?.pollBy(receiveQueue.sources);
    const end = (): void => {
      closed();
      queue.receives.close();
      queue.sends.close();
    };
    endpoint.held.push(new Closing(queue, end));
    return queue;
  }

  /** Changes how many requests there may be; returns 0 or the error. */
  resize(mostReceives: number, mostSends: number): number {
    const { receives, sends } = this;
    if (mostReceives === 0 && mostSends === 0) return WSAEINVAL;
    if (mostReceives < receives.outstanding || mostSends < sends.outstanding) return WSAETOOMANYREFS;
    const moreReceives = mostReceives - receives.most;
    const moreSends = mostSends - sends.most;
    if (!fits(receives.queue, sends.queue, moreReceives, moreSends)) return WSAENOBUFS;
    receives.queue.reserved += moreReceives;
    sends.queue.reserved += moreSends;
    receives.most = mostReceives;
    sends.most = mostSends;
    return 0;
  }
}

/** Whether the completion queues, which may be the same, have room for so many more results. */
function fits(receiveQueue: CompletionQueue, sendQueue: CompletionQueue, receives: number, sends: number): boolean {
  if (receiveQueue === sendQueue) return receiveQueue.fits(receives + sends);
  return receiveQueue.fits(receives) && sendQueue.fits(sends);
}

/** Starts a send; returns 0 or the error found at once. Addresses and control data are read only now, as by a kernel. */
function send(endpoint: Endpoint, request: RioSend): number {
  const { ops } = endpoint.afd;
  if (endpoint instanceof StreamEndpoint) return ops.sendStream(endpoint, request.chunks, request, WAITING);
  if (!(endpoint instanceof DatagramEndpoint)) return WSAEOPNOTSUPP;
  const { remoteAddress, control } = request.ticket;
  const details = control === null ? null : controlOf(endpoint, control);
  if (typeof details === 'number') return details;
  if (remoteAddress === null) return ops.sendDatagram(endpoint, request.chunks, null, request, details);
  const { error, address } = endpoint.decode(remoteAddress, addressSize(endpoint.family));
  return error === 0 ? ops.sendDatagram(endpoint, request.chunks, address, request, details) : error;
}

/** What a control buffer asks for, null for nothing, or the error. */
function controlOf(endpoint: DatagramEndpoint, control: Uint8Array): SendControl | null | number {
  const { TotalLength } = new RIO_CMSG_BUFFER(control);
  if (TotalLength === 0) return null;
  if (TotalLength < RIO_CMSG_BASE_SIZE || TotalLength > control.length) return WSAEINVAL;
  return readControl(endpoint, new WSABUF(TotalLength - RIO_CMSG_BASE_SIZE, control.subarray(RIO_CMSG_BASE_SIZE)));
}
