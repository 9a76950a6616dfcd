// Threads as the SPI names them: a WSATHREADID is a handle that stands for a thread until it is closed.
import { WSATHREADID, type HANDLE } from '../abi/index.js';
import type { KernelObject, Process, Thread } from '../win32/index.js';

const KEY = Symbol('thread handle');

/** What a WSATHREADID's handle stands for. */
class ThreadReference implements KernelObject {
  readonly kind = 'thread';
  readonly thread: Thread;

  constructor(thread: Thread) {
    this.thread = thread;
  }

  lastHandleClosed(): void {
    // The thread itself goes on.
  }
}

/** A new handle that stands for `thread`. */
export function openThread(thread: Thread): HANDLE {
  return thread.process.handles.open(new ThreadReference(thread));
}

/** The thread behind such a handle, or null. */
export function threadOf(process: Process, handle: HANDLE): Thread | null {
  const object = process.handles.get(handle);
  return object instanceof ThreadReference ? object.thread : null;
}

/** The id that WS2_32 itself passes with a thread's calls: one until the thread ends or Winsock is shut down. */
export function threadIdOf(thread: Thread): WSATHREADID {
  const known = thread.statics.get(KEY) as WSATHREADID | undefined;
  if (known !== undefined) return known;
  const id = new WSATHREADID();
  id.ThreadHandle = openThread(thread);
  thread.statics.set(KEY, id);
  identified(thread.process).add(thread);
  thread.atEnd.push(() => {
    close(thread);
  });
  return id;
}

/** The threads of a process that have such an id. */
function identified(process: Process): Set<Thread> {
  return process.moduleData(KEY, () => new Set<Thread>());
}

function close(thread: Thread): void {
  const id = thread.statics.get(KEY) as WSATHREADID | undefined;
  if (id === undefined) return;
  thread.statics.delete(KEY);
  identified(thread.process).delete(thread);
  thread.process.handles.close(id.ThreadHandle);
}

/** Closes the ids of all threads: nothing is under way any more that could name them. */
export function closeThreadIds(process: Process): void {
  for (const thread of [...identified(process)]) close(thread);
}
