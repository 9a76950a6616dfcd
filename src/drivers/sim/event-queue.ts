// What is to happen, by virtual time; what is due at the same time happens in the order in which it was entered.

/** Something that will happen. The queue owns `due`, `order` and `place` while it is entered. */
export interface QueuedEvent {
  /** Virtual microseconds. */
  due: number;
  order: number;
  /** Where it stands in the heap, -1 while it is not entered. */
  place: number;
  fire(): void;
}

function before(a: QueuedEvent, b: QueuedEvent): boolean {
  return a.due < b.due || (a.due === b.due && a.order < b.order);
}

/** A binary heap whose entries know their place, so that a timer can leave from the middle. */
export class EventQueue {
  readonly #heap: QueuedEvent[] = [];
  #orders = 0;

  get size(): number {
    return this.#heap.length;
  }

  /** The event that comes first, or null. */
  get head(): QueuedEvent | null {
    return this.#heap[0] ?? null;
  }

  enter(event: QueuedEvent, due: number): void {
    if (event.place >= 0) this.leave(event);
    event.due = due;
    event.order = this.#orders;
    this.#orders += 1;
    event.place = this.#heap.length;
    this.#heap.push(event);
    this.#rise(event);
  }

  leave(event: QueuedEvent): void {
    const { place } = event;
    if (place < 0) return;
    event.place = -1;
    const last = this.#heap.pop();
    if (last === undefined || last === event) return;
    this.#put(last, place);
    this.#rise(last);
    this.#sink(last);
  }

  /** Takes out the event that comes first. */
  take(): QueuedEvent | null {
    const first = this.head;
    if (first !== null) this.leave(first);
    return first;
  }

  #put(event: QueuedEvent, place: number): void {
    this.#heap[place] = event;
    event.place = place;
  }

  #rise(event: QueuedEvent): void {
    let { place } = event;
    while (place > 0) {
      const up = (place - 1) >> 1;
      const parent = this.#heap[up];
      if (parent === undefined || before(parent, event)) break;
      this.#put(parent, place);
      place = up;
    }
    this.#put(event, place);
  }

  #sink(event: QueuedEvent): void {
    let { place } = event;
    for (;;) {
      const left = this.#heap[2 * place + 1];
      const right = this.#heap[2 * place + 2];
      if (left === undefined) break;
      const child = right !== undefined && before(right, left) ? right : left;
      if (before(event, child)) break;
      const down = child.place;
      this.#put(child, place);
      place = down;
    }
    this.#put(event, place);
  }
}
