// ProcessSocketNotifications and SocketNotificationRetrieveEvents: sockets that show their state at a completion port.
// Which state makes which event is the socket's business.
import {
  NO_ERROR,
  SOCK_NOTIFY_OP_NONE,
  WSAEFAULT,
  WSAEINVAL,
  WSAENOTSOCK,
  WSAEOPNOTSUPP,
  WSANOTINITIALISED,
  WSA_INVALID_HANDLE,
  type HANDLE,
  type OVERLAPPED_ENTRY,
  type Ref,
  type SOCK_NOTIFY_REGISTRATION,
} from '../abi/index.js';
import { CompletionPort, dequeue, isStateNotifying, putEntries, type Process } from '../win32/index.js';
import { WinsockProcess } from '../ws2_32/index.js';
import { blocking, immediate } from './define.js';

/** The result of one registration. */
function register(process: Process, port: CompletionPort, info: SOCK_NOTIFY_REGISTRATION): number {
  const { operation, eventFilter, triggerFlags, completionKey } = info;
  if (operation === SOCK_NOTIFY_OP_NONE) return NO_ERROR;
  const object = process.handles.get(info.socket);
  if (object === null || !WinsockProcess.of(process).sockets.has(info.socket)) return WSAENOTSOCK;
  // Only sockets of Windows' own providers have it.
  if (!isStateNotifying(object)) return WSAEOPNOTSUPP;
  // A pointer in C; here whatever the program wants back, and 0 where it is null.
  const key = (completionKey ?? 0) as number;
  return object.registerState({ port, key, operation, filter: eventFilter, triggers: triggerFlags });
}

/** Whether an array is there exactly if its count says so, and has as many structures; 0 or the error. */
function arrayError(count: number, array: readonly (object | null)[] | null): number {
  if (count === 0) return array === null ? 0 : WSAEINVAL;
  if (array === null || array.length < count) return WSAEFAULT;
  for (let i = 0; i < count; i++) if (typeof array[i] !== 'object' || array[i] === null) return WSAEFAULT;
  return 0;
}

/**
 * Registers sockets with a completion port, which from then on is told of changes of their state, and takes packets out
 * of the port. Blocks only if it is to take packets and none is there.
 *
 * @param completionPort - the port
 * @param registrationCount - how many registrations; may be 0
 * @param registrationInfos - the registrations, of which each `registrationResult` is filled in: 0, WSAENOTSOCK,
 *   WSAEOPNOTSUPP (a socket of a layered provider with handles of its own), ERROR_INVALID_PARAMETER (an unknown operation,
 *   events or triggers that contradict each other, or the socket is registered with another port), ERROR_NOT_FOUND
 *   (nothing to disable or remove); null for none
 * @param timeoutMs - how long to wait for a packet, in milliseconds; INFINITE waits for ever; 0 if none is to be taken
 * @param completionCount - how many packets to take at most; may be 0
 * @param completionPortEntries - receives the packets, whatever they are of; null for none
 * @param receivedEntryCount - receives how many; null if none is to be taken
 * @returns 0; WAIT_TIMEOUT (registrations are done, no packet came); or the error, and nothing has been done:
 *   WSANOTINITIALISED, WSAEINVAL (an array, a count or a time where there is nothing to do), WSAEFAULT (an array that is
 *   missing, shorter than its count or has a hole), WSA_INVALID_HANDLE (no port). ERROR_ABANDONED_WAIT_0: the port was closed
 *   meanwhile
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-processsocketnotifications
 */
export const ProcessSocketNotifications = blocking(
  'ProcessSocketNotifications',
  (
    cell,
    completionPort: HANDLE,
    registrationCount: number,
    registrationInfos: SOCK_NOTIFY_REGISTRATION[] | null,
    timeoutMs: number,
    completionCount: number,
    completionPortEntries: OVERLAPPED_ENTRY[] | null,
    receivedEntryCount: Ref | null,
  ): number | Promise<number> => {
    const { process } = cell.thread;
    if (!WinsockProcess.of(process).started) return WSANOTINITIALISED;
    const [registrations, most, milliseconds] = [registrationCount >>> 0, completionCount >>> 0, timeoutMs >>> 0];
    const wrong = arrayError(registrations, registrationInfos) || arrayError(most, completionPortEntries);
    if (wrong !== 0) return wrong;
    if (most === 0 && (milliseconds !== 0 || receivedEntryCount !== null)) return WSAEINVAL;
    if (most > 0 && receivedEntryCount === null) return WSAEFAULT;
    const port = process.handles.get(completionPort);
    if (!(port instanceof CompletionPort)) return WSA_INVALID_HANDLE;
    for (const info of registrationInfos?.slice(0, registrations) ?? []) {
      info.registrationResult = register(process, port, info);
    }
    if (completionPortEntries === null || receivedEntryCount === null) return NO_ERROR;
    return dequeue(cell.thread, port, most, milliseconds, false).then(({ packets, error }) => {
      putEntries(packets, completionPortEntries);
      receivedEntryCount.value = packets.length;
      return error;
    });
  },
);

/**
 * Reads the events out of a packet that tells of a socket's state: SOCK_NOTIFY_EVENT_IN (a receive or accept would not
 * wait), SOCK_NOTIFY_EVENT_OUT (a send would not wait), SOCK_NOTIFY_EVENT_HANGUP (the connection was ended or cut),
 * SOCK_NOTIFY_EVENT_ERR (the socket is in error), SOCK_NOTIFY_EVENT_REMOVE (the registration is gone; nothing follows).
 * Does not block.
 *
 * @param notification - the packet, as GetQueuedCompletionStatusEx or ProcessSocketNotifications gave it
 * @returns the events; 0 for null
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-socketnotificationretrieveevents
 */
export const SocketNotificationRetrieveEvents = immediate(
  'SocketNotificationRetrieveEvents',
  (_cell, notification: OVERLAPPED_ENTRY | null): number => notification?.dwNumberOfBytesTransferred ?? 0,
);
