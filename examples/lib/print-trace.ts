// Prints a trace while it happens: one line for each layer that a call crosses, further to the right the deeper it is.
import { errorName, type TraceListener, type TraceReport } from 'winsock2';
import type { Print } from './program.js';
import { argumentText, valueText } from './trace-values.js';

const LAYERS = ['api', 'ws2_32', 'provider', 'afd', 'driver'];

/** What printing needs besides the reports. */
export interface TraceOutput {
  readonly print: Print;
  /** What the thread with this id is called. */
  readonly threadName: (id: number) => string;
}

/** A listener for a process's trace, and a way to print between its lines. */
export class TracePrinter {
  readonly #output: TraceOutput;
  /** A call that has begun and whose line waits for a result to end with. */
  #held: { readonly id: number; readonly line: string } | null = null;
  /** The requests of the calls to afd that have begun: one that is not done afterwards waits. */
  readonly #requests = new Map<number, { readonly done: boolean }>();

  constructor(output: TraceOutput) {
    this.#output = output;
  }

  readonly listener: TraceListener = (report) => {
    if (report.phase === 'enter') this.#enter(report);
    else if (report.phase === 'leave') this.#leave(report);
    else this.#show(`${this.#start(report)}^ ${report.name}(${argumentText(report.name, report.args)})`);
  };

  /** Prints a line that is no report. */
  line(text: string): void {
    this.#show(text);
  }

  #enter(report: TraceReport): void {
    this.#show(null);
    const request = report.args.find((arg) => typeof arg === 'object' && arg !== null && 'done' in arg);
    if (request !== undefined) this.#requests.set(report.id, request as { readonly done: boolean });
    this.#held = { id: report.id, line: `${this.#start(report)}${callText(report)}` };
  }

  #leave(report: TraceReport): void {
    const result = this.#resultText(report);
    if (this.#held?.id === report.id) {
      const { line } = this.#held;
      this.#held = null;
      this.#show(`${line}${result}`);
    } else if (report.layer === 'api') {
      // What the layers between returned is what the application gets.
      this.#show(`${this.#start(report)}${report.name}${result}`);
    }
  }

  #resultText({ id, layer, result, error = 0 }: TraceReport): string {
    const request = this.#requests.get(id);
    this.#requests.delete(id);
    if (layer === 'afd' && request?.done === false && error === 0) return ' = pending';
    const text = valueText(result);
    // Below the provider, a failure is its code and a success needs no word, unless it is a driver's answer.
    const shown = layer === 'afd' || text === 'unbound' ? '' : text;
    const why = error === 0 ? '' : errorName(error);
    return shown === '' && why === '' ? '' : ` = ${[shown, why].filter((part) => part !== '').join(' ')}`;
  }

  /** Thread, layer and indentation. */
  #start({ thread, layer }: TraceReport): string {
    const depth = LAYERS.includes(layer) ? LAYERS.indexOf(layer) : LAYERS.indexOf('provider');
    const name = layer.slice(layer.lastIndexOf('/') + 1);
    const who = thread === 0 ? '' : this.#output.threadName(thread);
    return `${who.padEnd(7)} ${name.padEnd(7)} ${'  '.repeat(depth)}`;
  }

  #show(line: string | null): void {
    if (this.#held !== null) this.#output.print(this.#held.line);
    this.#held = null;
    if (line !== null) this.#output.print(line);
  }
}

function callText({ layer, name, args }: TraceReport): string {
  if (layer !== 'ws2_32') return `${name}(${argumentText(name, args)})`;
  const entry = args[0] as { readonly dwCatalogEntryId: number; readonly szProtocol: string; readonly module: string };
  return `-> catalog entry ${entry.dwCatalogEntryId}, "${entry.szProtocol}", provider ${entry.module}`;
}
