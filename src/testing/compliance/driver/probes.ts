// Owns: sinks that write down what a driver tells them, and the guard that holds the contract's rules for all of them.
// Does not own: what is expected of a driver, which the cases say.

import type {
  DatagramSink,
  DatagramTransport,
  Driver,
  DriverError,
  Family,
  NetAddress,
  PacketInfo,
  SendControl,
  StreamSink,
  StreamTransport,
} from '../../../drivers/sim/index.js';

/** Moves a simulated network on; a driver over a real one needs none. */
export interface ComplianceClock {
  advance(): void | Promise<void>;
}

export type StreamEvent =
  | { readonly type: 'connected' }
  | { readonly type: 'connectFailed'; readonly error: DriverError }
  | { readonly type: 'accepted'; readonly connection: StreamTransport }
  | { readonly type: 'received'; readonly data: Uint8Array }
  | { readonly type: 'urgent'; readonly byte: number }
  | { readonly type: 'ended' }
  | { readonly type: 'failed'; readonly error: DriverError };

export type DatagramEvent =
  | { readonly type: 'datagram'; readonly data: Uint8Array; readonly from: NetAddress }
  | { readonly type: 'failed'; readonly error: DriverError };

/** Everything one test opens, the rules it watches, and the way it waits. */
export class Watch {
  /** Breaches of the contract's general rules, in words. */
  readonly breaches: string[] = [];
  readonly clock: ComplianceClock | null;
  #inside = 0;
  #wakers: (() => void)[] = [];
  #cleanups: (() => void)[] = [];

  constructor(clock: ComplianceClock | null) {
    this.clock = clock;
  }

  /** Waits until `condition` holds; looked at after each event, never after a time. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      if (this.clock !== null) await this.clock.advance();
      else await new Promise<void>((resolve) => this.#wakers.push(resolve));
    }
  }

  /** Something happened: conditions are looked at again. */
  wake(): void {
    const wakers = this.#wakers;
    this.#wakers = [];
    for (const waker of wakers) waker();
  }

  /** Notes a sink call and whether it was allowed. */
  event(what: string, over: boolean): void {
    if (this.#inside > 0) this.breaches.push(`${what} came from inside a driver method`);
    if (over) this.breaches.push(`${what} came after the end`);
    this.wake();
  }

  /** A transport whose methods are known to be running while they run. */
  guard<T extends object>(transport: T, ended: () => void): T {
    return new Proxy(transport, {
      get: (target, key) => {
        const value: unknown = Reflect.get(target, key);
        if (typeof value !== 'function') return value;
        return (...args: unknown[]): unknown => {
          this.#inside += 1;
          try {
            return Reflect.apply(value, target, args);
          } finally {
            this.#inside -= 1;
            if (key === 'close' || key === 'reset') ended();
          }
        };
      },
    });
  }

  /** Runs at the end of the test, whatever came of it. */
  cleanup(action: () => void): void {
    this.#cleanups.push(action);
  }

  finish(): void {
    for (const action of this.#cleanups) action();
    this.#cleanups = [];
  }
}

/** An answer that a driver gives through a callback. */
export class Answer {
  /** Undefined until it came. */
  value: DriverError | null | undefined = undefined;
  readonly #watch: Watch;

  constructor(watch: Watch) {
    this.#watch = watch;
  }

  readonly done = (error: DriverError | null): void => {
    if (this.value !== undefined) this.#watch.breaches.push('a callback was called twice');
    this.value = error;
    this.#watch.wake();
  };

  async get(): Promise<DriverError | null> {
    await this.#watch.until(() => this.value !== undefined);
    return this.value ?? null;
  }
}

/** A stream and the sink that belongs to it. */
export class StreamProbe implements StreamSink {
  readonly events: StreamEvent[] = [];
  /** What `received` answers. */
  reading = true;
  transport!: StreamTransport;
  readonly #watch: Watch;
  #over = false;

  constructor(watch: Watch) {
    this.#watch = watch;
  }

  static open(watch: Watch, driver: Driver, family: Family): StreamProbe {
    const probe = new StreamProbe(watch);
    const transport = driver.openStream(family, probe);
    if (typeof transport === 'string') throw new Error(`openStream(${family}): ${transport}`);
    return probe.#own(transport);
  }

  /** Takes an accepted connection without reading from it. */
  static hold(watch: Watch, connection: StreamTransport): StreamProbe {
    return new StreamProbe(watch).#own(connection);
  }

  #own(transport: StreamTransport): this {
    this.transport = this.#watch.guard(transport, () => {
      this.#over = true;
    });
    this.#watch.cleanup(() => {
      transport.reset();
    });
    return this;
  }

  #note(event: StreamEvent): void {
    this.events.push(event);
    this.#watch.event(event.type, this.#over);
    if (event.type === 'failed' || event.type === 'connectFailed') this.#over = true;
  }

  connected(): void {
    this.#note({ type: 'connected' });
  }

  connectFailed(error: DriverError): void {
    this.#note({ type: 'connectFailed', error });
  }

  accepted(connection: StreamTransport): void {
    this.#note({ type: 'accepted', connection });
  }

  received(buffer: Uint8Array, length: number): boolean {
    this.#note({ type: 'received', data: Uint8Array.from(buffer.subarray(0, length)) });
    return this.reading;
  }

  urgent(byte: number): void {
    this.#note({ type: 'urgent', byte });
  }

  ended(): void {
    this.#note({ type: 'ended' });
  }

  failed(error: DriverError): void {
    this.#note({ type: 'failed', error });
  }

  /** The next event, taken out of the list. */
  async next(): Promise<StreamEvent> {
    await this.#watch.until(() => this.events.length > 0);
    const event = this.events.shift();
    if (event === undefined) throw new Error('no event');
    return event;
  }

  async accept(): Promise<StreamProbe> {
    const event = await this.next();
    if (event.type !== 'accepted') throw new Error(`expected accepted, got ${event.type}`);
    return StreamProbe.hold(this.#watch, event.connection);
  }

  /** Exactly `length` bytes; anything but data before they are there is an error. What came with them stays. */
  async read(length: number): Promise<Uint8Array> {
    const out = new Uint8Array(length);
    let filled = 0;
    while (filled < length) {
      const event = await this.next();
      if (event.type !== 'received') throw new Error(`expected data, got ${describeEvent(event)} after ${filled} bytes`);
      const part = event.data.subarray(0, length - filled);
      out.set(part, filled);
      filled += part.length;
      if (part.length < event.data.length) this.events.unshift({ ...event, data: event.data.subarray(part.length) });
    }
    return out;
  }

  /** Writes, and waits until the driver is done with the bytes. */
  async write(...chunks: Uint8Array[]): Promise<DriverError | null> {
    const answer = new Answer(this.#watch);
    if (this.transport.write(chunks, answer.done)) return null;
    if (answer.value !== undefined) this.#watch.breaches.push('write called done before it returned');
    return answer.get();
  }

  async close(): Promise<DriverError | null> {
    const answer = new Answer(this.#watch);
    this.transport.close(answer.done);
    return answer.get();
  }
}

function describeEvent(event: StreamEvent): string {
  return 'error' in event ? `${event.type}(${event.error})` : event.type;
}

/** A datagram transport and the sink that belongs to it. */
export class DatagramProbe implements DatagramSink {
  readonly events: DatagramEvent[] = [];
  /** What came with the newest datagram. */
  info: PacketInfo | null = null;
  transport!: DatagramTransport;
  readonly #watch: Watch;
  #over = false;

  constructor(watch: Watch) {
    this.#watch = watch;
  }

  static open(watch: Watch, driver: Driver, family: Family): DatagramProbe {
    const probe = new DatagramProbe(watch);
    const transport = driver.openDatagram(family, probe);
    if (typeof transport === 'string') throw new Error(`openDatagram(${family}): ${transport}`);
    return probe.#own(transport);
  }

  /** A raw transport of `protocol`. */
  static raw(watch: Watch, driver: Driver, family: Family, protocol: number): DatagramProbe {
    const probe = new DatagramProbe(watch);
    const transport = driver.openRaw(family, protocol, probe);
    if (typeof transport === 'string') throw new Error(`openRaw(${family}): ${transport}`);
    return probe.#own(transport);
  }

  #own(transport: DatagramTransport): this {
    this.transport = this.#watch.guard(transport, () => {
      this.#over = true;
    });
    this.#watch.cleanup(() => {
      transport.close();
    });
    return this;
  }

  received(data: Uint8Array, from: NetAddress, info: PacketInfo | null): void {
    this.info = info;
    this.events.push({ type: 'datagram', data: Uint8Array.from(data), from });
    this.#watch.event('datagram', this.#over);
  }

  failed(error: DriverError): void {
    this.events.push({ type: 'failed', error });
    this.#watch.event('failed', this.#over);
  }

  async next(): Promise<DatagramEvent> {
    await this.#watch.until(() => this.events.length > 0);
    const event = this.events.shift();
    if (event === undefined) throw new Error('no event');
    return event;
  }

  /** The next datagram; an error in its place is an error. */
  async receive(): Promise<{ readonly data: Uint8Array; readonly from: NetAddress }> {
    const event = await this.next();
    if (event.type !== 'datagram') throw new Error(`expected a datagram, got failed(${event.error})`);
    return event;
  }

  send(to: NetAddress | null, ...chunks: Uint8Array[]): Promise<DriverError | null> {
    return this.sendWith(null, to, ...chunks);
  }

  sendWith(control: SendControl | null, to: NetAddress | null, ...chunks: Uint8Array[]): Promise<DriverError | null> {
    const answer = new Answer(this.#watch);
    this.transport.send(chunks, to, control, answer.done);
    return answer.get();
  }
}
