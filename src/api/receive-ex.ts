// WSARecvEx: recv that tells whether a message was cut off.
import { MSG_PARTIAL, SOCKET_ERROR, WSABUF, WSAEFAULT, WSAEMSGSIZE, bytesOf, type Memory, type Ref } from '../abi/index.js';
import { blocking, onSocket } from './define.js';

/**
 * Receives as `recv` does, but for a datagram that is longer than the buffer: that is no error, and `flags` tells of it.
 * Blocks as `recv` does.
 *
 * @param s - a connected stream, or a bound datagram socket
 * @param buf - receives the data; must be left alone until the call has returned
 * @param len - room in bytes
 * @param flags - ignored on input; receives MSG_PARTIAL when only the beginning of a datagram fitted (the rest is lost),
 *   else 0: on streams always
 * @returns bytes received, 0 at the end of a stream, or SOCKET_ERROR. Errors: those of `recv` but WSAEMSGSIZE, and
 *   WSAEFAULT (no flags)
 * @see https://learn.microsoft.com/windows/win32/api/mswsock/nf-mswsock-wsarecvex
 */
export const WSARecvEx = blocking(
  'WSARecvEx',
  onSocket(SOCKET_ERROR, (call, s, buf: Memory | null, len: number, flags: Ref | null) => {
    if (flags === null) return call.fail(WSAEFAULT, SOCKET_ERROR);
    const received: Ref = { value: 0 };
    const { procs, lpErrno } = call;
    const buffers = [new WSABUF(len, buf === null ? null : bytesOf(buf))];
    const result = procs.lpWSPRecv(s, buffers, 1, received, { value: 0 }, null, null, null, lpErrno);
    const tell = (status: number): number => {
      const cut = status === SOCKET_ERROR && lpErrno.value === WSAEMSGSIZE;
      if (cut) received.value = len;
      if (cut || status === 0) flags.value = cut ? MSG_PARTIAL : 0;
      return cut ? 0 : status;
    };
    return call.count(result instanceof Promise ? result.then(tell) : tell(result), received, len >>> 0);
  }),
);
