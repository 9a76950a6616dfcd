// Owns: what the cases of several topics do with sockets: outcomes to expect, connecting, resetting, filling, receiving.
// Does not own: how an entry is called (host.ts), nor any case.

import {
  FIONBIO,
  FIONREAD,
  INVALID_SOCKET,
  MSG_OOB,
  SO_LINGER,
  SOCKET_ERROR,
  SOL_SOCKET,
  WSA_IO_PENDING,
  WSAEWOULDBLOCK,
  WSAMSG,
  ref,
  type SOCKET,
} from '../../../index.js';
import { extension } from './features.js';
import { JUNK, bytes, loopback, wsabufs, type Entries, type Outcome, type TransportNeed } from './host.js';

export const done: Outcome = { value: 0, error: JUNK };
export const pending: Outcome = { value: SOCKET_ERROR, error: WSA_IO_PENDING };
export const failed = (error: number, value: number = SOCKET_ERROR): Outcome => ({ value, error });

/** Sets FIONBIO. */
export function setNonBlocking(entries: Entries, s: SOCKET, on: boolean): Outcome {
  const value = Uint8Array.of(on ? 1 : 0, 0, 0, 0);
  return entries.now((e) => entries.table.lpWSPIoctl(s, FIONBIO, value, 4, null, 0, ref(0), null, null, null, e));
}

export function nonBlocking(entries: Entries, s: SOCKET): void {
  entries.expect(setNonBlocking(entries, s, true)).toEqual(done);
}

export function connect(entries: Entries, s: SOCKET, port: number): Promise<Outcome> {
  return entries.either((e) => entries.table.lpWSPConnect(s, loopback(port), 16, null, null, null, null, e));
}

/** Accepts who is there or comes. */
export async function accept(entries: Entries, listener: SOCKET): Promise<SOCKET> {
  const { value, error } = await entries.either((e) => entries.table.lpWSPAccept(listener, null, null, null, 0, e));
  entries.expect([value === INVALID_SOCKET, error]).toEqual([false, JUNK]);
  return value;
}

export function close(entries: Entries, s: SOCKET): Promise<Outcome> {
  return entries.either((e) => entries.table.lpWSPCloseSocket(s, e));
}

export function shutdown(entries: Entries, s: SOCKET, how: number): Outcome {
  return entries.now((e) => entries.table.lpWSPShutdown(s, how, e));
}

/** Ends a connection abortively. */
export async function reset(entries: Entries, s: SOCKET): Promise<void> {
  const atOnce = Uint8Array.of(1, 0, 0, 0);
  const set = entries.now((e) => entries.table.lpWSPSetSockOpt(s, SOL_SOCKET, SO_LINGER, atOnce, 4, e));
  entries.expect([set, await close(entries, s)]).toEqual([done, done]);
}

export function sendTo(entries: Entries, s: SOCKET, port: number, text: string): Promise<Outcome> {
  const memory = bytes(text);
  return entries.either((e) =>
    entries.table.lpWSPSendTo(s, wsabufs(memory), 1, ref(JUNK), 0, loopback(port), 16, null, null, null, e),
  );
}

export function sendUrgent(entries: Entries, s: SOCKET, text: string): Promise<Outcome> {
  const memory = bytes(text);
  return entries.either((e) => entries.table.lpWSPSend(s, wsabufs(memory), 1, ref(JUNK), MSG_OOB, null, null, null, e));
}

/** How much FIONREAD tells of. */
export function waiting(entries: Entries, s: SOCKET): number {
  const out = new Uint8Array(4);
  const { error } = entries.now((e) => entries.table.lpWSPIoctl(s, FIONREAD, null, 0, out, 4, ref(0), null, null, null, e));
  entries.expect(error).toBe(JUNK);
  return new DataView(out.buffer).getUint32(0, true);
}

/** No provider takes more than this without an end. */
const MOST_SENDS = 4096;

/** Sends on a non-blocking socket until it is full. */
export async function fill(entries: Entries, s: SOCKET): Promise<void> {
  const memory = new Uint8Array(64 * 1024);
  for (let i = 0; i < MOST_SENDS; i++) {
    const sent = entries.now((e) => entries.table.lpWSPSend(s, wsabufs(memory), 1, ref(JUNK), 0, null, null, null, e));
    if (sent.error === WSAEWOULDBLOCK) return;
    entries.expect(sent).toEqual(done);
    await Promise.resolve();
  }
  throw new Error('a send never says WSAEWOULDBLOCK');
}

/** Receives until the connection ends. */
export async function drain(entries: Entries, s: SOCKET): Promise<void> {
  for (let text: string | null = 'more'; text !== null && text !== ''; ) ({ text } = await entries.recv(s, 64 * 1024));
}

/** An entry or extension function that receives, plainly and at once. */
export interface Receiver {
  readonly name: string;
  readonly needs: readonly TransportNeed[];
  readonly datagramOnly: boolean;
  readonly run: (entries: Entries, s: SOCKET, memory: Uint8Array) => Outcome;
}

export const receivers: readonly Receiver[] = [
  {
    name: 'WSPRecv',
    needs: [],
    datagramOnly: false,
    run: (entries, s, memory) =>
      entries.now((e) => entries.table.lpWSPRecv(s, wsabufs(memory), 1, ref(JUNK), ref(0), null, null, null, e)),
  },
  {
    name: 'WSPRecvFrom',
    needs: [],
    datagramOnly: false,
    run: (entries, s, memory) =>
      entries.now((e) =>
        entries.table.lpWSPRecvFrom(s, wsabufs(memory), 1, ref(JUNK), ref(0), null, null, null, null, null, e),
      ),
  },
  {
    name: 'WSARecvMsg',
    needs: ['WSARecvMsg'],
    datagramOnly: true,
    run: (entries, s, memory) => {
      const receive = extension(entries, 'WSARecvMsg');
      const message = new WSAMSG({ lpBuffers: wsabufs(memory), dwBufferCount: 1 });
      return entries.now((e) => receive(s, message, ref(JUNK), null, null, null, e));
    },
  },
];
