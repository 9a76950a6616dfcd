// Registered I/O of one process: its buffers, completion queues and request queues by identifier. All entries of the
// catalog that this provider serves share them.
import type { Endpoint } from '../../../afd/index.js';
import type { Process } from '../../../win32/index.js';
import type { CompletionQueue } from './completion-queue.js';
import { Identifiers } from './identifiers.js';
import type { RegisteredBuffer } from './registered-buffer.js';
import type { SocketQueue } from './socket-queue.js';

const KEY = Symbol('registered I/O');

/** What a process has of registered I/O. */
export class RegisteredIo {
  readonly buffers = new Map<number, RegisteredBuffer>();
  readonly completionQueues = new Map<number, CompletionQueue>();
  readonly socketQueues = new Map<number, SocketQueue>();
  /** Sockets that have a request queue, or had one. */
  readonly served = new WeakSet<Endpoint>();
  readonly #identifiers = new Identifiers();
  readonly #taken = (id: number): boolean =>
    this.buffers.has(id) || this.completionQueues.has(id) || this.socketQueues.has(id);

  /** That of `process`. */
  static of(process: Process): RegisteredIo {
    return process.moduleData(KEY, () => new RegisteredIo());
  }

  /** A fresh identifier. */
  nextId(): number {
    return this.#identifiers.next(this.#taken);
  }

  /** Forgets everything: the process is through with Winsock, and its sockets are closed. */
  clear(): void {
    for (const queue of this.completionQueues.values()) queue.close();
    for (const buffer of this.buffers.values()) buffer.registered = false;
    this.completionQueues.clear();
    this.socketQueues.clear();
    this.buffers.clear();
  }
}
