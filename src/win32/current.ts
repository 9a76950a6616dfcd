// Which thread a call is made on. A flow of awaits carries the answer with it; without one it is the default process's
// main thread. The default process is made on first use and lives as long as the program.
import { LastErrorCell, type ErrorFrame } from './last-error.js';
import { createFlowStorage } from './platform.js';
import { Process } from './process.js';
import type { Thread } from './thread.js';

/** What a flow carries: the cell of its own process, and those of processes that it called through `bind`. */
class Flow {
  readonly ambient: LastErrorCell;
  readonly bound: readonly LastErrorCell[];

  constructor(ambient: LastErrorCell, bound: readonly LastErrorCell[]) {
    this.ambient = ambient;
    this.bound = bound;
  }
}

const NO_CELLS: readonly LastErrorCell[] = [];
// Most flows never call through `bind`: their ambient cell stands for the whole flow, which saves an object per call.
const flows = createFlowStorage<Flow | LastErrorCell>();
let defaultCell: LastErrorCell | undefined;
/** Set only while a bound function runs its synchronous part. */
let boundTo: Process | null = null;

function currentFlow(): Flow | LastErrorCell {
  return flows.getStore() ?? (defaultCell ??= new Process({ name: 'default' }).mainThread.cell);
}

function ambientOf(flow: Flow | LastErrorCell): LastErrorCell {
  return flow instanceof LastErrorCell ? flow : flow.ambient;
}

function boundOf(flow: Flow | LastErrorCell): readonly LastErrorCell[] {
  return flow instanceof LastErrorCell ? NO_CELLS : flow.bound;
}

function boundCell(flow: Flow | LastErrorCell, process: Process): LastErrorCell {
  // Code of the process itself stays on its own thread.
  const ambient = ambientOf(flow);
  if (ambient.thread.process === process) return ambient;
  return boundOf(flow).find((cell) => cell.thread.process === process) ?? process.mainThread.cell;
}

/** The cell that the calling code's last error is in. */
export function currentCell(): LastErrorCell {
  const flow = currentFlow();
  return boundTo === null ? ambientOf(flow) : boundCell(flow, boundTo);
}

/** The thread that the calling code runs on. */
export function currentThread(): Thread {
  return currentCell().thread;
}

/** Gives the call being made a cell of its own, which the code that awaits the call will find. */
export function enterCall(): LastErrorCell {
  const flow = currentFlow();
  if (boundTo !== null && ambientOf(flow).thread.process !== boundTo) return enterBoundCall(flow, boundTo);
  const { thread, frame } = ambientOf(flow);
  const cell = new LastErrorCell(thread, frame);
  if (frame !== null) frame.latest = cell;
  flows.enterWith(flow instanceof LastErrorCell ? cell : new Flow(cell, flow.bound));
  return cell;
}

function enterBoundCall(flow: Flow | LastErrorCell, process: Process): LastErrorCell {
  const cell = new LastErrorCell(boundCell(flow, process).thread);
  // Processes that have ended leave the flow, or it would keep them alive.
  const others = boundOf(flow).filter((other) => other.thread.process !== process && !other.thread.process.ended);
  flows.enterWith(new Flow(ambientOf(flow), [...others, cell]));
  return cell;
}

/** Runs `body` on `thread`: it and all that it starts belong to that thread. */
export function runOn<R>(thread: Thread, body: () => R): R {
  return flows.run(new LastErrorCell(thread), () => withBinding(null, body));
}

/**
 * Runs somebody else's function that reports its error by WSASetLastError, maybe after it has awaited calls of its own:
 * each of those has a cell, and the frame knows the one that the function's last error is in.
 */
export class CallFrame implements ErrorFrame {
  latest: LastErrorCell;

  constructor(thread: Thread) {
    this.latest = new LastErrorCell(thread, this);
  }

  /** What WSAGetLastError would tell where the function has got to. */
  get error(): number {
    return this.latest.value;
  }

  /** Runs `body` on the frame's thread, as `runOn` does. */
  run<R>(body: () => R): R {
    return flows.run(this.latest, () => withBinding(null, body));
  }
}

/** Makes `process` current for `body` and all that it starts. */
export function runIn<R>(process: Process, body: () => R): R {
  return runOn(process.mainThread, body);
}

/** Calls `body` with `process` current for its synchronous part only; the caller's own process stays what it was. */
export function withBinding<R>(process: Process | null, body: () => R): R {
  const before = boundTo;
  boundTo = process;
  try {
    return body();
  } finally {
    boundTo = before;
  }
}
