// WSAAsyncGet… and WSACancelAsyncRequest: the database functions of 1.1 that answer with a window message. They look up what
// gethostbyname and its siblings look up, and leave it packed in the caller's buffer (abi/pack-database.ts).
import {
  NULL_HANDLE,
  SOCKET_ERROR,
  WSAEFAULT,
  WSAEINVAL,
  WSAENOBUFS,
  WSAMAKEASYNCREPLY,
  WSANO_RECOVERY,
  bytesOf,
  type HANDLE,
  type HWND,
  type Memory,
  type hostent,
  type protoent,
  type servent,
} from '../abi/index.js';
import { packHostent, packProtoent, packServent } from '../abi/pack-database.js';
import { postMessage, Window, type LastErrorCell } from '../win32/index.js';
import { WinsockProcess, type MaybePending } from '../ws2_32/index.js';
import { ntohs } from './byte-order.js';
import { immediate, started } from './define.js';
import { findHostByAddress, findHostByName } from './hosts.js';
import { protocolEntry, protocolNamed, protocolNumbered } from './protocols.js';
import { serviceAt, serviceNamed, serviceOrError } from './services.js';

/** Where a request answers. */
interface Reply {
  readonly window: HWND;
  readonly message: number;
  readonly buffer: Memory | null;
  readonly length: number;
}

/** Puts a packed entry into the caller's buffer; returns what the message's lParam says of it. */
function deliver({ buffer, length }: Reply, packed: Uint8Array): number {
  if (buffer === null) return WSAMAKEASYNCREPLY(0, WSAEFAULT);
  const room = Math.min(length, bytesOf(buffer).length);
  // Part of an entry would hold pointers to what is not there.
  if (!(room >= packed.length)) return WSAMAKEASYNCREPLY(packed.length, WSAENOBUFS);
  bytesOf(buffer).set(packed);
  return WSAMAKEASYNCREPLY(packed.length, 0);
}

/** Starts a request: `find` gives an entry or an error. */
function request<E extends object>(
  cell: LastErrorCell,
  reply: Reply,
  find: () => E | number | Promise<E | number>,
  pack: (entry: E) => Uint8Array,
): HANDLE {
  const { process } = cell.thread;
  if (Window.of(process, reply.window) === null) return cell.fail(WSAEINVAL, NULL_HANDLE);
  const winsock = WinsockProcess.of(process);
  // Nobody is there to catch what a resolver throws, and the window still waits for its message.
  const work = async (): Promise<E | number> => {
    try {
      return await find();
    } catch (error) {
      winsock.note('the resolver threw', error);
      return WSANO_RECOVERY;
    }
  };
  const task = winsock.asyncRequests.start(work, (handle, found) => {
    const lParam = typeof found === 'number' ? WSAMAKEASYNCREPLY(0, found) : deliver(reply, pack(found));
    const error = postMessage(process, reply.window, reply.message, handle, lParam);
    // The window is gone, or its queue is full: there is nobody else to tell.
    if (error !== 0) winsock.note('asynchronous result lost', handle, error);
  });
  return cell.fail(0, task);
}

/**
 * Finds a host's IPv4 addresses as gethostbyname does, and tells a window when that is done.
 * The result is a packed hostent, which `new hostent(buf)` reads. Does not block.
 *
 * @param hWnd - the window that is told
 * @param wMsg - the message it is told with: wParam is the task handle, lParam holds the error (WSAGETASYNCERROR) and the
 *   bytes needed (WSAGETASYNCBUFLEN)
 * @param name - the host's name or its IPv4 address; empty for this machine
 * @param buf - receives the result before the message is posted; MAXGETHOSTSTRUCT bytes are recommended. Untouched when
 *   there is an error
 * @param buflen - its length in bytes
 * @returns the task handle, or 0. Errors: WSANOTINITIALISED, WSAEINVAL (`hWnd` is no window), WSAEINPROGRESS. Errors in the
 *   message: those of gethostbyname, WSAEFAULT (`name` or `buf` is null), WSAENOBUFS (`buflen` is too small)
 * @see https://learn.microsoft.com/windows/win32/api/wsipv6ok/nf-wsipv6ok-wsaasyncgethostbyname
 */
export const WSAAsyncGetHostByName = immediate(
  'WSAAsyncGetHostByName',
  started(
    NULL_HANDLE,
    (cell, _process, hWnd: HWND, wMsg: number, name: string | null, buf: Memory | null, buflen: number): HANDLE => {
      const find = (): ReturnType<typeof findHostByName> =>
        name === null ? WSAEFAULT : findHostByName(cell.thread.process, name);
      return request<hostent>(cell, { window: hWnd, message: wMsg, buffer: buf, length: buflen }, find, packHostent);
    },
  ),
);

/**
 * Finds the name of an address as gethostbyaddr does, and tells a window when that is done.
 * The result is a packed hostent, which `new hostent(buf)` reads. Does not block.
 *
 * @param hWnd - the window that is told
 * @param wMsg - the message it is told with: wParam is the task handle, lParam holds the error (WSAGETASYNCERROR) and the
 *   bytes needed (WSAGETASYNCBUFLEN)
 * @param addr - 4 or 16 bytes in network order; read now
 * @param len - 4 or 16
 * @param type - AF_INET or AF_INET6
 * @param buf - receives the result before the message is posted; MAXGETHOSTSTRUCT bytes are recommended. Untouched when
 *   there is an error
 * @param buflen - its length in bytes
 * @returns the task handle, or 0. Errors: WSANOTINITIALISED, WSAEINVAL (`hWnd` is no window), WSAEINPROGRESS. Errors in the
 *   message: those of gethostbyaddr, WSAEFAULT (`addr` or `buf` is null), WSAENOBUFS (`buflen` is too small)
 * @see https://learn.microsoft.com/windows/win32/api/wsipv6ok/nf-wsipv6ok-wsaasyncgethostbyaddr
 */
export const WSAAsyncGetHostByAddr = immediate(
  'WSAAsyncGetHostByAddr',
  started(
    NULL_HANDLE,
    (
      cell,
      _process,
      hWnd: HWND,
      wMsg: number,
      addr: Memory | null,
      len: number,
      type: number,
      buf: Memory | null,
      buflen: number,
    ): HANDLE => {
      const address = addr === null ? null : bytesOf(addr).slice();
      const find = (): ReturnType<typeof findHostByAddress> => findHostByAddress(cell.thread.process, address, len, type);
      return request<hostent>(cell, { window: hWnd, message: wMsg, buffer: buf, length: buflen }, find, packHostent);
    },
  ),
);

/**
 * Finds a service's port as getservbyname does, and tells a window when that is done.
 * The result is a packed servent, which `new servent(buf)` reads. Does not block.
 *
 * @param hWnd - the window that is told
 * @param wMsg - the message it is told with: wParam is the task handle, lParam holds the error (WSAGETASYNCERROR) and the
 *   bytes needed (WSAGETASYNCBUFLEN)
 * @param name - the service's name or alias, in any case
 * @param proto - the protocol's name, in any case; null for the first that the service is listed with
 * @param buf - receives the result before the message is posted; MAXGETHOSTSTRUCT bytes are recommended. Untouched when
 *   there is an error
 * @param buflen - its length in bytes
 * @returns the task handle, or 0. Errors: WSANOTINITIALISED, WSAEINVAL (`hWnd` is no window), WSAEINPROGRESS. Errors in the
 *   message: WSANO_DATA (no such service with that protocol), WSAEFAULT (`name` or `buf` is null),
 *   WSAENOBUFS (`buflen` is too small)
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsaasyncgetservbyname
 */
export const WSAAsyncGetServByName = immediate(
  'WSAAsyncGetServByName',
  started(
    NULL_HANDLE,
    (
      cell,
      _process,
      hWnd: HWND,
      wMsg: number,
      name: string | null,
      proto: string | null,
      buf: Memory | null,
      buflen: number,
    ): HANDLE => {
      const { process } = cell.thread;
      const find = (): MaybePending<servent | number> =>
        name === null ? WSAEFAULT : serviceOrError(serviceNamed(process, name, proto));
      return request(cell, { window: hWnd, message: wMsg, buffer: buf, length: buflen }, find, packServent);
    },
  ),
);

/**
 * Finds the service at a port as getservbyport does, and tells a window when that is done.
 * The result is a packed servent, which `new servent(buf)` reads. Does not block.
 *
 * @param hWnd - the window that is told
 * @param wMsg - the message it is told with: wParam is the task handle, lParam holds the error (WSAGETASYNCERROR) and the
 *   bytes needed (WSAGETASYNCBUFLEN)
 * @param port - in network order
 * @param proto - the protocol's name, in any case; null for the first that is listed at the port
 * @param buf - receives the result before the message is posted; MAXGETHOSTSTRUCT bytes are recommended. Untouched when
 *   there is an error
 * @param buflen - its length in bytes
 * @returns the task handle, or 0. Errors: WSANOTINITIALISED, WSAEINVAL (`hWnd` is no window), WSAEINPROGRESS. Errors in the
 *   message: WSANO_DATA (no service is listed there), WSAEFAULT (`buf` is null),
 *   WSAENOBUFS (`buflen` is too small)
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsaasyncgetservbyport
 */
export const WSAAsyncGetServByPort = immediate(
  'WSAAsyncGetServByPort',
  started(
    NULL_HANDLE,
    (
      cell,
      _process,
      hWnd: HWND,
      wMsg: number,
      port: number,
      proto: string | null,
      buf: Memory | null,
      buflen: number,
    ): HANDLE => {
      const { process } = cell.thread;
      const find = (): MaybePending<servent | number> => serviceOrError(serviceAt(process, ntohs(port), proto));
      return request(cell, { window: hWnd, message: wMsg, buffer: buf, length: buflen }, find, packServent);
    },
  ),
);

/**
 * Finds a protocol's number as getprotobyname does, and tells a window when that is done.
 * The result is a packed protoent, which `new protoent(buf)` reads. Does not block.
 *
 * @param hWnd - the window that is told
 * @param wMsg - the message it is told with: wParam is the task handle, lParam holds the error (WSAGETASYNCERROR) and the
 *   bytes needed (WSAGETASYNCBUFLEN)
 * @param name - the protocol's name or alias, in any case
 * @param buf - receives the result before the message is posted; MAXGETHOSTSTRUCT bytes are recommended. Untouched when
 *   there is an error
 * @param buflen - its length in bytes
 * @returns the task handle, or 0. Errors: WSANOTINITIALISED, WSAEINVAL (`hWnd` is no window), WSAEINPROGRESS. Errors in the
 *   message: WSANO_DATA (no such protocol), WSAEFAULT (`name` or `buf` is null),
 *   WSAENOBUFS (`buflen` is too small)
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsaasyncgetprotobyname
 */
export const WSAAsyncGetProtoByName = immediate(
  'WSAAsyncGetProtoByName',
  started(
    NULL_HANDLE,
    (cell, _process, hWnd: HWND, wMsg: number, name: string | null, buf: Memory | null, buflen: number): HANDLE => {
      const find = (): protoent | number => (name === null ? WSAEFAULT : protocolEntry(protocolNamed(name)));
      return request(cell, { window: hWnd, message: wMsg, buffer: buf, length: buflen }, find, packProtoent);
    },
  ),
);

/**
 * Finds a protocol's name as getprotobynumber does, and tells a window when that is done.
 * The result is a packed protoent, which `new protoent(buf)` reads. Does not block.
 *
 * @param hWnd - the window that is told
 * @param wMsg - the message it is told with: wParam is the task handle, lParam holds the error (WSAGETASYNCERROR) and the
 *   bytes needed (WSAGETASYNCBUFLEN)
 * @param number - the protocol's number, in host order
 * @param buf - receives the result before the message is posted; MAXGETHOSTSTRUCT bytes are recommended. Untouched when
 *   there is an error
 * @param buflen - its length in bytes
 * @returns the task handle, or 0. Errors: WSANOTINITIALISED, WSAEINVAL (`hWnd` is no window), WSAEINPROGRESS. Errors in the
 *   message: WSANO_DATA (no such protocol), WSAEFAULT (`buf` is null), WSAENOBUFS (`buflen` is too small)
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsaasyncgetprotobynumber
 */
export const WSAAsyncGetProtoByNumber = immediate(
  'WSAAsyncGetProtoByNumber',
  started(
    NULL_HANDLE,
    (cell, _process, hWnd: HWND, wMsg: number, number: number, buf: Memory | null, buflen: number): HANDLE => {
      const find = (): protoent | number => protocolEntry(protocolNumbered(number));
      return request(cell, { window: hWnd, message: wMsg, buffer: buf, length: buflen }, find, packProtoent);
    },
  ),
);

/**
 * Ends an asynchronous request that is under way: its buffer is left alone from now on, and no message is posted. Does not
 * block.
 *
 * @param hAsyncTaskHandle - what a WSAAsyncGet… function returned
 * @returns 0 or SOCKET_ERROR. Errors: WSANOTINITIALISED, WSAEINVAL (no such request was ever made), WSAEALREADY (it is
 *   done, and its message is in the queue or has been taken), WSAEINPROGRESS
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsacancelasyncrequest
 */
export const WSACancelAsyncRequest = immediate(
  'WSACancelAsyncRequest',
  started(SOCKET_ERROR, (cell, process, hAsyncTaskHandle: HANDLE): number => {
    const error = process.asyncRequests.cancel(hAsyncTaskHandle);
    return cell.fail(error, error === 0 ? 0 : SOCKET_ERROR);
  }),
);
