// The local sockets (AF_UNIX) of one host: which path is whose, and when they are told of each other's doings: in the same
// instant, by an event of the clock, in order.
// There is no file system here. A path is taken from bind until its socket closes; on Windows the file stays until the
// program deletes it, which nothing here could do.
import type { SimClock } from '../clock.js';
import type { QueuedEvent } from '../event-queue.js';

export class LocalLayer<Socket extends object = object> implements QueuedEvent {
  due = 0;
  order = 0;
  place = -1;
  readonly clock: SimClock;
  readonly #byPath = new Map<string, Socket>();
  #tasks: (() => void)[] = [];
  #halted = false;

  constructor(clock: SimClock) {
    this.clock = clock;
  }

  /** Whoever holds the path, or null. */
  find(path: string): Socket | null {
    return this.#byPath.get(path) ?? null;
  }

  /** Gives the path to a socket; false if it is taken. */
  take(path: string, socket: Socket): boolean {
    if (this.#byPath.has(path)) return false;
    this.#byPath.set(path, socket);
    return true;
  }

  release(path: string, socket: Socket): void {
    if (this.#byPath.get(path) === socket) this.#byPath.delete(path);
  }

  /** Does something once the caller of the driver has its answer; no time passes. */
  later(task: () => void): void {
    if (this.#halted) return;
    this.#tasks.push(task);
    if (this.place < 0) this.clock.enter(this, this.clock.us);
  }

  fire(): void {
    const tasks = this.#tasks;
    this.#tasks = [];
    for (const task of tasks) if (!this.isHalted()) task();
  }

  /** A task may bring the host down. */
  isHalted(): boolean {
    return this.#halted;
  }

  /** The host goes down: nobody is told anything any more, and all paths are free. */
  halt(): void {
    this.#halted = true;
    this.#tasks = [];
    this.#byPath.clear();
    this.clock.leave(this);
  }
}
