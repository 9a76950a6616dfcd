// The checker: watches one process through its trace and handle table and tells what the program did wrong where the
// calls themselves cannot: what was left open, and memory that was not left alone. It changes nothing about the calls.
import type { Process, TraceReport } from '../../index.js';
import { CallNote } from '../calls/call-note.js';
import { Handles, type OpenHandle } from './handles.js';
import { Operations } from './operations.js';
import { transfers } from './transfers.js';

/** What can be wrong. */
export type ProblemKind =
  /** A handle is open that the program has made. */
  | 'handle-leaked'
  /** WSAStartup and WSACleanup do not match. */
  | 'startup-unbalanced'
  /** An OVERLAPPED was used again before its operation had completed. */
  | 'overlapped-reused'
  /** Two operations under way have the same memory, and one of them writes it. */
  | 'buffer-shared'
  /** Data was changed between the call that sends it and that call's completion. */
  | 'buffer-changed';

/** One thing that is wrong. */
export interface Problem {
  readonly kind: ProblemKind;
  /** What, and by which call. */
  readonly text: string;
}

/** A process under watch, from `watch(process)` to `stop`. */
export class Watch {
  readonly #name: string;
  readonly #handles: Handles;
  readonly #found: Problem[] = [];
  readonly #operations = new Operations((kind, text) => void this.#found.push({ kind, text }));
  /** The calls of WSAStartup that no WSACleanup has undone. */
  readonly #startups: CallNote[] = [];
  /** The calls that have not returned. */
  readonly #calls = new Map<number, CallNote>();
  readonly #stopListening: () => void;

  constructor(process: Process) {
    this.#name = process.name;
    this.#handles = new Handles(process);
    this.#stopListening = process.trace.listen((report) => this.#hear(report));
  }

  /** Everything that is wrong at this moment: what was found so far, and what has been left open or undone until now. */
  problems(): readonly Problem[] {
    const leaks = this.#handles.open().map((one): Problem => ({ kind: 'handle-leaked', text: leakText(one) }));
    const starts = this.#startups.map((call): Problem => ({ kind: 'startup-unbalanced', text: `no WSACleanup undid ${call.toString()}` }));
    return [...this.#found, ...leaks, ...starts];
  }

  /** The problems as text; '' when there are none. */
  report(): string {
    const problems = this.problems();
    if (problems.length === 0) return '';
    return [`${this.#name}: ${problems.length} found by the checker`, ...problems.map(({ text }) => `  ${text}`)].join('\n');
  }

  /** @throws Error with the report, if there is a problem. */
  assertClean(): void {
    const report = this.report();
    if (report !== '') throw new Error(report);
  }

  /** Ends the watch. What was found stays. */
  stop(): void {
    this.#stopListening();
    this.#operations.stop();
  }

  #hear(report: TraceReport): void {
    if (report.layer !== 'api') return;
    if (report.phase === 'enter') this.#entered(report);
    else if (report.phase === 'leave') this.#left(report);
  }

  #entered({ id, name, args }: TraceReport): void {
    const transfer = transfers.get(name);
    if (name === 'WSACleanup') this.#cleaning();
    const call = new CallNote(name, args);
    this.#calls.set(id, call);
    if (transfer !== undefined) this.#operations.entered(id, call, transfer, args);
  }

  #left({ id, name, result, error = 0 }: TraceReport): void {
    const call = this.#calls.get(id);
    if (call === undefined) return;
    this.#calls.delete(id);
    this.#operations.left(id, error);
    this.#handles.left(call, result);
    if (name === 'WSAStartup' && result === 0) this.#startups.push(call);
    if (name !== 'WSACleanup') return;
    if (result === 0) this.#startups.pop();
    else this.#found.push({ kind: 'startup-unbalanced', text: `no WSAStartup was left to undo for ${call.toString()}` });
  }

  /** The last WSACleanup closes what is open; that does not make it right to leave it open. */
  #cleaning(): void {
    if (this.#startups.length !== 1) return;
    const left = this.#handles.open().filter(({ kind }) => kind === 'socket');
    for (const one of left) this.#found.push({ kind: 'handle-leaked', text: `${leakText(one)} (WSACleanup did it)` });
  }
}

function leakText({ handle, kind, madeBy }: OpenHandle): string {
  const what = `${kind} 0x${handle.toString(16)} was not closed`;
  return madeBy === null ? what : `${what}; it was made by ${madeBy.toString()}`;
}

/** Starts watching a process. What it has open already is not its concern. */
export function watch(process: Process): Watch {
  return new Watch(process);
}
