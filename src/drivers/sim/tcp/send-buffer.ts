// What was written and is not acknowledged. Owns: the bytes, copied or still the caller's, and which writes wait for an
// answer. Does not own: what of it is sent when.
// A write is taken whole, as Windows does it, while less than the limit is queued before it; one larger than the limit, or
// behind a full queue, stays in the caller's memory until what is left of it fits.
import type { DriverError } from '../../contract.js';

export type Done = (error: DriverError | null) => void;

/** The least memory taken for copies: small writes share it. */
const BLOCK = 2048;
/** Below this a loop copies faster than `set` with a view. */
const SMALL = 24;
/** Pieces done with that are kept before the list is cut. */
const SLACK = 64;

/** A run of bytes that were written. */
class Piece {
  bytes: Uint8Array;
  start: number;
  end: number;
  /** It is our copy, and there may be room behind `end`. */
  own: boolean;

  constructor(bytes: Uint8Array, start: number, end: number, own: boolean) {
    this.bytes = bytes;
    this.start = start;
    this.end = end;
    this.own = own;
  }
}

/** A write that has not been answered; it ends at this position of the stream. */
interface Waiting {
  readonly end: number;
  readonly done: Done;
}

export class SendBuffer {
  #pieces: Piece[] = [];
  #first = 0;
  /** Positions are counted from the first byte of the connection. */
  #released = 0;
  #queued = 0;
  #waiting: Waiting[] | null = null;
  /** Where reading went on last: a piece, and the position of its start. */
  #cursor = 0;
  #cursorAt = 0;

  /** Bytes not acknowledged. */
  get length(): number {
    return this.#queued - this.#released;
  }

  /** Takes `size` bytes in `chunks`; true when they were copied, else `done` is due once `answered` gives it. */
  write(chunks: readonly Uint8Array[], size: number, limit: number, done: Done): boolean {
    const copied = this.#waiting === null && size <= limit && this.length < limit;
    for (const chunk of chunks) {
      if (chunk.length === 0) continue;
      if (copied) this.#copyIn(chunk, size);
      else this.#pieces.push(new Piece(chunk, 0, chunk.length, false));
    }
    this.#queued += size;
    if (copied) return true;
    this.#waiting ??= [];
    this.#waiting.push({ end: this.#queued, done });
    return false;
  }

  /** Takes one byte, whatever else is queued. */
  writeByte(byte: number): void {
    const piece = new Piece(Uint8Array.of(byte), 0, 1, true);
    this.#pieces.push(piece);
    this.#queued += 1;
  }

  #copyIn(chunk: Uint8Array, size: number): void {
    const tail = this.#pieces[this.#pieces.length - 1];
    if (tail?.own === true && tail.bytes.length - tail.end >= chunk.length) {
      copy(chunk, 0, chunk.length, tail.bytes, tail.end);
      tail.end += chunk.length;
      return;
    }
    const bytes = new Uint8Array(Math.max(chunk.length, Math.min(size, BLOCK), this.length > 0 ? BLOCK : 0));
    copy(chunk, 0, chunk.length, bytes, 0);
    this.#pieces.push(new Piece(bytes, 0, chunk.length, true));
  }

  /** Copies `length` bytes that stand `offset` behind the first unacknowledged one. */
  read(offset: number, length: number, target: Uint8Array, at: number): void {
    const position = this.#released + offset;
    if (position < this.#cursorAt || this.#cursor < this.#first) this.#rewind();
    let index = this.#cursor;
    let pieceAt = this.#cursorAt;
    let to = at;
    let left = length;
    let from = position;
    for (;;) {
      const piece = this.#pieces[index];
      if (piece === undefined) break;
      const size = piece.end - piece.start;
      const skip = from - pieceAt;
      if (skip < size) {
        const count = Math.min(size - skip, left);
        copy(piece.bytes, piece.start + skip, piece.start + skip + count, target, to);
        to += count;
        from += count;
        left -= count;
        if (left === 0) break;
      }
      pieceAt += size;
      index += 1;
    }
    this.#cursor = index;
    this.#cursorAt = pieceAt;
  }

  #rewind(): void {
    this.#cursor = this.#first;
    this.#cursorAt = this.#released;
  }

  /** Forgets the first `count` bytes: they were acknowledged. */
  release(count: number): void {
    this.#released += count;
    let left = count;
    while (left > 0) {
      const piece = this.#pieces[this.#first];
      if (piece === undefined) break;
      const size = piece.end - piece.start;
      if (size > left) {
        // The cursor counts from the piece's start, which moves.
        piece.start += left;
        if (this.#cursor === this.#first) this.#cursorAt += left;
        break;
      }
      left -= size;
      this.#first += 1;
    }
    if (this.#first === this.#pieces.length) this.#cut();
    else if (this.#first >= SLACK) this.#cut();
    if (this.#cursor < this.#first) this.#rewind();
  }

  #cut(): void {
    this.#pieces.splice(0, this.#first);
    this.#cursor -= this.#first;
    this.#first = 0;
  }

  /** The next write that is to be answered: what is left of it fits `limit` and was copied. Null if there is none. */
  answered(limit: number): Done | null {
    const next = this.#waiting?.[0];
    if (next === undefined || next.end - this.#released > limit) return null;
    this.#keep(next.end);
    return this.#shift();
  }

  /** Writes that will not be answered otherwise, one after another. */
  abandoned(): Done | null {
    return this.#waiting === null ? null : this.#shift();
  }

  #shift(): Done | null {
    const next = this.#waiting?.shift();
    if (this.#waiting?.length === 0) this.#waiting = null;
    return next?.done ?? null;
  }

  /** Forgets the bytes; writes that wait still want their answer. */
  clear(): void {
    this.#pieces = [];
    this.#first = 0;
    this.#released = this.#queued;
    this.#rewind();
  }

  /** Makes what is left before the position `end` our own. */
  #keep(end: number): void {
    let at = this.#released;
    for (let i = this.#first; i < this.#pieces.length && at < end; i += 1) {
      const piece = this.#pieces[i];
      if (piece === undefined) break;
      at += piece.end - piece.start;
      if (piece.own) continue;
      // Not `slice`: on a Buffer it would share the caller's memory.
      const own = new Uint8Array(piece.end - piece.start);
      copy(piece.bytes, piece.start, piece.end, own, 0);
      piece.bytes = own;
      piece.end -= piece.start;
      piece.start = 0;
      piece.own = true;
    }
  }
}

function copy(source: Uint8Array, start: number, end: number, target: Uint8Array, at: number): void {
  const length = end - start;
  if (length > SMALL) target.set(start === 0 && end === source.length ? source : source.subarray(start, end), at);
  else for (let i = 0; i < length; i += 1) target[at + i] = source[start + i] ?? 0;
}
