// Owns: finding the handle under a node:dgram socket, and what is assumed of it.
// Does not own: what is done with it, by datagram-tap.ts (sending) and datagram-intake.ts (receiving).

import type { Socket } from 'node:dgram';

export type HandleCall = (this: DatagramHandle, ...args: unknown[]) => number;

/** As much of a handle as is used. */
export interface DatagramHandle {
  send: HandleCall;
  connect: HandleCall;
  /** Called for every datagram and every error of receiving. */
  onmessage?: unknown;
  /** The descriptor; negative where there is none. */
  readonly fd?: unknown;
}

/** Reaches for a socket's handle; null when this Node hides it. */
export function handleOf(socket: Socket): DatagramHandle | null {
  for (const symbol of Object.getOwnPropertySymbols(socket)) {
    const state: unknown = Reflect.get(socket, symbol);
    if (typeof state === 'object' && state !== null && 'handle' in state && isHandle(state.handle)) return state.handle;
  }
  return null;
}

function isHandle(value: unknown): value is DatagramHandle {
  if (typeof value !== 'object' || value === null) return false;
  return 'send' in value && typeof value.send === 'function' && 'connect' in value && typeof value.connect === 'function';
}
