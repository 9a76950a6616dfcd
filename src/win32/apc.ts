// Asynchronous procedure calls: queueing one to a thread and running what is queued. That an alertable wait ends by one
// is wait.ts's half of it.
import { runOn } from './current.js';
import type { QueuedProcedure, Thread } from './thread.js';

/**
 * Queues `procedure` to `thread`, which runs it at its next alertable wait. If it is in one already, that wait ends with
 * WAIT_IO_COMPLETION; the procedure runs on its own turn, never inside this call.
 */
export function queueApc(thread: Thread, procedure: QueuedProcedure): void {
  thread.apcQueue.push(procedure);
  // Several flows of one thread may wait alertably, which no Windows thread can. All are told, for each may be the one
  // that waits for what this procedure does.
  for (const end of thread.alertableWaits) end();
}

/**
 * Runs every queued procedure on `thread`, oldest first, those queued meanwhile too. Returns null when all are done, or
 * a promise where one of them has to be waited for. An exception of a procedure comes out; those behind it stay queued.
 */
export function runApcs(thread: Thread): Promise<void> | null {
  let procedure = thread.apcQueue.shift();
  while (procedure !== undefined) {
    const result = runOn(thread, procedure);
    if (isPromise(result)) return result.then(() => runApcs(thread) ?? undefined);
    procedure = thread.apcQueue.shift();
  }
  return null;
}

function isPromise(value: unknown): value is Promise<unknown> {
  return value instanceof Promise;
}
