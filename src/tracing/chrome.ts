// A trace as events of the Chrome trace format, which Perfetto and chrome://tracing open. A call that is over before the
// code that made it lets others run is a slice (`X`) on its thread, and slices nest. A call that goes on longer is an
// asynchronous one (`b`, `e`): any number of those may overlap. What its first part did is a slice too, and an arrow
// leads from there to its end.
// Format: "Trace Event Format", Google, 2016; nothing else of it is used.
import { argumentText, errorName, valueText, type TraceListener, type TraceReport, type TraceSource } from '../index.js';
import { layerName } from './layers.js';
import { Sources } from './sources.js';

/** One event of the format. Times are in microseconds. */
export interface ChromeEvent {
  readonly name: string;
  readonly cat: string;
  /** X: slice; b, e: asynchronous call; i: moment; s, f: arrow; M: name of a process or thread. */
  readonly ph: 'X' | 'b' | 'e' | 'i' | 's' | 'f' | 'M';
  readonly ts: number;
  readonly pid: number;
  readonly tid: number;
  readonly dur?: number;
  readonly id?: string;
  /** i: how wide it is drawn (thread). */
  readonly s?: 't';
  /** f: the arrow ends at the slice around it. */
  readonly bp?: 'e';
  readonly args?: Readonly<Record<string, unknown>>;
}

/** A moment to be put on a process's line. */
export interface Moment {
  readonly name: string;
  readonly category: string;
  readonly time: number;
  readonly thread: number;
  readonly process: TraceSource | undefined;
  readonly args: Readonly<Record<string, unknown>>;
}

/** A call that has begun. */
interface OpenCall {
  readonly report: TraceReport;
  readonly key: string;
  readonly pid: number;
  /** The key of the outermost call that it is part of. */
  readonly root: string;
  /** It has outlived the code that made it. */
  waits: boolean;
}

/** The category of asynchronous calls: those of one category and id are shown one inside the other. */
const WAITING = 'waiting';

/** Makes events out of reports. */
export class ChromeTrace {
  readonly #emit: (event: ChromeEvent) => void;
  readonly #sources = new Sources();
  readonly #named = new Set<string>();
  readonly #open = new Map<string, OpenCall>();
  /** The calls of each thread that the code now running is in, outermost first. */
  readonly #stacks = new Map<string, OpenCall[]>();
  /** The end of the code now running will be noticed. */
  #running = false;
  /** When the last thing was heard of. */
  #last = 0;

  constructor(emit: (event: ChromeEvent) => void) {
    this.#emit = emit;
  }

  readonly listener: TraceListener = (report) => {
    this.#last = report.time;
    if (report.phase === 'enter') this.#enter(report);
    else if (report.phase === 'leave') this.#leave(report);
    else this.#note(report);
  };

  /** Something that took no time. */
  moment({ name, category, time, thread, process, args }: Moment): void {
    const pid = this.#introduce(process, thread);
    this.#emit({ name, cat: category, ph: 'i', ts: micros(time), pid, tid: thread, s: 't', args });
  }

  /** Tells of the calls that are still under way, which will have no end. */
  finish(): void {
    this.#pause();
  }

  #note({ name, layer, time, thread, process, args }: TraceReport): void {
    this.moment({ name, category: layerName(layer), time, thread, process, args: { arguments: argumentText(name, args) } });
  }

  #enter(report: TraceReport): void {
    const pid = this.#introduce(report.process, report.thread);
    const key = this.#sources.keyOf(report);
    const line = `${pid}:${report.thread}`;
    const stack = this.#stacks.get(line) ?? [];
    this.#stacks.set(line, stack);
    const call = { report, key, pid, root: stack[0]?.key ?? key, waits: false };
    stack.push(call);
    this.#open.set(key, call);
    this.#watch();
  }

  #leave(report: TraceReport): void {
    const key = this.#sources.keyOf(report);
    const call = this.#open.get(key);
    // It began before anybody listened.
    if (call === undefined) return;
    this.#open.delete(key);
    const stack = this.#stacks.get(`${call.pid}:${report.thread}`) ?? [];
    if (!call.waits && stack.at(-1) === call) {
      stack.pop();
      this.#slice(call, report.time - call.report.time, outcomeOf(report));
      return;
    }
    // It ends before what was begun in it does: a slice around that would be wrong.
    if (!call.waits) this.#leaveBehind(stack);
    this.#end(call, report);
  }

  /** Notices when the code now running is over. */
  #watch(): void {
    if (this.#running) return;
    this.#running = true;
    queueMicrotask(() => {
      this.#pause();
    });
  }

  /** Calls that are not over by now wait for something. */
  #pause(): void {
    this.#running = false;
    for (const stack of this.#stacks.values()) this.#leaveBehind(stack);
  }

  #leaveBehind(stack: OpenCall[]): void {
    for (const call of stack.splice(0)) this.#begin(call);
  }

  /** The beginning of a call that waits: its first part, the call itself, and where the arrow starts. */
  #begin(call: OpenCall): void {
    const { report, pid, root } = call;
    call.waits = true;
    this.#slice(call, this.#last - report.time, { waits: true });
    const common = { pid, tid: report.thread, ts: micros(report.time) };
    this.#emit({ ...common, name: report.name, cat: WAITING, ph: 'b', id: root, args: callArgs(report) });
    if (call.key === root) this.#emit({ ...common, name: 'waits', cat: 'flow', ph: 's', id: root });
  }

  #end({ report, pid, root, key }: OpenCall, left: TraceReport): void {
    const common = { pid, tid: report.thread, ts: micros(left.time) };
    const result = outcomeOf(left);
    this.#emit({ ...common, name: report.name, cat: WAITING, ph: 'e', id: root, args: result });
    if (key !== root) return;
    this.#emit({ ...common, name: `${report.name} is done`, cat: layerName(report.layer), ph: 'X', dur: 0, args: result });
    this.#emit({ ...common, name: 'waits', cat: 'flow', ph: 'f', bp: 'e', id: root });
  }

  #slice({ report, pid }: OpenCall, duration: number, more: Readonly<Record<string, unknown>>): void {
    const { name, layer, time, thread } = report;
    const args = { ...callArgs(report), ...more };
    this.#emit({ name, cat: layerName(layer), ph: 'X', ts: micros(time), dur: micros(duration), pid, tid: thread, args });
  }

  /** Names a process and a thread when they are first heard of; returns the process's number. */
  #introduce(source: TraceSource | undefined, thread: number): number {
    const pid = this.#sources.numberOf(source);
    const common = { cat: '__metadata', ph: 'M', ts: 0, pid } as const;
    if (!this.#named.has(`${pid}`)) {
      this.#named.add(`${pid}`);
      this.#emit({ ...common, name: 'process_name', tid: 0, args: { name: source?.name ?? 'process' } });
    }
    if (!this.#named.has(`${pid}:${thread}`)) {
      this.#named.add(`${pid}:${thread}`);
      const name = thread === 0 ? 'what comes up' : `thread ${thread}`;
      this.#emit({ ...common, name: 'thread_name', tid: thread, args: { name } });
    }
    return pid;
  }
}

function callArgs({ name, args }: TraceReport): Readonly<Record<string, unknown>> {
  // The catalog entry would be pages long.
  return name === 'route' ? {} : { arguments: argumentText(name, args) };
}

function outcomeOf({ result, error = 0 }: TraceReport): Readonly<Record<string, unknown>> {
  const text = valueText(result);
  return { ...(text === '' ? {} : { result: text }), ...(error === 0 ? {} : { error: errorName(error) }) };
}

/** Milliseconds as microseconds, to the nanosecond. */
function micros(milliseconds: number): number {
  return Math.round(milliseconds * 1e6) / 1e3;
}
