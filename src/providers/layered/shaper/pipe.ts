// One direction of one connection: pieces in their order, which leave when the bucket lets them and arrive a delay later.
import type { Clock } from '../../../win32/index.js';
import type { Bucket } from './bucket.js';

/** Something on its way: bytes, or a mark that has none. */
interface Piece {
  readonly bytes: Uint8Array;
  /** It has left, and the memory that it came from is free. */
  readonly left: () => void;
  readonly arrived: (bytes: Uint8Array) => void;
}

const NOTHING = new Uint8Array(0);
const ignore = (): void => undefined;

/** The direction. Nobody is told of anything from inside a call of it. */
export class Pipe {
  readonly #clock: Clock;
  readonly #bucket: Bucket;
  /** Those that have not left. */
  readonly #waiting: Piece[] = [];
  /** Those that have, in copies; the first of them arrives next. */
  readonly #flying: Piece[] = [];
  /** How many of those are at the other end, and wait for it to open. */
  #due = 0;
  #leaving = false;
  #open = true;
  /** Bytes that have not arrived, and those among them that have left. */
  #bytes = 0;
  #inFlight = 0;

  constructor(clock: Clock, bucket: Bucket) {
    this.#clock = clock;
    this.#bucket = bucket;
  }

  /** Whether no more should be put in for now. */
  get isFull(): boolean {
    return this.#bytes >= this.#bucket.most;
  }

  /** Puts in a mark, which arrives behind all that is there. */
  mark(arrived: () => void, left: () => void = ignore): void {
    this.#push({ bytes: NOTHING, left, arrived });
  }

  /**
   * Puts in data.
   *
   * @param data - left alone by its owner until it has `left`
   * @param left - told when the last of it has
   * @param arrived - told of each piece of it
   */
  data(data: Uint8Array, left: () => void, arrived: (bytes: Uint8Array) => void): void {
    const { piece } = this.#bucket;
    for (let from = 0; from < data.length; from += piece) {
      const bytes = data.subarray(from, from + piece);
      this.#push({ bytes, left: from + piece < data.length ? ignore : left, arrived });
    }
  }

  /** The other end takes nothing for now. */
  close(): void {
    this.#open = false;
  }

  /** The other end takes again. */
  open(): void {
    if (this.#open) return;
    this.#open = true;
    this.#clock.soon(() => {
      this.#arrive();
    });
  }

  #push(piece: Piece): void {
    this.#bytes += piece.bytes.length;
    this.#waiting.push(piece);
    this.#leave();
  }

  #leave(): void {
    const [piece] = this.#waiting;
    // What nobody takes at the other end holds up what is behind it.
    if (piece === undefined || this.#leaving || this.#inFlight >= this.#bucket.most) return;
    this.#leaving = true;
    this.#clock.setTimer(this.#bucket.take(piece.bytes.length), () => {
      this.#waiting.shift();
      this.#leaving = false;
      this.#inFlight += piece.bytes.length;
      this.#flying.push({ ...piece, bytes: piece.bytes.slice() });
      piece.left();
      this.#fly();
      this.#leave();
    });
  }

  #fly(): void {
    const land = (): void => {
      this.#due += 1;
      this.#arrive();
    };
    if (this.#bucket.delay === 0) land();
    else this.#clock.setTimer(this.#bucket.delay, land);
  }

  #arrive(): void {
    while (this.#open && this.#due > 0) {
      const piece = this.#flying.shift();
      if (piece === undefined) return;
      this.#due -= 1;
      this.#bytes -= piece.bytes.length;
      this.#inFlight -= piece.bytes.length;
      piece.arrived(piece.bytes);
    }
    this.#leave();
  }
}
