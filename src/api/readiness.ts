// select, WSAPoll, __WSAFDIsSet: which of several sockets are ready.
import {
  FALSE,
  SIO_EXT_POLL,
  SOCKET_ERROR,
  TRUE,
  WSAEFAULT,
  WSAEINVAL,
  WSANOTINITIALISED,
  WSAPOLLDATA,
  WSAPOLLFD,
  ref,
  type SOCKET,
  type fd_set,
  type timeval,
} from '../abi/index.js';
import type { LastErrorCell } from '../win32/index.js';
import { PassedSets, WinsockProcess, isCount, openSharedCall, socketsOf, type MaybePending } from '../ws2_32/index.js';
import { blocking, immediate } from './define.js';

/** Whether start-up was called; an error in `cell` if not. */
function isStarted(cell: LastErrorCell): boolean {
  if (WinsockProcess.of(cell.thread.process).started) return true;
  cell.value = WSANOTINITIALISED;
  return false;
}

/**
 * Waits until one of the sockets is ready in the way that its set stands for; the sets then hold only those that are.
 * Blocks until then or until the time is over.
 *
 * @param nfds - ignored
 * @param readfds - sockets to receive or accept on without waiting, or null
 * @param writefds - sockets to send on without waiting, and connects that succeed, or null
 * @param exceptfds - sockets with urgent data, and connects that fail, or null
 * @param timeout - how long to wait at most; zero only looks; null waits for ever
 * @returns how many sockets are ready, counting one that is in several sets once for each; 0 when the time is over; or
 *   SOCKET_ERROR. Errors: WSANOTINITIALISED, WSAEINVAL (no sockets at all; sockets of several providers; a negative time),
 *   WSAENOTSOCK (a member is no socket, or was closed meanwhile)
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-select
 */
export const select = blocking(
  'select',
  (
    cell,
    nfds: number,
    readfds: fd_set | null,
    writefds: fd_set | null,
    exceptfds: fd_set | null,
    timeout: timeval | null,
  ): MaybePending<number> => {
    if (!isStarted(cell)) return SOCKET_ERROR;
    const call = openSharedCall(cell, socketsOf(readfds, writefds, exceptfds), false);
    if (call === null) return SOCKET_ERROR;
    const passed = new PassedSets(readfds, writefds, exceptfds);
    const result = call.guarded(SOCKET_ERROR, ({ lpWSPSelect }) =>
      lpWSPSelect(nfds, readfds, writefds, exceptfds, timeout, call.lpErrno),
    );
    // "Nothing ready" comes a turn later, so that a loop of such calls lets something become ready.
    if (result === 0) return call.process.kernel.turns.afterTurn(call.number(result, passed.total) as number);
    const checked = (count: number): number =>
      count > 0 && !passed.hold(count) ? call.breach('it chose sockets that were not passed') : count;
    const ready = call.number(result, passed.total);
    return ready instanceof Promise ? ready.then(checked) : checked(ready);
  },
);

/**
 * Waits until one of the sockets has one of the events asked for. Blocks until then or until the time is over.
 *
 * @param fdArray - sockets and the events asked for; `revents` is filled
 * @param fds - how many of them
 * @param timeout - milliseconds; 0 only looks; negative waits for ever
 * @returns how many sockets have events, 0 when the time is over, or SOCKET_ERROR. Errors: WSANOTINITIALISED, WSAEINVAL (no
 *   sockets; events that cannot be asked for), WSAEFAULT (null, or fewer than `fds`), WSAENOTSOCK (none of them is a
 *   socket). A single wrong socket only gets POLLNVAL
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsapoll
 */
export const WSAPoll = blocking(
  'WSAPoll',
  (cell, fdArray: readonly WSAPOLLFD[] | null, fds: number, timeout: number): MaybePending<number> => {
    if (!isStarted(cell)) return SOCKET_ERROR;
    if (fds <= 0) return cell.fail(WSAEINVAL, SOCKET_ERROR);
    if (fdArray === null || fds > fdArray.length) return cell.fail(WSAEFAULT, SOCKET_ERROR);
    const call = openSharedCall(cell, fdArray.slice(0, fds).map(({ fd }) => fd), true);
    if (call === null) return SOCKET_ERROR;
    // The provider works on one block of memory, as the kernel does; the results go back into the caller's structures.
    const memory = new Uint8Array(WSAPOLLDATA.size + fds * WSAPOLLFD.size);
    const data = new WSAPOLLDATA(memory);
    data.fds = fds;
    data.timeout = timeout;
    for (let i = 0; i < fds; i++) data.fdArray(i).bytes.set((fdArray[i] as WSAPOLLFD).bytes);
    const returned = ref(0);
    const { lpErrno, socket } = call;
    const size = memory.length;
    const status = call.guarded(SOCKET_ERROR, ({ lpWSPIoctl }) =>
      lpWSPIoctl(socket.handle, SIO_EXT_POLL, memory, size, memory, size, returned, null, null, null, lpErrno),
    );
    const tell = (settled: number): number => {
      if (settled === SOCKET_ERROR) return SOCKET_ERROR;
      if (!isCount(data.result, fds)) return call.breach('it told of more entries than there are');
      for (let i = 0; i < fds; i++) (fdArray[i] as WSAPOLLFD).revents = data.fdArray(i).revents;
      return data.result;
    };
    const settled = call.finish(status, SOCKET_ERROR);
    if (settled instanceof Promise) return settled.then(tell);
    const count = tell(settled);
    return count === 0 ? call.process.kernel.turns.afterTurn(count) : count;
  },
);

/**
 * Whether a socket is in a set; what FD_ISSET calls. Does not block, cannot fail.
 *
 * @param fd - the socket
 * @param arg1 - the set
 * @returns nonzero if it is
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-__wsafdisset
 */
export const __WSAFDIsSet = immediate('__WSAFDIsSet', (_cell, fd: SOCKET, arg1: fd_set | null): number => {
  for (const member of socketsOf(arg1)) if (member === fd) return TRUE;
  return FALSE;
});
