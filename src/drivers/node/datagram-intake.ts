// Owns: receiving from one node:dgram socket: what dgram would emit as 'message', taken from the handle below it, and
// datagrams read before the event loop has told of them.
// Does not own: whose datagrams are wanted (datagram.ts), finding the handle (datagram-handle.ts).
//
// Assumed of Node: the handle calls `onmessage(length, handle, data, { address, port })` for each datagram, with a negative
// length for an error, and reads one datagram before each call and none ahead; `fd` is its descriptor, which does not block.
// A call that looks otherwise goes to dgram, whose events are heard as well; without a descriptor, as on Windows, nothing
// is read early.

import type { RemoteInfo, Socket } from 'node:dgram';
import { readSync } from 'node:fs';
import type { DriverError } from '../contract.js';
import { handleOf, type DatagramHandle } from './datagram-handle.js';
import { nameOfError, nameOfStatus } from './errors.js';

/** What is told to the transport. */
export interface IntakeOwner {
  received(data: Uint8Array, address: string, port: number): void;
  failed(error: DriverError): void;
}

const NO_DESCRIPTOR = -1;

export class DatagramIntake {
  #descriptor = NO_DESCRIPTOR;

  /** Listens to a socket that is bound. */
  constructor(socket: Socket, owner: IntakeOwner) {
    socket.on('message', (data, { address, port }) => {
      owner.received(data, address, port);
    });
    const handle = handleOf(socket);
    if (handle === null) return;
    takeOver(handle, owner);
    if (typeof handle.fd === 'number') this.#descriptor = handle.fd;
  }

  /** Reads a datagram that is there already: its length, null if there is none, or the error that lay in its place. */
  read(into: Uint8Array): number | DriverError | null {
    if (this.#descriptor < 0) return null;
    try {
      return readSync(this.#descriptor, into, 0, into.length, null);
    } catch (error) {
      const name = nameOfError(error);
      return name === 'EAGAIN' ? null : name;
    }
  }

  /** The socket is being closed: its descriptor may soon be somebody else's. */
  end(): void {
    this.#descriptor = NO_DESCRIPTOR;
  }
}

function takeOver(handle: DatagramHandle, owner: IntakeOwner): void {
  const emit = handle.onmessage;
  if (typeof emit !== 'function') return;
  handle.onmessage = (...args: unknown[]): void => {
    const [length, , data, from] = args;
    if (typeof length === 'number' && length < 0) owner.failed(nameOfStatus(length));
    else if (data instanceof Uint8Array && isSender(from)) owner.received(data, from.address, from.port);
    else Reflect.apply(emit, handle, args);
  };
}

function isSender(value: unknown): value is RemoteInfo {
  if (typeof value !== 'object' || value === null || !('address' in value) || !('port' in value)) return false;
  return typeof value.address === 'string' && typeof value.port === 'number';
}
