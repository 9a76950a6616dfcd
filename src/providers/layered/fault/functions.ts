// The extension functions through which rules come into play: each is its call's relative, and hit as that one.
import {
  FALSE,
  SOCKET_ERROR,
  TRUE,
  WSAID_ACCEPTEX,
  WSAID_CONNECTEX,
  WSAID_TRANSMITFILE,
  WSAID_TRANSMITPACKETS,
  WSAID_WSASENDMSG,
  WSAMSG,
} from '../../../abi/index.js';
import type { LPWSPACCEPTEX, LPWSPCONNECTEX, LPWSPSENDMSG, LPWSPTRANSMITFILE, LPWSPTRANSMITPACKETS } from '../../../spi/index.js';
import { placeIn } from '../kit/address-rule.js';
import { buffersOf, isRefused } from '../kit/buffers.js';
import type { ExtensionChanges } from '../kit/extension-functions.js';
import { functionBelow } from '../kit/function-below.js';
import { heldName, type Calls } from './calls.js';

/** The functions; `next` is what refuses a call that comes to nothing anyway. */
export function functionsOf(calls: Calls): ExtensionChanges {
  const { own } = calls;
  return {
    AcceptEx: (next) => (listening, accepting, output, data, local, remote, received, overlapped, lpErrno) => {
      const [listener, socket] = [own.of(listening), own.of(accepting)];
      const lower = listener === null ? null : functionBelow<LPWSPACCEPTEX>(listener, WSAID_ACCEPTEX);
      if (listener === null || socket === null || lower === null || overlapped === null) {
        return next(listening, accepting, output, data, local, remote, received, overlapped, lpErrno);
      }
      // It never waits.
      return calls.out(listener, { overlapped, lpErrno, failure: FALSE, success: TRUE }, received, {
        call: 'accept',
        place: null,
        buffers: null,
        start: () => (inner, moved, error) =>
          lower(listener.lower, socket.lower, output, data, local, remote, moved, inner, error),
      }) as number;
    },
    ConnectEx: (next) => (s, name, length, data, size, sent, overlapped, lpErrno) => {
      const socket = own.of(s);
      const lower = socket === null ? null : functionBelow<LPWSPCONNECTEX>(socket, WSAID_CONNECTEX);
      if (socket === null || lower === null || overlapped === null) {
        return next(s, name, length, data, size, sent, overlapped, lpErrno);
      }
      const held = heldName(name, length);
      return calls.out(socket, { overlapped, lpErrno, failure: FALSE, success: TRUE }, sent, {
        call: 'connect',
        place: placeIn(held, length),
        buffers: null,
        start: () => (inner, moved, error) => lower(socket.lower, held, length, data, size, moved, inner, error),
      }) as number;
    },
    TransmitFile: (next) => (s, file, bytes, perSend, overlapped, buffers, flags, lpErrno) => {
      const socket = own.of(s);
      const lower = socket === null ? null : functionBelow<LPWSPTRANSMITFILE>(socket, WSAID_TRANSMITFILE);
      if (socket === null || lower === null) return next(s, file, bytes, perSend, overlapped, buffers, flags, lpErrno);
      return calls.out(socket, { overlapped, lpErrno, failure: FALSE, success: TRUE }, null, {
        call: 'send',
        place: null,
        buffers: null,
        start: () => (inner, _moved, error) => lower(socket.lower, file, bytes, perSend, inner, buffers, flags, error),
      });
    },
    TransmitPackets: (next) => (s, packets, count, size, overlapped, flags, lpErrno) => {
      const socket = own.of(s);
      const lower = socket === null ? null : functionBelow<LPWSPTRANSMITPACKETS>(socket, WSAID_TRANSMITPACKETS);
      if (socket === null || lower === null) return next(s, packets, count, size, overlapped, flags, lpErrno);
      return calls.out(socket, { overlapped, lpErrno, failure: FALSE, success: TRUE }, null, {
        call: 'send',
        place: null,
        buffers: null,
        start: () => (inner, _moved, error) => lower(socket.lower, packets, count, size, inner, flags, error),
      });
    },
    WSASendMsg: (next) => (s, message, flags, sent, overlapped, routine, threadId, lpErrno) => {
      const socket = own.of(s);
      const lower = socket === null ? null : functionBelow<LPWSPSENDMSG>(socket, WSAID_WSASENDMSG);
      const isCarried = message !== null && !isRefused(message.lpBuffers, message.dwBufferCount, sent, overlapped);
      if (socket === null || lower === null || !isCarried) {
        return next(s, message, flags, sent, overlapped, routine, threadId, lpErrno);
      }
      const reporting = { overlapped, routine, threadId, lpErrno, failure: SOCKET_ERROR, success: 0 };
      const name = heldName(message.name, message.namelen);
      // The message is the program's again when the call has returned.
      const held = Object.assign(new WSAMSG(message), { name });
      return calls.out(socket, reporting, sent, {
        call: 'sendto',
        place: placeIn(name, message.namelen),
        buffers: buffersOf(message.lpBuffers, message.dwBufferCount),
        start: (all) => (inner, moved, error) => {
          const whole = Object.assign(new WSAMSG(held), { lpBuffers: [...all], dwBufferCount: all.length });
          return lower(socket.lower, whole, flags, moved, inner, null, null, error);
        },
      });
    },
    WSARecvMsg: calls.receives.recvMsg,
  };
}
