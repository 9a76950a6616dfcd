// The asynchronous requests of one process (WSAAsyncGet…): their task handles, and that each ends with one message or,
// once it is cancelled, with none. What is looked up and what is posted is the caller's.
import { WSAEALREADY, WSAEINVAL, type HANDLE } from '../abi/index.js';
import { runOn, type Process, type Thread } from '../win32/index.js';

/** No other handle is of this form: those of the handle table are multiples of four. */
const handleOf = (number: number): HANDLE => (number * 4 + 2) as HANDLE;

/** What is under way, by task handle. */
export class AsyncRequests {
  readonly #process: Process;
  readonly #pending = new Set<HANDLE>();
  #last = 0;
  /** The requests' own thread: what it waits for is no blocking call of the thread that asked. */
  #thread: Thread | null = null;

  constructor(process: Process) {
    this.#process = process;
  }

  /** Starts `work` on its own turn and has `report` told of its result, unless the request is cancelled before. */
  start<R>(work: () => R | Promise<R>, report: (task: HANDLE, result: R) => void): HANDLE {
    this.#last += 1;
    const task = handleOf(this.#last);
    this.#pending.add(task);
    this.#thread ??= this.#process.newThread();
    void runOn(this.#thread, async () => {
      await Promise.resolve();
      if (!this.#pending.has(task)) return;
      const result = await work();
      if (this.#pending.delete(task)) report(task, result);
    });
    return task;
  }

  /** 0; WSAEALREADY for a request that has ended, WSAEINVAL for a handle that never was one. */
  cancel(task: HANDLE): number {
    if (this.#pending.delete(task)) return 0;
    const number = (task - 2) / 4;
    return Number.isInteger(number) && number >= 1 && number <= this.#last ? WSAEALREADY : WSAEINVAL;
  }

  /** Ends all without a message, as the last WSACleanup does. */
  cancelAll(): void {
    this.#pending.clear();
  }
}
