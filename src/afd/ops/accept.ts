// accept: takes a connection off a listening socket, asking the caller's condition first if there is one.
import {
  CF_ACCEPT,
  CF_DEFER,
  WSAECONNREFUSED,
  WSAECONNRESET,
  WSAEINTR,
  WSAEINVAL,
  WSAEOPNOTSUPP,
  WSAEWOULDBLOCK,
  WSATRY_AGAIN,
} from '../../abi/index.js';
import type { NetAddress, StreamTransport } from '../../drivers/contract.js';
import { anyAddress } from '../address.js';
import type { Endpoint } from '../endpoint.js';
import { AFTER_ACCEPT } from '../network-event-table.js';
import { IoRequest } from '../request.js';
import { StreamEndpoint, type Acceptor } from '../stream-endpoint.js';

/** Decides on a connection: CF_ACCEPT, CF_REJECT or CF_DEFER. */
export type Condition = (caller: NetAddress, callee: NetAddress) => number;

/** A request for a connection. Once done without error, `connection` is the new socket. */
export class AcceptRequest extends IoRequest implements Acceptor {
  readonly condition: Condition | null;
  /** Looks at the peer's address before anything is taken: an error leaves the connection where it is. Null: no look. */
  readonly admit: ((caller: NetAddress) => number) | null;
  connection: StreamEndpoint | null = null;

  constructor(condition: Condition | null, admit: ((caller: NetAddress) => number) | null) {
    super();
    this.condition = condition;
    this.admit = admit;
  }

  override get kind(): string {
    return 'accept';
  }

  offer(listener: StreamEndpoint): void {
    const candidate = listener.backlog[0];
    if (candidate === undefined) return;
    this.complete(this.#decide(listener, candidate));
  }

  #decide(listener: StreamEndpoint, candidate: StreamTransport): number {
    // Addresses cost a question to the operating system each, so they are looked at only where somebody wants them.
    const refused = this.admit === null && this.condition === null ? 0 : this.#ask(listener, candidate);
    if (refused !== 0) return refused;
    listener.backlog.shift();
    this.connection = StreamEndpoint.accepted(listener, candidate);
    return 0;
  }

  /** What the caller's memory and condition make of a connection: 0 to take it. */
  #ask(listener: StreamEndpoint, candidate: StreamTransport): number {
    const { remote } = candidate;
    // The peer has gone while it waited, and its address with it: there is nobody to ask about.
    if (remote === null) return turnAway(listener, candidate, WSAECONNRESET);
    const refused = this.admit?.(remote) ?? 0;
    if (refused !== 0 || this.condition === null) return refused;
    const verdict = this.condition(remote, candidate.local ?? anyAddress(listener.family));
    // The condition is the caller's code: it may have closed the listener, or taken this very connection itself.
    if (listener.closed) return WSAEINTR;
    // A deferred connection stays the first in line.
    if (verdict === CF_DEFER || listener.backlog[0] !== candidate) return WSATRY_AGAIN;
    return verdict === CF_ACCEPT ? 0 : turnAway(listener, candidate, WSAECONNREFUSED);
  }
}

/** Takes the first connection out of the queue and cuts it; returns `error`. */
function turnAway(listener: StreamEndpoint, candidate: StreamTransport, error: number): number {
  listener.backlog.shift();
  candidate.reset();
  if (listener.afd.events.on) listener.afd.events.aborted(listener, 'accept refused it');
  return error;
}

/** Starts accepting; returns 0 (see `request`) or the error found at once. */
export function accept(endpoint: Endpoint, request: AcceptRequest): number {
  const error = start(endpoint, request);
  // A deferred connection is not told of again: its program knows of it.
  if (!request.done || request.error !== WSATRY_AGAIN) endpoint.networkEvents?.reenable(AFTER_ACCEPT);
  return error;
}

function start(endpoint: Endpoint, request: AcceptRequest): number {
  if (!(endpoint instanceof StreamEndpoint)) return WSAEOPNOTSUPP;
  if (endpoint.state !== 'listening') return WSAEINVAL;
  if (endpoint.backlog.length > 0) {
    request.offer(endpoint);
    endpoint.reevaluate();
    return 0;
  }
  if (endpoint.nonBlocking) return WSAEWOULDBLOCK;
  endpoint.accepts.push(request);
  return 0;
}
