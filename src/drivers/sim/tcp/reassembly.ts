// What has come ahead of what is missing. Owns: its order, and what SACK tells of it (RFC 2018).
// Does not own: how far ahead it may be (the window, receiver.ts).
import { distance, precedes } from './sequence.js';

/** Islands kept at most; a segment that would make another one is dropped, which bounds the memory beside the window. */
const MOST_ISLANDS = 256;

/** Bytes without a gap. */
class Island {
  start: number;
  end: number;
  readonly pieces: Uint8Array[] = [];
  /** When it last grew; SACK tells the latest first. */
  touched = 0;

  constructor(start: number) {
    this.start = start;
    this.end = start;
  }
}

export class Reassembly {
  /** In order, with gaps between them. */
  readonly #islands: Island[] = [];
  #touches = 0;

  get empty(): boolean {
    return this.#islands.length === 0;
  }

  /** Takes `bytes[at, at + length)`, which begin at `sequence`; gives how many of them were new. */
  insert(sequence: number, bytes: Uint8Array, at: number, length: number): number {
    const end = (sequence + length) | 0;
    let index = this.#islands.length;
    while (index > 0 && precedes(sequence, this.#islands[index - 1]?.start ?? 0)) index -= 1;
    let island = this.#islands[index - 1];
    if (island === undefined || precedes(island.end, sequence)) {
      if (this.#islands.length >= MOST_ISLANDS) return 0;
      island = new Island(sequence);
      this.#islands.splice(index, 0, island);
      index += 1;
    }
    this.#touches += 1;
    island.touched = this.#touches;
    let taken = 0;
    while (precedes(island.end, end)) {
      const next = this.#islands[index];
      const limit = next !== undefined && precedes(next.start, end) ? next.start : end;
      const count = distance(island.end, limit);
      if (count > 0) {
        const from = at + distance(sequence, island.end);
        const piece = new Uint8Array(count);
        piece.set(bytes.subarray(from, from + count));
        island.pieces.push(piece);
        island.end = limit;
        taken += count;
      }
      this.#join(island, index);
    }
    this.#join(island, index);
    return taken;
  }

  /** Joins the island at `index` to the one before it if they touch. */
  #join(island: Island, index: number): void {
    const next = this.#islands[index];
    if (next?.start !== island.end) return;
    for (const piece of next.pieces) island.pieces.push(piece);
    island.end = next.end;
    this.#islands.splice(index, 1);
  }

  /** Takes out the pieces of the first island if it holds `sequence`, which may lie within it; null if it does not. */
  take(sequence: number): { readonly start: number; readonly pieces: readonly Uint8Array[] } | null {
    for (let first = this.#islands[0]; first !== undefined; first = this.#islands[0]) {
      if (precedes(sequence, first.start)) return null;
      this.#islands.shift();
      if (precedes(sequence, first.end)) return first;
    }
    return null;
  }

  /** Writes the edges of at most `blocks` islands, the one that grew last first; gives how many edges. */
  sack(edges: number[], blocks: number): number {
    let count = 0;
    let before = this.#touches + 1;
    while (count < blocks) {
      let latest: Island | null = null;
      for (const island of this.#islands) {
        if (island.touched < before && (latest === null || island.touched > latest.touched)) latest = island;
      }
      if (latest === null) break;
      edges[count * 2] = latest.start;
      edges[count * 2 + 1] = latest.end;
      before = latest.touched;
      count += 1;
    }
    return count * 2;
  }
}
