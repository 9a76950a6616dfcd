// Where urgent data lies in the stream: how far a receive may go before it. One mark is kept, as on Windows: newer urgent
// data moves it. The bytes themselves are the endpoint's.

/** The mark in a stream's inbox. */
export class UrgentMark {
  /** Bytes in the inbox before the mark; -1 while there is none. */
  #ahead = -1;
  /** Whether the urgent byte itself lies in the inbox, right behind the mark (SO_OOBINLINE). */
  #inline = false;

  /** Marks the place behind `ahead` bytes. A place with nothing before it and nothing urgent behind it needs no mark. */
  set(ahead: number, inline: boolean): void {
    this.#ahead = ahead === 0 && !inline ? -1 : ahead;
    this.#inline = inline;
  }

  get present(): boolean {
    return this.#ahead >= 0;
  }

  /** How many of the `available` bytes one receive may take: none spans the mark, and an urgent byte goes alone. */
  limit(available: number): number {
    if (this.#ahead < 0) return available;
    return this.#ahead === 0 ? 1 : this.#ahead;
  }

  /** Notes that `count` bytes were taken, no more than `limit` told. */
  passed(count: number): void {
    if (this.#ahead < 0 || count === 0) return;
    if (this.#ahead === 0) this.clear();
    else this.set(this.#ahead - count, this.#inline);
  }

  clear(): void {
    this.#ahead = -1;
  }
}
