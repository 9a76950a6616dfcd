// WSPSend, WSPSendTo, WSPRecv, WSPRecvFrom, and the messages' functions: plain calls go down with the other handle and
// nothing else, overlapped ones as an operation of the layer's. These are the calls that programs make by the million.
import { SOCKET_ERROR, type Ref } from '../../../../abi/index.js';
import type {
  LPWSPRECV,
  LPWSPRECVFROM,
  LPWSPRECVMSG,
  LPWSPSEND,
  LPWSPSENDMSG,
  LPWSPSENDTO,
} from '../../../../spi/index.js';
import { notSocket, type OwnHandles } from '../layer.js';
import { begin } from '../overlapped.js';

export function send(layer: OwnHandles): LPWSPSEND {
  return (s, buffers, count, sent, flags, overlapped, routine, threadId, lpErrno: Ref) => {
    const socket = layer.of(s);
    if (socket === null) return notSocket(lpErrno);
    const { lower, procs } = socket;
    if (overlapped === null) return procs.lpWSPSend(lower, buffers, count, sent, flags, null, null, null, lpErrno);
    const operation = begin(socket, overlapped, routine, threadId, lpErrno);
    if (operation === null) return SOCKET_ERROR;
    const result = procs.lpWSPSend(lower, buffers, count, sent, flags, operation.lower, null, null, lpErrno);
    return operation.started(result, SOCKET_ERROR, lpErrno);
  };
}

export function sendTo(layer: OwnHandles): LPWSPSENDTO {
  return (s, buffers, count, sent, flags, to, tolen, overlapped, routine, threadId, lpErrno) => {
    const socket = layer.of(s);
    if (socket === null) return notSocket(lpErrno);
    const { lower, procs } = socket;
    if (overlapped === null) {
      return procs.lpWSPSendTo(lower, buffers, count, sent, flags, to, tolen, null, null, null, lpErrno);
    }
    const operation = begin(socket, overlapped, routine, threadId, lpErrno);
    if (operation === null) return SOCKET_ERROR;
    const below = operation.lower;
    const result = procs.lpWSPSendTo(lower, buffers, count, sent, flags, to, tolen, below, null, null, lpErrno);
    return operation.started(result, SOCKET_ERROR, lpErrno);
  };
}

export function recv(layer: OwnHandles): LPWSPRECV {
  return (s, buffers, count, received, flags, overlapped, routine, threadId, lpErrno) => {
    const socket = layer.of(s);
    if (socket === null) return notSocket(lpErrno);
    const { lower, procs } = socket;
    if (overlapped === null) return procs.lpWSPRecv(lower, buffers, count, received, flags, null, null, null, lpErrno);
    const operation = begin(socket, overlapped, routine, threadId, lpErrno);
    if (operation === null) return SOCKET_ERROR;
    const result = procs.lpWSPRecv(lower, buffers, count, received, flags, operation.lower, null, null, lpErrno);
    return operation.started(result, SOCKET_ERROR, lpErrno);
  };
}

export function recvFrom(layer: OwnHandles): LPWSPRECVFROM {
  return (s, buffers, count, received, flags, from, fromlen, overlapped, routine, threadId, lpErrno) => {
    const socket = layer.of(s);
    if (socket === null) return notSocket(lpErrno);
    const { lower, procs } = socket;
    if (overlapped === null) {
      return procs.lpWSPRecvFrom(lower, buffers, count, received, flags, from, fromlen, null, null, null, lpErrno);
    }
    const operation = begin(socket, overlapped, routine, threadId, lpErrno);
    if (operation === null) return SOCKET_ERROR;
    const below = operation.lower;
    const result = procs.lpWSPRecvFrom(lower, buffers, count, received, flags, from, fromlen, below, null, null, lpErrno);
    return operation.started(result, SOCKET_ERROR, lpErrno);
  };
}

/** WSARecvMsg over the next provider's. */
export function recvMsg(layer: OwnHandles, next: LPWSPRECVMSG): LPWSPRECVMSG {
  return (s, message, received, overlapped, routine, threadId, lpErrno) => {
    const socket = layer.of(s);
    if (socket === null) return notSocket(lpErrno);
    if (overlapped === null) return next(socket.lower, message, received, null, null, null, lpErrno);
    const operation = begin(socket, overlapped, routine, threadId, lpErrno);
    if (operation === null) return SOCKET_ERROR;
    const result = next(socket.lower, message, received, operation.lower, null, null, lpErrno);
    return operation.started(result, SOCKET_ERROR, lpErrno);
  };
}

/** WSASendMsg over the next provider's. */
export function sendMsg(layer: OwnHandles, next: LPWSPSENDMSG): LPWSPSENDMSG {
  return (s, message, flags, sent, overlapped, routine, threadId, lpErrno) => {
    const socket = layer.of(s);
    if (socket === null) return notSocket(lpErrno);
    if (overlapped === null) return next(socket.lower, message, flags, sent, null, null, null, lpErrno);
    const operation = begin(socket, overlapped, routine, threadId, lpErrno);
    if (operation === null) return SOCKET_ERROR;
    const result = next(socket.lower, message, flags, sent, operation.lower, null, null, lpErrno);
    return operation.started(result, SOCKET_ERROR, lpErrno);
  };
}
