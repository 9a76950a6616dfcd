// "Why is my event not signalled?": what there is to know of a socket, as data and in words. Not a Winsock function, and
// not under a Winsock name.
import type { SOCKET } from '../abi/index.js';
import { currentThread, inspectObject, type SocketInspection } from '../win32/index.js';
import { baseObject } from '../ws2_32/index.js';
import { explain } from './explain.js';

/**
 * What there is to know of a socket at this moment: its state and mode, the network events that are wanted, recorded and
 * reported, what re-enables each, its event object or window, the requests under way, its queues and its completion port.
 * It looks through layered providers at the base provider's socket. Nothing is changed, not even the last error. Does not
 * block.
 *
 * @param s - a socket of the current process
 * @returns the data, or null for what is no socket, or one of a provider that cannot be looked into
 */
export function inspectSocket(s: SOCKET): SocketInspection | null {
  const { process } = currentThread();
  const object = baseObject(process, s);
  return object === null ? null : inspectObject(process, object);
}

/**
 * `inspectSocket` in words, for a person: the facts, and why each wanted event is or is not signalled. The text is not
 * meant to be taken apart. Does not block.
 *
 * @param s - a socket of the current process
 * @returns several lines; one line for what cannot be looked into
 */
export function explainSocket(s: SOCKET): string {
  const facts = inspectSocket(s);
  return facts === null ? `${s} is no socket that can be looked into` : explain(s, facts);
}
