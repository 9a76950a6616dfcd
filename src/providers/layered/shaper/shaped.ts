// One connection with a pipe for each direction, or one listening socket. Sockets and the network below see each other's
// doings as much later as the pipes are slow.
import type { Clock } from '../../../win32/index.js';
import { StreamFilter, type DriverError, type NetAddress, type StreamTransport } from '../device/index.js';
import type { Bucket } from './bucket.js';
import { Pipe } from './pipe.js';

/** The two directions of a line; null for one that is not slowed down. */
export interface Line {
  readonly up: Bucket | null;
  readonly down: Bucket | null;
}

/** How many bytes may wait at the end of the pipe for the network below. */
const MOST_UNSENT = 65_536;

function joined(chunks: readonly Uint8Array[]): Uint8Array {
  const [first = new Uint8Array(0), ...more] = chunks;
  if (more.length === 0) return first;
  const all = new Uint8Array(chunks.reduce((size, chunk) => size + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}

/** The filter of one stream. */
export class Shaped extends StreamFilter {
  readonly #up: Pipe | null;
  readonly #down: Pipe | null;
  /** Closed hard: what is in the pipes is lost. */
  #cut = false;
  /** Bytes that have come to the end of the pipe, and that the network has not taken. */
  #unsent = 0;
  /** The socket has been told of the end of the connection, or will be. */
  #dead = false;
  /** The stream below has been told to wait. */
  #stopped = false;

  constructor(clock: Clock, { up, down }: Line) {
    super();
    this.#up = up === null ? null : new Pipe(clock, up);
    this.#down = down === null ? null : new Pipe(clock, down);
  }

  // --- from the socket to the network ---

  override connect(remote: NetAddress): DriverError | null {
    if (this.#up === null) return super.connect(remote);
    this.#goUp(() => {
      const error = super.connect(remote);
      if (error !== null) this.connectFailed(error);
    });
    return null;
  }

  override write(chunks: readonly Uint8Array[], done: (error: DriverError | null) => void): boolean {
    const up = this.#up;
    if (up === null) return super.write(chunks, done);
    const send = (bytes: Uint8Array): void => {
      if (!this.#cut) this.#send(up, bytes);
    };
    // What is handed over together is cut by packets only.
    up.data(joined(chunks), () => undefined, send);
    up.mark(
      () => undefined,
      () => {
        done(null);
      },
    );
    return false;
  }

  #send(up: Pipe, bytes: Uint8Array): void {
    this.#unsent += bytes.length;
    const taken = super.write([bytes], (error) => {
      this.#unsent -= bytes.length;
      if (error !== null) this.failed(error);
      if (this.#unsent < MOST_UNSENT) up.open();
    });
    if (taken) this.#unsent -= bytes.length;
    if (this.#unsent >= MOST_UNSENT) up.close();
  }

  override shutdownWrite(): void {
    this.#goUp(() => {
      super.shutdownWrite();
    });
  }

  override close(closed: (error: DriverError | null) => void): void {
    this.above = null;
    this.#down?.open();
    // There is nobody yet to whom it would take time.
    if (this.remote === null) {
      this.#cut = true;
      super.close(closed);
      return;
    }
    this.#goUp(() => {
      super.close(closed);
    });
  }

  override reset(): void {
    this.#cut = true;
    this.#down?.open();
    this.#up?.open();
    super.reset();
  }

  #goUp(arrived: () => void): void {
    if (this.#up === null) arrived();
    else this.#up.mark(() => (this.#cut ? undefined : arrived()));
  }

  // --- from the network to the socket ---

  override connected(): void {
    this.#goDown(() => this.above?.connected());
  }

  override connectFailed(error: DriverError): void {
    this.#goDown(() => this.above?.connectFailed(error));
  }

  override accepted(connection: StreamTransport): void {
    this.#goDown(() => {
      super.accepted(connection);
    });
  }

  override received(buffer: Uint8Array, length: number): boolean {
    const down = this.#down;
    if (down === null) return super.received(buffer, length);
    down.data(buffer.slice(0, length), () => undefined, (bytes) => {
      this.#arrived(down, bytes);
    });
    this.#stopped = down.isFull;
    return !this.#stopped;
  }

  #arrived(down: Pipe, bytes: Uint8Array): void {
    const wanted = this.above?.received(bytes, bytes.length) ?? true;
    if (!wanted) down.close();
    if (!this.#stopped || down.isFull || this.#cut) return;
    this.#stopped = false;
    this.below.resume();
  }

  override ended(): void {
    this.#goDown(() => this.above?.ended());
  }

  override failed(error: DriverError): void {
    if (this.#dead) return;
    this.#dead = true;
    this.#goDown(() => this.above?.failed(error));
  }

  #goDown(arrived: () => void): void {
    if (this.#down === null) arrived();
    else this.#down.mark(arrived);
  }

  override pause(): void {
    if (this.#down === null) super.pause();
    else this.#down.close();
  }

  override resume(): void {
    if (this.#down === null) super.resume();
    else this.#down.open();
  }
}
