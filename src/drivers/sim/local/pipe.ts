// One direction of a local connection: bytes that were written and not read, and writes that wait for room among them.
// It tells nobody anything but in events of the clock.
import type { DriverError } from '../../contract.js';
import type { LocalLayer } from './local-layer.js';

/** Windows' default for a send buffer. */
const LIMIT = 65_536;
/** The most that is handed on at once. */
const PIECE = 16_384;

/** Who reads. */
export interface PipeReader {
  /** False: no more for now. */
  received(bytes: Uint8Array): boolean;
  ended(): void;
}

interface Write {
  readonly chunks: readonly Uint8Array[];
  readonly done: (error: DriverError | null) => void;
}

export class Pipe {
  /** Writes are taken at once while fewer bytes than this lie here; one that had to wait, when all of it fits. */
  limit = LIMIT;
  /** Called whenever no write waits any more. */
  drained: (() => void) | null = null;
  readonly #layer: LocalLayer;
  #reader: PipeReader | null = null;
  #queue: Uint8Array[] = [];
  #queued = 0;
  #waiting: Write[] = [];
  #finished = false;
  #ended = false;
  #reading = true;
  /** Nobody will ever read again: what comes is thrown away. */
  #deaf = false;
  #pumping = false;

  constructor(layer: LocalLayer) {
    this.#layer = layer;
  }

  /** No more will be written. */
  get isFinished(): boolean {
    return this.#finished;
  }

  /** The reader has had everything, the end included. */
  get hasEnded(): boolean {
    return this.#ended;
  }

  get hasWaiting(): boolean {
    return this.#waiting.length > 0;
  }

  /** Takes all of it at once (true) or keeps it until there is room, then calls `done`. */
  write(chunks: readonly Uint8Array[], done: Write['done']): boolean {
    const taken = !this.hasWaiting && this.#queued < this.limit;
    if (taken) this.#copy(chunks);
    else this.#waiting.push({ chunks, done });
    this.#schedule();
    return taken;
  }

  #copy(chunks: readonly Uint8Array[]): void {
    if (this.#deaf) return;
    for (const chunk of chunks) {
      if (chunk.length === 0) continue;
      this.#queue.push(chunk.slice());
      this.#queued += chunk.length;
    }
  }

  finish(): void {
    this.#finished = true;
    this.#schedule();
  }

  /** Who reads from now on, unless paused. */
  readBy(reader: PipeReader): void {
    this.#reader = reader;
    this.#schedule();
  }

  /** Nobody reads any more. */
  deafen(): void {
    this.#reader = null;
    this.#deaf = true;
    this.#discard();
    this.#schedule();
  }

  pause(): void {
    this.#reading = false;
  }

  resume(): void {
    this.#reading = true;
    this.#schedule();
  }

  /** The connection is broken: what is queued is lost, and waiting writes hear `error`. To be called in an event. */
  break(error: DriverError): void {
    this.#discard();
    this.#ended = true;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { done } of waiting) {
      this.#layer.clock.tell();
      done(error);
    }
  }

  #discard(): void {
    this.#queue = [];
    this.#queued = 0;
  }

  #schedule(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    this.#layer.later(() => {
      this.#pumping = false;
      this.#pump();
    });
  }

  /** Hands on what can be read, taking in waiting writes as room is made. */
  #pump(): void {
    this.#admit();
    for (let bytes = this.#next(); bytes !== null; bytes = this.#next()) {
      this.#layer.clock.tell();
      if (this.#reader?.received(bytes) === false) this.#reading = false;
      this.#admit();
    }
    if (this.#isReadable() && this.#finished && this.#queue.length === 0 && !this.hasWaiting) this.#end();
  }

  #isReadable(): boolean {
    return this.#reading && !this.#ended && this.#reader !== null;
  }

  /** The next bytes to be handed on, or null. */
  #next(): Uint8Array | null {
    const [head] = this.#queue;
    if (head === undefined || !this.#isReadable()) return null;
    const bytes = head.length > PIECE ? head.subarray(0, PIECE) : head;
    if (bytes === head) this.#queue.shift();
    else this.#queue[0] = head.subarray(PIECE);
    this.#queued -= bytes.length;
    return bytes;
  }

  #end(): void {
    this.#ended = true;
    this.#layer.clock.tell();
    this.#reader?.ended();
  }

  #admit(): void {
    const had = this.#waiting.length;
    for (let [write] = this.#waiting; write !== undefined && this.#fits(write.chunks); [write] = this.#waiting) {
      this.#waiting.shift();
      this.#copy(write.chunks);
      this.#layer.clock.tell();
      write.done(null);
    }
    if (had > 0 && this.#waiting.length === 0) this.drained?.();
  }

  #fits(chunks: readonly Uint8Array[]): boolean {
    if (this.#queued === 0) return true;
    let length = this.#queued;
    for (const chunk of chunks) length += chunk.length;
    return length <= this.limit;
  }
}
