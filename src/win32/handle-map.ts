// A table with handles for keys. Every call looks handles up, and with hundreds of sockets a hash table is in no cache:
// here one word is read. What is kept under a handle is the owner's business.

/** Handles are multiples of four. */
const STEP_BITS = 2;
/** So many handles share an array. They are given out in rising order, so that one is seldom kept for few of them. */
const PAGE_BITS = 10;
const SLOTS = 1 << PAGE_BITS;

class Page<T> {
  readonly slots: (T | undefined)[] = new Array<T | undefined>(SLOTS).fill(undefined);
  used = 0;
}

/** From handles, positive multiples of four below 2 to the 31st, to values; `undefined` is none. */
export class HandleMap<T> {
  readonly #pages = new Map<number, Page<T>>();
  /** The page asked for last, and its number: mostly it is asked for again. */
  #recent: Page<T> | undefined = undefined;
  #recentNumber = -1;
  /** An empty page for the next one that is needed: a program with one socket at a time would make one for each. */
  #spare: Page<T> | null = null;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** What is kept under a handle; anything may be asked about, as a provider may answer anything for a handle. */
  get(handle: unknown): T | undefined {
    // The bit operations below would take other numbers for handles.
    if (typeof handle !== 'number' || (handle & -(1 << STEP_BITS)) !== handle) return undefined;
    return this.#page(handle >>> (STEP_BITS + PAGE_BITS))?.slots[slotOf(handle)];
  }

  has(handle: unknown): boolean {
    return this.get(handle) !== undefined;
  }

  set(handle: number, value: T): void {
    const number = handle >>> (STEP_BITS + PAGE_BITS);
    let page = this.#page(number);
    if (page === undefined) {
      page = this.#spare ?? new Page();
      this.#spare = null;
      this.#pages.set(number, page);
      this.#remember(number, page);
    }
    const slot = slotOf(handle);
    if (page.slots[slot] === undefined) {
      page.used += 1;
      this.#size += 1;
    }
    page.slots[slot] = value;
  }

  /** Forgets a handle; false if nothing is kept under it. */
  delete(handle: number): boolean {
    if (!this.has(handle)) return false;
    const number = handle >>> (STEP_BITS + PAGE_BITS);
    const page = this.#page(number);
    if (page === undefined) return false;
    page.slots[slotOf(handle)] = undefined;
    page.used -= 1;
    this.#size -= 1;
    if (page.used > 0) return true;
    this.#pages.delete(number);
    this.#spare = page;
    this.#remember(-1, undefined);
    return true;
  }

  /** Every handle with what is kept under it, as they were given out. */
  *entries(): IterableIterator<[number, T]> {
    for (const [number, page] of [...this.#pages]) {
      // A page that has become empty meanwhile may be another one's by now.
      for (let slot = 0; slot < SLOTS && this.#pages.get(number) === page; slot++) {
        const value = page.slots[slot];
        if (value !== undefined) yield [((number << PAGE_BITS) | slot) << STEP_BITS, value];
      }
    }
  }

  *values(): IterableIterator<T> {
    for (const [, value] of this.entries()) yield value;
  }

  #page(number: number): Page<T> | undefined {
    if (number !== this.#recentNumber) this.#remember(number, this.#pages.get(number));
    return this.#recent;
  }

  #remember(number: number, page: Page<T> | undefined): void {
    this.#recentNumber = number;
    this.#recent = page;
  }
}

function slotOf(handle: number): number {
  return (handle >>> STEP_BITS) & (SLOTS - 1);
}
