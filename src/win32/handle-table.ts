// A process's handle table: which number stands for which kernel object. It counts handles to an object and tells the
// object when the last one goes; what an object is and does is the object's own business.
import type { HANDLE } from '../abi/index.js';
import { HandleMap } from './handle-map.js';

/** What kinds of object a handle can stand for. */
export type ObjectKind = 'socket' | 'event' | 'thread' | 'port' | 'window' | 'lookup' | 'file' | 'notification';

/** Anything that a handle can stand for. */
export interface KernelObject {
  readonly kind: ObjectKind;
  /** The last handle to the object was closed. */
  lastHandleClosed(): void;
}

/** By the time the numbers start again after this one, a stale handle is long forgotten. */
const LARGEST = 0x7ffffffc;

/** Handles of one process: multiples of four, given out in rising order, so that none is reused soon. */
export class HandleTable {
  readonly #objects = new HandleMap<KernelObject>();
  readonly #references = new Map<KernelObject, number>();
  readonly #largest: number;
  /** Told of every handle that is closed: for whoever keeps something by handle. One place, which WS2_32 takes. */
  whenClosed: ((handle: number) => void) | null = null;
  #last: number;

  /**
   * @param first the first handle to give out, a multiple of four.
   * @param largest the last one before the numbers start again.
   */
  constructor(first = 0x100, largest = LARGEST) {
    this.#last = first - 4;
    this.#largest = largest;
  }

  /** How many handles are open. */
  get size(): number {
    return this.#objects.size;
  }

  /** Opens the first handle to `object`; further ones come from `openAnother` and `duplicate`. */
  open(object: KernelObject): HANDLE {
    do {
      this.#last = this.#last >= this.#largest ? 4 : this.#last + 4;
    } while (this.#objects.has(this.#last));
    this.#objects.set(this.#last, object);
    const shared = this.#references.get(object);
    // Most objects have one handle only: those are not counted, which keeps opening and closing cheap.
    if (shared !== undefined) this.#references.set(object, shared + 1);
    return this.#last as HANDLE;
  }

  /** Opens a further handle to an object that has an open one. */
  openAnother(object: KernelObject): HANDLE {
    if (!this.#references.has(object)) this.#references.set(object, 1);
    return this.open(object);
  }

  /** Opens a further handle to the object behind `handle`, or null if there is none. */
  duplicate(handle: number): HANDLE | null {
    const object = this.#objects.get(handle);
    return object === undefined ? null : this.openAnother(object);
  }

  /** The object behind a handle, or null for a number that is no handle. */
  get(handle: number): KernelObject | null {
    return this.#objects.get(handle) ?? null;
  }

  /** Closes a handle; false if it is none. */
  close(handle: number): boolean {
    const object = this.#objects.get(handle);
    if (object === undefined) return false;
    this.#objects.delete(handle);
    this.whenClosed?.(handle);
    const shared = this.#references.get(object);
    if (shared !== undefined && shared > 1) {
      this.#references.set(object, shared - 1);
      return true;
    }
    this.#references.delete(object);
    object.lastHandleClosed();
    return true;
  }

  /** Every open handle with its object, oldest first. */
  entries(): IterableIterator<[number, KernelObject]> {
    return this.#objects.entries();
  }
}
