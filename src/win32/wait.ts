// The wait engine: how a thread waits for kernel objects, for a time, for an APC. Every function that waits for objects
// ends here. It owns no object and no handle rules of a particular function (counts, duplicate handles): those are the
// functions' own.
import {
  ERROR_INVALID_HANDLE,
  ERROR_INVALID_PARAMETER,
  INFINITE,
  WAIT_FAILED,
  WAIT_IO_COMPLETION,
  WAIT_OBJECT_0,
  WAIT_TIMEOUT,
  type Ref,
} from '../abi/index.js';
import { runApcs } from './apc.js';
import type { Timer } from './clock.js';
import type { Thread } from './thread.js';
import { isWaitable, type Waitable, type Waiter } from './waitable.js';

/** How to wait. */
export interface WaitOptions {
  /** True: until all objects are signaled at once. False: until one is. */
  readonly all: boolean;
  /** The longest time in milliseconds; 0 only looks, INFINITE never times out. */
  readonly milliseconds: number;
  /** Whether an APC queued to the thread ends the wait. */
  readonly alertable: boolean;
}

/**
 * Waits for the objects behind handles of the thread's process.
 *
 * What is satisfied already is returned as a number, at once; a promise means that the thread waits. Objects count before
 * APCs and APCs before a time-out of 0. A wait for all takes all objects in one step or none.
 * @param error receives the error code with WAIT_FAILED (always at once), else it is left alone:
 *   ERROR_INVALID_HANDLE for a handle that is none or stands for nothing that can be waited for;
 *   ERROR_INVALID_PARAMETER for an object named twice in a wait for all.
 * @returns WAIT_OBJECT_0 + the smallest index of a signaled object (WAIT_OBJECT_0 when all were wanted),
 *   WAIT_IO_COMPLETION after the thread's APCs ran, WAIT_TIMEOUT, or WAIT_FAILED.
 *   An exception of an APC comes out here: it was thrown on the waiting thread.
 */
export function waitFor(
  thread: Thread,
  handles: readonly number[],
  options: WaitOptions,
  error: Ref,
): number | Promise<number> {
  const objects: Waitable[] = [];
  for (const handle of handles) {
    const object = thread.process.handles.get(handle);
    if (object === null || !isWaitable(object)) return fail(error, ERROR_INVALID_HANDLE);
    objects.push(object);
  }
  if (options.all && new Set(objects).size < objects.length) return fail(error, ERROR_INVALID_PARAMETER);
  return waitForObjects(thread, objects, options);
}

/** The result of a wait, such that a loop of waits that only look leaves everybody else a turn. */
export function givingTurns(thread: Thread, result: number | Promise<number>): number | Promise<number> {
  return result === WAIT_TIMEOUT ? thread.process.turns.afterTurn(result) : result;
}

/** As `waitFor`, for objects already looked up; no object may be named twice in a wait for all. It cannot fail. */
export function waitForObjects(
  thread: Thread,
  objects: readonly Waitable[],
  options: WaitOptions,
): number | Promise<number> {
  const index = takeSignaled(thread, objects, options.all);
  if (index !== null) return WAIT_OBJECT_0 + index;
  const interrupted = options.alertable ? takeApcs(thread) : null;
  if (interrupted !== null) return interrupted;
  if (options.milliseconds === 0) return WAIT_TIMEOUT;
  return enterWait(thread, objects, options);
}

/** Runs the APCs that are queued and gives the wait's result, or null if there are none. */
export function takeApcs(thread: Thread): number | Promise<number> | null {
  if (thread.apcQueue.length === 0) return null;
  const running = runApcs(thread);
  return running === null ? WAIT_IO_COMPLETION : running.then(() => WAIT_IO_COMPLETION);
}

/** Waits without looking first, at least until the clock's next step even for 0 milliseconds. */
export function enterWait(thread: Thread, objects: readonly Waitable[], options: WaitOptions): Promise<number> {
  return new Promise((end) => {
    new PendingWait(thread, objects, options, end);
  });
}

function fail(error: Ref, code: number): number {
  error.value = code;
  return WAIT_FAILED;
}

/** Takes what satisfies the wait and returns its index, or touches nothing and returns null. */
function takeSignaled(thread: Thread, objects: readonly Waitable[], all: boolean): number | null {
  if (all) {
    if (objects.length === 0 || !objects.every((object) => object.isSignaled(thread))) return null;
    for (const object of objects) object.consume(thread);
    return 0;
  }
  for (let index = 0; index < objects.length; index += 1) {
    const object = objects[index];
    if (object?.isSignaled(thread) !== true) continue;
    object.consume(thread);
    return index;
  }
  return null;
}

/** One thread waiting. Whatever comes first ends it: an object, an APC, the clock. */
class PendingWait implements Waiter {
  readonly thread: Thread;
  readonly #objects: readonly Waitable[];
  readonly #all: boolean;
  readonly #end: (result: number | Promise<number>) => void;
  /** What an APC calls; null where none ends the wait. */
  #alerted: (() => void) | null = null;
  #timer: Timer | null = null;

  constructor(
    thread: Thread,
    objects: readonly Waitable[],
    { all, milliseconds, alertable }: WaitOptions,
    end: (result: number | Promise<number>) => void,
  ) {
    this.thread = thread;
    this.#objects = objects;
    this.#all = all;
    this.#end = end;
    for (const object of objects) object.addWaiter(this);
    if (alertable) this.#listen();
    if (milliseconds === INFINITE) return;
    this.#timer = thread.process.clock.setTimer(milliseconds, () => {
      this.#leave();
      end(WAIT_TIMEOUT);
    });
  }

  #listen(): void {
    this.#alerted = () => {
      this.#leave();
      // Not from inside the call that queued the APC: the waiting thread runs it when its turn comes.
      this.#end(Promise.resolve().then(() => takeApcs(this.thread) ?? WAIT_IO_COMPLETION));
    };
    this.thread.alertableWaits.add(this.#alerted);
  }

  retry(): void {
    const index = takeSignaled(this.thread, this.#objects, this.#all);
    if (index === null) return;
    this.#leave();
    this.#end(WAIT_OBJECT_0 + index);
  }

  #leave(): void {
    for (const object of this.#objects) object.removeWaiter(this);
    if (this.#alerted !== null) this.thread.alertableWaits.delete(this.#alerted);
    this.#timer?.cancel();
  }
}
