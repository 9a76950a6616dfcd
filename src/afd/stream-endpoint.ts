// A stream socket: connection state, bytes that have arrived, bytes on their way, connections waiting to be accepted.
// It is the sink of its transport. What callers may ask for is in ops/.
import { FD_CLOSE, FD_CONNECT, FD_OOB, FD_READ, FD_WRITE, SOCK_STREAM, WSAECONNABORTED } from '../abi/index.js';
import type { DriverError, Family, NetAddress, StreamSink, StreamTransport } from '../drivers/contract.js';
import { ByteQueue } from './byte-queue.js';
import type { Afd } from './device.js';
import { Endpoint } from './endpoint.js';
import { addressFields, type AbortReason } from './events/afd-events.js';
import { applyInherited } from './options/inherit.js';
import {
  POLL_ABORT,
  POLL_ACCEPT,
  POLL_CONNECT,
  POLL_CONNECT_FAIL,
  POLL_DISCONNECT,
  POLL_RECEIVE,
  POLL_RECEIVE_EXPEDITED,
  POLL_SEND,
} from './poll-events.js';
import { ReceiveRequest } from './receive-request.js';
import { IoRequest, RequestQueue } from './request.js';
import type { SocketOptions } from './socket-options.js';
import { nextState, type StreamEvent, type StreamState } from './stream-state.js';
import { UrgentMark } from './urgent-mark.js';

/** The network events that tell of one connection, and of the next again. */
const CONNECTION_EVENTS = FD_READ | FD_WRITE | FD_OOB | FD_CONNECT | FD_CLOSE;

/** A request that takes connections off a listening endpoint. */
export interface Acceptor extends IoRequest {
  /** Takes the oldest waiting connection of `listener`. */
  offer(listener: StreamEndpoint): void;
}

/** Bytes handed to the transport that it has not finished with, and the send that waits for them, if any does. */
interface Outgoing {
  readonly size: number;
  readonly request: IoRequest | null;
}

/** A stream socket. */
export class StreamEndpoint extends Endpoint implements StreamSink {
  protected readonly holdingProtocol = 'stream';
  // First what every transfer looks at, as in Endpoint.
  state: StreamState = 'open';
  /** Set by `open` or `accepted`, the only ways to an endpoint. */
  #transport!: StreamTransport;
  /** Bytes received and not asked for yet. */
  readonly inbox = new ByteQueue();
  #reading = true;
  /** The peer has sent its FIN. */
  peerEnded = false;
  /** The connection is dead, with this error; 0 while it lives. */
  abortError = 0;
  /** Bytes that the transport has not taken yet. */
  unsent = 0;
  #outgoing: Outgoing[] = [];
  #written = this.#reporter(this.#outgoing);
  /** The connection was made by a connect from here. */
  #dialled = false;
  /** The urgent byte outside the stream that nobody has read; a newer one takes its place, as on Windows. */
  urgentByte: number | null = null;
  /** Made with the first urgent byte: most connections never see one. */
  #mark: UrgentMark | null = null;
  #urgentReceives: RequestQueue<ReceiveRequest> | null = null;
  /** Connections that nobody has accepted yet, oldest first, and how many may wait. */
  readonly backlog: StreamTransport[] = [];
  backlogLimit = 0;
  readonly accepts = new RequestQueue<Acceptor>();
  #awaitingData: RequestQueue<IoRequest> | null = null;
  /** The AcceptEx that this endpoint was given to, while it is under way. */
  acceptRequest: IoRequest | null = null;
  /**
   * AcceptEx or ConnectEx made the connection, and SO_UPDATE_ACCEPT_CONTEXT or SO_UPDATE_CONNECT_CONTEXT has not told the
   * rest of the socket of it.
   */
  contextMissing = false;
  /** The connection came from a listener. */
  wasAccepted = false;
  connectRequest: IoRequest | null = null;
  /** When the connection was made, on the clock; null before. */
  connectedAt: number | null = null;
  /** It was connect that bound the socket, and nobody asked for a port. */
  #portBySystem = false;
  /**
   * The socket was closed under a send that waits, or the send was cancelled. Its caller has the buffer back and may write
   * into it, so the transport, which still reads from it, must not deliver the rest: the connection is cut, as the send was.
   */
  #cutOff = false;

  /** What a transport tells when it is through with the oldest bytes handed to it. */
  #reporter(queue: Outgoing[]): (error: DriverError | null) => void {
    return (error) => {
      const outgoing = queue.shift();
      // What the transport of an earlier connection has to say is nobody's business any more.
      if (outgoing === undefined || queue !== this.#outgoing) return;
      this.unsent -= outgoing.size;
      if (error === null) {
        outgoing.request?.complete(0, outgoing.size);
        this.reevaluate();
        return;
      }
      // Its own request first: those who are told of the end may take the connection away, and its error with it.
      const cause = this.abortError === 0 ? this.#causeOf(error) : this.abortError;
      outgoing.request?.complete(cause);
      if (this.abortError === 0) this.#dieByTransport(cause);
    };
  }

  private constructor(
    afd: Afd,
    family: Family,
    protocol: number,
    options?: SocketOptions,
  ) {
    super(afd, family, SOCK_STREAM, protocol, options);
  }

  /** A fresh socket, or the error of creating it. */
  static open(afd: Afd, family: Family, protocol: number): StreamEndpoint | number {
    const endpoint = new StreamEndpoint(afd, family, protocol);
    const error = endpoint.#open();
    if (error !== 0) return error;
    afd.endpoints.add(endpoint);
    return endpoint;
  }

  /** The socket of a connection that `listener` took. */
  static accepted(listener: StreamEndpoint, connection: StreamTransport): StreamEndpoint {
    const { afd, family, protocol, options } = listener;
    const endpoint = new StreamEndpoint(afd, family, protocol, options.clone());
    afd.endpoints.add(endpoint);
    endpoint.nonBlocking = listener.nonBlocking;
    endpoint.registeredIo = listener.registeredIo;
    endpoint.#take(connection);
    listener.networkEvents?.inheritTo(endpoint);
    return endpoint;
  }

  #take(connection: StreamTransport): void {
    this.#transport = connection;
    this.move('connected');
    this.wasAccepted = true;
    this.connectedAt = this.afd.clock.now();
    connection.attach(this);
    applyInherited(this);
  }

  /** Takes over a connection that a listener has, into a socket that was made for one. */
  adopt(connection: StreamTransport): void {
    this.#transport.reset();
    this.#take(connection);
    this.contextMissing = true;
    this.reevaluate();
  }

  /**
   * Gives the socket up for another connection: one that was accepted is as fresh as from socket(), one that connected
   * keeps its local address. `cut` ends a connection that lives by a reset. Returns 0 or the error of getting a transport.
   */
  recycle(cut: boolean): number {
    const local = this.wasAccepted || !this.hasPort ? null : this.local;
    // A dead transport too: what it still has to say is not about the next connection.
    if (cut && this.isConnected && this.abortError === 0) this.#tellAbort('socket is reused');
    if (cut || this.abortError !== 0) this.#transport.reset();
    else this.#transport.close(() => undefined);
    const error = this.#open();
    if (error !== 0) return error;
    this.move('recycle');
    this.#forgetConnection();
    applyInherited(this);
    const unbound = local === null ? 0 : this.#bindAgain(local);
    this.networkEvents?.reenable(CONNECTION_EVENTS);
    this.reevaluate();
    return unbound;
  }

  /** A port that the system chose, and does not give again while the old connection is in TIME_WAIT, may change. */
  #bindAgain(local: NetAddress): number {
    const options = { v6Only: !this.dualStack, shared: false };
    let error = this.#transport.bind(local, options);
    if (error === 'EADDRINUSE' && this.#portBySystem) {
      this.releaseLocalAddress();
      error = this.#transport.bind({ ...local, port: 0 }, options);
    }
    if (error !== null) return this.errorFrom(error);
    this.holdLocalAddress();
    this.move('bind');
    return 0;
  }

  #forgetConnection(): void {
    this.#forgetReceived();
    this.#failTransfers(WSAECONNABORTED);
    this.#outgoing = [];
    this.#written = this.#reporter(this.#outgoing);
    this.unsent = 0;
    this.peerEnded = false;
    this.abortError = 0;
    this.lastError = 0;
    this.sendShutdown = false;
    this.receiveShutdown = false;
    this.connectedAt = null;
    this.contextMissing = false;
    this.wasAccepted = false;
    this.#dialled = false;
    this.#cutOff = false;
    this.#reading = true;
  }

  #open(): number {
    const opened = this.afd.driver.openStream(this.family, this);
    if (typeof opened === 'string') return this.errorFrom(opened);
    this.#transport = opened;
    return 0;
  }

  /** A transport in place of one that a failed connect has used up; returns 0 or the error of getting one. */
  renewTransport(): number {
    this.#transport.reset();
    const error = this.#open();
    if (error === 0) applyInherited(this);
    return error;
  }

  override get transport(): StreamTransport {
    return this.#transport;
  }

  /** Whether there can be urgent data: TCP has it, where the driver does. */
  get hasUrgentData(): boolean {
    return this.family !== 'unix' && this.afd.driver.capabilities.urgentData;
  }

  /** An attempt to connect that failed ties the socket to nothing: the next one may leave by another interface. */
  override get local(): NetAddress | null {
    return this.state === 'refused' ? this.boundTo : super.local;
  }

  get isConnected(): boolean {
    return this.state === 'connected';
  }

  override get hasConnected(): boolean {
    return this.#dialled && this.isConnected;
  }

  override get waitingRequests(): readonly IoRequest[] {
    const sends = this.#outgoing.flatMap(({ request }) => (request === null || request.done ? [] : [request]));
    const connects = this.connectRequest === null ? [] : [this.connectRequest];
    return [...super.waitingRequests, ...(this.#urgentReceives ?? []), ...this.accepts, ...connects, ...sends];
  }

  override get connectionError(): number {
    return this.abortError;
  }

  /** Whether a send would be taken without waiting. */
  get writable(): boolean {
    return this.unsent === 0 || this.unsent < this.options.sendBuffer;
  }

  get remote(): NetAddress | null {
    return this.isConnected ? this.#transport.remote : null;
  }

  /** Moves to the state after `event`; an event out of place is a mistake of ours. */
  move(event: StreamEvent): void {
    const next = nextState(this.state, event);
    if (next === null) throw new Error(`a stream endpoint cannot ${event} while ${this.state}`);
    this.state = next;
  }

  override readiness(): number {
    if (this.state === 'listening') return this.backlog.length > 0 ? POLL_ACCEPT : 0;
    if (this.state === 'refused') return POLL_CONNECT_FAIL;
    if (!this.isConnected) return 0;
    if (this.abortError !== 0) return POLL_ABORT | POLL_SEND;
    let bits = 0;
    if (this.inbox.length > 0 && !this.receiveShutdown) bits |= POLL_RECEIVE;
    if (this.urgentByte !== null) bits |= POLL_RECEIVE_EXPEDITED;
    if (this.peerEnded) bits |= POLL_DISCONNECT;
    if (this.writable) bits |= POLL_SEND | POLL_CONNECT;
    return bits;
  }

  // --- what the transport tells ---

  connected(): void {
    this.move('connected');
    this.#dialled = true;
    this.connectedAt = this.afd.clock.now();
    this.lastError = 0;
    if (!this.holdsLocalAddress) this.#portBySystem = true;
    this.holdLocalAddress();
    if (this.afd.events.on) this.afd.events.connectCompleted(this, 0);
    const request = this.connectRequest;
    this.connectRequest = null;
    request?.complete(0);
    this.reevaluate();
  }

  urgent(byte: number): void {
    if (this.receiveShutdown) return;
    // A receive that waits for more than has come does not reach across the mark.
    const waiting = this.receives.head;
    if (waiting !== null && waiting.bytes > 0) this.receives.finish(waiting, 0, waiting.bytes);
    const inline = this.options.oobInline;
    (this.#mark ??= new UrgentMark()).set(this.inbox.length, inline);
    if (inline) {
      this.inbox.push(Uint8Array.of(byte), 0, 1);
      this.serveReceives();
    } else {
      this.urgentByte = byte;
      this.#serveUrgentReceives();
    }
    this.reevaluate();
  }

  received(buffer: Uint8Array, length: number): boolean {
    const { events } = this.afd;
    if (events.verbose) events.ofNetwork('AFD_EVENT_DATA_INDICATED', this, { BytesIndicated: length });
    let position = 0;
    while (position < length) {
      const request = this.receives.head;
      if (request === null || request.peek || this.inbox.length > 0) break;
      position += request.take(buffer, position, length);
      if (!request.satisfied) break;
      this.receives.finish(request, 0, request.bytes);
    }
    if (position < length && this.receiveShutdown) {
      // Nobody can ever read it: the connection is reset, as SD_RECEIVE is documented.
      this.#cut('receiving was shut down');
      return false;
    }
    if (position < length) {
      this.inbox.push(buffer, position, length);
      this.serveReceives();
    }
    this.reevaluate();
    this.#reading = this.mayRead;
    return this.#reading;
  }

  ended(): void {
    this.peerEnded = true;
    if (this.afd.events.verbose) this.afd.events.ofNetwork('AFD_EVENT_DISCONNECT_INDICATED', this);
    this.serveReceives();
    this.#serveUrgentReceives();
    this.reevaluate();
  }

  failed(error: DriverError): void {
    this.#dieByTransport(this.#causeOf(error));
  }

  /** Behind the peer's end a reset is the answer to what was sent to nobody, and Windows calls that an abort. */
  #causeOf(error: DriverError): number {
    return this.peerEnded && error === 'ECONNRESET' ? WSAECONNABORTED : this.errorFrom(error);
  }

  accepted(connection: StreamTransport): void {
    const { events } = this.afd;
    if (events.verbose) events.ofNetwork('AFD_EVENT_CONNECTION_INDICATED', this, addressFields(connection.remote));
    // A connection that nobody will take is turned away, as a full backlog is on Windows.
    if (this.options.pauseAccept || this.backlog.length >= this.backlogLimit + this.accepts.size) {
      connection.reset();
      this.#tellAbort('listener takes no more');
      return;
    }
    this.backlog.push(connection);
    this.serveAccepts();
    this.reevaluate();
  }

  connectFailed(error: DriverError): void {
    this.move('failed');
    this.lastError = this.errorFrom(error);
    if (this.afd.events.on) this.afd.events.connectCompleted(this, this.lastError);
    const request = this.connectRequest;
    this.connectRequest = null;
    request?.complete(this.lastError);
    this.reevaluate();
  }

  #dieByTransport(error: number): void {
    if (this.afd.events.on) this.afd.events.abortedByTransport(this, error);
    this.#die(error);
  }

  #tellAbort(reason: AbortReason): void {
    if (this.afd.events.on) this.afd.events.aborted(this, reason);
  }

  #die(error: number): void {
    this.abortError = error;
    this.#forgetReceived();
    this.#failTransfers(error);
    this.reevaluate();
  }

  #failTransfers(error: number): void {
    this.receives.failAll(error);
    this.#urgentReceives?.failAll(error);
    for (const { request } of this.#outgoing) request?.complete(error);
  }

  // --- queues ---

  /** Reading goes on while there is room, or while somebody waits for more than has come. */
  get mayRead(): boolean {
    const { length } = this.inbox;
    // Mostly nothing waits, and what the options say does not matter then.
    return length === 0 || length < this.options.receiveBuffer || this.receives.size > 0;
  }

  /** Lets the transport read again if it was stopped and there is room. */
  resumeReading(): void {
    if (this.#reading || !this.mayRead || this.abortError !== 0) return;
    this.#reading = true;
    this.#transport.resume();
  }

  /** Bytes that one receive can have now: those before the mark of urgent data. */
  get readable(): number {
    return this.#mark?.limit(this.inbox.length) ?? this.inbox.length;
  }

  /** Moves what has arrived into `request`; true when it has all that it may get. */
  fill(request: ReceiveRequest): boolean {
    const most = this.readable;
    const count = this.inbox.read(request.remaining(), request.peek, most);
    request.bytes += count;
    const atMark = count === most && this.#mark?.present === true;
    if (!request.peek) this.#mark?.passed(count);
    return request.satisfied || this.peerEnded || (atMark && request.bytes > 0);
  }

  /** Gives waiting receives what has arrived, or the end of the stream. */
  serveReceives(): void {
    for (let request = this.receives.head; request !== null; request = this.receives.head) {
      // Even a receive of nothing waits until something is there.
      if (this.inbox.length === 0 && !this.peerEnded) return;
      if (!this.fill(request)) return;
      this.receives.finish(request, 0, request.bytes);
    }
  }

  /** Has `request` wait for urgent data outside the stream. */
  awaitUrgent(request: ReceiveRequest): void {
    (this.#urgentReceives ??= new RequestQueue()).push(request);
  }

  /** Moves the urgent byte into `request`. */
  takeUrgent(request: ReceiveRequest, byte: number): void {
    if (!request.peek) this.urgentByte = null;
    request.take(Uint8Array.of(byte), 0, 1);
  }

  #serveUrgentReceives(): void {
    const queue = this.#urgentReceives;
    for (let request = queue?.head ?? null; queue !== null && request !== null; request = queue.head) {
      if (this.urgentByte !== null) this.takeUrgent(request, this.urgentByte);
      else if (!this.peerEnded) return;
      queue.finish(request, 0, request.bytes);
    }
  }

  #forgetReceived(): void {
    this.inbox.clear();
    this.#mark = null;
    this.urgentByte = null;
  }

  /** Where the requests of AcceptEx wait that have their connection, but not its first data. */
  get awaitingData(): RequestQueue<IoRequest> {
    return (this.#awaitingData ??= new RequestQueue());
  }

  /** Gives waiting accepts the connections that have come. */
  serveAccepts(): void {
    for (let request = this.accepts.head; request !== null && this.backlog.length > 0; request = this.accepts.head) {
      this.accepts.withdraw(request);
      request.offer(this);
    }
  }

  /** Hands bytes to the transport; true when it took them at once, else `request` completes when it has. */
  transmit(chunks: readonly Uint8Array[], size: number, request: IoRequest | null): boolean {
    if (this.#transport.write(chunks, this.#written)) return true;
    this.unsent += size;
    this.#outgoing.push({ size, request });
    return false;
  }

  /** Ends receiving here: receives that wait go on, others are refused, what has come is lost. */
  shutdownReceive(): void {
    const unread = this.inbox.length > 0;
    this.receiveShutdown = true;
    this.#forgetReceived();
    if (unread) this.#cut('receiving was shut down');
  }

  /** Cuts the connection: the stream can not go on as it should. */
  #cut(reason: AbortReason): void {
    this.#tellAbort(reason);
    this.#transport.reset();
    this.#die(WSAECONNABORTED);
  }

  override cancel(request: IoRequest, error: number): void {
    if (request === this.connectRequest) {
      this.giveUpConnecting(error);
    } else if (this.#outgoing.some((outgoing) => outgoing.request === request)) {
      // The rest of it will not be sent, so nothing behind it may be.
      this.#cutOff = true;
    } else if (request instanceof ReceiveRequest && request.bytes > 0 && !this.receiveShutdown) {
      this.inbox.unread(request.filled());
      request.bytes = 0;
    }
    request.abort(error);
  }

  override cancelled(): void {
    if (this.#cutOff && this.abortError === 0) this.#cut('send was cancelled');
    this.serveReceives();
    this.reevaluate();
  }

  /** As after a connect that failed: the socket may try again. */
  giveUpConnecting(error: number): void {
    this.connectRequest = null;
    this.lastError = error;
    this.#tellAbort('connect was cancelled');
    this.#transport.reset();
    if (this.afd.events.on) this.afd.events.connectCompleted(this, error);
    this.move('failed');
  }

  protected override failRequests(error: number): void {
    this.accepts.failAll(error);
    this.#awaitingData?.failAll(error);
    this.acceptRequest?.abort(error);
    this.#urgentReceives?.failAll(error);
    this.connectRequest?.complete(error);
    this.connectRequest = null;
    for (const { request } of this.#outgoing) {
      if (request === null || request.done) continue;
      this.#cutOff = true;
      request.complete(error);
    }
  }

  #reasonToCut(hard: boolean): AbortReason {
    if (hard) return 'closed with a linger time of zero';
    return this.#cutOff ? 'send was cancelled' : 'closed with unread data';
  }

  protected override closeTransport(): IoRequest | null {
    for (const connection of this.backlog.splice(0)) connection.reset();
    if (this.abortError !== 0) return null;
    const hard = this.options.lingerOn && this.options.lingerSeconds === 0;
    // Unread data means that the peer's words were not heard: it is told by a reset, not by a graceful end.
    if (this.isConnected && (hard || this.#cutOff || this.inbox.length > 0)) {
      this.#tellAbort(this.#reasonToCut(hard));
      this.#transport.reset();
      return null;
    }
    const delivered = new IoRequest();
    this.#transport.close((error) => {
      const failure = error === null ? 0 : this.errorFrom(error);
      if (failure !== 0 && this.afd.events.on) this.afd.events.ended('AFD_EVENT_CLEANUP', this, failure);
      delivered.complete(failure);
    });
    return delivered;
  }
}
