// One TLS session: Node's TLS between plaintext above and ciphertext below. It knows no socket; what a socket sees of it
// is encrypted.ts's.
import { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import type { Clock } from '../../../win32/index.js';
import type { DriverError } from '../device/index.js';
import { Work } from './work.js';

/** Told of the end of a write. */
type Written = (error: DriverError | null) => void;

/** Puts Node's TLS on a stream of ciphertext. */
export type MakeTls = (carrier: Duplex) => TLSSocket;

/** What a session tells. */
export interface SessionEvents {
  /** The handshake is over, and the peer is who it should be. */
  secure(): void;
  /** The session is dead, and why. Told once. */
  broken(reason: string): void;
  /** The peer's bytes ended without a close_notify: anybody may have cut them off. */
  truncated(): void;
  /** Plaintext; false to stop until `resume`. */
  data(bytes: Uint8Array): boolean;
  /** The peer's close_notify, after all of its plaintext. */
  over(): void;
  /** Ciphertext to be sent. */
  send(bytes: Uint8Array, done: Written): boolean;
  /** After `feed` gave false: ciphertext is wanted again. */
  wanted(): void;
  /** All plaintext and our close_notify have been handed to `send`. */
  finished(): void;
}

/** The session of one connection. */
export class Session {
  readonly #events: SessionEvents;
  readonly #work: Work;
  readonly #carrier: Duplex;
  readonly #tls: TLSSocket;
  #wantsInput = true;
  #isSecure = false;
  #isFlowing = false;
  #hasEnding = false;
  #inputEnded = false;
  /** Nothing more is told. */
  #isOver = false;
  #gotCloseNotify = false;

  constructor(clock: Clock, make: MakeTls, serves: boolean, events: SessionEvents) {
    this.#events = events;
    this.#work = new Work(clock, () => {
      this.#lookForEnd();
    });
    this.#carrier = new Duplex({
      read: () => {
        this.#wanted();
      },
      write: (bytes: Uint8Array, _encoding, done) => {
        this.#send(bytes, done);
      },
      final: (done) => {
        this.#work.goesOn();
        done();
        if (!this.#isOver) events.finished();
      },
    });
    // What breaks is told by the session above it.
    this.#carrier.on('error', () => undefined);
    this.#tls = make(this.#carrier);
    this.#listen(this.#tls, serves);
    this.#work.goesOn();
  }

  #listen(tls: TLSSocket, serves: boolean): void {
    const secure = (): void => {
      this.#work.goesOn();
      if (this.#isSecure || this.#isOver) return;
      this.#isSecure = true;
      this.#events.secure();
      if (this.#hasEnding) tls.end();
    };
    const broken = (error: Error): void => {
      this.#work.goesOn();
      if (this.#isOver) return;
      this.#isOver = true;
      // It may have been found inside a call from above, which must be over first.
      queueMicrotask(() => {
        this.#events.broken(error.message);
      });
    };
    // At 'secure' a client has still to look at the certificate.
    tls.on(serves ? 'secure' : 'secureConnect', secure);
    tls.on('error', broken);
    // A server's sessions tell of errors after the handshake by this one only.
    tls.on('_tlsError', broken);
  }

  // --- ciphertext ---

  /** Takes ciphertext, which is the session's from now on; false to stop until `wanted`. */
  feed(bytes: Uint8Array): boolean {
    if (this.#isOver) return true;
    this.#work.goesOn();
    this.#wantsInput = this.#carrier.push(bytes);
    return this.#wantsInput;
  }

  /** No more ciphertext comes. Node would take that for a close_notify, so it is not told. */
  feedEnded(): void {
    this.#inputEnded = true;
    this.#work.goesOn();
  }

  #wanted(): void {
    if (this.#wantsInput) return;
    this.#wantsInput = true;
    this.#work.goesOn();
    this.#events.wanted();
  }

  #send(bytes: Uint8Array, done: (error?: Error | null) => void): void {
    this.#work.goesOn();
    const taken = this.#events.send(bytes, (error) => {
      this.#work.goesOn();
      done(error === null ? null : new Error(error));
    });
    if (taken) done();
  }

  #lookForEnd(): void {
    if (!this.#inputEnded || this.#gotCloseNotify || this.#isOver || this.#carrier.readableLength > 0) return;
    // What nobody has asked for yet may have the close_notify behind it.
    if (this.#isSecure && (!this.#isFlowing || this.#tls.readableLength > 0)) return;
    this.#isOver = true;
    this.#events.truncated();
  }

  // --- plaintext ---

  /** Plaintext may come from now on. */
  open(): void {
    this.#tls.on('data', (bytes: Uint8Array) => {
      this.#work.goesOn();
      if (!this.#isOver && !this.#events.data(bytes)) this.pause();
    });
    this.#tls.on('end', () => {
      this.#work.goesOn();
      this.#gotCloseNotify = true;
      if (!this.#isOver) this.#events.over();
    });
    this.resume();
  }

  pause(): void {
    this.#isFlowing = false;
    this.#tls.pause();
  }

  resume(): void {
    this.#isFlowing = true;
    this.#work.goesOn();
    this.#tls.resume();
  }

  /** Sends plaintext, which is to be left alone until `done`. */
  write(chunks: readonly Uint8Array[], done: Written): void {
    this.#work.goesOn();
    this.#tls.cork();
    chunks.forEach((chunk, index) => {
      const isLast = index === chunks.length - 1;
      this.#tls.write(chunk, (error) => {
        this.#work.goesOn();
        if (isLast) done(error ? 'ECONNABORTED' : null);
      });
    });
    this.#tls.uncork();
  }

  /** Sends a close_notify after all plaintext. */
  end(): void {
    this.#work.goesOn();
    this.#hasEnding = true;
    // Within the handshake no close_notify could be sent, and Node would end the stream without one.
    if (this.#isSecure) this.#tls.end();
  }

  /** Ends it at once; nothing more is told. */
  drop(): void {
    this.#isOver = true;
    this.#tls.destroy();
    this.#carrier.destroy();
  }
}
