// The tracing seam: every layer reports the calls that cross it here. Off, it costs one branch (`trace.on`).
// What a report is made into (text, a timeline) is its listeners' business.
import { EventEmitter } from 'eventemitter3';
import { listenToChannel, openChannel } from './platform.js';

/** The channel on which reports of all processes are published too. */
export const TRACE_CHANNEL = 'winsock2:call';

/** Whose trace it is. */
export interface TraceSource {
  readonly id: number;
  readonly name: string;
}

/** One call crossing one layer. Arguments are as passed; listeners must not keep or change buffers. */
export interface TraceReport {
  readonly phase: 'enter' | 'leave' | 'note';
  /** Calls that belong together: 'leave' carries the id of its 'enter'. */
  readonly id: number;
  readonly layer: string;
  readonly name: string;
  readonly args: readonly unknown[];
  /** Milliseconds of the process's clock. */
  readonly time: number;
  readonly thread: number;
  readonly result?: unknown;
  readonly error?: number;
  /** The process that the call was made in. */
  readonly process?: TraceSource | undefined;
}

/** Who hears the reports. */
export type TraceListener = (report: TraceReport) => void;

const published = openChannel(TRACE_CHANNEL);

/**
 * Hears the reports of all processes, those too that are made later.
 *
 * @param listener - called within the call that is reported; what it throws is an uncaught exception of the program
 * @returns ends it
 */
export function listenToTrace(listener: TraceListener): () => void {
  return listenToChannel(TRACE_CHANNEL, (message) => {
    listener(message as TraceReport);
  });
}

/** The trace of one process. */
export class Trace {
  readonly #source: TraceSource | undefined;
  readonly #listeners = new EventEmitter<{ report: [TraceReport] }>();
  #last = 0;

  /** @param source - whose trace it is */
  constructor(source?: TraceSource) {
    this.#source = source;
  }

  /** Whether anybody listens; ask before building arguments. */
  get on(): boolean {
    return this.#listeners.listenerCount('report') > 0 || published.hasSubscribers;
  }

  /** Adds a listener; the returned function takes it away again. */
  listen(listener: TraceListener): () => void {
    this.#listeners.on('report', listener);
    return () => {
      this.#listeners.off('report', listener);
    };
  }

  /** Reports a call's beginning and returns its id. */
  enter(layer: string, name: string, args: readonly unknown[], time: number, thread: number): number {
    this.#last += 1;
    this.#report({ phase: 'enter', id: this.#last, layer, name, args, time, thread, process: this.#source });
    return this.#last;
  }

  /** Reports the end of call `id`. */
  leave(id: number, layer: string, name: string, result: unknown, error: number, time: number, thread: number): void {
    this.#report({ phase: 'leave', id, layer, name, args: [], time, thread, result, error, process: this.#source });
  }

  /** Reports something that is not a call: a fallback taken, a provider that misbehaved. */
  note(layer: string, name: string, args: readonly unknown[], time: number): void {
    this.#report({ phase: 'note', id: 0, layer, name, args, time, thread: 0, process: this.#source });
  }

  #report(report: TraceReport): void {
    this.#listeners.emit('report', report);
    if (published.hasSubscribers) published.publish(report);
  }
}
