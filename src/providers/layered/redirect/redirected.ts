// One connection that is made by way of a proxy. The socket hears that it is connected when the proxy has said so, and sees
// the peer that it asked for; everything in between stays here.
import type { Clock, Timer } from '../../../win32/index.js';
import { StreamFilter, type DriverError, type NetAddress } from '../device/index.js';
import { Negotiation, type User } from './socks.js';

/** Which connections go where. */
export interface Route {
  readonly proxy: NetAddress;
  readonly user: User | null;
  /** Milliseconds that the proxy has for its answers. */
  readonly patience: number;
  /** Listening sockets are refused. */
  readonly outgoingOnly: boolean;
  /** The name to ask the proxy for in the place of an address, or null. */
  readonly nameOf: (target: NetAddress) => string | null;
  /** Whether connections to an address are made without the proxy. */
  readonly isDirect: (target: NetAddress) => boolean;
  /** Leaves a line in the trace. */
  readonly note: (text: string) => void;
}

/** The filter of one stream. */
export class Redirected extends StreamFilter {
  readonly #clock: Clock;
  readonly #route: Route;
  #target: NetAddress | null = null;
  /** Null unless the proxy is being talked to. */
  #negotiation: Negotiation | null = null;
  #timer: Timer | null = null;

  constructor(clock: Clock, route: Route) {
    super();
    this.#clock = clock;
    this.#route = route;
  }

  override get remote(): NetAddress | null {
    return this.#target ?? super.remote;
  }

  override listen(backlog: number): DriverError | null {
    return this.#route.outgoingOnly ? 'EOPNOTSUPP' : super.listen(backlog);
  }

  override connect(remote: NetAddress): DriverError | null {
    const { proxy, user, nameOf, isDirect } = this.#route;
    if (isDirect(remote)) return super.connect(remote);
    this.#target = remote;
    this.#negotiation = new Negotiation(remote, nameOf(remote), user);
    const mapped = remote.family === 'ipv6' && proxy.family === 'ipv4';
    return super.connect(mapped ? { ...proxy, family: 'ipv6', address: `::ffff:${proxy.address}` } : proxy);
  }

  override connected(): void {
    if (this.#negotiation === null) {
      super.connected();
      return;
    }
    this.#timer = this.#clock.setTimer(this.#route.patience, () => {
      this.#fail('ETIMEDOUT', 'the proxy does not answer');
    });
    this.#send(this.#negotiation.greeting());
  }

  override connectFailed(error: DriverError): void {
    if (this.#negotiation !== null) this.#route.note(`the proxy cannot be reached: ${error}`);
    this.#done();
    super.connectFailed(error);
  }

  override received(buffer: Uint8Array, length: number): boolean {
    let progress = this.#negotiation?.take(buffer.slice(0, length));
    if (progress === undefined) return super.received(buffer, length);
    while (progress !== null) {
      if ('failed' in progress) {
        this.#fail(progress.failed, progress.reason);
        return false;
      }
      if ('rest' in progress) return this.#through(progress.rest);
      this.#send(progress.send);
      // What it has said already is the answer to the next question.
      progress = this.#negotiation?.take(new Uint8Array(0)) ?? null;
    }
    return true;
  }

  #through(rest: Uint8Array): boolean {
    this.#done();
    super.connected();
    return rest.length === 0 || super.received(rest, rest.length);
  }

  override ended(): void {
    if (this.#negotiation === null) super.ended();
    else this.#fail('ECONNREFUSED', 'the proxy hangs up');
  }

  override failed(error: DriverError): void {
    if (this.#negotiation === null) super.failed(error);
    else this.#fail('ECONNREFUSED', `the connection to the proxy broke: ${error}`);
  }

  #send(bytes: Uint8Array): void {
    // Should it fail, `failed` says so too, or the end of patience.
    super.write([bytes], () => undefined);
  }

  #fail(error: DriverError, reason: string): void {
    const { above } = this;
    this.#route.note(reason);
    this.#done();
    super.reset();
    above?.connectFailed(error);
  }

  #done(): void {
    this.#negotiation = null;
    this.#timer?.cancel();
    this.#timer = null;
  }

  override close(closed: (error: DriverError | null) => void): void {
    this.#done();
    super.close(closed);
  }

  override reset(): void {
    this.#done();
    super.reset();
  }
}
