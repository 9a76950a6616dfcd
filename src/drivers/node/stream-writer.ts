// Owns: writing to one connected socket, and knowing at once whether the system took everything.
// Does not own: the order of writes and FIN (node:net keeps it).

import type { Socket } from 'node:net';
import type { DriverError } from '../contract.js';
import { nameOfError } from './errors.js';

type Done = (error: DriverError | null) => void;

const NOTHING = new Uint8Array(0);

export class StreamWriter {
  readonly #socket: Socket;

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  /**
   * Writes, and returns true when the system took all of it. libuv tries to write at once and node:net then takes the
   * bytes off its count before `write` returns, so a count of zero is the proof and no callback is needed: callbacks
   * cost a tick each.
   */
  write(chunks: readonly Uint8Array[], done: Done): boolean {
    const socket = this.#socket;
    if (chunks.length < 2) socket.write(chunks[0] ?? NOTHING);
    else this.#gather(chunks);
    if (socket.writableLength === 0 && socket.errored === null && !socket.destroyed) return true;
    this.#wait(done);
    return false;
  }

  /** Several chunks in one system call. */
  #gather(chunks: readonly Uint8Array[]): void {
    const socket = this.#socket;
    socket.cork();
    for (const chunk of chunks) socket.write(chunk);
    socket.uncork();
  }

  /** An empty write behind the real one: it completes, or fails, right after it. */
  #wait(done: Done): void {
    const { errored } = this.#socket;
    if (errored !== null) {
      process.nextTick(done, nameOfError(errored));
      return;
    }
    this.#socket.write(NOTHING, (error) => {
      done(error ? nameOfError(error) : null);
    });
  }
}
