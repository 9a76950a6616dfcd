// AcceptEx below the API: takes a connection into a socket that was made before, and waits for its first data if some is
// wanted. What the caller's buffer looks like is the provider's business.
import { WSAECONNRESET, WSAEINVAL } from '../../abi/index.js';
import type { NetAddress } from '../../drivers/contract.js';
import type { Endpoint } from '../endpoint.js';
import { AFTER_ACCEPT } from '../network-event-table.js';
import { ReceiveRequest } from '../receive-request.js';
import { IoRequest } from '../request.js';
import { StreamEndpoint, type Acceptor } from '../stream-endpoint.js';

/**
 * A request for a connection of a listener in `socket`, with its first data in `buffer`; an empty buffer waits for none.
 * If it fails, the connection is gone and the socket is as fresh as it was before.
 */
export class AcceptIntoRequest extends IoRequest implements Acceptor {
  readonly socket: Endpoint;
  readonly buffer: Uint8Array;
  /** The connection's ends, once there is one. */
  local: NetAddress | null = null;
  remote: NetAddress | null = null;
  #first: ReceiveRequest | null = null;

  constructor(socket: Endpoint, buffer: Uint8Array) {
    super();
    this.socket = socket;
    this.buffer = buffer;
  }

  override get kind(): string {
    return 'accept';
  }

  override get bytesAsked(): number {
    return this.buffer.length;
  }

  offer(listener: StreamEndpoint): void {
    const candidate = listener.backlog.shift();
    if (candidate === undefined || !(this.socket instanceof StreamEndpoint)) return;
    const { remote } = candidate;
    if (remote === null) {
      // The peer has gone while it waited, and its address with it.
      candidate.reset();
      this.complete(WSAECONNRESET);
      return;
    }
    this.remote = remote;
    this.local = candidate.local ?? listener.local;
    this.socket.adopt(candidate);
    if (this.buffer.length === 0) this.complete(0);
    else this.#awaitData(listener, this.socket);
  }

  /** In two queues at a time: the listener's close ends it, and so does all that ends receiving on the socket. */
  #awaitData(listener: StreamEndpoint, socket: StreamEndpoint): void {
    const first = new ReceiveRequest([this.buffer], 0);
    this.#first = first;
    listener.awaitingData.push(this);
    socket.receives.push(first);
    first.onDone(() => {
      if (!this.done) listener.awaitingData.finish(this, first.error, first.bytes);
    });
  }

  protected override finished(): void {
    const { socket } = this;
    // A request that was refused has no hold on the socket.
    if (!(socket instanceof StreamEndpoint) || socket.acceptRequest !== this) return;
    socket.acceptRequest = null;
    if (this.error === 0) return;
    this.#first?.abort(this.error);
    if (socket.closed) return;
    if (socket.state === 'accepting') socket.move('release');
    else socket.recycle(true);
  }
}

/** Starts accepting into the request's socket; returns 0 (see `request`) or the error found at once. */
export function acceptInto(listener: Endpoint, request: AcceptIntoRequest): number {
  const error = start(listener, request);
  // Only now, as in accept: the connection that it took is none to be told of.
  listener.networkEvents?.reenable(AFTER_ACCEPT);
  return error;
}

function start(listener: Endpoint, request: AcceptIntoRequest): number {
  const { socket } = request;
  if (!(listener instanceof StreamEndpoint) || listener.state !== 'listening') return WSAEINVAL;
  if (!(socket instanceof StreamEndpoint) || socket.state !== 'open') return WSAEINVAL;
  if (socket.family !== listener.family || socket.protocol !== listener.protocol) return WSAEINVAL;
  socket.move('reserve');
  socket.acceptRequest = request;
  if (listener.backlog.length === 0) listener.accepts.push(request);
  else request.offer(listener);
  listener.reevaluate();
  return 0;
}
