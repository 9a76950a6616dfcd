// Owns: sending datagrams through one node:dgram socket and answering each with its own fate.
// Does not own: where a datagram goes (datagram.ts), the handle under the socket (datagram-tap.ts).

import type { Socket } from 'node:dgram';
import type { DriverError, NetAddress } from '../contract.js';
import { hostText } from './address.js';
import { type DatagramTap, type Target, tap } from './datagram-tap.js';
import { nameOfError, nameOfStatus } from './errors.js';

type Done = (error: DriverError | null) => void;

/** What is told to the transport. */
export interface SenderOwner {
  /** An earlier datagram found nobody at its port. */
  unreachable(error: DriverError): void;
  /** The last queued datagram is out. */
  drained(): void;
}

const EMPTY = new Uint8Array(0);
const UNREACHABLE: DriverError = 'ECONNREFUSED';
/** How often a datagram is sent again when it is answered with the fate of another. */
const ATTEMPTS = 8;

export class DatagramSender {
  /** Datagrams that libuv has not sent yet. */
  queued = 0;
  readonly #socket: Socket;
  readonly #owner: SenderOwner;
  #tap: DatagramTap | null;
  #lastTo: NetAddress | null = null;
  #lastTarget: Target = { port: 0, host: '' };

  constructor(socket: Socket, owner: SenderOwner) {
    this.#socket = socket;
    this.#owner = owner;
    this.#tap = tap(socket);
  }

  /** The tap, which hears what `connect` returns; null where the handle is hidden. */
  get tap(): DatagramTap | null {
    return this.#tap;
  }

  /** Sends one datagram, to the peer that the system knows if `to` is null. */
  send(chunks: readonly Uint8Array[], to: NetAddress | null, done: Done): void {
    const listener = this.#tap;
    if (listener === null) {
      this.#sendWithCallback(chunks, to, done, ATTEMPTS);
      return;
    }
    const target = to === null ? null : this.#targetOf(to);
    const status = listener.send(chunks, target);
    if (status !== null && status > 0) {
      done(null);
      return;
    }
    if (status !== null && nameOfStatus(status) === UNREACHABLE) {
      process.nextTick(() => {
        this.#owner.unreachable(UNREACHABLE);
      });
      this.#answer(listener.send(chunks, target), listener, done);
      return;
    }
    this.#answer(status, listener, done);
  }

  #answer(status: number | null, listener: DatagramTap, done: Done): void {
    if (status === null) {
      // A Node that no longer sends through the handle: this datagram's answer is lost, the next ones ask for theirs.
      this.#tap = null;
      done(null);
      return;
    }
    if (status !== 0) {
      done(status > 0 ? null : nameOfStatus(status));
      return;
    }
    this.queued += 1;
    listener.whenSent((late) => {
      this.#sent(done, late < 0 ? nameOfStatus(late) : null);
    });
  }

  /** The destination in Node's spelling; most programs send to one address many times over. */
  #targetOf(to: NetAddress): Target {
    if (this.#lastTo !== to) {
      this.#lastTo = to;
      this.#lastTarget = { port: to.port, host: hostText(to) };
    }
    return this.#lastTarget;
  }

  /** The way without the tap, which costs a tick. */
  #sendWithCallback(chunks: readonly Uint8Array[], to: NetAddress | null, done: Done, attempts: number): void {
    const data = chunks.length < 2 ? (chunks[0] ?? EMPTY) : chunks;
    const sent = (error: Error | null): void => {
      const name = error ? nameOfError(error) : null;
      if (name !== UNREACHABLE || attempts === 0) {
        this.#sent(done, name);
        return;
      }
      this.#owner.unreachable(name);
      this.#sendWithCallback(chunks, to, done, attempts - 1);
      this.queued -= 1;
    };
    this.queued += 1;
    try {
      if (to === null) this.#socket.send(data, sent);
      else this.#socket.send(data, to.port, hostText(to), sent);
    } catch (error) {
      // Closed, or made anew, since the datagram was given here.
      this.#sent(done, nameOfError(error));
    }
  }

  #sent(done: Done, error: DriverError | null): void {
    this.queued -= 1;
    done(error);
    if (this.queued === 0) this.#owner.drained();
  }
}
