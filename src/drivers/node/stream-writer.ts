// Owns: writing to one connected socket, knowing at once whether the system took everything, and ending it in order.
// Does not own: the handle's own conventions (stream-tap.ts).

import type { Socket } from 'node:net';
import type { DriverError } from '../contract.js';
import { nameOfError, nameOfStatus } from './errors.js';
import type { StreamTap } from './stream-tap.js';

type Done = (error: DriverError | null) => void;

const NOTHING = new Uint8Array(0);

export class StreamWriter {
  private readonly socket: Socket;
  private readonly tap: StreamTap;
  /** Writes through the tap that the system has not taken yet; node:net does not know of them. */
  private late = 0;
  /** The FIN waits for those. */
  private ending = false;

  constructor(socket: Socket, tap: StreamTap) {
    this.socket = socket;
    this.tap = tap;
    tap.learn(socket);
  }

  /** Whether the system has everything. */
  get idle(): boolean {
    return this.late === 0 && this.socket.writableLength === 0;
  }

  /** Writes, and returns true when the system took all of it; `done` follows otherwise. */
  write(chunks: readonly Uint8Array[], done: Done): boolean {
    const [chunk] = chunks;
    const { socket } = this;
    // What node:net has queued goes first, and a socket on its way down says itself why it takes nothing.
    if (chunk === undefined || chunks.length > 1 || socket.writableLength > 0 || !socket.writable) {
      return this.#writeByNet(chunks, done);
    }
    const left = this.tap.write(socket, chunk);
    if (left === null) return this.#writeByNet(chunks, done);
    if (left === 0) return true;
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

  #taken(status: number, done: Done): void {
    this.late -= 1;
    if (this.ending && this.late === 0) this.socket.end();
    done(status < 0 ? this.#broken(status) : null);
  }

  /** A write has failed: the socket is no more use, and whoever listens to it is told. Gives the first cause. */
  #broken(status: number): DriverError {
    const { errored } = this.socket;
    if (errored !== null) return nameOfError(errored);
    const code = nameOfStatus(status);
    this.socket.destroy(Object.assign(new Error(`write ${code}`), { code }));
    return code;
  }

  /** Sends FIN after everything written. */
  end(): void {
    if (this.late === 0) this.socket.end();
    else this.ending = true;
  }

  /**
   * The public way. libuv tries to write at once and node:net then takes the bytes off its count before `write` returns,
   * so a count of zero is the proof and no callback is needed: callbacks cost a tick each.
   */
  #writeByNet(chunks: readonly Uint8Array[], done: Done): boolean {
    const { socket } = this;
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
