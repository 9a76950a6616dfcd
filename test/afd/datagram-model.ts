// Owns: the plainest model of two datagram sockets that send to each other, compared with the real ones step by step.
// Does not own: which steps are tried (models.test.ts).

import { expect } from 'vitest';
import {
  MSG_PEEK,
  SD_RECEIVE,
  WSAECONNRESET,
  WSAEINTR,
  WSAEMSGSIZE,
  WSAESHUTDOWN,
  WSAEWOULDBLOCK,
} from '../../src/abi/index.js';
import { operations as ops, type DatagramEndpoint } from '../../src/afd/index.js';
import { AfdBench, localOf, type Receive } from './bench.js';
import type { Side } from './stream-model.js';

/** One step of a run. */
export type DatagramStep =
  | { readonly do: 'send'; readonly side: Side; readonly size: number }
  | { readonly do: 'receive'; readonly side: Side; readonly size: number; readonly peek: boolean; readonly nonBlocking: boolean }
  | { readonly do: 'shutdown'; readonly side: Side }
  | { readonly do: 'close'; readonly side: Side };

/** Bytes, or the report that a port was unreachable. */
type Message = readonly number[] | 'unreachable';

interface Waiting {
  readonly call: Receive;
  readonly size: number;
  readonly peek: boolean;
}

class End {
  queue: Message[] = [];
  waiting: Waiting[] = [];
  receiveShutdown = false;
  closed = false;

  get queuedBytes(): number {
    return this.queue.reduce((sum, message) => sum + (message === 'unreachable' ? 0 : message.length), 0);
  }

  /** What becomes of the oldest receive when the oldest message meets it. */
  serve(): void {
    for (let first = this.waiting[0]; first !== undefined && this.queue.length > 0; first = this.waiting[0]) {
      const message = this.queue[0]!;
      this.waiting.shift();
      if (!first.peek || message === 'unreachable') this.queue.shift();
      expectReceived(first, message);
    }
    for (const { call } of this.waiting) expect([call.state, call.reports]).toEqual(['pending', 0]);
  }

  failWaiting(error: number): void {
    for (const { call } of this.waiting) expect([call.state, call.reports]).toEqual([error, 1]);
    this.waiting = [];
  }
}

function expectReceived({ call, size }: Waiting, message: Message): void {
  expect(call.reports).toBe(1);
  if (message === 'unreachable') {
    expect(call.state).toBe(WSAECONNRESET);
    return;
  }
  expect(call.state).toBe(message.length > size ? WSAEMSGSIZE : 0);
  expect(call.request.bytes).toBe(Math.min(size, message.length));
  expect([...call.buffers[0]!.subarray(0, call.request.bytes)]).toEqual(message.slice(0, size));
}

/** Two sockets and their model. */
export class ModelledDatagrams {
  readonly bench = new AfdBench({ unconnectedPortUnreachable: true });
  readonly #real: readonly [DatagramEndpoint, DatagramEndpoint];
  readonly #addresses: readonly ReturnType<typeof localOf>[];
  readonly #ends: readonly [End, End] = [new End(), new End()];
  readonly #room: number;
  #next = 0;

  constructor(receiveBuffer: number) {
    this.#real = [this.bench.boundDatagram(), this.bench.boundDatagram()];
    this.#addresses = this.#real.map(localOf);
    this.#room = receiveBuffer;
    for (const endpoint of this.#real) endpoint.options.receiveBuffer = receiveBuffer;
  }

  run(step: DatagramStep): void {
    const end = this.#ends[step.side];
    const real = this.#real[step.side];
    if (end.closed) return;
    if (step.do === 'send') this.#send(step.side, step.size);
    else if (step.do === 'receive') this.#receive(step);
    else if (step.do === 'shutdown') {
      expect(ops.shutdown(real, SD_RECEIVE)).toBe(0);
      end.receiveShutdown = true;
      end.queue = [];
      end.failWaiting(WSAESHUTDOWN);
    } else {
      real.lastHandleClosed();
      end.closed = true;
      end.failWaiting(WSAEINTR);
    }
    this.bench.pump();
    for (const each of this.#ends) each.serve();
    expect(this.#real.map(({ queuedBytes }, index) => (this.#ends[index]!.closed ? 0 : queuedBytes))).toEqual(
      this.#ends.map((each) => (each.closed ? 0 : each.queuedBytes)),
    );
  }

  finish(): void {
    for (const side of [0, 1] as const) this.run({ do: 'close', side });
    expect([...this.bench.afd.endpoints, ...this.bench.afd.ports.holdings()]).toEqual([]);
  }

  #send(side: Side, size: number): void {
    const [end, peer] = [this.#ends[side], this.#ends[1 - side]!];
    const content = Uint8Array.from({ length: size }, () => (this.#next += 1) % 251);
    const call = this.bench.sendTo(this.#real[side], this.#addresses[1 - side]!, content);
    expect([call.state, call.request.bytes, call.reports]).toEqual([0, size, 1]);
    this.bench.pump();
    if (peer.closed) {
      end.queue.push('unreachable');
      return;
    }
    if (peer.receiveShutdown) return;
    const taken = peer.waiting.length > 0 && !peer.waiting[0]!.peek;
    // Bytes are counted, and, for those who send none, how many wait; an empty queue takes anything.
    const countFits = peer.queue.length < Math.max(this.#room, 1);
    const bytesFit = peer.queuedBytes === 0 || peer.queuedBytes + size <= this.#room;
    const fits = countFits && bytesFit;
    if (taken || fits) peer.queue.push([...content]);
  }

  #receive({ side, size, peek, nonBlocking }: DatagramStep & { do: 'receive' }): void {
    const end = this.#ends[side];
    this.#real[side].nonBlocking = nonBlocking;
    const nothing = end.queue.length === 0;
    const call = this.bench.receive(this.#real[side], size, peek ? MSG_PEEK : 0);
    if (end.receiveShutdown) expect(call.state).toBe(WSAESHUTDOWN);
    else if (nonBlocking && nothing) expect(call.state).toBe(WSAEWOULDBLOCK);
    else end.waiting.push({ call, size, peek });
  }
}
