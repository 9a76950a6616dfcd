// Owns: writing and reading through the handle under a node:net socket. node:net spends a tick, a view of the bytes and its
// queue's bookkeeping on every write, twice what the rest of a small send costs; the handle answers at once. And a read
// touches three objects of node:net's that nothing else needs, which with hundreds of sockets are in no cache.
// Does not own: when this way may be taken (stream-writer.ts, stream.ts). Nothing is assumed of the handle that node:net's
// own first write, and its first read, has not shown: until that looks as expected, and wherever it does not, there is only
// the public way.

import type { Socket } from 'node:net';
import { handleOf } from './bound-handle.js';

interface WriteRequest {
  /** Keeps the memory alive while the bytes are queued, as node:net does. */
  buffer?: Uint8Array | null;
  oncomplete?: (status: number) => void;
  /** As every object of Node's has it; a number that nothing else has while a write is under way, and else this one. */
  getAsyncId?: () => number;
}

const NOT_UNDER_WAY = -1;

type RequestClass = new () => WriteRequest;

/** A handle to write to; undocumented, see above. */
export interface WritableHandle {
  /** Not even a number once the handle is closed. */
  writeBuffer: (request: WriteRequest, data: Uint8Array) => number | undefined;
  /** Bytes that the system has not taken yet. */
  readonly writeQueueSize: number;
}

interface ReadableHandle {
  /** What Node calls after each read; the count is in a place that only Node reaches. */
  onread: (...args: unknown[]) => unknown;
  /** The bytes of all reads so far. */
  readonly bytesRead: number;
}

/** What the streams of one driver have learnt about writing; one for all of them, as they all have the same handles. */
export class StreamTap {
  #Request: RequestClass | null = null;
  /**
   * One that no write is under way with: libuv keeps it only if the system does not take everything at once. An empty queue
   * is no proof of that, as libuv tries a second time, may then have written it all, and still has its end to tell; Node
   * aborts the process when it is given such a request again.
   */
  #spare: WriteRequest | null = null;
  /** The write that has just been queued. */
  #queued: WriteRequest | null = null;

  /** Watches the first write of a socket, unless that has been seen already. */
  learn(socket: Socket): void {
    if (this.#Request !== null) return;
    const handle: unknown = handleOf(socket);
    if (!isWritable(handle)) return;
    const { writeBuffer } = handle;
    handle.writeBuffer = (request, data) => {
      handle.writeBuffer = writeBuffer;
      if (isRequest(request)) this.#Request = request.constructor as RequestClass;
      return writeBuffer.call(handle, request, data);
    };
  }

  /** The handle to write to, once the way to it is known. */
  writableHandle(socket: Socket): WritableHandle | null {
    return this.#Request === null ? null : (handleOf(socket) as unknown as WritableHandle | null);
  }

  /**
   * Writes one chunk to the handle of a socket that has nothing queued of its own.
   * @returns the bytes that the system has not taken yet (see `whenTaken`), a negative libuv status for an error, or null:
   *   no such way
   */
  write(handle: WritableHandle, chunk: Uint8Array): number | null {
    const Request = this.#Request;
    if (Request === null) return null;
    const request = this.#spare ?? new Request();
    this.#spare = null;
    const status = handle.writeBuffer(request, chunk);
    if (status !== 0) return status ?? null;
    // One question mostly answers both: nothing of it is under way, so that the system has it all.
    if (request.getAsyncId?.() === NOT_UNDER_WAY) {
      this.#spare = request;
      return 0;
    }
    const queued = handle.writeQueueSize;
    if (queued === 0) return 0;
    request.buffer = chunk;
    this.#queued = request;
    return queued;
  }

  /** Has `late` called with the status once the system has taken all of the write that has just not been taken whole. */
  whenTaken(late: (status: number) => void): void {
    if (this.#queued !== null) this.#queued.oncomplete = late;
    this.#queued = null;
  }
}

/**
 * Has `receive` told of the bytes of every further read of a socket by its handle, to be called during its first one.
 * Whatever else the handle has to say (the end, an error) still goes to node:net.
 *
 * @param length - the bytes of this read, as node:net tells
 * @returns whether there is such a way
 */
export function readByHandle(socket: Socket, length: number, receive: (length: number) => void): boolean {
  const handle: unknown = handleOf(socket);
  if (!isReadable(handle) || handle.bytesRead !== length) return false;
  const { onread } = handle;
  let before = length;
  handle.onread = (...args) => {
    const now = handle.bytesRead;
    if (now === before) return onread.apply(handle, args);
    const count = now - before;
    before = now;
    receive(count);
    return undefined;
  };
  return true;
}

function isReadable(handle: unknown): handle is ReadableHandle {
  if (typeof handle !== 'object' || handle === null || !('onread' in handle) || !('bytesRead' in handle)) return false;
  return typeof handle.onread === 'function' && typeof handle.bytesRead === 'number';
}

function isWritable(handle: unknown): handle is WritableHandle {
  if (typeof handle !== 'object' || handle === null || !('writeBuffer' in handle) || !('writeQueueSize' in handle)) return false;
  return typeof handle.writeBuffer === 'function' && typeof handle.writeQueueSize === 'number';
}

function isRequest(request: unknown): boolean {
  if (typeof request !== 'object' || request === null || request.constructor === Object) return false;
  return 'oncomplete' in request && typeof request.oncomplete === 'function' && 'buffer' in request;
}
