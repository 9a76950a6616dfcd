// The upcall table: what WS2_32 does for providers. One table per process; the events and APCs behind it are win32's.
import {
  FALSE,
  GUID,
  INVALID_SOCKET,
  NO_ERROR,
  NULL_HANDLE,
  SOCKET_ERROR,
  TRUE,
  WSAEFAULT,
  WSAEINVAL,
  WSAENOTSOCK,
  WSA_INVALID_HANDLE,
  type Ref,
  type SOCKET,
} from '../abi/index.js';
import type { WSPUPCALLTABLE } from '../spi/index.js';
import { currentThread, Event, postMessage, queueApc } from '../win32/index.js';
import type { WinsockProcess } from './process.js';
import { SocketHandle } from './socket-handle.js';
import { openThread, threadOf } from './thread-id.js';

/** The table for one process. */
export function createUpcallTable(process: WinsockProcess): WSPUPCALLTABLE {
  const { handles } = process.kernel;

  function fail<R>(lpErrno: Ref, error: number, result: R): R {
    lpErrno.value = error;
    return result;
  }

  function associate(handle: SOCKET, catalogEntryId: number, context: unknown, lpErrno: Ref): SOCKET {
    const entry = process.catalog?.byId(catalogEntryId) ?? null;
    const provider = entry === null ? null : process.providerOf(entry);
    if (entry === null || provider === null) return fail(lpErrno, WSAEINVAL, INVALID_SOCKET);
    process.sockets.set(handle, { handle, provider, entry, context });
    return handle;
  }

  let lastEntry: number | null = null;

  /** Whether the catalog has this entry. Providers ask in their own name whenever a call waits, so the answer is kept. */
  function isEntry(id: number): boolean {
    if (id === lastEntry) return true;
    if ((process.catalog?.byId(id) ?? null) === null) return false;
    lastEntry = id;
    return true;
  }

  function event(handle: number): Event | null {
    const object = handles.get(handle);
    return object instanceof Event ? object : null;
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
    lpWPUModifyIFSHandle: (dwCatalogEntryId, ProposedHandle, lpErrno) =>
      associate(ProposedHandle, dwCatalogEntryId, null, lpErrno),
    lpWPUCreateSocketHandle(dwCatalogEntryId, dwContext, lpErrno) {
      const handle = handles.open(new SocketHandle()) as SOCKET;
      const s = associate(handle, dwCatalogEntryId, dwContext, lpErrno);
      if (s === INVALID_SOCKET) handles.close(handle);
      return s;
    },
    lpWPUCloseSocketHandle(s, lpErrno) {
      if (!process.sockets.delete(s)) return fail(lpErrno, WSAENOTSOCK, SOCKET_ERROR);
      handles.close(s);
      return 0;
    },
    lpWPUQuerySocketHandleContext(s, lpContext, lpErrno) {
      const record = process.sockets.get(s);
      if (record === undefined) return fail(lpErrno, WSAENOTSOCK, SOCKET_ERROR);
      if (lpContext === null) return fail(lpErrno, WSAEFAULT, SOCKET_ERROR);
      lpContext.value = record.context;
      return 0;
    },
    lpWPUFDIsSet: (s, fdset) => (fdset?.fd_array.slice(0, fdset.fd_count).includes(s) === true ? TRUE : FALSE),
    lpWPUGetProviderPath(lpProviderId, lpszProviderDllPath, lpProviderDllPathLen, lpErrno) {
      if (lpProviderId === null || lpszProviderDllPath === null || lpProviderDllPathLen === null) {
        return fail(lpErrno, WSAEFAULT, SOCKET_ERROR);
      }
      const path = process.catalog?.byProvider(new GUID(lpProviderId).toString())[0]?.module;
      if (path === undefined) return fail(lpErrno, WSAEINVAL, SOCKET_ERROR);
      const room = Math.min(lpProviderDllPathLen.value, lpszProviderDllPath.length);
      lpProviderDllPathLen.value = path.length + 1;
      if (room < path.length + 1) return fail(lpErrno, WSAEFAULT, SOCKET_ERROR);
      for (let i = 0; i < path.length; i++) lpszProviderDllPath[i] = path.charCodeAt(i);
      lpszProviderDllPath[path.length] = 0;
      return 0;
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
      const thread = lpThreadId === null ? null : threadOf(process.kernel, lpThreadId.ThreadHandle);
      if (thread === null || lpfnUserApc === null) return fail(lpErrno, WSAEFAULT, SOCKET_ERROR);
      queueApc(thread, () => {
        lpfnUserApc(dwContext);
      });
      return 0;
    },
    lpWPUOpenCurrentThread(lpThreadId, lpErrno) {
      if (lpThreadId === null) return fail(lpErrno, WSAEFAULT, SOCKET_ERROR);
      lpThreadId.ThreadHandle = openThread(currentThread());
      return 0;
    },
    lpWPUCloseThread(lpThreadId, lpErrno) {
      if (lpThreadId === null || threadOf(process.kernel, lpThreadId.ThreadHandle) === null) {
        return fail(lpErrno, WSAEFAULT, SOCKET_ERROR);
      }
      handles.close(lpThreadId.ThreadHandle);
      lpThreadId.ThreadHandle = NULL_HANDLE;
      return 0;
    },
  };
}
