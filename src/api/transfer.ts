// send, recv, sendto, recvfrom: one buffer at a time. The forms with several are in transfer-buffers.ts.
import { SOCKET_ERROR, WSABUF, bytesOf, type Memory, type Ref } from '../abi/index.js';
import { blocking, onSocket } from './define.js';

/** One buffer as the SPI takes them. A null pointer goes on as one: the provider says what that means. */
function oneBuffer(buf: Memory | null, len: number): readonly WSABUF[] {
  return [new WSABUF(len, buf === null ? null : bytesOf(buf))];
}

/**
 * Sends on a connected socket. Blocks until the data is buffered, unless the socket is non-blocking. Until the call has
 * returned, the buffer must be left alone.
 *
 * @param s - a connected socket
 * @param buf - the data
 * @param len - how many bytes of it
 * @param flags - MSG_DONTROUTE, MSG_OOB, or 0
 * @returns bytes sent, or SOCKET_ERROR. Errors: WSANOTINITIALISED, WSAENOTSOCK, WSAEFAULT (null, or `len` beyond the
 *   buffer), WSAENOTCONN, WSAESHUTDOWN (sending was shut down), WSAEWOULDBLOCK (non-blocking and the send buffer is full),
 *   WSAEMSGSIZE (longer than a datagram can be; nothing is sent), WSAEOPNOTSUPP (flags; urgent data where the transport
 *   has none), WSAECONNRESET (the peer cut the connection), WSAECONNABORTED (it broke), WSAETIMEDOUT (SO_SNDTIMEO),
 *   WSAEINTR (closed meanwhile)
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-send
 */
export const send = blocking(
  'send',
  onSocket(SOCKET_ERROR, (call, s, buf: Memory | null, len: number, flags: number) => {
    const sent: Ref = { value: 0 };
    const { procs, lpErrno } = call;
    return call.count(procs.lpWSPSend(s, oneBuffer(buf, len), 1, sent, flags, null, null, null, lpErrno), sent, len >>> 0);
  }),
);

/**
 * Receives. Blocks until something is there, unless the socket is non-blocking.
 *
 * @param s - a connected stream, or a bound datagram socket
 * @param buf - receives the data; must be left alone until the call has returned
 * @param len - room in bytes
 * @param flags - MSG_PEEK, MSG_OOB, MSG_WAITALL, or 0
 * @returns bytes received, 0 at the end of a stream, or SOCKET_ERROR. Errors: WSANOTINITIALISED, WSAENOTSOCK, WSAEFAULT
 *   (null, or `len` beyond the buffer), WSAENOTCONN (stream not connected), WSAEINVAL (datagram socket not bound; no urgent
 *   byte there), WSAESHUTDOWN (receiving was shut down), WSAEWOULDBLOCK (non-blocking and nothing there), WSAEMSGSIZE (the
 *   datagram was longer: the buffer is filled, the rest lost), WSAEOPNOTSUPP (flags), WSAECONNRESET (the peer cut the
 *   connection; on datagrams: an earlier one could not be delivered), WSAECONNABORTED, WSAETIMEDOUT (SO_RCVTIMEO),
 *   WSAEINTR (closed meanwhile)
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-recv
 */
export const recv = blocking(
  'recv',
  onSocket(SOCKET_ERROR, (call, s, buf: Memory | null, len: number, flags: number) => {
    const received: Ref = { value: 0 };
    const { procs, lpErrno } = call;
    const flagCell: Ref = { value: flags };
    return call.count(procs.lpWSPRecv(s, oneBuffer(buf, len), 1, received, flagCell, null, null, null, lpErrno), received, len >>> 0);
  }),
);

/**
 * Sends a datagram to an address; on a stream the address is ignored. Blocks as `send` does.
 *
 * @param s - the socket; an unbound datagram socket is bound to a port of the system's choice
 * @param buf - the data; must be left alone until the call has returned
 * @param len - how many bytes of it
 * @param flags - MSG_DONTROUTE, MSG_OOB, or 0
 * @param to - the destination's sockaddr; null for the default peer
 * @param tolen - its length in bytes
 * @returns bytes sent, or SOCKET_ERROR. Errors: those of `send`, and WSAEFAULT (address too short), WSAEAFNOSUPPORT
 *   (another family), WSAEADDRNOTAVAIL (the unspecified address or port 0), WSAEACCES (broadcast without SO_BROADCAST),
 *   WSAENETUNREACH, WSAEHOSTUNREACH
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-sendto
 */
export const sendto = blocking(
  'sendto',
  onSocket(
    SOCKET_ERROR,
    (call, s, buf: Memory | null, len: number, flags: number, to: Memory | null, tolen: number) => {
      const sent: Ref = { value: 0 };
      const { procs, lpErrno } = call;
      const status = procs.lpWSPSendTo(s, oneBuffer(buf, len), 1, sent, flags, to, tolen, null, null, null, lpErrno);
      return call.count(status, sent, len >>> 0);
    },
  ),
);

/**
 * Receives, and tells who sent the datagram; a stream leaves the address alone. Blocks as `recv` does.
 *
 * @param s - a bound datagram socket, or a connected stream
 * @param buf - receives the data; must be left alone until the call has returned
 * @param len - room in bytes
 * @param flags - MSG_PEEK, MSG_OOB, or 0
 * @param from - receives the sender's sockaddr; null for no interest
 * @param fromlen - in: bytes at `from`; out: bytes written; null for no interest
 * @returns bytes received, or SOCKET_ERROR. Errors: those of `recv`, and WSAEFAULT (`fromlen` too small)
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-recvfrom
 */
export const recvfrom = blocking(
  'recvfrom',
  onSocket(
    SOCKET_ERROR,
    (call, s, buf: Memory | null, len: number, flags: number, from: Memory | null, fromlen: Ref | null) => {
      const received: Ref = { value: 0 };
      const flagCell: Ref = { value: flags };
      const { procs, lpErrno } = call;
      call.limits(fromlen);
      const status = procs.lpWSPRecvFrom(
        s,
        oneBuffer(buf, len),
        1,
        received,
        flagCell,
        from,
        fromlen,
        null,
        null,
        null,
        lpErrno,
      );
      return call.count(status, received, len >>> 0);
    },
  ),
);
