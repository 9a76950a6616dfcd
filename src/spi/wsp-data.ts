// Transport provider entries that move data. The rules that all entries share are in wsp.ts.
import type { Memory, OVERLAPPED, Ref, SOCKET, WSABUF, WSATHREADID } from '../abi/index.js';
import type { LPWSAOVERLAPPED_COMPLETION_ROUTINE, MaybePending } from './types.js';

// All four transfers share this: with an lpOverlapped on an overlapped socket the entry returns at once, never a
// promise: 0 when the operation is done already (its completion is reported all the same), or SOCKET_ERROR with
// WSA_IO_PENDING. lpOverlapped, the WSABUFs' memory, lpFlags (receives only) and lpFrom/lpFromlen are then kept until
// completion; the WSABUF array itself may be reused after the call. WSA_OPERATION_ABORTED is how an operation ends
// whose socket was closed or that was cancelled.

/**
 * Receives into buffers, filled in order. May block.
 *
 * @param s a connected or bound socket
 * @param lpBuffers the buffers
 * @param dwBufferCount how many of them; 1 and more
 * @param lpNumberOfBytesRecvd receives the count when the operation completes at once; may be null with `lpOverlapped`
 * @param lpFlags in: MSG_PEEK, MSG_OOB, MSG_WAITALL, MSG_PARTIAL, MSG_PUSH_IMMEDIATE; out: MSG_PARTIAL, MSG_OOB
 * @param lpOverlapped null for a non-overlapped call
 * @param lpCompletionRoutine runs in the thread `lpThreadId` on completion, or null
 * @param lpThreadId the calling thread, for `lpWPUQueueApc`; kept until completion
 * @param lpErrno WSAEWOULDBLOCK (non-blocking and nothing there), WSAENOTCONN, WSAESHUTDOWN (receiving was shut down),
 *   WSAEMSGSIZE (the message was longer; the buffers are full and the rest is lost), WSAECONNRESET, WSAECONNABORTED,
 *   WSAENETRESET (connection lost), WSAEDISCON (message stream ended gracefully), WSAEINVAL (not bound, or flags),
 *   WSAEOPNOTSUPP (out-of-band data not supported), WSAEFAULT, WSAEINTR, WSAEINPROGRESS, WSA_IO_PENDING
 * @returns 0, with a count of 0 for the end of a stream; SOCKET_ERROR on failure
 * @see https://learn.microsoft.com/windows/win32/api/ws2spi/nc-ws2spi-lpwsprecv
 */
export type LPWSPRECV = (
  s: SOCKET,
  lpBuffers: readonly WSABUF[] | null,
  dwBufferCount: number,
  lpNumberOfBytesRecvd: Ref | null,
  lpFlags: Ref | null,
  lpOverlapped: OVERLAPPED | null,
  lpCompletionRoutine: LPWSAOVERLAPPED_COMPLETION_ROUTINE | null,
  lpThreadId: WSATHREADID | null,
  lpErrno: Ref,
) => MaybePending<number>;

/**
 * Receives like LPWSPRECV, and tells the sender's address. May block.
 *
 * @param s a bound socket
 * @param lpBuffers the buffers
 * @param dwBufferCount how many of them
 * @param lpNumberOfBytesRecvd receives the count when the operation completes at once; may be null with `lpOverlapped`
 * @param lpFlags as LPWSPRECV
 * @param lpFrom receives the sender's address, or null
 * @param lpFromlen in: bytes at `lpFrom`; out: bytes of the address. Both are filled on completion only
 * @param lpOverlapped null for a non-overlapped call
 * @param lpCompletionRoutine runs in the thread `lpThreadId` on completion, or null
 * @param lpThreadId the calling thread; kept until completion
 * @param lpErrno as LPWSPRECV, and WSAEFAULT (`lpFromlen` too small), WSAECONNRESET (an earlier datagram could not be
 *   delivered), WSAENETRESET (its time to live ran out), WSAEISCONN (the socket is connected and may not be used so)
 * @returns 0; SOCKET_ERROR on failure
 * @see https://learn.microsoft.com/windows/win32/api/ws2spi/nc-ws2spi-lpwsprecvfrom
 */
export type LPWSPRECVFROM = (
  s: SOCKET,
  lpBuffers: readonly WSABUF[] | null,
  dwBufferCount: number,
  lpNumberOfBytesRecvd: Ref | null,
  lpFlags: Ref | null,
  lpFrom: Memory | null,
  lpFromlen: Ref | null,
  lpOverlapped: OVERLAPPED | null,
  lpCompletionRoutine: LPWSAOVERLAPPED_COMPLETION_ROUTINE | null,
  lpThreadId: WSATHREADID | null,
  lpErrno: Ref,
) => MaybePending<number>;

/**
 * Ends receiving and takes disconnect data that came with the peer's end. Does not block.
 *
 * @param s a connected socket
 * @param lpInboundDisconnectData receives the data (`len` becomes the count), or null
 * @param lpErrno WSAENOTCONN, WSAENOPROTOOPT (the protocol has no disconnect data and a buffer was given), WSAEFAULT,
 *   WSAEINPROGRESS
 * @returns 0; SOCKET_ERROR on failure
 * @see https://learn.microsoft.com/windows/win32/api/ws2spi/nc-ws2spi-lpwsprecvdisconnect
 */
export type LPWSPRECVDISCONNECT = (s: SOCKET, lpInboundDisconnectData: WSABUF | null, lpErrno: Ref) => number;

/**
 * Sends buffers in order. May block: until the data is buffered.
 *
 * @param s a connected socket
 * @param lpBuffers the buffers
 * @param dwBufferCount how many of them
 * @param lpNumberOfBytesSent receives the count when the operation completes at once; may be null with `lpOverlapped`
 * @param dwFlags MSG_DONTROUTE, MSG_OOB, MSG_PARTIAL
 * @param lpOverlapped null for a non-overlapped call
 * @param lpCompletionRoutine runs in the thread `lpThreadId` on completion, or null
 * @param lpThreadId the calling thread; kept until completion
 * @param lpErrno WSAEWOULDBLOCK (non-blocking and the send buffer is full), WSAENOTCONN, WSAESHUTDOWN (sending was shut
 *   down), WSAEMSGSIZE (message longer than the transport's maximum; nothing was sent), WSAECONNRESET, WSAECONNABORTED,
 *   WSAENETRESET (connection lost), WSAEACCES (broadcast not enabled), WSAEINVAL (not bound), WSAEOPNOTSUPP (flag not
 *   supported), WSAENOBUFS, WSAEFAULT, WSAEINPROGRESS, WSA_IO_PENDING
 * @returns 0; SOCKET_ERROR on failure
 * @see https://learn.microsoft.com/windows/win32/api/ws2spi/nc-ws2spi-lpwspsend
 */
export type LPWSPSEND = (
  s: SOCKET,
  lpBuffers: readonly WSABUF[] | null,
  dwBufferCount: number,
  lpNumberOfBytesSent: Ref | null,
  dwFlags: number,
  lpOverlapped: OVERLAPPED | null,
  lpCompletionRoutine: LPWSAOVERLAPPED_COMPLETION_ROUTINE | null,
  lpThreadId: WSATHREADID | null,
  lpErrno: Ref,
) => MaybePending<number>;

/**
 * Ends sending, with disconnect data where the protocol has them. Does not block.
 *
 * @param s a connected socket
 * @param lpOutboundDisconnectData the data, or null
 * @param lpErrno WSAENOTCONN, WSAENOPROTOOPT (the protocol has no disconnect data and some were given), WSAEFAULT,
 *   WSAEINPROGRESS
 * @returns 0; SOCKET_ERROR on failure
 * @see https://learn.microsoft.com/windows/win32/api/ws2spi/nc-ws2spi-lpwspsenddisconnect
 */
export type LPWSPSENDDISCONNECT = (s: SOCKET, lpOutboundDisconnectData: WSABUF | null, lpErrno: Ref) => number;

/**
 * Sends buffers as one message to an address. May block.
 *
 * @param s the socket, bound implicitly when it is not
 * @param lpBuffers the buffers
 * @param dwBufferCount how many of them
 * @param lpNumberOfBytesSent receives the count when the operation completes at once; may be null with `lpOverlapped`
 * @param dwFlags MSG_DONTROUTE, MSG_OOB, MSG_PARTIAL
 * @param lpTo the address; null, or ignored, on a connected stream
 * @param iTolen bytes at `lpTo`
 * @param lpOverlapped null for a non-overlapped call
 * @param lpCompletionRoutine runs in the thread `lpThreadId` on completion, or null
 * @param lpThreadId the calling thread; kept until completion
 * @param lpErrno as LPWSPSEND, and WSAEDESTADDRREQ (no address given and none known), WSAEADDRNOTAVAIL (no valid peer),
 *   WSAEAFNOSUPPORT (of another family), WSAENETUNREACH, WSAEINTR
 * @returns 0; SOCKET_ERROR on failure
 * @see https://learn.microsoft.com/windows/win32/api/ws2spi/nc-ws2spi-lpwspsendto
 */
export type LPWSPSENDTO = (
  s: SOCKET,
  lpBuffers: readonly WSABUF[] | null,
  dwBufferCount: number,
  lpNumberOfBytesSent: Ref | null,
  dwFlags: number,
  lpTo: Memory | null,
  iTolen: number,
  lpOverlapped: OVERLAPPED | null,
  lpCompletionRoutine: LPWSAOVERLAPPED_COMPLETION_ROUTINE | null,
  lpThreadId: WSATHREADID | null,
  lpErrno: Ref,
) => MaybePending<number>;
