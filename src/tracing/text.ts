// A trace as text while it happens: one line for each layer that a call crosses, further to the right the deeper it is.
// Owns the lines; how arguments look is win32/call-text's.
import { argumentText, errorName, valueText, type TraceListener, type TraceReport, type TraceSource } from '../index.js';
import { depthOf, layerName } from './layers.js';
import { Sources } from './sources.js';

/** Takes one line, without its end. */
export type WriteLine = (line: string) => void;

/** How lines look. */
export interface TextOptions {
  /** What the thread with this id is called; its process's name and its id if left out. */
  readonly threadName?: (id: number, process: TraceSource | undefined) => string;
  /** Begin each line with the time in milliseconds. */
  readonly times?: boolean;
  /** End the line of a result with how long the call took. */
  readonly durations?: boolean;
}

interface OpenCall {
  readonly time: number;
  /** The request of a call to afd: one that is not done afterwards waits. */
  readonly request: { readonly done: boolean } | undefined;
}

const defaultName = (id: number, process: TraceSource | undefined): string => `${process?.name ?? ''}:${id}`;

/** A listener for traces, and a way to write between its lines. */
export class TextTrace {
  readonly #write: WriteLine;
  readonly #options: TextOptions;
  readonly #sources = new Sources();
  /** A call that has begun and whose line waits for a result to end with. */
  #held: { readonly key: string; readonly line: string } | null = null;
  readonly #open = new Map<string, OpenCall>();

  constructor(write: WriteLine, options: TextOptions = {}) {
    this.#write = write;
    this.#options = options;
  }

  readonly listener: TraceListener = (report) => {
    if (report.phase === 'enter') this.#enter(report);
    else if (report.phase === 'leave') this.#leave(report);
    else this.#show(`${this.#start(report)}^ ${report.name}(${argumentText(report.name, report.args)})`);
  };

  /** Writes a line that is no report. */
  line(text: string): void {
    this.#show(text);
  }

  /** Writes what is still held back. */
  finish(): void {
    this.#show(null);
  }

  #enter(report: TraceReport): void {
    this.#show(null);
    const key = this.#sources.keyOf(report);
    const request = report.args.find((arg) => typeof arg === 'object' && arg !== null && 'done' in arg);
    this.#open.set(key, { time: report.time, request: request as OpenCall['request'] });
    this.#held = { key, line: `${this.#start(report)}${callText(report)}` };
  }

  #leave(report: TraceReport): void {
    const key = this.#sources.keyOf(report);
    const result = this.#resultText(report, this.#open.get(key));
    this.#open.delete(key);
    if (this.#held?.key === key) {
      const { line } = this.#held;
      this.#held = null;
      this.#show(`${line}${result}`);
    } else if (report.layer === 'api') {
      // What the layers between returned is what the application gets.
      this.#show(`${this.#start(report)}${report.name}${result}`);
    }
  }

  #resultText({ layer, result, error = 0, time }: TraceReport, call: OpenCall | undefined): string {
    if (layer === 'afd' && call?.request?.done === false && error === 0) return ' = pending';
    const text = valueText(result);
    // Below the provider, a failure is its code and a success needs no word, unless it is a driver's answer.
    const shown = layer === 'afd' || text === 'unbound' ? '' : text;
    const why = error === 0 ? '' : errorName(error);
    const took = this.#options.durations === true && call !== undefined ? ` (${milliseconds(time - call.time)} ms)` : '';
    return `${shown === '' && why === '' ? '' : ` = ${[shown, why].filter((part) => part !== '').join(' ')}`}${took}`;
  }

  /** Time, thread, layer and indentation. */
  #start({ thread, layer, time, process }: TraceReport): string {
    const { times, threadName = defaultName } = this.#options;
    const at = times === true ? `${milliseconds(time).padStart(12)} ` : '';
    const who = thread === 0 ? '' : threadName(thread, process);
    return `${at}${who.padEnd(7)} ${layerName(layer).padEnd(7)} ${'  '.repeat(depthOf(layer))}`;
  }

  #show(line: string | null): void {
    if (this.#held !== null) this.#write(this.#held.line);
    this.#held = null;
    if (line !== null) this.#write(line);
  }
}

/** Milliseconds to the microsecond, in as few digits as that takes. */
export function milliseconds(time: number): string {
  return String(Number(time.toFixed(3)));
}

function callText({ layer, name, args }: TraceReport): string {
  if (layer !== 'ws2_32' || name !== 'route') return `${name}(${argumentText(name, args)})`;
  const entry = args[0] as { readonly dwCatalogEntryId: number; readonly szProtocol: string; readonly module: string };
  return `-> catalog entry ${entry.dwCatalogEntryId}, "${entry.szProtocol}", provider ${entry.module}`;
}
