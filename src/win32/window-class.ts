// Window classes: the names and procedures that windows are made from, and how many windows each has.
import type { Process } from './process.js';
import type { WNDPROC } from './window-messages.js';

const FIRST_ATOM = 0xc000;
const KEY = Symbol('window classes');

/** A class of windows. */
export interface WindowClass {
  readonly atom: number;
  readonly procedure: WNDPROC;
  /** Its windows that have not ended. */
  windows: number;
}

/** The window classes of one process, by name without regard to case, and by atom. */
export class WindowClasses {
  readonly #byName = new Map<string, WindowClass>();
  #lastAtom = FIRST_ATOM - 1;

  static of(process: Process): WindowClasses {
    return process.moduleData(KEY, () => new WindowClasses());
  }

  /** Registers a class and returns its atom, or null if the name is taken. */
  register(name: string, procedure: WNDPROC): number | null {
    const key = name.toLowerCase();
    if (this.#byName.has(key)) return null;
    this.#lastAtom += 1;
    this.#byName.set(key, { atom: this.#lastAtom, procedure, windows: 0 });
    return this.#lastAtom;
  }

  /** A registered class, or null. */
  find(name: string | number): WindowClass | null {
    if (typeof name === 'number') return [...this.#byName.values()].find(({ atom }) => atom === name) ?? null;
    return this.#byName.get(name.toLowerCase()) ?? null;
  }

  /** Takes a class out; no window can be made from it any more. */
  unregister(found: WindowClass): void {
    for (const [name, each] of this.#byName) if (each === found) this.#byName.delete(name);
  }
}
