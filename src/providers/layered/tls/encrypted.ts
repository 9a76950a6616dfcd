// One connection under TLS, or one listening socket. Owns when the socket hears of what; the protocol is session.ts's.
import type { Clock, Timer } from '../../../win32/index.js';
import type { DriverError, NetAddress, StreamSink, StreamTransport } from '../device/index.js';
import { StreamFilter } from '../device/index.js';
import { Session, type MakeTls } from './session.js';

/** How connections are encrypted. */
export interface Terms {
  /** For a connection that is made to an address. */
  readonly client: (remote: NetAddress) => MakeTls;
  /** For one that is accepted; null when those stay as they are. */
  readonly server: MakeTls | null;
  /** Milliseconds that a handshake may take. */
  readonly patience: number;
  /** Leaves a line in the trace. */
  readonly note: (text: string) => void;
}

/** Handshakes of connections that nobody has accepted yet, for each listening socket, whatever its backlog is. */
const MOST_EARLY = 200;
/**
 * Milliseconds that a closed connection waits for the peer's end. What TLS itself still sends (a server's tickets)
 * would otherwise be answered by a reset, and that may cost the peer what it has not read.
 */
const LINGER = 2000;

/** The filter of one stream. */
export class Encrypted extends StreamFilter {
  readonly #clock: Clock;
  readonly #terms: Terms;
  /** Null before the handshake, and for sockets without TLS. */
  #session: Session | null = null;
  #target: NetAddress | null = null;
  /** How an accepted connection is encrypted; null for all others. */
  #serving: MakeTls | null = null;
  #isSecure = false;
  #error: DriverError | null = null;
  #timer: Timer | null = null;
  #isBelowEnded = false;
  /** The close_notify has been sent. */
  #isFinished = false;
  #hasEnding = false;
  /** Set by close until it is over. */
  #closed: ((error: DriverError | null) => void) | null = null;
  /** There was plaintext that nobody will read. */
  #isLost = false;
  #backlog = 0;
  #early = 0;
  /** The listener that counts this one's handshake. */
  #listener: Encrypted | null = null;

  constructor(clock: Clock, terms: Terms) {
    super();
    this.#clock = clock;
    this.#terms = terms;
  }

  // --- the handshake ---

  override connect(remote: NetAddress): DriverError | null {
    this.#target = remote;
    return super.connect(remote);
  }

  override connected(): void {
    if (this.#target !== null) this.#begin(this.#terms.client(this.#target));
  }

  override listen(backlog: number): DriverError | null {
    this.#backlog = Math.min(Math.max(backlog, 1), MOST_EARLY);
    return super.listen(backlog);
  }

  override accepted(connection: StreamTransport): void {
    const filter = this.makeAccepted(connection);
    if (this.above === null) {
      filter.reset();
      return;
    }
    if (filter instanceof Encrypted) filter.#serve(this);
    this.above.accepted(filter);
  }

  /** Shakes hands before the program accepts, so that the peer's connect does not wait for that. */
  #serve(listener: Encrypted): void {
    this.#serving = this.#terms.server;
    if (this.#serving === null || listener.#early >= listener.#backlog) return;
    listener.#early += 1;
    this.#listener = listener;
    this.below.attach(this);
    this.#begin(this.#serving);
  }

  override attach(sink: StreamSink): void {
    this.#leaveListener();
    this.above = sink;
    const error = this.#error;
    if (error !== null) {
      this.#clock.soon(() => {
        this.above?.failed(error);
      });
      return;
    }
    if (this.#session === null) {
      super.attach(sink);
      if (this.#serving !== null) this.#begin(this.#serving);
    } else if (this.#isSecure) {
      this.#session.open();
    }
  }

  #leaveListener(): void {
    if (this.#listener !== null) this.#listener.#early -= 1;
    this.#listener = null;
  }

  #begin(make: MakeTls): void {
    this.#timer = this.#clock.setTimer(this.#terms.patience, () => {
      this.#fail('ETIMEDOUT', 'the handshake takes too long');
    });
    const session = new Session(this.#clock, make, this.#serving !== null, {
      secure: () => {
        this.#secure(session);
      },
      broken: (reason) => {
        this.#fail(this.#isSecure ? 'ECONNABORTED' : this.#refused, reason);
      },
      truncated: () => {
        if (this.#isSecure) this.#fail('ECONNRESET', 'the connection ended without a close_notify');
        else this.#fail(this.#refused, 'the peer hangs up before the handshake is over');
      },
      data: (bytes) => this.#data(bytes),
      over: () => {
        this.above?.ended();
      },
      send: (bytes, done) => super.write([bytes], done),
      wanted: () => {
        super.resume();
      },
      finished: () => {
        this.#isFinished = true;
        super.shutdownWrite();
        this.#conclude();
      },
    });
    this.#session = session;
  }

  /** What a handshake without success is called: connect knows no other code for it. */
  get #refused(): DriverError {
    return this.#serving === null ? 'ECONNREFUSED' : 'ECONNABORTED';
  }

  #secure(session: Session): void {
    this.#timer?.cancel();
    this.#timer = null;
    this.#isSecure = true;
    if (this.#serving === null) this.above?.connected();
    if (this.above !== null || this.#closed !== null) session.open();
  }

  // --- from the network ---

  override received(buffer: Uint8Array, length: number): boolean {
    if (this.#session === null) return super.received(buffer, length);
    return this.#session.feed(buffer.slice(0, length));
  }

  #data(bytes: Uint8Array): boolean {
    if (this.#closed === null) return this.above?.received(bytes, bytes.length) ?? false;
    this.#isLost = true;
    this.#conclude();
    return true;
  }

  override ended(): void {
    if (this.#session === null) {
      super.ended();
      return;
    }
    this.#isBelowEnded = true;
    this.#session.feedEnded();
    this.#conclude();
  }

  override failed(error: DriverError): void {
    if (this.#session === null) super.failed(error);
    else this.#fail(this.#isSecure ? error : this.#refused, `the connection broke: ${error}`);
  }

  #fail(error: DriverError, reason: string): void {
    const { above } = this;
    const isConnecting = this.#serving === null && !this.#isSecure;
    if (this.#error !== null) return;
    this.#error = error;
    this.#terms.note(reason);
    this.#drop();
    const closed = this.#closed;
    this.#closed = null;
    // Not by a reset: what TLS says to the peer about it is to arrive. A truncated stream has no such last word.
    if (error === 'ECONNRESET') super.reset();
    else super.close(() => undefined);
    closed?.(error);
    if (isConnecting) above?.connectFailed(error);
    else above?.failed(error);
  }

  #drop(): void {
    this.#timer?.cancel();
    this.#timer = null;
    this.#session?.drop();
  }

  // --- from the socket ---

  override write(chunks: readonly Uint8Array[], done: (error: DriverError | null) => void): boolean {
    if (this.#session === null || chunks.length === 0) return super.write(chunks, done);
    this.#session.write(chunks, done);
    return false;
  }

  override shutdownWrite(): void {
    if (this.#session === null) {
      super.shutdownWrite();
      return;
    }
    if (this.#hasEnding) return;
    this.#hasEnding = true;
    this.#session.end();
  }

  override pause(): void {
    if (this.#session === null) super.pause();
    else if (this.#isSecure) this.#session.pause();
  }

  override resume(): void {
    if (this.#session === null) super.resume();
    else if (this.#isSecure) this.#session.resume();
  }

  override close(closed: (error: DriverError | null) => void): void {
    this.#leaveListener();
    const wasAttached = this.above !== null;
    this.above = null;
    const isConnecting = this.#serving === null && !this.#isSecure;
    if (this.#session === null || this.#error !== null || isConnecting) {
      this.#drop();
      super.close(closed);
      return;
    }
    this.#closed = closed;
    this.shutdownWrite();
    if (this.#isSecure && wasAttached) this.#session.resume();
    else if (this.#isSecure) this.#session.open();
    this.#conclude();
  }

  /** Ends a closed connection when both sides have said so. */
  #conclude(): void {
    const closed = this.#closed;
    if (closed === null || !this.#isFinished) return;
    if (!this.#isLost && !this.#isBelowEnded) {
      this.#timer ??= this.#clock.setTimer(LINGER, () => {
        this.#isBelowEnded = true;
        this.#conclude();
      });
      return;
    }
    this.#closed = null;
    this.#drop();
    if (!this.#isLost) {
      super.close(closed);
      return;
    }
    super.reset();
    closed(null);
  }

  override reset(): void {
    this.#leaveListener();
    this.#closed = null;
    this.#drop();
    super.reset();
  }
}
