// WSPEventSelect, WSPAsyncSelect, WSPEnumNetworkEvents: who is told of network events. What happens, and when it is told
// again, is afd's.
import {
  FALSE,
  SOCKET_ERROR,
  WSAEFAULT,
  WSAEINVAL,
  WSAENOTSOCK,
  WSAMAKESELECTREPLY,
  type HWND,
  type Ref,
  type SOCKET,
  type WSAEVENT,
  type WSANETWORKEVENTS,
} from '../../../abi/index.js';
import type { Endpoint, EventTarget, MessageTarget } from '../../../afd/index.js';
import { Event, Window } from '../../../win32/index.js';
import { fail, status, type Msafd } from '../provider.js';

function eventOf(provider: Msafd, handle: WSAEVENT): Event | null {
  const object = provider.process.handles.get(handle);
  return object instanceof Event ? object : null;
}

export function eventSelect(
  provider: Msafd,
  endpoint: Endpoint,
  hEventObject: WSAEVENT,
  lNetworkEvents: number,
  lpErrno: Ref,
): number {
  const object = eventOf(provider, hEventObject);
  const target: EventTarget | null = object === null ? null : { kind: 'event', object, handle: hEventObject };
  return status(lpErrno, provider.afd.ops.selectEvents(endpoint, 'event', target, lNetworkEvents));
}

export function asyncSelect(
  provider: Msafd,
  s: SOCKET,
  hWnd: HWND,
  wMsg: number,
  lEvent: number,
  lpErrno: Ref,
): number {
  const endpoint = provider.endpoint(s);
  if (endpoint === null) return fail(lpErrno, WSAENOTSOCK, SOCKET_ERROR);
  const post = ({ window, message, socket }: MessageTarget, event: number, error: number): void => {
    const reply = WSAMAKESELECTREPLY(event, error);
    if (provider.upcalls.lpWPUPostMessage(window as HWND, message, socket, reply) !== FALSE) return;
    // A window that is gone, or whose queue is full, hears nothing. The event counts as told: what re-enables it has it told
    // again.
    provider.afd.note('network event not posted', [socket, window, message, event]);
  };
  const known = Window.of(provider.process, hWnd) !== null;
  const target: MessageTarget | null = known ? { kind: 'messages', window: hWnd, message: wMsg, socket: s, post } : null;
  return status(lpErrno, provider.afd.ops.selectEvents(endpoint, 'messages', target, lEvent));
}

export function enumNetworkEvents(
  provider: Msafd,
  endpoint: Endpoint,
  hEventObject: WSAEVENT,
  lpNetworkEvents: WSANETWORKEVENTS | null,
  lpErrno: Ref,
): number {
  if (lpNetworkEvents === null) return fail(lpErrno, WSAEFAULT, SOCKET_ERROR);
  const object = eventOf(provider, hEventObject);
  if (object === null && hEventObject !== 0) return fail(lpErrno, WSAEINVAL, SOCKET_ERROR);
  return status(lpErrno, provider.afd.ops.takeEvents(endpoint, lpNetworkEvents, object));
}
