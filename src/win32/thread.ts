// A logical thread: what Windows keeps per thread. Starting and waiting for one is in create-thread.ts.
import { LastErrorCell } from './last-error.js';
import type { Process } from './process.js';

/** A procedure queued to a thread, run when the thread waits alertably. A promise it returns holds up the next one. */
export type QueuedProcedure = () => unknown;

/** A logical thread of a process: a flow of calls with its own last error, APC queue and static buffers. */
export class Thread {
  readonly process: Process;
  /** A multiple of four, like a process id. */
  readonly id: number;
  /** The error cell of calls that no flow of their own has replaced yet. */
  readonly cell: LastErrorCell;
  /** SO_OPENTYPE, which belongs to the thread and not to a socket. */
  openType = 0;
  /** A Winsock 1.1 call waits on this thread, which allows no others meanwhile. Set by ws2_32, in 1.1 processes only. */
  blocked = false;
  /** APCs that wait for an alertable wait, oldest first. */
  readonly apcQueue: QueuedProcedure[] = [];
  /** The alertable waits that the thread's flows are in; calling one ends it. See apc.ts. */
  readonly alertableWaits = new Set<() => void>();
  /** Per-thread static storage (the hostent of gethostbyname and its like), by the owner's key. */
  readonly statics = new Map<symbol, unknown>();

  /** What is to be done when the thread has ended. */
  readonly atEnd: (() => void)[] = [];

  constructor(process: Process, id: number) {
    this.process = process;
    this.id = id;
    this.cell = new LastErrorCell(this);
  }
}
