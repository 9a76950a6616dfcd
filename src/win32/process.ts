// The process object: everything that Windows keeps per process and that Winsock leans on. Two of them in one program
// share nothing, which is how the hosts of a simulated network stay apart.
import type { Clock } from './clock.js';
import { HandleTable } from './handle-table.js';
import { systemClock } from './system-clock.js';
import { Thread } from './thread.js';
import { Trace } from './trace.js';
import { EventWriter } from './tracing-events/index.js';
import { Turns } from './turns.js';

/** How to make a process. */
export interface ProcessOptions {
  readonly clock?: Clock;
  readonly id?: number;
  /** What traces and tools call it. */
  readonly name?: string;
}

/** A process: handles, threads, devices, clock, trace. */
export class Process {
  readonly id: number;
  readonly name: string;
  readonly clock: Clock;
  /** Nothing runs in it any more. */
  ended = false;
  readonly handles = new HandleTable();
  readonly mainThread: Thread;
  readonly trace = new Trace(this);
  readonly events: EventWriter;
  readonly turns: Turns;
  readonly #devices = new Map<string, unknown>();
  readonly #modules = new Map<symbol, unknown>();
  /** The key asked for last: nearly every call asks for the same one. */
  #recentKey: symbol | null = null;
  #recentData: unknown = undefined;
  #lastThreadId = 0;

  constructor(options: ProcessOptions = {}) {
    this.id = options.id ?? 4;
    this.name = options.name ?? 'process';
    this.clock = options.clock ?? systemClock;
    this.events = new EventWriter(this);
    this.turns = new Turns(this.clock);
    this.mainThread = this.newThread();
  }

  /** A further logical thread, not yet running anything. */
  newThread(): Thread {
    this.#lastThreadId += 4;
    return new Thread(this, this.#lastThreadId);
  }

  /** Puts a device where drivers' users can open it by name, as `\Device\Afd`. */
  mountDevice(name: string, device: unknown): void {
    this.#devices.set(name, device);
  }

  /** The device of this name, or undefined. */
  openDevice(name: string): unknown {
    return this.#devices.get(name);
  }

  /** What a module of the library keeps for this process, if it has been made. */
  // The type is the caller's word: the key stands for it.
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters
  dataOf<T>(key: symbol): T | undefined {
    if (key !== this.#recentKey) {
      this.#recentData = this.#modules.get(key);
      this.#recentKey = key;
    }
    return this.#recentData as T | undefined;
  }

  /** The same, made on first use. */
  moduleData<T>(key: symbol, make: () => T): T {
    const known = this.dataOf<T>(key);
    if (known !== undefined) return known;
    const data = make();
    this.#modules.set(key, data);
    this.#recentKey = null;
    return data;
  }
}
