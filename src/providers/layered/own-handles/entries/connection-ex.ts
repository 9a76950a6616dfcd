// AcceptEx, ConnectEx, DisconnectEx, TransmitFile, TransmitPackets over the next provider's: the same parameters with the
// other handles, and an operation of the layer's where there is an OVERLAPPED.
import { FALSE, WSAENOTSOCK } from '../../../../abi/index.js';
import type {
  LPWSPACCEPTEX,
  LPWSPCONNECTEX,
  LPWSPDISCONNECTEX,
  LPWSPTRANSMITFILE,
  LPWSPTRANSMITPACKETS,
} from '../../../../spi/index.js';
import { fail, type OwnHandles } from '../layer.js';
import { begin } from '../overlapped.js';

export function acceptEx(layer: OwnHandles, next: LPWSPACCEPTEX): LPWSPACCEPTEX {
  return (listening, accepting, output, data, local, remote, received, overlapped, lpErrno) => {
    const listener = layer.of(listening);
    const socket = layer.of(accepting);
    if (listener === null || socket === null) return fail(lpErrno, WSAENOTSOCK, FALSE);
    if (overlapped === null) {
      return next(listener.lower, socket.lower, output, data, local, remote, received, null, lpErrno);
    }
    const operation = begin(listener, overlapped, null, null, lpErrno);
    if (operation === null) return FALSE;
    const below = operation.lower;
    const result = next(listener.lower, socket.lower, output, data, local, remote, received, below, lpErrno);
    return operation.started(result, FALSE, lpErrno);
  };
}

export function connectEx(layer: OwnHandles, next: LPWSPCONNECTEX): LPWSPCONNECTEX {
  return (s, name, namelen, data, length, sent, overlapped, lpErrno) => {
    const socket = layer.of(s);
    if (socket === null) return fail(lpErrno, WSAENOTSOCK, FALSE);
    if (overlapped === null) return next(socket.lower, name, namelen, data, length, sent, null, lpErrno);
    const operation = begin(socket, overlapped, null, null, lpErrno);
    if (operation === null) return FALSE;
    const result = next(socket.lower, name, namelen, data, length, sent, operation.lower, lpErrno);
    return operation.started(result, FALSE, lpErrno);
  };
}

export function disconnectEx(layer: OwnHandles, next: LPWSPDISCONNECTEX): LPWSPDISCONNECTEX {
  return (s, overlapped, flags, reserved, lpErrno) => {
    const socket = layer.of(s);
    if (socket === null) return fail(lpErrno, WSAENOTSOCK, FALSE);
    if (overlapped === null) return next(socket.lower, null, flags, reserved, lpErrno);
    const operation = begin(socket, overlapped, null, null, lpErrno);
    if (operation === null) return FALSE;
    return operation.started(next(socket.lower, operation.lower, flags, reserved, lpErrno), FALSE, lpErrno);
  };
}

export function transmitFile(layer: OwnHandles, next: LPWSPTRANSMITFILE): LPWSPTRANSMITFILE {
  return (s, file, bytes, perSend, overlapped, buffers, flags, lpErrno) => {
    const socket = layer.of(s);
    if (socket === null) return fail(lpErrno, WSAENOTSOCK, FALSE);
    if (overlapped === null) return next(socket.lower, file, bytes, perSend, null, buffers, flags, lpErrno);
    const operation = begin(socket, overlapped, null, null, lpErrno);
    if (operation === null) return FALSE;
    const result = next(socket.lower, file, bytes, perSend, operation.lower, buffers, flags, lpErrno);
    return operation.started(result, FALSE, lpErrno);
  };
}

export function transmitPackets(layer: OwnHandles, next: LPWSPTRANSMITPACKETS): LPWSPTRANSMITPACKETS {
  return (s, packets, count, size, overlapped, flags, lpErrno) => {
    const socket = layer.of(s);
    if (socket === null) return fail(lpErrno, WSAENOTSOCK, FALSE);
    if (overlapped === null) return next(socket.lower, packets, count, size, null, flags, lpErrno);
    const operation = begin(socket, overlapped, null, null, lpErrno);
    if (operation === null) return FALSE;
    const result = next(socket.lower, packets, count, size, operation.lower, flags, lpErrno);
    return operation.started(result, FALSE, lpErrno);
  };
}
