// idealsendbacklogquery and idealsendbacklognotify, which ws2tcpip.h defines by two control codes, and the hint about
// streaming media.
import {
  SIO_IDEAL_SEND_BACKLOG_CHANGE,
  SIO_IDEAL_SEND_BACKLOG_QUERY,
  SOCKET_ERROR,
  ref,
  type OVERLAPPED,
  type Ref,
} from '../abi/index.js';
import { immediate, onSocket, overlappable } from './define.js';
import type { OverlappedFunction, Routine } from './overlapped-function.js';

/** sizeof(ULONG). */
const SIZE = 4;

/**
 * Tells how many bytes a connection should have under way for the best throughput (SIO_IDEAL_SEND_BACKLOG_QUERY). Does not
 * block.
 *
 * @param s - a connected stream socket
 * @param pISB - receives bytes
 * @returns 0 or SOCKET_ERROR. Errors: WSANOTINITIALISED, WSAENOTSOCK, WSAEFAULT (null), WSAENOTCONN, WSAEOPNOTSUPP (no stream),
 *   WSAENOPROTOOPT (a local socket)
 * @see https://learn.microsoft.com/windows/win32/api/ws2tcpip/nf-ws2tcpip-idealsendbacklogquery
 */
export const idealsendbacklogquery = immediate(
  'idealsendbacklogquery',
  onSocket(SOCKET_ERROR, (call, s, pISB: Ref | null): number => {
    const memory = new Uint8Array(SIZE);
    const { procs, lpErrno } = call;
    const code = SIO_IDEAL_SEND_BACKLOG_QUERY;
    const output = pISB === null ? null : memory;
    const status = procs.lpWSPIoctl(s, code, null, 0, output, SIZE, ref(0), null, null, null, lpErrno) as number;
    if (status === 0 && pISB !== null) pISB.value = new DataView(memory.buffer).getUint32(0, true);
    return call.finish(status, SOCKET_ERROR);
  }),
);

/** idealsendbacklognotify's type. */
export type IdealSendBacklogNotify = OverlappedFunction<[s: Parameters<typeof idealsendbacklogquery>[0]]>;

/**
 * Waits until the number that idealsendbacklogquery tells changes (SIO_IDEAL_SEND_BACKLOG_CHANGE). Without an OVERLAPPED it
 * blocks, on a non-blocking socket too; with one it returns at once.
 *
 * @param s - a connected stream socket
 * @param lpOverlapped - null, or what reports the change
 * @param lpCompletionRoutine - runs in an alertable wait of this thread after the change, or null
 * @returns 0 or SOCKET_ERROR. Errors: WSANOTINITIALISED, WSAENOTSOCK, WSAENOTCONN, WSAEOPNOTSUPP (no stream), WSAENOPROTOOPT
 *   (a local socket), WSA_IO_PENDING; WSAEINTR, overlapped WSA_OPERATION_ABORTED (the socket was closed, sending was shut
 *   down, the connection was lost, or somebody waits already)
 * @see https://learn.microsoft.com/windows/win32/api/ws2tcpip/nf-ws2tcpip-idealsendbacklognotify
 */
export const idealsendbacklognotify = overlappable(
  'idealsendbacklognotify',
  1,
  onSocket(SOCKET_ERROR, (call, s, lpOverlapped: OVERLAPPED | null, lpCompletionRoutine: Routine) => {
    const thread = lpCompletionRoutine === null ? null : call.threadId;
    const { procs, lpErrno } = call;
    const code = SIO_IDEAL_SEND_BACKLOG_CHANGE;
    const result = procs.lpWSPIoctl(s, code, null, 0, null, 0, ref(0), lpOverlapped, lpCompletionRoutine, thread, lpErrno);
    return call.finish(result, SOCKET_ERROR);
  }),
) as IdealSendBacklogNotify;

/** The HRESULT of success. */
const S_OK = 0;

/**
 * Says whether this machine is to be used for streaming media, for whose sake wireless network cards then leave off looking
 * for other networks. There is no such card below any driver here, and without one it has no effect on Windows either. Does
 * not block, and works before WSAStartup.
 *
 * @param value - nonzero if it is
 * @returns S_OK
 * @see https://learn.microsoft.com/windows/win32/api/socketapi/nf-socketapi-setsocketmediastreamingmode
 */
// The parameter names the argument that is checked.
export const SetSocketMediaStreamingMode = immediate('SetSocketMediaStreamingMode', (_cell, _value: number): number => S_OK);
