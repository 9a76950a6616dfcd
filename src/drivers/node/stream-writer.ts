// Owns: writing to one connected socket, knowing at once whether the system took everything, and ending it in order.
// Does not own: the handle's own conventions (stream-tap.ts).

import type { Socket } from 'node:net';
import type { DriverError } from '../contract.js';
import { nameOfError, nameOfStatus } from './errors.js';
import type { StreamTap, WritableHandle } from './stream-tap.js';
import type { BatchedWriter, WriteBatch } from './write-batch.js';

type Done = (error: DriverError | null) => void;

const NOTHING = new Uint8Array(0);

/** Whoever wrote has been told that it is taken; that it was not after all, the socket's error tells. */
function nobodyWaits(): void {
  // See above.
}

export class StreamWriter implements BatchedWriter {
  private readonly socket: Socket;
  private readonly tap: StreamTap;
  /** Where the short way leads, once it has been found. */
  private handle: WritableHandle | null = null;
  /** node:net was given something that it may still have. */
  private byNet = false;
  /** Writes through the tap that the system has not taken yet; node:net does not know of them. */
  private late = 0;
  /** The FIN waits for those. */
  private ending = false;
  private readonly batch: WriteBatch;
  /** Writes of this one that are in the batch. */
  private batched = 0;

  constructor(socket: Socket, { tap, batch }: { readonly tap: StreamTap; readonly batch: WriteBatch }) {
    this.socket = socket;
    this.tap = tap;
    this.batch = batch;
    tap.learn(socket);
  }

  /** Whether the system has everything, as far as it takes it. */
  get idle(): boolean {
    this.flush();
    return this.late === 0 && this.socket.writableLength === 0;
  }

  /** Writes, and returns true when the system took all of it; `done` follows otherwise. */
  write(chunks: readonly Uint8Array[], done: Done): boolean {
    const chunk = chunks.length === 1 ? chunks[0] : undefined;
    const handle = this.#shortWay();
    if (chunk !== undefined && handle !== null) {
      // Behind what the system has not taken, nothing counts as taken.
      if (this.late === 0 && this.batch.takes(this, chunk)) {
        this.batched += 1;
        return true;
      }
      this.flush();
      const taken = this.#writeTo(handle, chunk, done);
      if (taken !== null) return taken;
    }
    return this.#writeByNet(chunks, done);
  }

  /** Null: the short way is closed, and nothing was written. */
  #writeTo(handle: WritableHandle, chunk: Uint8Array, done: Done): boolean | null {
    const left = this.tap.write(handle, chunk);
    if (left === null || left === 0) return left === null ? null : true;
    if (left > 0) {
      this.late += 1;
      this.tap.whenTaken((status) => {
        this.#taken(status, done);
      });
      return false;
    }
    process.nextTick(done, this.#broken(left));
    return false;
  }

  writeNow(chunk: Uint8Array): boolean {
    this.batched -= 1;
    const handle = this.#shortWay();
    const taken = handle === null ? null : this.#writeTo(handle, chunk, nobodyWaits);
    return taken ?? this.#writeByNet([chunk], nobodyWaits);
  }

  /** Writes what is in the batch; others write too, as what has waited goes out in order. */
  flush(): void {
    if (this.batched > 0) this.batch.flush();
  }

  /** The handle to write to, if the short way may be taken; its own fields say so, as asking the socket takes longer. */
  #shortWay(): WritableHandle | null {
    const { socket } = this;
    // What node:net has queued goes first, and a socket on its way down says itself why it takes nothing.
    if (this.byNet) {
      if (socket.writableLength > 0 || !socket.writable) return null;
      this.byNet = false;
    }
    return (this.handle ??= this.tap.writableHandle(socket));
  }

  #taken(status: number, done: Done): void {
    this.late -= 1;
    if (this.ending && this.late === 0) this.socket.end();
    done(status < 0 ? this.#broken(status) : null);
  }

  /** A write has failed: the socket is no more use, and whoever listens to it is told. Gives the first cause. */
  #broken(status: number): DriverError {
    const { errored } = this.socket;
    this.byNet = true;
    if (errored !== null) return nameOfError(errored);
    const code = nameOfStatus(status);
    this.socket.destroy(Object.assign(new Error(`write ${code}`), { code }));
    return code;
  }

  /** The connection is dead: from now on the socket says why it takes nothing. */
  broke(): void {
    this.byNet = true;
  }

  /** Sends FIN after everything written. */
  end(): void {
    this.flush();
    this.byNet = true;
    if (this.late === 0) this.socket.end();
    else this.ending = true;
  }

  /**
   * The public way. libuv tries to write at once and node:net then takes the bytes off its count before `write` returns,
   * so a count of zero is the proof and no callback is needed: callbacks cost a tick each.
   */
  #writeByNet(chunks: readonly Uint8Array[], done: Done): boolean {
    this.flush();
    const { socket } = this;
    this.byNet = true;
    if (chunks.length < 2) socket.write(chunks[0] ?? NOTHING);
    else this.#gather(chunks);
    if (socket.writableLength === 0 && socket.errored === null && !socket.destroyed) return true;
    this.#wait(done);
    return false;
  }

  /** Several chunks in one system call. */
  #gather(chunks: readonly Uint8Array[]): void {
    const { socket } = this;
    socket.cork();
    for (const chunk of chunks) socket.write(chunk);
    socket.uncork();
  }

  /** An empty write behind the real one: it completes, or fails, right after it. */
  #wait(done: Done): void {
    const { errored } = this.socket;
    if (errored !== null) {
      process.nextTick(done, nameOfError(errored));
      return;
    }
    this.socket.write(NOTHING, (error) => {
      done(error ? nameOfError(error) : null);
    });
  }
}
