// The upcall table: what WS2_32 does for providers. One table per process; the events and APCs behind it are win32's.
import {
  FALSE,
  INVALID_SOCKET,
  NO_ERROR,
  NULL_HANDLE,
  SOCKET_ERROR,
  TRUE,
  WSAEFAULT,
  WSAEINVAL,
  WSAENOTSOCK,
  WSANOTINITIALISED,
  WSA_INVALID_HANDLE,
  type Ref,
  type SOCKET,
  type WSATHREADID,
} from '../abi/index.js';
import { COMPLETE_OVERLAPPED_REQUEST, type WSPUPCALLTABLE } from '../spi/index.js';
import { currentThread, Event, postMessage, queueApc, ThreadObject, type Thread } from '../win32/index.js';
import type { WinsockProcess } from './process.js';
import { providerPath } from './provider-path.js';
import { SocketHandle, completeOverlapped } from './socket-handle.js';
import { isProvidersThread, openThread, threadOf } from './thread-id.js';

/** The table for one process. */
export function createUpcallTable(process: WinsockProcess): WSPUPCALLTABLE {
  const { handles } = process.kernel;

  const { catalog } = process;
  const session = {};
  process.session = session;

  function fail<R>(lpErrno: Ref | null, error: number, result: R): R {
    if (lpErrno !== null) lpErrno.value = error;
    return result;
  }

  /** Whether the WSPStartup that gave this table out still counts: not after the last WSACleanup, nor in a later start. */
  const isInitialised = (): boolean => process.session === session;

  function associate(handle: SOCKET, catalogEntryId: number, context: unknown, lpErrno: Ref): SOCKET {
    const entry = isInitialised() ? (catalog?.byId(catalogEntryId) ?? null) : null;
    const provider = entry === null ? null : process.providerOf(entry);
    if (entry === null || provider === null || provider.failed) return fail(lpErrno, WSAEINVAL, INVALID_SOCKET);
    const { handed = false } = process.sockets.get(handle) ?? {};
    const made = handles.get(handle) instanceof SocketHandle;
    process.sockets.set(handle, { handle, provider, entry, context, made, handed });
    return handle;
  }

  let lastEntry: number | null = null;

  /** Whether the catalog has this entry. Providers ask in their own name whenever a call waits, so the answer is kept. */
  function isEntry(id: number): boolean {
    if (!isInitialised()) return false;
    if (id === lastEntry) return true;
    if ((catalog?.byId(id) ?? null) === null) return false;
    lastEntry = id;
    return true;
  }

  function event(handle: number): Event | null {
    const object = handles.get(handle);
    return object instanceof Event ? object : null;
  }

  /** The thread that a provider names; null for none, and for one that has ended. */
  function threadNamed(id: WSATHREADID | null): Thread | null {
    const thread = id === null ? null : threadOf(process.kernel, id.ThreadHandle);
    return thread === null || ThreadObject.of(thread).ended ? null : thread;
  }

  return {
    lpWPUCreateEvent: () => handles.open(new Event(true)),
    lpWPUCloseEvent(hEvent, lpErrno) {
      if (event(hEvent) === null) return fail(lpErrno, WSA_INVALID_HANDLE, FALSE);
      return handles.close(hEvent) ? TRUE : FALSE;
    },
    lpWPUSetEvent(hEvent, lpErrno) {
      const object = event(hEvent);
      if (object === null) return fail(lpErrno, WSA_INVALID_HANDLE, FALSE);
      object.set();
      return TRUE;
    },
    lpWPUResetEvent(hEvent, lpErrno) {
      const object = event(hEvent);
      if (object === null) return fail(lpErrno, WSA_INVALID_HANDLE, FALSE);
      object.reset();
      return TRUE;
    },
    lpWPUModifyIFSHandle(dwCatalogEntryId, ProposedHandle, lpErrno) {
      const kind = handles.get(ProposedHandle)?.kind;
      // What the system reads and writes; a provider's own driver may well give out files.
      if (kind !== 'socket' && kind !== 'file') return fail(lpErrno, WSAEINVAL, INVALID_SOCKET);
      // A layer may take over what one below it has made: that one still wants its context back.
      const known = process.sockets.get(ProposedHandle);
      return associate(ProposedHandle, dwCatalogEntryId, known === undefined ? null : known.context, lpErrno);
    },
    lpWPUCreateSocketHandle(dwCatalogEntryId, dwContext, lpErrno) {
      const handle = handles.open(new SocketHandle()) as SOCKET;
      const s = associate(handle, dwCatalogEntryId, dwContext, lpErrno);
      if (s === INVALID_SOCKET) handles.close(handle);
      return s;
    },
    lpWPUCloseSocketHandle(s, lpErrno) {
      if (!(handles.get(s) instanceof SocketHandle)) return fail(lpErrno, WSAENOTSOCK, SOCKET_ERROR);
      // The provider has closed what was behind it.
      process.sockets.delete(s);
      handles.close(s);
      return 0;
    },
    lpWPUQuerySocketHandleContext(s, lpContext, lpErrno) {
      const record = process.sockets.get(s);
      if (record?.made !== true) return fail(lpErrno, WSAENOTSOCK, SOCKET_ERROR);
      if (lpContext === null) return fail(lpErrno, WSAEFAULT, SOCKET_ERROR);
      lpContext.value = record.context;
      return 0;
    },
    lpWPUFDIsSet: (s, fdset) => (fdset?.fd_array.slice(0, fdset.fd_count >>> 0).includes(s) === true ? TRUE : FALSE),
    lpWPUGetProviderPath(lpProviderId, lpszProviderDllPath, lpProviderDllPathLen, lpErrno) {
      const error = providerPath(process.catalog, lpProviderId, lpszProviderDllPath, lpProviderDllPathLen);
      return error === 0 ? 0 : fail(lpErrno, error, SOCKET_ERROR);
    },
    lpWPUPostMessage: (hWnd, Msg, wParam, lParam) =>
      postMessage(process.kernel, hWnd, Msg, wParam, lParam) === NO_ERROR ? TRUE : FALSE,
    lpWPUQueryBlockingCallback(dwCatalogEntryId, lplpfnCallback, lpdwContext, lpErrno) {
      if (lplpfnCallback === null || lpdwContext === null) return fail(lpErrno, WSAEFAULT, SOCKET_ERROR);
      if (!isEntry(dwCatalogEntryId)) return fail(lpErrno, WSAEINVAL, SOCKET_ERROR);
      // A context without a callback: there is no hook, but the call may be cancelled.
      const calls = process.blockingCalls?.of(currentThread()) ?? null;
      lplpfnCallback.value = calls?.callback ?? null;
      lpdwContext.value = calls ?? 0;
      return 0;
    },
    lpWPUQueueApc(lpThreadId, lpfnUserApc, dwContext, lpErrno) {
      const thread = threadNamed(lpThreadId);
      if (thread === null || typeof lpfnUserApc !== 'function') return fail(lpErrno, WSAEFAULT, SOCKET_ERROR);
      queueApc(thread, () => {
        lpfnUserApc(dwContext);
      });
      return 0;
    },
    lpWPUOpenCurrentThread(lpThreadId, lpErrno) {
      if (!isInitialised()) return fail(lpErrno, WSANOTINITIALISED, SOCKET_ERROR);
      if (lpThreadId === null) return fail(lpErrno, WSAEFAULT, SOCKET_ERROR);
      lpThreadId.ThreadHandle = openThread(currentThread());
      return 0;
    },
    lpWPUCloseThread(lpThreadId, lpErrno) {
      if (!isInitialised()) return fail(lpErrno, WSANOTINITIALISED, SOCKET_ERROR);
      // The id that came with a call is WS2_32's own: who closed it would take it from every provider.
      if (lpThreadId === null || !isProvidersThread(process.kernel, lpThreadId.ThreadHandle)) {
        return fail(lpErrno, WSAEFAULT, SOCKET_ERROR);
      }
      handles.close(lpThreadId.ThreadHandle);
      lpThreadId.ThreadHandle = NULL_HANDLE;
      return 0;
    },
    [COMPLETE_OVERLAPPED_REQUEST](s, lpOverlapped, dwError, cbTransferred, lpErrno) {
      const error = completeOverlapped(process, s, lpOverlapped, dwError, cbTransferred >>> 0);
      return error === 0 ? 0 : fail(lpErrno, error, SOCKET_ERROR);
    },
  };
}
