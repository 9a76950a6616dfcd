// What the lParam of a Winsock window message holds. Owns no message; win32 and afd post them.

import { HIWORD, LOWORD, MAKELONG } from './words.js';

/** The buffer length that an asynchronous database request needs. */
export function WSAGETASYNCBUFLEN(lParam: number): number {
  return LOWORD(lParam);
}

/** The error of an asynchronous database request; 0 for none. */
export function WSAGETASYNCERROR(lParam: number): number {
  return HIWORD(lParam);
}

/** The FD_* event of a WSAAsyncSelect message. */
export function WSAGETSELECTEVENT(lParam: number): number {
  return LOWORD(lParam);
}

/** The error of a WSAAsyncSelect message; 0 for none. */
export function WSAGETSELECTERROR(lParam: number): number {
  return HIWORD(lParam);
}

/** The lParam that answers an asynchronous database request. */
export function WSAMAKEASYNCREPLY(buflen: number, error: number): number {
  return MAKELONG(buflen, error);
}

/** The lParam of a WSAAsyncSelect message. */
export function WSAMAKESELECTREPLY(event: number, error: number): number {
  return MAKELONG(event, error);
}
