// What stands between the sockets of a device and the link's streams, and changes what goes through. This one changes
// nothing: a layer says what differs.
import type {
  BindOptions,
  DriverError,
  NetAddress,
  Setting,
  StreamFigures,
  StreamSink,
  StreamTransport,
} from '../../../drivers/contract.js';

/** Makes the filter of one stream. */
export type MakeFilter = () => StreamFilter;

/**
 * One stream on its way through a layer. Calls come down by the methods of StreamTransport and go to `below`; what happens
 * comes up by those of StreamSink and goes to `above`. The rules of the driver contract hold on both sides.
 */
export class StreamFilter implements StreamTransport, StreamSink {
  #below: StreamTransport | null = null;
  /** The socket above; null for a connection that nobody has accepted yet, and after the end. */
  above: StreamSink | null = null;
  /** Makes the filters of connections that a listener takes; set by the device. */
  makeAccepted: (connection: StreamTransport) => StreamFilter = () => {
    throw new Error('a filter that no device has put in place takes no connections');
  };

  /** The stream below. */
  get below(): StreamTransport {
    if (this.#below === null) throw new Error('a filter that no device has put in place has nothing below');
    return this.#below;
  }

  set below(stream: StreamTransport) {
    this.#below = stream;
  }

  // --- on the way down ---

  get local(): NetAddress | null {
    return this.below.local;
  }

  get remote(): NetAddress | null {
    return this.below.remote;
  }

  bind(address: NetAddress, options: BindOptions): DriverError | null {
    return this.below.bind(address, options);
  }

  set(setting: Setting, value: number): DriverError | null {
    return this.below.set(setting, value);
  }

  pathMtu(): number | null {
    return this.below.pathMtu();
  }

  figures(): StreamFigures | null {
    return this.below.figures();
  }

  attach(sink: StreamSink): void {
    this.above = sink;
    this.below.attach(this);
  }

  listen(backlog: number): DriverError | null {
    return this.below.listen(backlog);
  }

  connect(remote: NetAddress): DriverError | null {
    return this.below.connect(remote);
  }

  write(chunks: readonly Uint8Array[], done: (error: DriverError | null) => void): boolean {
    return this.below.write(chunks, done);
  }

  writeUrgent(byte: number): DriverError | null {
    return this.below.writeUrgent(byte);
  }

  shutdownWrite(): void {
    this.below.shutdownWrite();
  }

  pause(): void {
    this.below.pause();
  }

  resume(): void {
    this.below.resume();
  }

  close(closed: (error: DriverError | null) => void): void {
    this.above = null;
    this.below.close(closed);
  }

  reset(): void {
    this.above = null;
    this.below.reset();
  }

  // --- on the way up ---

  connected(): void {
    this.above?.connected();
  }

  connectFailed(error: DriverError): void {
    this.above?.connectFailed(error);
  }

  accepted(connection: StreamTransport): void {
    const filter = this.makeAccepted(connection);
    if (this.above === null) filter.reset();
    else this.above.accepted(filter);
  }

  received(buffer: Uint8Array, length: number): boolean {
    return this.above?.received(buffer, length) ?? false;
  }

  urgent(byte: number): void {
    this.above?.urgent(byte);
  }

  ended(): void {
    this.above?.ended();
  }

  failed(error: DriverError): void {
    this.above?.failed(error);
  }
}
