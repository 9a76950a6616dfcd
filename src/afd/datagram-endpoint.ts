// A datagram socket, or a raw one: the messages that have arrived, the default peer, errors that the network reported. It
// is the sink of its transport. What callers may ask for is in ops/.
import { SOCK_RAW, WSAECONNRESET, WSAEMSGSIZE, WSAENETRESET, WSAENOBUFS, WSAESHUTDOWN } from '../abi/index.js';
import type { DatagramSink, DatagramTransport, DriverError, Family, NetAddress, PacketInfo } from '../drivers/contract.js';
import { eventStatus } from '../win32/index.js';
import { copyBytes } from './bytes.js';
import { DatagramPull, type PullAllowance } from './datagram-pull.js';
import type { Afd } from './device.js';
import { Endpoint } from './endpoint.js';
import { addressFields } from './events/afd-events.js';
import { POLL_RECEIVE, POLL_SEND } from './poll-events.js';
import type { ReceiveRequest } from './receive-request.js';
import type { IoRequest } from './request.js';

/** A datagram that waits to be received, or an error that the next receive reports. */
type Arrival =
  | { readonly data: Uint8Array; readonly from: NetAddress; readonly info: PacketInfo | null }
  | { readonly error: number };

/** What the next receive is told of errors without a caller: a port unreachable, a hop limit that ran out. */
const REPORTED: ReadonlyMap<DriverError, number> = new Map([
  ['ECONNREFUSED', WSAECONNRESET],
  ['ENETRESET', WSAENETRESET],
]);

/** How many errors wait to be received at most: they have no bytes that a buffer could be full of. */
const MOST_ERRORS = 64;

/** A datagram socket. */
export class DatagramEndpoint extends Endpoint implements DatagramSink {
  protected readonly holdingProtocol = 'datagram';
  /** Set by `open`, the only way to one. */
  transport!: DatagramTransport;
  readonly #arrivals: Arrival[] = [];
  /** How many of them are errors. */
  #errors = 0;
  /** Bytes of all datagrams that wait. */
  queuedBytes = 0;

  /** Which messages are let in, where not all are (SIO_RCVALL_MCAST). */
  admits: ((data: Uint8Array, info: PacketInfo | null) => boolean) | null = null;

  /** When datagrams are taken before the transport tells of them; null where they cannot be. */
  pulling: DatagramPull | null = null;

  /** Made to be a leaf of a multipoint session, and whether it is one (WSAJoinLeaf). */
  isLeaf = false;
  hasJoined = false;

  private constructor(afd: Afd, family: Family, type: number, protocol: number) {
    super(afd, family, type, protocol);
  }

  /** A fresh socket of type SOCK_DGRAM or SOCK_RAW, or the error of creating it. */
  static open(afd: Afd, family: Family, type: number, protocol: number): DatagramEndpoint | number {
    const { driver } = afd;
    const endpoint = new DatagramEndpoint(afd, family, type, protocol);
    const opened = type === SOCK_RAW ? driver.openRaw(family, protocol, endpoint) : driver.openDatagram(family, endpoint);
    if (typeof opened === 'string') return endpoint.errorFrom(opened);
    endpoint.transport = opened;
    if (type !== SOCK_RAW && driver.capabilities.pullDatagrams) endpoint.pulling = new DatagramPull(endpoint);
    // Windows tells of it unless it is told not to (SIO_UDP_NETRESET).
    endpoint.applySetting('reportHopLimit', 1);
    afd.endpoints.add(endpoint);
    return endpoint;
  }

  get remote(): NetAddress | null {
    return this.transport.remote;
  }

  override get hasConnected(): boolean {
    return this.remote !== null || this.hasJoined;
  }

  override get connectionError(): number {
    return 0;
  }

  /** Whether something waits to be received. */
  get hasArrivals(): boolean {
    return this.#arrivals.length > 0;
  }

  override readiness(): number {
    const readable = this.#arrivals.length > 0 && !this.receiveShutdown;
    return POLL_SEND | (readable ? POLL_RECEIVE : 0);
  }

  received(data: Uint8Array, from: NetAddress, info: PacketInfo | null): void {
    if (this.receiveShutdown || this.admits?.(data, info) === false) return;
    const { events } = this.afd;
    if (events.verbose) {
      events.ofNetwork('AFD_EVENT_TRANSPORT_DATA_INDICATED', this, { ...addressFields(from), BytesIndicated: data.length });
    }
    const request = this.receives.head;
    if (request !== null && this.#arrivals.length === 0 && !request.peek) {
      this.receives.withdraw(request);
      deliver(request, data, from, info);
      this.pulling?.delivered();
      return;
    }
    if (!this.#makeRoom(data.length)) {
      if (events.verbose) this.#tellDropped(data.length, from);
      return;
    }
    this.queuedBytes += data.length;
    this.#arrivals.push({ data: copyBytes(data), from, info });
    this.serveReceives();
    this.reevaluate();
    this.pulling?.delivered();
  }

  /**
   * Gives the oldest receive a datagram that the transport has not told of yet. Whether there was one, or an error in its
   * place; null when none may be taken so: nobody waits, or its sender and the rest of what comes with it are wanted.
   */
  pullOne(allowance: PullAllowance): boolean | null {
    const request = this.receives.head;
    if (request?.form !== 'plain' || request.peek || this.#arrivals.length > 0 || this.receiveShutdown) return null;
    if (this.admits !== null || this.afd.events.verbose) return null;
    const pulled = this.transport.pull(allowance.memory);
    if (pulled === null) return false;
    allowance.use();
    if (typeof pulled === 'string') {
      this.failed(pulled);
      return true;
    }
    this.receives.withdraw(request);
    deliver(request, allowance.filled(pulled), null, null);
    return true;
  }

  failed(error: DriverError): void {
    const reported = REPORTED.get(error);
    if (reported === undefined || (error === 'ECONNREFUSED' && !this.options.reportPortUnreachable)) return;
    // A program that only sends would collect them for ever.
    if (this.#errors >= MOST_ERRORS) return;
    this.#errors += 1;
    this.#arrivals.push({ error: reported });
    this.serveReceives();
    this.reevaluate();
  }

  /** Gives waiting receives what has arrived, one datagram each. */
  serveReceives(): void {
    for (let request = this.receives.head; request !== null; request = this.receives.head) {
      const arrival = this.#arrivals[0];
      if (arrival === undefined) return;
      this.receives.withdraw(request);
      if (!request.peek || 'error' in arrival) this.#drop();
      if ('error' in arrival) request.complete(arrival.error);
      else deliver(request, arrival.data, arrival.from, arrival.info);
    }
  }

  #tellDropped(size: number, from: NetAddress): void {
    const fields = { PacketSize: size, ...addressFields(from), Reason: eventStatus(WSAENOBUFS) };
    this.afd.events.ofNetwork('AFD_EVENT_DATAGRAM_DROPPED', this, fields);
  }

  /** Whether a datagram may be queued. A full buffer loses what comes last, or with circular queueing what came first. */
  #makeRoom(size: number): boolean {
    while (this.#isFullFor(size)) {
      if (!this.options.circularQueue) return false;
      const oldest = this.#arrivals[0];
      this.#drop();
      const { verbose } = this.afd.events;
      if (verbose && oldest !== undefined && 'data' in oldest) this.#tellDropped(oldest.data.length, oldest.from);
    }
    return true;
  }

  /** An empty buffer takes any datagram; empty datagrams are counted, for they have no bytes to go by. */
  #isFullFor(size: number): boolean {
    const { receiveBuffer } = this.options;
    if (this.#arrivals.length >= Math.max(receiveBuffer, 1)) return true;
    return this.queuedBytes > 0 && this.queuedBytes + size > receiveBuffer;
  }

  #drop(): void {
    const arrival = this.#arrivals.shift();
    if (arrival === undefined) return;
    if ('data' in arrival) this.queuedBytes -= arrival.data.length;
    else this.#errors -= 1;
  }

  /** Ends receiving here: what waits fails, what has come is lost. */
  shutdownReceive(): void {
    this.receiveShutdown = true;
    this.#arrivals.length = 0;
    this.#errors = 0;
    this.queuedBytes = 0;
    this.receives.failAll(WSAESHUTDOWN);
  }

  /** A send is in the driver's hands, which still read from its buffer; it will be over soon. */
  override cancel(request: IoRequest, error: number): void {
    if (request.waitingIn !== null) request.abort(error);
  }

  protected override failRequests(): void {
    // Sends are handed to the driver whole; none waits here.
  }

  protected override closeTransport(): IoRequest | null {
    this.pulling?.end();
    this.transport.close();
    return null;
  }
}

function deliver(request: ReceiveRequest, data: Uint8Array, from: NetAddress | null, info: PacketInfo | null): void {
  request.from = from;
  request.info = info;
  const taken = data.length === 0 ? 0 : request.take(data, 0, data.length);
  request.complete(taken < data.length ? WSAEMSGSIZE : 0, taken);
}
