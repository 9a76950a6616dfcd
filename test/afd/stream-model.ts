// Owns: the plainest model of a connected pair of stream sockets, run beside the real pair and compared after each step.
// Does not own: which steps are tried (models.test.ts).
// The model knows bytes, ends and errors. It does not know how bytes are cut, so a receive may give fewer than there
// are, but never none, and never others.

import { expect } from 'vitest';
import {
  MSG_PEEK,
  MSG_WAITALL,
  SD_RECEIVE,
  SD_SEND,
  WSAECONNABORTED,
  WSAECONNRESET,
  WSAEINTR,
  WSAEOPNOTSUPP,
  WSAESHUTDOWN,
  WSAETIMEDOUT,
  WSAEWOULDBLOCK,
} from '../../src/abi/index.js';
import { operations as ops, type StreamEndpoint } from '../../src/afd/index.js';
import { AfdBench, below, type Call, type Receive } from './bench.js';

export type Side = 0 | 1;

/** One step of a run. */
export type Step =
  | { readonly do: 'send'; readonly side: Side; readonly size: number; readonly held: boolean; readonly nonBlocking: boolean }
  | { readonly do: 'receive'; readonly side: Side; readonly size: number; readonly flags: number; readonly nonBlocking: boolean }
  | { readonly do: 'shutdown'; readonly side: Side; readonly how: number }
  | { readonly do: 'close'; readonly side: Side; readonly hard: boolean }
  | { readonly do: 'break'; readonly side: Side };

interface Waiting {
  readonly call: Receive;
  readonly size: number;
  readonly peek: boolean;
  readonly all: boolean;
}

/** What the model knows of one end. */
class End {
  /** Bytes for this end that no receive has given yet. */
  unread: number[] = [];
  waiting: Waiting[] = [];
  sends: Call[] = [];
  sendShutdown = false;
  receiveShutdown = false;
  closed = false;
  /** No more bytes will come than are there. */
  peerEnded = false;
  /** It has been told so, which waits until it reads. */
  endTold = false;
  aborted = 0;

  /** Bytes that lie in the socket, as against those that a waiting MSG_WAITALL has taken already. */
  get buffered(): number {
    return this.unread.length - (this.waiting[0]?.call.request.bytes ?? 0);
  }

  /** The other end cut the connection, or answered what was sent to nobody. */
  reset(): void {
    this.abort(this.endTold ? WSAECONNABORTED : WSAECONNRESET);
  }

  abort(error: number): void {
    if (this.closed || this.aborted !== 0) return;
    this.aborted = error;
    this.unread = [];
    this.failWaiting(error);
  }

  failWaiting(error: number): void {
    for (const { call } of this.waiting) expect([call.state, call.reports]).toEqual([error, 1]);
    this.waiting = [];
  }
}

/** A pair of sockets and its model. */
export class ModelledPair {
  readonly bench = new AfdBench();
  readonly #real: readonly [StreamEndpoint, StreamEndpoint];
  readonly #ends: readonly [End, End] = [new End(), new End()];
  readonly #calls: Call[] = [];
  #next = 0;

  readonly #receiveBuffer: number;

  constructor(receiveBuffer: number, segment: number) {
    // Wide enough that only what is held back waits: how much a transport takes is not the model's business.
    Object.assign(this.bench.net, { window: 1_000_000, segment });
    const { client, server } = this.bench.pair();
    this.#real = [client, server];
    for (const endpoint of this.#real) endpoint.options.receiveBuffer = receiveBuffer;
    this.#receiveBuffer = receiveBuffer;
  }

  run(step: Step): void {
    if (this.#ends[step.side].closed) return;
    if (step.do === 'send') this.#send(step);
    else if (step.do === 'receive') this.#receive(step);
    else if (step.do === 'shutdown') this.#shutdown(step.side, step.how);
    else if (step.do === 'close') this.#close(step.side, step.hard);
    else this.#break(step.side);
  }

  /** Closes what is open, and looks for what was left behind. */
  finish(): void {
    for (const side of [0, 1] as const) {
      if (!this.#ends[side].closed) this.#close(side, false);
    }
    for (const call of this.#calls) expect(call.started !== 0 || call.reports === 1).toBe(true);
    for (const end of this.#ends) {
      for (const { state } of end.sends) expect([0, WSAEINTR, end.aborted]).toContain(state);
    }
    expect([...this.bench.afd.endpoints, ...this.bench.afd.ports.holdings()]).toEqual([]);
    expect(this.bench.clock.pending).toBe(0);
  }

  /** Lets the network come to rest and compares what waits. */
  #settle(): void {
    this.bench.pump();
    for (const end of this.#ends) {
      serve(end);
      end.endTold ||= end.peerEnded && end.buffered < this.#receiveBuffer;
    }
  }

  #send({ side, size, held, nonBlocking }: Step & { do: 'send' }): void {
    const [end, peer] = [this.#ends[side], this.#ends[1 - side]!];
    const content = Uint8Array.from({ length: size }, () => (this.#next += 1) % 251);
    this.#real[side].nonBlocking = nonBlocking;
    this.bench.net.holding = held;
    // Cut in two, so that gathering is part of the game.
    const call = this.bench.send(this.#real[side], content.subarray(0, size >> 1), content.subarray(size >> 1));
    this.#calls.push(call);
    const error = end.sendShutdown ? WSAESHUTDOWN : end.aborted;
    if (error !== 0) {
      expect(call.state).toBe(error);
      this.bench.net.release();
      return;
    }
    if (!held || nonBlocking || size === 0) expect(call.state).toBe(0);
    else expect(call.state).toBe('pending');
    end.sends.push(call);
    this.bench.net.release();
    this.bench.pump();
    if (size > 0) this.#arrive(end, peer, content);
    expect(call.request.bytes).toBe(call.state === 0 ? size : 0);
    this.#settle();
  }

  #arrive(end: End, peer: End, content: Uint8Array): void {
    if (peer.aborted !== 0) return;
    if (peer.closed) { end.reset(); return; }
    peer.unread.push(...content);
    if (!peer.receiveShutdown) return;
    // Those that waited before the shutdown have what they can take; what nobody can ever read cuts the connection.
    while (peer.waiting[0]?.call.state === 0) takeFirst(peer);
    if (peer.buffered === 0) return;
    peer.abort(WSAECONNABORTED);
    end.reset();
  }

  #receive({ side, size, flags, nonBlocking }: Step & { do: 'receive' }): void {
    const end = this.#ends[side];
    const peek = (flags & MSG_PEEK) !== 0;
    const asksForAll = !peek && (flags & MSG_WAITALL) !== 0;
    this.#real[side].nonBlocking = nonBlocking;
    const before = end.waiting.length;
    const empty = before > 0 || end.unread.length === 0;
    const call = this.bench.receive(this.#real[side], [size >> 1, size - (size >> 1)], flags);
    this.#calls.push(call);
    if (end.receiveShutdown || end.aborted !== 0) {
      expect(call.state).toBe(end.receiveShutdown ? WSAESHUTDOWN : end.aborted);
    } else if (asksForAll && nonBlocking) {
      expect(call.state).toBe(WSAEOPNOTSUPP);
    } else if (nonBlocking && empty && !end.peerEnded) {
      expect(call.state).toBe(WSAEWOULDBLOCK);
    } else {
      end.waiting.push({ call, size, peek, all: asksForAll && size > 0 });
    }
    this.#settle();
  }

  #shutdown(side: Side, how: number): void {
    const [end, peer] = [this.#ends[side], this.#ends[1 - side]!];
    const error = ops.shutdown(this.#real[side], how);
    expect(error).toBe(end.aborted);
    this.bench.pump();
    if (error === 0) {
      // Receiving first: unread data makes it a reset, and no graceful end precedes that.
      if (how !== SD_SEND && !end.receiveShutdown) {
        const unheard = end.buffered > 0;
        end.receiveShutdown = true;
        if (unheard) {
          end.abort(WSAECONNABORTED);
          peer.reset();
        }
      }
      if (how !== SD_RECEIVE && !end.sendShutdown) {
        end.sendShutdown = true;
        if (peer.aborted === 0) peer.peerEnded = true;
      }
    }
    this.#settle();
  }

  #close(side: Side, hard: boolean): void {
    const [end, peer] = [this.#ends[side], this.#ends[1 - side]!];
    if (hard) Object.assign(this.#real[side].options, { lingerOn: true, lingerSeconds: 0 });
    const unheard = end.buffered > 0;
    this.#real[side].lastHandleClosed();
    this.bench.pump();
    end.failWaiting(WSAEINTR);
    end.closed = true;
    if (end.aborted === 0) {
      if (hard || unheard) peer.reset();
      else peer.peerEnded = true;
    }
    this.#settle();
  }

  /** The network fails this end alone; the other one learns nothing. */
  #break(side: Side): void {
    below(this.#real[side]).breakWith('ETIMEDOUT');
    this.bench.pump();
    this.#ends[side].abort(WSAETIMEDOUT);
    this.#settle();
  }
}

/** Takes out of the line what is done, and checks that it is done rightly and that the others rightly are not. */
function serve(end: End): void {
  for (let first = end.waiting[0]; first !== undefined; first = end.waiting[0]) {
    const { call, size, all } = first;
    if (call.state === 'pending') {
      expect(end.peerEnded).toBe(false);
      if (all) expect(end.unread.length).toBeLessThan(size);
      else expect(end.unread).toEqual([]);
      for (const other of end.waiting) expect([other.call.state, other.call.reports]).toEqual(['pending', 0]);
      return;
    }
    takeFirst(end);
  }
}

/** Takes the first out of the line, which is done, and checks what it got. */
function takeFirst(end: End): void {
  const first = end.waiting.shift();
  if (first === undefined) return;
  const { call, size, peek, all } = first;
  const over = end.peerEnded && end.unread.length <= size;
  expect([call.state, call.reports]).toEqual([0, 1]);
  const { bytes } = call.request;
  const content = call.buffers.flatMap((buffer) => [...buffer]).slice(0, bytes);
  expect(content).toEqual(end.unread.slice(0, bytes));
  if (size > 0 && end.unread.length > 0) expect(bytes).toBeGreaterThan(0);
  if (all && !over) expect(bytes).toBe(size);
  if (!peek) end.unread.splice(0, bytes);
}
