// The contract of the upcalls: what WS2_32 hands to a transport provider at WSPStartup. Types only; the
// implementation is ws2_32's.
import type { fd_set, GUID, HWND, OVERLAPPED, Ref, SOCKET, WSAEVENT, WSATHREADID } from '../abi/index.js';
import type { CHAIN_SERVICES, ChainServices } from './chain.js';
import type { COMPLETE_OVERLAPPED_REQUEST } from './complete-overlapped.js';
import type { BOOL, DWORD_PTR, LPBLOCKINGCALLBACK, LPWSAUSERAPC } from './types.js';

// No upcall blocks, and every one that takes lpErrno stores its error code there and nowhere else. lpErrno is left as
// it was when the upcall succeeds.

/**
 * Closes an event object that `lpWPUCreateEvent` made.
 *
 * @param hEvent the event object
 * @param lpErrno receives WSA_INVALID_HANDLE when `hEvent` is no event object
 * @returns TRUE; FALSE on failure
 * @see https://learn.microsoft.com/windows/win32/api/ws2spi/nf-ws2spi-wpucloseevent
 */
export type LPWPUCLOSEEVENT = (hEvent: WSAEVENT, lpErrno: Ref) => BOOL;

/**
 * Gives back a socket handle that `lpWPUCreateSocketHandle` made; the provider's context goes with it.
 *
 * @param s the handle
 * @param lpErrno receives WSAENOTSOCK when `s` was not made by `lpWPUCreateSocketHandle`
 * @returns 0; SOCKET_ERROR on failure
 * @see https://learn.microsoft.com/windows/win32/api/ws2spi/nf-ws2spi-wpuclosesockethandle
 */
export type LPWPUCLOSESOCKETHANDLE = (s: SOCKET, lpErrno: Ref) => number;

/**
 * Makes a manual-reset event object, not signaled.
 *
 * @param lpErrno receives WSA_NOT_ENOUGH_MEMORY when no further object can be made
 * @returns the event's handle; WSA_INVALID_EVENT on failure
 * @see https://learn.microsoft.com/windows/win32/api/ws2spi/nf-ws2spi-wpucreateevent
 */
export type LPWPUCREATEEVENT = (lpErrno: Ref) => WSAEVENT;

/**
 * Makes a socket handle for a provider whose sockets are no system handles.
 *
 * @param dwCatalogEntryId the catalog entry that the provider was started for
 * @param dwContext the provider's own value, given back by `lpWPUQuerySocketHandleContext`
 * @param lpErrno receives WSAENOBUFS when no handle is left
 * @returns the handle; INVALID_SOCKET on failure
 * @see https://learn.microsoft.com/windows/win32/api/ws2spi/nf-ws2spi-wpucreatesockethandle
 */
export type LPWPUCREATESOCKETHANDLE = (dwCatalogEntryId: number, dwContext: DWORD_PTR, lpErrno: Ref) => SOCKET;

/**
 * Tells whether a socket is in a set.
 *
 * @param s the socket
 * @param fdset the set; null counts as empty
 * @returns nonzero when it is, 0 otherwise
 * @see https://learn.microsoft.com/windows/win32/api/ws2spi/nf-ws2spi-wpufdisset
 */
export type LPWPUFDISSET = (s: SOCKET, fdset: fd_set | null) => number;

/**
 * Tells where a provider's module is, as the catalog names it.
 *
 * @param lpProviderId the provider
 * @param lpszProviderDllPath receives the text and a terminating null, in UTF-16 units
 * @param lpProviderDllPathLen in: units that fit; out, on WSAEFAULT: units needed
 * @param lpErrno receives WSAEINVAL for an unknown provider; WSAEFAULT for a null pointer or too short a buffer
 * @returns 0; SOCKET_ERROR on failure
 * @see https://learn.microsoft.com/windows/win32/api/ws2spi/nf-ws2spi-wpugetproviderpath
 */
export type LPWPUGETPROVIDERPATH = (
  lpProviderId: GUID | null,
  lpszProviderDllPath: Uint16Array | null,
  lpProviderDllPathLen: Ref | null,
  lpErrno: Ref,
) => number;

/**
 * Registers an installable-file-system handle as a socket of this provider, and says which handle to give the caller.
 *
 * @param dwCatalogEntryId the catalog entry that the provider was started for
 * @param ProposedHandle the handle that the provider, or the one below it, made
 * @param lpErrno receives WSAEINVAL when `ProposedHandle` is not a usable handle
 * @returns the handle to use, which may differ; INVALID_SOCKET on failure
 * @see https://learn.microsoft.com/windows/win32/api/ws2spi/nf-ws2spi-wpumodifyifshandle
 */
export type LPWPUMODIFYIFSHANDLE = (dwCatalogEntryId: number, ProposedHandle: SOCKET, lpErrno: Ref) => SOCKET;

/**
 * Posts a message to a window, for `WSPAsyncSelect` notifications.
 *
 * @param hWnd the window
 * @param Msg the message number that the application chose
 * @param wParam the socket
 * @param lParam event in the low word, error in the high word
 * @returns TRUE; FALSE when there is no such window or its queue is full (no code is reported)
 * @see https://learn.microsoft.com/windows/win32/api/ws2spi/nf-ws2spi-wpupostmessage
 */
export type LPWPUPOSTMESSAGE = (hWnd: HWND, Msg: number, wParam: number, lParam: number) => BOOL;

/**
 * Asks for the blocking hook of the current thread, which a provider has to call while it waits.
 *
 * @param dwCatalogEntryId the catalog entry that the provider was started for
 * @param lplpfnCallback receives the hook, or null when none is set
 * @param lpdwContext receives what to call the hook with
 * @param lpErrno receives WSAEFAULT for a null pointer; WSAEINVAL for an unknown catalog entry
 * @returns 0; SOCKET_ERROR on failure
 * @see https://learn.microsoft.com/windows/win32/api/ws2spi/nf-ws2spi-wpuqueryblockingcallback
 */
export type LPWPUQUERYBLOCKINGCALLBACK = (
  dwCatalogEntryId: number,
  lplpfnCallback: Ref<LPBLOCKINGCALLBACK | null> | null,
  lpdwContext: Ref<DWORD_PTR> | null,
  lpErrno: Ref,
) => number;

/**
 * Gives back the context that was stored with `lpWPUCreateSocketHandle`.
 *
 * @param s the handle
 * @param lpContext receives the context
 * @param lpErrno receives WSAENOTSOCK when `s` was not made by `lpWPUCreateSocketHandle`
 * @returns 0; SOCKET_ERROR on failure
 * @see https://learn.microsoft.com/windows/win32/api/ws2spi/nf-ws2spi-wpuquerysockethandlecontext
 */
export type LPWPUQUERYSOCKETHANDLECONTEXT = (s: SOCKET, lpContext: Ref<DWORD_PTR> | null, lpErrno: Ref) => number;

/**
 * Queues a procedure to an application thread, to run a completion routine there.
 *
 * @param lpThreadId the thread, as it was passed to the overlapped call; the provider keeps it
 * @param lpfnUserApc the procedure
 * @param dwContext passed to the procedure
 * @param lpErrno receives WSAEFAULT when `lpThreadId` names no thread
 * @returns 0; SOCKET_ERROR on failure
 * @see https://learn.microsoft.com/windows/win32/api/ws2spi/nf-ws2spi-wpuqueueapc
 */
export type LPWPUQUEUEAPC = (
  lpThreadId: WSATHREADID | null,
  lpfnUserApc: LPWSAUSERAPC | null,
  dwContext: DWORD_PTR,
  lpErrno: Ref,
) => number;

/**
 * Makes an event object not signaled.
 *
 * @param hEvent the event object
 * @param lpErrno receives WSA_INVALID_HANDLE when `hEvent` is no event object
 * @returns TRUE; FALSE on failure
 * @see https://learn.microsoft.com/windows/win32/api/ws2spi/nf-ws2spi-wpuresetevent
 */
export type LPWPURESETEVENT = (hEvent: WSAEVENT, lpErrno: Ref) => BOOL;

/**
 * Signals an event object.
 *
 * @param hEvent the event object
 * @param lpErrno receives WSA_INVALID_HANDLE when `hEvent` is no event object
 * @returns TRUE; FALSE on failure
 * @see https://learn.microsoft.com/windows/win32/api/ws2spi/nf-ws2spi-wpusetevent
 */
export type LPWPUSETEVENT = (hEvent: WSAEVENT, lpErrno: Ref) => BOOL;

/**
 * Opens the current thread for `lpWPUQueueApc`. Close it with `lpWPUCloseThread`.
 *
 * @param lpThreadId receives the thread; memory of the provider
 * @param lpErrno receives WSANOTINITIALISED when Winsock is not started
 * @returns 0; SOCKET_ERROR on failure
 * @see https://learn.microsoft.com/windows/win32/api/ws2spi/nf-ws2spi-wpuopencurrentthread
 */
export type LPWPUOPENCURRENTTHREAD = (lpThreadId: WSATHREADID | null, lpErrno: Ref) => number;

/**
 * Closes what `lpWPUOpenCurrentThread` opened.
 *
 * @param lpThreadId the thread
 * @param lpErrno receives WSANOTINITIALISED when Winsock is not started
 * @returns 0; SOCKET_ERROR on failure
 * @see https://learn.microsoft.com/windows/win32/api/ws2spi/nf-ws2spi-wpuclosethread
 */
export type LPWPUCLOSETHREAD = (lpThreadId: WSATHREADID | null, lpErrno: Ref) => number;

/**
 * Reports the end of an overlapped operation that a provider without system handles ran itself: fills the structure,
 * signals its event or queues to the port. An export of WS2_32 and not a field of the table.
 *
 * @param s the socket, made by `lpWPUCreateSocketHandle`
 * @param lpOverlapped the structure the operation was started with
 * @param dwError how the operation ended
 * @param cbTransferred bytes that were transferred
 * @param lpErrno receives WSAEINVAL when `s` was not made by `lpWPUCreateSocketHandle`
 * @returns 0; SOCKET_ERROR on failure
 * @see https://learn.microsoft.com/windows/win32/api/ws2spi/nf-ws2spi-wpucompleteoverlappedrequest
 */
export type LPWPUCOMPLETEOVERLAPPEDREQUEST = (
  s: SOCKET,
  lpOverlapped: OVERLAPPED | null,
  dwError: number,
  cbTransferred: number,
  lpErrno: Ref,
) => number;

/**
 * The upcalls, in ws2spi.h order. Passed by value in C: a provider may keep it, its content does not change.
 *
 * @see https://learn.microsoft.com/windows/win32/api/ws2spi/ns-ws2spi-wspupcalltable
 */
export interface WSPUPCALLTABLE {
  readonly lpWPUCloseEvent: LPWPUCLOSEEVENT;
  readonly lpWPUCloseSocketHandle: LPWPUCLOSESOCKETHANDLE;
  readonly lpWPUCreateEvent: LPWPUCREATEEVENT;
  readonly lpWPUCreateSocketHandle: LPWPUCREATESOCKETHANDLE;
  readonly lpWPUFDIsSet: LPWPUFDISSET;
  readonly lpWPUGetProviderPath: LPWPUGETPROVIDERPATH;
  readonly lpWPUModifyIFSHandle: LPWPUMODIFYIFSHANDLE;
  readonly lpWPUPostMessage: LPWPUPOSTMESSAGE;
  readonly lpWPUQueryBlockingCallback: LPWPUQUERYBLOCKINGCALLBACK;
  readonly lpWPUQuerySocketHandleContext: LPWPUQUERYSOCKETHANDLECONTEXT;
  readonly lpWPUQueueApc: LPWPUQUEUEAPC;
  readonly lpWPUResetEvent: LPWPURESETEVENT;
  readonly lpWPUSetEvent: LPWPUSETEVENT;
  readonly lpWPUOpenCurrentThread: LPWPUOPENCURRENTTHREAD;
  readonly lpWPUCloseThread: LPWPUCLOSETHREAD;
  /** Beside what ws2spi.h lists: the way of a layered provider to the link below. See ChainServices. */
  readonly [CHAIN_SERVICES]?: ChainServices;
  /** Beside what ws2spi.h lists: the export of WS2_32 that a provider of own handles needs. See completeOverlappedRequest. */
  readonly [COMPLETE_OVERLAPPED_REQUEST]?: LPWPUCOMPLETEOVERLAPPEDREQUEST;
}

/** The table's field names, in ws2spi.h order. */
export const WSPUPCALL_NAMES = [
  'lpWPUCloseEvent',
  'lpWPUCloseSocketHandle',
  'lpWPUCreateEvent',
  'lpWPUCreateSocketHandle',
  'lpWPUFDIsSet',
  'lpWPUGetProviderPath',
  'lpWPUModifyIFSHandle',
  'lpWPUPostMessage',
  'lpWPUQueryBlockingCallback',
  'lpWPUQuerySocketHandleContext',
  'lpWPUQueueApc',
  'lpWPUResetEvent',
  'lpWPUSetEvent',
  'lpWPUOpenCurrentThread',
  'lpWPUCloseThread',
] as const satisfies readonly (keyof WSPUPCALLTABLE)[];
