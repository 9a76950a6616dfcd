// Owns: starting AcceptEx and waiting for overlapped operations, as the cases of several topics do it.
// Does not own: any case.

import { OVERLAPPED, FALSE, TRUE, ref, type SOCKET } from '../../../index.js';
import { extension } from './features.js';
import { JUNK, type Entries, type Outcome } from './host.js';

/** Room for an IPv4 address in AcceptEx's buffer. */
export const ROOM = 32;

/** An overlapped operation with an event. */
export interface Started extends Outcome {
  readonly overlapped: OVERLAPPED;
}

/** A fresh OVERLAPPED with an event, which is signaled as an earlier operation may have left it. */
export function withEvent(entries: Entries): OVERLAPPED {
  const { handle, object } = entries.event();
  object.set();
  return new OVERLAPPED({ hEvent: handle });
}

/** How an operation ended. */
export interface Result extends Outcome {
  readonly count: number;
  readonly flags: number;
}

/** Waits for the end of an operation. */
export async function resultOf(entries: Entries, s: SOCKET, overlapped: OVERLAPPED): Promise<Result> {
  const [count, flags] = [ref(JUNK), ref(JUNK)];
  const outcome = await entries.either((e) => entries.table.lpWSPGetOverlappedResult(s, overlapped, count, TRUE, flags, e));
  return { ...outcome, count: count.value, flags: flags.value };
}

/** Looks whether an operation has ended. */
export function lookAt(entries: Entries, s: SOCKET, overlapped: OVERLAPPED): Result {
  const [count, flags] = [ref(JUNK), ref(JUNK)];
  const outcome = entries.now((e) => entries.table.lpWSPGetOverlappedResult(s, overlapped, count, FALSE, flags, e));
  return { ...outcome, count: count.value, flags: flags.value };
}

/** What a good end looks like. */
export const succeeded = (count: number): Result => ({ value: TRUE, error: JUNK, count, flags: 0 });
/** What another end looks like. */
export const ended = (error: number): Result => ({ value: FALSE, error, count: JUNK, flags: JUNK });

export interface Accepting extends Started {
  readonly s: SOCKET;
  readonly buffer: Uint8Array;
}

/** Starts AcceptEx into a fresh socket, or into `s`, with room for `data` bytes. */
export function beginAccept(entries: Entries, listener: SOCKET, data = 0, s: SOCKET = entries.socket()): Accepting {
  const acceptEx = extension(entries, 'AcceptEx');
  const [overlapped, buffer] = [withEvent(entries), new Uint8Array(data + 2 * ROOM).fill(0xcc)];
  const outcome = entries.now((e) => acceptEx(listener, s, buffer, data, ROOM, ROOM, ref(JUNK), overlapped, e));
  return { ...outcome, s, buffer, overlapped };
}
