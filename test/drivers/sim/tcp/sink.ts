// A sink that writes down what it is told, in words.
import type { StreamSink, StreamTransport } from '../../../../src/drivers/contract.js';

export class Sink implements StreamSink {
  #events: string[] = [];
  #chunks: Uint8Array[] = [];
  reading = true;
  onAccepted: (connection: StreamTransport) => void = () => undefined;
  onReceived: (length: number) => void = () => undefined;

  /** What was told since this was last asked. */
  take(): string[] {
    const events = this.#events;
    this.#events = [];
    return events;
  }

  /** Everything that was received, urgent bytes left out. */
  get data(): Uint8Array {
    return joined(this.#chunks);
  }

  note(event: string): void {
    this.#events.push(event);
  }

  connected(): void {
    this.note('connected');
  }

  connectFailed(error: string): void {
    this.note(`connectFailed ${error}`);
  }

  accepted(connection: StreamTransport): void {
    this.note('accepted');
    this.onAccepted(connection);
  }

  received(buffer: Uint8Array, length: number): boolean {
    this.#chunks.push(Uint8Array.from(buffer.subarray(0, length)));
    this.note(`received ${length}`);
    this.onReceived(length);
    return this.reading;
  }

  urgent(byte: number): void {
    this.note(`urgent ${byte}`);
  }

  ended(): void {
    this.note('ended');
  }

  failed(error: string): void {
    this.note(`failed ${error}`);
  }
}

export function joined(chunks: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}
