// What the peer has told by SACK (RFC 2018, RFC 6675 section 3 and 4). Owns: which bytes behind the acknowledged ones have
// come, which are lost by that evidence, and how many are on the way.
import { DUPLICATE_THRESHOLD } from './constants.js';
import { distance, later, precedes } from './sequence.js';

/** Bytes that are to be sent again, or none. */
export class Hole {
  start = 0;
  length = 0;
}

export class Scoreboard {
  /** Edges by turns, in order, with gaps between the ranges. */
  #edges: number[] = [];
  /** Bytes in the ranges. */
  sacked = 0;

  /** Behind the last byte that has come. */
  highest(otherwise: number): number {
    return this.#edges[this.#edges.length - 1] ?? otherwise;
  }

  clear(): void {
    this.#edges = [];
    this.sacked = 0;
  }

  /** Takes the blocks in `sack`, of which those outside (una, max] are nonsense or old; true if they told anything new. */
  update(sack: readonly number[], edges: number, una: number, max: number): boolean {
    const before = this.sacked;
    for (let i = 0; i + 1 < edges; i += 2) {
      const start = later((sack[i] ?? 0) | 0, una);
      const end = (sack[i + 1] ?? 0) | 0;
      if (precedes(start, end) && !precedes(max, end)) this.#add(start, end);
    }
    return this.sacked !== before;
  }

  #add(start: number, end: number): void {
    const edges = this.#edges;
    let from = 0;
    while (from < edges.length && precedes(edges[from + 1] ?? 0, start)) from += 2;
    let to = from;
    let low = start;
    let high = end;
    while (to < edges.length && !precedes(end, edges[to] ?? 0)) {
      if (precedes(edges[to] ?? 0, low)) low = edges[to] ?? 0;
      high = later(high, edges[to + 1] ?? 0);
      this.sacked -= distance(edges[to] ?? 0, edges[to + 1] ?? 0);
      to += 2;
    }
    this.sacked += distance(low, high);
    if (to - from === 2) {
      edges[from] = low;
      edges[from + 1] = high;
    } else edges.splice(from, to - from, low, high);
  }

  /** Everything before `una` was acknowledged. */
  acknowledged(una: number): void {
    const edges = this.#edges;
    let gone = 0;
    while (gone < edges.length && !precedes(una, edges[gone + 1] ?? 0)) {
      this.sacked -= distance(edges[gone] ?? 0, edges[gone + 1] ?? 0);
      gone += 2;
    }
    if (gone > 0) edges.splice(0, gone);
    const first = edges[0];
    if (first === undefined || !precedes(first, una)) return;
    this.sacked -= distance(first, una);
    edges[0] = una;
  }

  /** Whether the byte at `una` is lost: enough has come that was sent after it (IsLost). */
  lost(segmentSize: number): boolean {
    return this.#lostBelow(this.#edges.length / 2, this.sacked, segmentSize);
  }

  #lostBelow(rangesAbove: number, bytesAbove: number, segmentSize: number): boolean {
    return rangesAbove >= DUPLICATE_THRESHOLD || bytesAbove > (DUPLICATE_THRESHOLD - 1) * segmentSize;
  }

  /** SetPipe: bytes in [una, max) that are on the way, those before `resent` having been sent twice. */
  pipe(una: number, max: number, resent: number, segmentSize: number): number {
    const edges = this.#edges;
    let pipe = 0;
    let position = una;
    let above = this.sacked;
    for (let i = 0; i < edges.length; i += 2) {
      const start = edges[i] ?? 0;
      const gap = distance(position, start);
      if (!this.#lostBelow((edges.length - i) / 2, above, segmentSize)) pipe += gap;
      pipe += Math.min(gap, Math.max(0, distance(position, resent)));
      position = edges[i + 1] ?? 0;
      above -= distance(start, position);
    }
    pipe += distance(position, max);
    return pipe + Math.max(0, distance(position, resent));
  }

  /**
   * The first bytes from `from` on that have not come though later ones have; with `onlyLost` only such as are lost by
   * the evidence. False if there are none.
   */
  hole(from: number, segmentSize: number, onlyLost: boolean, into: Hole): boolean {
    const edges = this.#edges;
    let position = from;
    let above = this.sacked;
    for (let i = 0; i < edges.length; i += 2) {
      const start = edges[i] ?? 0;
      const end = edges[i + 1] ?? 0;
      if (precedes(position, start)) {
        if (onlyLost && !this.#lostBelow((edges.length - i) / 2, above, segmentSize)) return false;
        into.start = position;
        into.length = distance(position, start);
        return true;
      }
      position = later(position, end);
      above -= distance(start, end);
    }
    return false;
  }

  /** Where the bytes that have not come begin, at or after `sequence`. */
  skip(sequence: number): number {
    const edges = this.#edges;
    for (let i = 0; i < edges.length; i += 2) {
      if (precedes(sequence, edges[i] ?? 0)) return sequence;
      if (precedes(sequence, edges[i + 1] ?? 0)) return edges[i + 1] ?? 0;
    }
    return sequence;
  }

  /** How many bytes from `sequence`, which has not come, to the next one that has; at most `most`. */
  gap(sequence: number, most: number): number {
    const edges = this.#edges;
    for (let i = 0; i < edges.length; i += 2) {
      const start = edges[i] ?? 0;
      if (precedes(sequence, start)) return Math.min(most, distance(sequence, start));
    }
    return most;
  }

  /** How many bytes before `sequence` have come. */
  sackedBefore(sequence: number): number {
    const edges = this.#edges;
    let bytes = 0;
    for (let i = 0; i < edges.length; i += 2) {
      const start = edges[i] ?? 0;
      if (!precedes(start, sequence)) break;
      const end = edges[i + 1] ?? 0;
      bytes += distance(start, precedes(sequence, end) ? sequence : end);
    }
    return bytes;
  }
}
