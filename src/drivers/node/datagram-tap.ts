// Owns: sending through the handle under a node:dgram socket. dgram tells what became of a datagram in a callback that
// costs a tick and comes late; the handle has returned the answer already.
// Does not own: the transport (datagram.ts). Where the handle cannot be reached, `tap` answers null and the callback
// has to do. Nothing of the handle's calling convention is assumed: it is learnt from dgram's own first call, and while
// that call does not look as expected, dgram goes on making the calls and this only listens.

import type { Socket } from 'node:dgram';
import { handleOf, type DatagramHandle, type HandleCall } from './datagram-handle.js';

const EMPTY = new Uint8Array(0);

/** libuv took the datagram but has not sent it yet. */
const QUEUED = 0;

interface SendRequest {
  /** Keeps the memory alive while the datagram is queued, as dgram does. */
  list?: readonly Uint8Array[];
  oncomplete?: (status: number) => void;
}

type RequestClass = new () => SendRequest;
/** Where a datagram goes, in Node's spelling. */
export interface Target {
  readonly port: number;
  readonly host: string;
}

/** The last answer of a socket's handle, and the short way to it. */
export class DatagramTap {
  /** What the last `connect` or `send` returned: negative for an error. Null when the handle was not called. */
  status: number | null = null;
  readonly #socket: Socket;
  readonly #handle: DatagramHandle;
  readonly #send: HandleCall;
  #request: SendRequest | null = null;
  /** The request class, once dgram has shown how it sends to an address, and to a connected peer. */
  #toAddress: RequestClass | null = null;
  #toPeer: RequestClass | null = null;
  #spareToAddress: SendRequest | null = null;
  #spareToPeer: SendRequest | null = null;

  constructor(socket: Socket, handle: DatagramHandle) {
    this.#socket = socket;
    this.#handle = handle;
    this.#send = handle.send;
    const connect = handle.connect;
    handle.send = (...args) => this.#observe(args);
    handle.connect = (...args) => (this.status = connect.apply(handle, args));
  }

  /**
   * Sends one datagram, to the connected peer if `target` is null. Returns the handle's answer: positive when it is
   * sent, 0 when it is queued, negative for an error, null when there was no answer. Throws what dgram throws.
   */
  send(chunks: readonly Uint8Array[], target: Target | null): number | null {
    const Request = target === null ? this.#toPeer : this.#toAddress;
    if (Request === null) return this.#sendByDgram(chunks, target);
    const request = (target === null ? this.#spareToPeer : this.#spareToAddress) ?? new Request();
    const list = chunks.length === 0 ? [EMPTY] : chunks;
    this.#request = request;
    // The last argument asks for a completion call, which comes only for a queued datagram.
    this.status =
      target === null
        ? this.#send.call(this.#handle, request, list, list.length, true)
        : this.#send.call(this.#handle, request, list, list.length, target.port, target.host, true);
    // libuv keeps the object only while the datagram is queued; most are sent at once and leave it as it was.
    const spare = this.status === QUEUED ? null : request;
    if (spare === null) request.list = list;
    if (target === null) this.#spareToPeer = spare;
    else this.#spareToAddress = spare;
    return this.status;
  }

  #sendByDgram(chunks: readonly Uint8Array[], target: Target | null): number | null {
    const data = chunks.length < 2 ? (chunks[0] ?? EMPTY) : chunks;
    this.status = null;
    if (target === null) this.#socket.send(data);
    else this.#socket.send(data, target.port, target.host);
    return this.status;
  }

  #observe(args: unknown[]): number {
    const [request, list, count, port, host] = args;
    this.#request = request as SendRequest;
    if (Array.isArray(list) && count === list.length && typeof args.at(-1) === 'boolean') {
      if (args.length === 4) this.#toPeer = classOf(request);
      if (args.length === 6 && typeof port === 'number' && typeof host === 'string') this.#toAddress = classOf(request);
      args[args.length - 1] = true;
    }
    this.status = this.#send.apply(this.#handle, args);
    return this.status;
  }

  /** Asks to be called when the last datagram, which was queued, is out. */
  whenSent(later: (status: number) => void): void {
    if (this.status === QUEUED && this.#request !== null) this.#request.oncomplete = later;
  }
}

function classOf(request: unknown): RequestClass | null {
  if (typeof request !== 'object' || request === null || request.constructor === Object) return null;
  return request.constructor as RequestClass;
}

/** Puts a tap on a socket's handle; null when this Node hides it. */
export function tap(socket: Socket): DatagramTap | null {
  const handle = handleOf(socket);
  return handle === null ? null : new DatagramTap(socket, handle);
}
