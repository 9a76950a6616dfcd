// Which calls of Winsock a process is waiting in, known from its trace: what a test that hangs is asked first.
import type { Process, TraceReport } from '../../index.js';
import { CallNote } from './call-note.js';

/** A call that has not returned. */
export interface WaitingCall {
  readonly call: CallNote;
  /** When it was made, in milliseconds of the process's clock. */
  readonly since: number;
}

/** The calls of one process, from when this is made. */
export class WaitingCalls {
  readonly #calls = new Map<number, WaitingCall>();
  readonly #stopListening: () => void;

  constructor(process: Process) {
    this.#stopListening = process.trace.listen((report) => this.#hear(report));
  }

  /** Longest wait first. */
  list(): readonly WaitingCall[] {
    return [...this.#calls.values()];
  }

  stop(): void {
    this.#stopListening();
  }

  #hear({ phase, layer, id, name, args, time }: TraceReport): void {
    if (layer !== 'api') return;
    if (phase === 'enter') this.#calls.set(id, { call: new CallNote(name, args), since: time });
    else this.#calls.delete(id);
  }
}
