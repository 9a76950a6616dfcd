// One direction of a request queue: how many requests it may have, those that are held back until a commit, those to be
// used again, and a result's way into the completion queue. What a request does is in requests.ts.
import { WSAEFAULT, WSAEINTR } from '../../../abi/index.js';
import type { Endpoint, IoRequest } from '../../../afd/index.js';
import type { CompletionQueue, QuotaHolder } from './completion-queue.js';
import type { Ticket } from './requests.js';

/** A request of registered I/O. */
export interface RioRequest extends IoRequest {
  readonly ticket: Ticket;
  /** Takes the memory of the next operation, null for none; `waitAll` fills all of it. */
  prepare(data: Uint8Array | null, waitAll: boolean): void;
}

/** Who starts requests and makes them. */
export interface SideOwner<R extends RioRequest> {
  readonly endpoint: Endpoint;
  readonly contextLow: number;
  readonly contextHigh: number;
  /** Whether afd does not end what is under way when the socket is closed. */
  readonly endsByItself: boolean;
  make(side: RequestSide<R>): R;
  /** Starts the operation; returns 0 (see the request) or the error found at once. */
  start(request: R): number;
}

/** The sends or the receives of a request queue. A request counts until its result is taken. */
export class RequestSide<R extends RioRequest = RioRequest> implements QuotaHolder {
  readonly queue: CompletionQueue;
  /** How many requests there may be. */
  most: number;
  outstanding = 0;
  /** The socket is closed: places are given back as results are taken. */
  #closed = false;
  readonly #owner: SideOwner<R>;
  readonly #spare: R[] = [];
  /** Held back with RIO_MSG_DEFER, oldest first. */
  #held: R[] = [];
  /** Started and not done, where the close has to end it. */
  readonly #underWay = new Set<R>();

  constructor(owner: SideOwner<R>, queue: CompletionQueue, most: number) {
    this.#owner = owner;
    this.queue = queue;
    this.most = most;
  }

  /** A request to fill in. */
  acquire(): R {
    return this.#spare.pop() ?? this.#owner.make(this);
  }

  /** A request that was acquired and is not wanted. */
  giveBack(request: R): void {
    this.#spare.push(request);
  }

  /** Takes a request that is filled in: it counts from now on. Without `defer` it starts, after those held back. */
  submit(request: R, defer: boolean): void {
    this.outstanding += 1;
    if (defer) {
      this.#held.push(request);
      this.#owner.endpoint.held.push(request);
      return;
    }
    if (this.#held.length > 0) this.commit();
    this.#start(request);
  }

  /** Starts what was held back. */
  commit(): void {
    const held = this.#held;
    this.#held = [];
    for (const request of held) {
      if (request.done) continue;
      this.#owner.endpoint.held.withdraw(request);
      if (request.ticket.valid) this.#start(request);
      else request.complete(WSAEFAULT);
    }
  }

  #start(request: R): void {
    const error = this.#owner.start(request);
    if (error !== 0) request.complete(error);
    else if (this.#owner.endsByItself && !request.done) this.#underWay.add(request);
  }

  /** A request has its result. */
  completed(request: R, ticket: Ticket, status: number, bytes: number): void {
    if (this.#owner.endsByItself) this.#underWay.delete(request);
    const { contextLow, contextHigh } = this.#owner;
    // One that failed is not used again: the transport may still speak of it.
    if (request.error === 0) this.#spare.push(request);
    this.queue.add(this, status, bytes, contextLow, contextHigh, ticket.contextLow, ticket.contextHigh, ticket.loud);
  }

  /** A result was taken. */
  taken(): void {
    this.outstanding -= 1;
    if (this.#closed) this.queue.reserved -= 1;
  }

  /** The socket is closed. What afd has not ended ends here, and the places that nothing is in are free. */
  close(): void {
    this.#closed = true;
    for (const request of [...this.#underWay]) request.abort(WSAEINTR);
    this.#held = [];
    this.queue.reserved -= this.most - this.outstanding;
  }
}
