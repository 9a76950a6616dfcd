// The one source of chance in a simulation. Integers only: what floating-point functions give may differ between
// engines, and the same seed must give the same packets everywhere.

/** Turns a seed or a label into well-mixed 32-bit numbers, one after another (splitmix32). */
function mixer(start: number): () => number {
  let state = start | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = state ^ (state >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x735a2d97);
    return (mixed ^ (mixed >>> 15)) >>> 0;
  };
}

function hash(text: string): number {
  let sum = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) sum = Math.imul(sum ^ text.charCodeAt(i), 0x01000193);
  return sum >>> 0;
}

/** A seeded generator (sfc32). */
export class Random {
  readonly seed: number;
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  constructor(seed: number) {
    this.seed = seed >>> 0;
    const next = mixer(this.seed);
    this.#a = next() | 0;
    this.#b = next() | 0;
    this.#c = next() | 0;
    for (let i = 0; i < 12; i += 1) this.uint32();
  }

  /** A generator of its own for one purpose: what others draw does not change what it gives. */
  fork(label: string): Random {
    return new Random((this.seed ^ hash(label)) >>> 0);
  }

  /** A whole number in [0, 2^32). */
  uint32(): number {
    const sum = (((this.#a + this.#b) | 0) + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum;
    this.#c |= 0;
    return sum >>> 0;
  }

  /** A whole number in [0, limit); `limit` is at most 2^32. */
  below(limit: number): number {
    return Math.floor((this.uint32() / 0x100000000) * limit);
  }

  /** True in `share` of all cases; 0 never draws, so that switching a fault off leaves the other draws as they were. */
  chance(share: number): boolean {
    if (share <= 0) return false;
    return share >= 1 || this.uint32() < share * 0x100000000;
  }
}
