// WSAEventSelect, WSAEnumNetworkEvents, WSAAsyncSelect: being told what happens on a socket. What happens, and what
// re-enables its being told, is the provider's business.
import { FD_ALL_EVENTS, SOCKET_ERROR, type HWND, type WSAEVENT, type WSANETWORKEVENTS } from '../abi/index.js';
import { immediate, onSocket } from './define.js';

/**
 * Has an event set when network events happen on a socket, and makes the socket non-blocking. It replaces any earlier
 * selection by this function or WSAAsyncSelect. What holds already is recorded at once. Having been recorded, an event is
 * recorded again only after a call that re-enables it: a receive for FD_READ and FD_OOB, `accept` for FD_ACCEPT, a send that
 * gave WSAEWOULDBLOCK for FD_WRITE, WSAIoctl for the changes of addresses and routes. Accepted sockets take the
 * listener's selection over. Does not block.
 *
 * @param s - the socket
 * @param hEventObject - the event; ignored, and may be WSA_INVALID_EVENT, with `lNetworkEvents` 0
 * @param lNetworkEvents - FD_* bits; 0 ends the selection, after which FIONBIO can make the socket blocking again. FD_QOS
 *   and FD_GROUP_QOS can be asked for and never happen
 * @returns 0 or SOCKET_ERROR. Errors: WSANOTINITIALISED, WSAENOTSOCK, WSAEINVAL (no event, or unknown bits)
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsaeventselect
 */
export const WSAEventSelect = immediate(
  'WSAEventSelect',
  onSocket(SOCKET_ERROR, (call, s, hEventObject: WSAEVENT, lNetworkEvents: number): number =>
    call.finish(call.procs.lpWSPEventSelect(s, hEventObject, lNetworkEvents, call.lpErrno), SOCKET_ERROR),
  ),
);

/**
 * Takes the network events that WSAEventSelect has had recorded for a socket, clears the record and resets an event, all in
 * one step: what happens next sets the event again. Does not block.
 *
 * @param s - the socket
 * @param hEventObject - an event to reset, or WSA_INVALID_EVENT
 * @param lpNetworkEvents - receives the events, and an error in `iErrorCode[FD_*_BIT]` for each of them; the other places
 *   are left alone. FD_CONNECT tells why a connect failed; FD_CLOSE tells 0 for the peer's end of the stream,
 *   WSAECONNABORTED for any other end
 * @returns 0 or SOCKET_ERROR, and then nothing is cleared or reset. Errors: WSANOTINITIALISED, WSAENOTSOCK, WSAEFAULT
 *   (`lpNetworkEvents` is null), WSAEINVAL (`hEventObject` is no event)
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsaenumnetworkevents
 */
export const WSAEnumNetworkEvents = immediate(
  'WSAEnumNetworkEvents',
  onSocket(
    SOCKET_ERROR,
    (call, s, hEventObject: WSAEVENT, lpNetworkEvents: WSANETWORKEVENTS | null): number => {
      const { procs, lpErrno } = call;
      const status = procs.lpWSPEnumNetworkEvents(s, hEventObject, lpNetworkEvents, lpErrno);
      if (status !== 0 || lpNetworkEvents === null || (lpNetworkEvents.lNetworkEvents & ~FD_ALL_EVENTS) === 0) {
        return call.finish(status, SOCKET_ERROR);
      }
      // No program could make anything of events that there are not.
      lpNetworkEvents.bytes.fill(0);
      return call.breach('it told of events that there are not');
    },
  ),
);

/**
 * Has a message posted to a window for each network event of a socket, and makes the socket non-blocking. It replaces any
 * earlier selection by this function or WSAEventSelect. A message has the socket as wParam, and as lParam what
 * WSAGETSELECTEVENT and WSAGETSELECTERROR take apart. What holds already is posted at once; having been posted, an event is
 * posted again only after a call that re-enables it, as with WSAEventSelect. FD_CLOSE comes when all data has been
 * read. Messages that wait in the queue are still received after the selection has ended. Does not block.
 *
 * @param s - the socket
 * @param hWnd - the window; ignored with `lEvent` 0
 * @param wMsg - the number of the message
 * @param lEvent - FD_* bits; 0 ends the selection. FD_QOS and FD_GROUP_QOS can be asked for and never happen
 * @returns 0 or SOCKET_ERROR. Errors: WSANOTINITIALISED, WSAENOTSOCK, WSAEINVAL (no such window, or unknown bits)
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsaasyncselect
 */
export const WSAAsyncSelect = immediate(
  'WSAAsyncSelect',
  onSocket(SOCKET_ERROR, (call, s, hWnd: HWND, wMsg: number, lEvent: number): number =>
    call.finish(call.procs.lpWSPAsyncSelect(s, hWnd, wMsg, lEvent, call.lpErrno), SOCKET_ERROR),
  ),
);
