// Threads as the SPI names them: a WSATHREADID is a handle that stands for a thread until it is closed.
import { WSATHREADID, type HANDLE } from '../abi/index.js';
import type { KernelObject, Process, Thread } from '../win32/index.js';

const KEY = Symbol('thread handle');

/** What a WSATHREADID's handle stands for. */
class ThreadReference implements KernelObject {
  readonly kind = 'thread';
  readonly thread: Thread;
  /** WS2_32's own, which comes with calls; the others were opened by providers. */
  readonly own: boolean;

  constructor(thread: Thread, own: boolean) {
    this.thread = thread;
    this.own = own;
  }

  lastHandleClosed(): void {
    // The thread itself goes on.
  }
}

/** A new handle that stands for `thread`, for a provider that asks for one or (`own`) for WS2_32 itself. */
export function openThread(thread: Thread, own = false): HANDLE {
  return thread.process.handles.open(new ThreadReference(thread, own));
}

/** Whether a provider opened this handle. */
export function isProvidersThread(process: Process, handle: HANDLE): boolean {
  const object = process.handles.get(handle);
  return object instanceof ThreadReference && !object.own;
}

/** The thread behind such a handle, or null. */
export function threadOf(process: Process, handle: HANDLE): Thread | null {
  const object = process.handles.get(handle);
  return object instanceof ThreadReference ? object.thread : null;
}

/** The id that WS2_32 itself passes with a thread's calls: one until the thread ends or Winsock is shut down. */
export function threadIdOf(thread: Thread): WSATHREADID {
  const known = thread.statics.get(KEY) as OwnId | undefined;
  if (known !== undefined) {
    // Providers are handed the structure itself; what one has written into it is no other's business.
    known.id.ThreadHandle = known.handle;
    return known.id;
  }
  const [id, handle] = [new WSATHREADID(), openThread(thread, true)];
  id.ThreadHandle = handle;
  thread.statics.set(KEY, { id, handle } satisfies OwnId);
  identified(thread.process).add(thread);
  thread.atEnd.push(() => {
    close(thread);
  });
  return id;
}

/** The id of a thread, and what it holds. */
interface OwnId {
  readonly id: WSATHREADID;
  readonly handle: HANDLE;
}

/** The threads of a process that have such an id. */
function identified(process: Process): Set<Thread> {
  return process.moduleData(KEY, () => new Set<Thread>());
}

function close(thread: Thread): void {
  const known = thread.statics.get(KEY) as OwnId | undefined;
  if (known === undefined) return;
  thread.statics.delete(KEY);
  identified(thread.process).delete(thread);
  thread.process.handles.close(known.handle);
}

/** Closes the ids of all threads: nothing is under way any more that could name them. */
export function closeThreadIds(process: Process): void {
  for (const thread of [...identified(process)]) close(thread);
}
