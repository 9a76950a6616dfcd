// The names of a process's kernel objects. Windows keeps them per session; here processes share nothing, so each has
// names of its own.
import { ERROR_PATH_NOT_FOUND, MAX_PATH, NO_ERROR } from '../abi/index.js';
import { ERROR_FILENAME_EXCED_RANGE } from './codes.js';
import type { Event } from './event.js';
import type { Process } from './process.js';

const KEY = Symbol('named objects');
const PREFIX = /^(?:Global|Local)\\/;

/** Which name stands for which event of one process. Names are told apart by case. */
export class NamedObjects {
  readonly #events = new Map<string, Event>();

  /** The names of `process`. */
  static of(process: Process): NamedObjects {
    return process.moduleData(KEY, () => new NamedObjects());
  }

  /** What is wrong with a name, as an error code, or NO_ERROR. */
  static check(name: string): number {
    if (name.length > MAX_PATH) return ERROR_FILENAME_EXCED_RANGE;
    return name.replace(PREFIX, '').includes('\\') ? ERROR_PATH_NOT_FOUND : NO_ERROR;
  }

  /** The event of this name, or null. */
  find(name: string): Event | null {
    return this.#events.get(key(name)) ?? null;
  }

  /** Names an event until its last handle is closed. */
  add(name: string, event: Event): void {
    const own = key(name);
    this.#events.set(own, event);
    event.whenClosed = () => {
      this.#events.delete(own);
    };
  }
}

/** `Local\x` and `x` are one name, `Global\x` is another. */
function key(name: string): string {
  return name.startsWith('Local\\') ? name.slice('Local\\'.length) : name;
}
