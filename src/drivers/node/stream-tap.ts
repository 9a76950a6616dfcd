// Owns: writing through the handle under a node:net socket. node:net spends a tick, a view of the bytes and its queue's
// bookkeeping on every write, twice what the rest of a small send costs; the handle answers at once.
// Does not own: when this way may be taken (stream-writer.ts). Nothing is assumed of the handle that node:net's own first
// write has not shown: until that looks as expected, and wherever it does not, there is only the public way.

import type { Socket } from 'node:net';
import { handleOf } from './bound-handle.js';

interface WriteRequest {
  /** Keeps the memory alive while the bytes are queued, as node:net does. */
  buffer?: Uint8Array | null;
  oncomplete?: (status: number) => void;
}

type RequestClass = new () => WriteRequest;

interface WritableHandle {
  writeBuffer: (request: WriteRequest, data: Uint8Array) => number;
  /** Bytes that the system has not taken yet. */
  readonly writeQueueSize: number;
}

/** What the streams of one driver have learnt about writing; one for all of them, as they all have the same handles. */
export class StreamTap {
  #Request: RequestClass | null = null;
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

  /**
   * Writes one chunk to a socket that has nothing queued of its own.
   * @returns the bytes that the system has not taken yet (see `whenTaken`), a negative libuv status for an error, or null:
   *   no such way
   */
  write(socket: Socket, chunk: Uint8Array): number | null {
    const Request = this.#Request;
    const handle = handleOf(socket) as unknown as WritableHandle | null;
    if (Request === null || handle === null) return null;
    const request = new Request();
    const status = handle.writeBuffer(request, chunk);
    if (status !== 0) return status;
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

function isWritable(handle: unknown): handle is WritableHandle {
  if (typeof handle !== 'object' || handle === null || !('writeBuffer' in handle) || !('writeQueueSize' in handle)) return false;
  return typeof handle.writeBuffer === 'function' && typeof handle.writeQueueSize === 'number';
}

function isRequest(request: unknown): boolean {
  if (typeof request !== 'object' || request === null || request.constructor === Object) return false;
  return 'oncomplete' in request && typeof request.oncomplete === 'function' && 'buffer' in request;
}
