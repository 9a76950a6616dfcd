// What stream and datagram endpoints share: identity, options, the local address and its place in the port table, the
// queue of waiting receives, and readiness. It owns no transport and no protocol state; those are the subclasses'.
import { SOCK_RAW, SOCK_STREAM, WSAEINTR, bytesOf, type Memory } from '../abi/index.js';
import type { DriverError, Family, NetAddress, Setting, Transport } from '../drivers/contract.js';
import {
  CompletionTarget,
  ENTER_EXIT,
  PendingOperations,
  type Associable,
  type Cancellable,
  type StateNotifying,
  type StateRegistration,
} from '../win32/index.js';
import { decodeAddress, isAny, type DecodedAddress } from './address.js';
import { copyBytes, startsWith } from './bytes.js';
import { isKnownDriverError, winsockError } from './driver-errors.js';
import type { Afd } from './device.js';
import type { NetworkEvents } from './network-events.js';
import type { Holding, Sharing } from './port-table.js';
import { POLL_LOCAL_CLOSE } from './poll-events.js';
import type { ReceiveRequest } from './receive-request.js';
import { RequestQueue, type IoRequest } from './request.js';
import { SocketOptions } from './socket-options.js';
import { registerState, type StateNotifications } from './state-notifications.js';

/** Who wants to know when an endpoint's readiness changes. */
export interface ReadinessObserver {
  readinessChanged(endpoint: Endpoint): void;
}

/** A socket as afd keeps it. */
export abstract class Endpoint implements Associable, Cancellable, StateNotifying {
  readonly kind = 'socket';
  // First what every operation looks at: with a thousand sockets it counts that these lie side by side.
  readonly afd: Afd;
  readonly receives = new RequestQueue<ReceiveRequest>();
  // Few sockets ever have a port or an observer, and a thousand sockets are felt in the processor's caches: these are made
  // when they are first needed.
  private target: CompletionTarget | null = null;
  private operations: PendingOperations | null = null;
  private observers: Set<ReadinessObserver> | null = null;
  /** The network events that somebody has asked for, once somebody has. */
  networkEvents: NetworkEvents | null = null;
  nonBlocking = false;
  receiveShutdown = false;
  sendShutdown = false;
  /** SOCK_* and IPPROTO_* as the socket was created. */
  readonly type: number;
  readonly protocol: number;
  readonly family: Family;
  /** What the provider above keeps with the socket; nothing here looks at it. */
  owner: unknown = null;
  options: SocketOptions;
  /** SO_ERROR. */
  lastError = 0;
  closed = false;
  /** Made with WSA_FLAG_REGISTERED_IO. */
  registeredIo = false;
  private notifications: StateNotifications | null = null;
  private heldBack: RequestQueue<IoRequest> | null = null;
  #holding: Holding | null = null;

  protected constructor(afd: Afd, family: Family, type: number, protocol: number, options = new SocketOptions()) {
    this.afd = afd;
    this.family = family;
    this.type = type;
    this.protocol = protocol;
    this.options = options;
  }

  /** The transport below. */
  abstract get transport(): Transport;
  /** Readiness bits, computed from the state. */
  abstract readiness(): number;
  /** Whether a connect of its own has given the socket its peer: an accepted connection is not one. */
  abstract get hasConnected(): boolean;
  /** The Winsock error that the connection was cut with; 0 while it lives, or without one. */
  abstract get connectionError(): number;
  /** Everything that waits in the endpoint's queues, overlapped or not: to be looked at. */
  get waitingRequests(): readonly IoRequest[] {
    return [...this.receives];
  }

  /** Ends protocol work when the last handle goes; the result tells a lingering close when it is over. */
  protected abstract closeTransport(): IoRequest | null;
  /** The requests of the subclass's own queues end with `error`. */
  protected abstract failRequests(error: number): void;

  /** Whether messages are sent and received, raw ones too. */
  get isDatagram(): boolean {
    return this.type !== SOCK_STREAM;
  }

  get isRaw(): boolean {
    return this.type === SOCK_RAW;
  }

  /** Whether addresses have ports. Raw sockets ignore them, local ones have none. */
  get hasPort(): boolean {
    return this.family !== 'unix' && !this.isRaw;
  }

  /** A caller's address as the transport takes it. */
  withoutIgnored(address: NetAddress): NetAddress {
    return this.hasPort || address.port === 0 ? address : { ...address, port: 0 };
  }

  /** Whether this address names somebody that can be talked to. */
  isDestination(address: NetAddress): boolean {
    if (address.family === 'unix') return address.address !== '';
    return !isAny(address) && (address.port !== 0 || !this.hasPort);
  }

  protected abstract readonly holdingProtocol: 'stream' | 'datagram';

  #lastDecoded: { readonly bytes: Uint8Array; readonly decoded: DecodedAddress } | null = null;

  /** Reads a caller's sockaddr; most programs name the same peer again and again, so the last one is remembered. */
  decode(memory: Memory | null, length: number): DecodedAddress {
    const last = this.#lastDecoded;
    if (last !== null && memory !== null && length === last.bytes.length && startsWith(bytesOf(memory), last.bytes)) {
      return last.decoded;
    }
    const decoded = decodeAddress(this.family, memory, length);
    if (decoded.error === 0 && memory !== null && bytesOf(memory).length >= length) {
      this.#lastDecoded = { bytes: copyBytes(bytesOf(memory), 0, length), decoded };
    }
    return decoded;
  }

  /** The local address, or null while unbound. */
  get local(): NetAddress | null {
    return this.transport.local;
  }

  /** The close that is going on in the background, when somebody may have to wait for it. */
  lingering: IoRequest | null = null;

  get sharing(): Sharing {
    if (this.options.exclusiveAddress) return 'exclusive';
    return this.options.reuseAddress ? 'reuse' : 'default';
  }

  /** Whether the socket takes IPv4 traffic under mapped addresses. */
  get dualStack(): boolean {
    return this.family === 'ipv6' && !this.options.v6Only;
  }

  /** The place in the port table that `address` would take. */
  holdingFor(address: NetAddress): Holding {
    return { protocol: this.holdingProtocol, address, sharing: this.sharing, dualStack: this.dualStack };
  }

  /** Enters the local address in the port table, once. */
  holdLocalAddress(): void {
    const local = this.local;
    if (this.#holding !== null || local === null || !this.hasPort) return;
    this.#holding = this.holdingFor(local);
    this.afd.ports.take(this.#holding);
    if (this.afd.events.on) this.afd.events.bound(this);
  }

  /** The local address that was bound to, and not one that connecting has found since; null while unbound. */
  get boundTo(): NetAddress | null {
    return this.hasPort ? (this.#holding?.address ?? null) : this.transport.local;
  }

  protected get holdsLocalAddress(): boolean {
    return this.#holding !== null;
  }

  protected releaseLocalAddress(): void {
    if (this.#holding !== null) this.afd.ports.release(this.#holding);
    this.#holding = null;
  }

  /** The Winsock error for a driver's; an unknown name gets a trace line. */
  errorFrom(error: DriverError): number {
    if (!isKnownDriverError(error)) this.afd.note('unknown driver error', [error]);
    return winsockError(error);
  }

  /** Hands a setting to the driver if the driver has it; otherwise it is only remembered. */
  applySetting(setting: Setting, value: number): number {
    if (!this.afd.driver.capabilities.settings.includes(setting)) return 0;
    const error = this.transport.set(setting, value);
    return error === null || error === 'ENOTSUP' ? 0 : this.errorFrom(error);
  }

  /** The completion port that overlapped operations report to. */
  get completion(): CompletionTarget {
    return (this.target ??= new CompletionTarget());
  }

  /** The overlapped operations that are under way. */
  get pending(): PendingOperations {
    return (this.operations ??= new PendingOperations());
  }

  /** Ends a request of this endpoint with `error`, if that can be done; to be followed by one call of `cancelled`. */
  cancel(request: IoRequest, error: number): void {
    request.abort(error);
  }

  cancelled(): void {
    // Most requests hold nothing.
  }

  registerState(registration: StateRegistration): number {
    const registered = registerState(this, this.notifications, registration);
    if (typeof registered === 'number') return registered;
    this.notifications = registered;
    return 0;
  }

  /** Requests that wait for a word of whoever made them, and for the close, which ends them after all others. */
  get held(): RequestQueue<IoRequest> {
    return (this.heldBack ??= new RequestQueue());
  }

  observe(observer: ReadinessObserver): void {
    (this.observers ??= new Set()).add(observer);
  }

  unobserve(observer: ReadinessObserver): void {
    this.observers?.delete(observer);
  }

  /** To be called after every change of state: whoever watches looks again. */
  reevaluate(): void {
    if (this.observers === null || this.observers.size === 0) return;
    for (const observer of [...this.observers]) observer.readinessChanged(this);
  }

  /** Readiness as an observer sees it: a closed socket shows only that. */
  visibleReadiness(): number {
    return this.closed ? POLL_LOCAL_CLOSE : this.readiness();
  }

  lastHandleClosed(): void {
    if (this.closed) return;
    this.closed = true;
    this.afd.note('close', [this]);
    const { events } = this.afd;
    if (events.on) events.closing(this, ENTER_EXIT.enter);
    // Calls that wait on a socket closed under them are interrupted.
    this.receives.failAll(WSAEINTR);
    this.failRequests(WSAEINTR);
    this.heldBack?.failAll(WSAEINTR);
    this.lingering = this.closeTransport();
    this.releaseLocalAddress();
    this.afd.endpoints.delete(this);
    this.reevaluate();
    this.observers = null;
    if (events.on) events.closing(this, ENTER_EXIT.exit);
  }
}
