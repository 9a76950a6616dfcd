// Owns: the upcalls that a transport provider finds above itself in the compliance suite: they do what WS2_32's do, and
// write down how they are used.
// Does not own: the calls of the provider's entries (host.ts), nor the cases.

import {
  CreateEventW,
  FALSE,
  INVALID_SOCKET,
  NULL_HANDLE,
  SOCKET_ERROR,
  TRUE,
  WSA_INVALID_HANDLE,
  WSAEFAULT,
  WSAEINVAL,
  WSAENOTSOCK,
  WSAGETSELECTERROR,
  WSAGETSELECTEVENT,
  runIn,
  type HANDLE,
  type LPBLOCKINGCALLBACK,
  type Process,
  type Ref,
  type SOCKET,
} from '../../../index.js';
import { COMPLETE_OVERLAPPED_REQUEST, type WSPUPCALLTABLE } from '../../../spi/index.js';
import { MadeHandle } from './made-handle.js';

/** What lpErrno and other out-parameters hold beforehand. */
export const JUNK = 0x5ca1ab1e;

/** An event object, as far as a case looks at it. */
export interface EventObject {
  readonly set: () => void;
  readonly reset: () => void;
  readonly isSignaled: () => boolean;
}

/** The event behind a handle, or null. */
export function eventOf(process: Process, handle: number): EventObject | null {
  const object = process.handles.get(handle);
  return object?.kind === 'event' ? (object as typeof object & EventObject) : null;
}

export function newEvent(process: Process): HANDLE {
  return runIn(process, () => CreateEventW(null, TRUE, FALSE, null));
}

/** A message that a provider had posted. */
export interface Posted {
  readonly window: number;
  readonly message: number;
  readonly socket: number;
  readonly event: number;
  readonly error: number;
}

/** The hook of a thread that may be asked for. */
export interface BlockingHook {
  readonly callback: LPBLOCKINGCALLBACK;
  readonly context: unknown;
}

function fail<R>(lpErrno: Ref, error: number, result: R): R {
  lpErrno.value = error;
  return result;
}

/** The upcalls, with a memory. */
export class Upcalls {
  readonly process: Process;
  /** Handles announced, with the catalog entry that each was announced for. */
  readonly announced: [number, SOCKET][] = [];
  /** What lpWPUModifyIFSHandle and lpWPUCreateSocketHandle fail with, 0 to let them succeed. */
  refusal = 0;
  /** Threads that APCs were queued to, but for those that the provider opened itself. */
  readonly queuedTo: HANDLE[] = [];
  /** Queued APCs run at once, or, while this is not null, when a case runs them. */
  apcs: (() => void)[] | null = null;
  readonly posted: Posted[] = [];
  /** Windows' queues take no message. */
  queuesFull = false;
  /** The hook of every thread; null for none. */
  hook: BlockingHook | null = null;
  /** Catalog entries that the hook was asked for in the name of. */
  readonly askedForHook: number[] = [];
  readonly table: WSPUPCALLTABLE;
  readonly #ownThreads = new Set<number>();
  #changed: () => void = () => undefined;

  constructor(process: Process) {
    this.process = process;
    const { handles } = process;
    const onEvent = (handle: number, lpErrno: Ref, action: (object: EventObject) => void): number => {
      const object = eventOf(process, handle);
      if (object === null) return fail(lpErrno, WSA_INVALID_HANDLE, FALSE);
      action(object);
      return TRUE;
    };
    const made = (s: SOCKET): MadeHandle | null => {
      const object = handles.get(s);
      return object instanceof MadeHandle ? object : null;
    };
    const announce = (entry: number, s: SOCKET): SOCKET => {
      this.announced.push([entry, s]);
      return s;
    };
    this.table = {
      lpWPUCreateEvent: () => newEvent(process),
      lpWPUCloseEvent: (hEvent, lpErrno) => onEvent(hEvent, lpErrno, () => handles.close(hEvent)),
      lpWPUSetEvent: (hEvent, lpErrno) => onEvent(hEvent, lpErrno, (object) => object.set()),
      lpWPUResetEvent: (hEvent, lpErrno) => onEvent(hEvent, lpErrno, (object) => object.reset()),
      lpWPUModifyIFSHandle: (dwCatalogEntryId, ProposedHandle, lpErrno) =>
        this.refusal === 0 ? announce(dwCatalogEntryId, ProposedHandle) : fail(lpErrno, this.refusal, INVALID_SOCKET),
      lpWPUCreateSocketHandle: (dwCatalogEntryId, dwContext, lpErrno) => {
        if (this.refusal !== 0) return fail(lpErrno, this.refusal, INVALID_SOCKET);
        return announce(dwCatalogEntryId, handles.open(new MadeHandle(dwContext)) as SOCKET);
      },
      lpWPUCloseSocketHandle: (s, lpErrno) => {
        if (made(s) === null) return fail(lpErrno, WSAENOTSOCK, SOCKET_ERROR);
        handles.close(s);
        return 0;
      },
      lpWPUQuerySocketHandleContext: (s, lpContext, lpErrno) => {
        const object = made(s);
        if (object === null) return fail(lpErrno, WSAENOTSOCK, SOCKET_ERROR);
        if (lpContext === null) return fail(lpErrno, WSAEFAULT, SOCKET_ERROR);
        lpContext.value = object.context;
        return 0;
      },
      lpWPUFDIsSet: (s, fdset) => (fdset?.fd_array.slice(0, fdset.fd_count).includes(s) === true ? TRUE : FALSE),
      lpWPUGetProviderPath: (_id, _path, _length, lpErrno) => fail(lpErrno, WSAEFAULT, SOCKET_ERROR),
      lpWPUPostMessage: (window, message, socket, lParam) => {
        if (this.queuesFull) return FALSE;
        const [event, error] = [WSAGETSELECTEVENT(lParam), WSAGETSELECTERROR(lParam)];
        this.posted.push({ window, message, socket, event, error });
        this.#changed();
        return TRUE;
      },
      lpWPUQueryBlockingCallback: (dwCatalogEntryId, lplpfnCallback, lpdwContext, lpErrno) => {
        if (lplpfnCallback === null || lpdwContext === null) return fail(lpErrno, WSAEFAULT, SOCKET_ERROR);
        this.askedForHook.push(dwCatalogEntryId);
        lplpfnCallback.value = this.hook?.callback ?? null;
        lpdwContext.value = this.hook?.context ?? 0;
        return 0;
      },
      lpWPUQueueApc: (lpThreadId, lpfnUserApc, dwContext, lpErrno) => {
        if (lpThreadId === null || lpfnUserApc === null) return fail(lpErrno, WSAEFAULT, SOCKET_ERROR);
        const own = this.#ownThreads.has(lpThreadId.ThreadHandle);
        if (!own) this.queuedTo.push(lpThreadId.ThreadHandle);
        if (this.apcs === null || own) lpfnUserApc(dwContext);
        else this.apcs.push(() => { lpfnUserApc(dwContext); });
        this.#changed();
        return 0;
      },
      lpWPUOpenCurrentThread: (lpThreadId, lpErrno) => {
        if (lpThreadId === null) return fail(lpErrno, WSAEFAULT, SOCKET_ERROR);
        lpThreadId.ThreadHandle = newEvent(process);
        this.#ownThreads.add(lpThreadId.ThreadHandle);
        return 0;
      },
      lpWPUCloseThread: (lpThreadId, lpErrno) => {
        if (lpThreadId === null || !this.#ownThreads.delete(lpThreadId.ThreadHandle)) {
          return fail(lpErrno, WSAEFAULT, SOCKET_ERROR);
        }
        handles.close(lpThreadId.ThreadHandle);
        lpThreadId.ThreadHandle = NULL_HANDLE;
        return 0;
      },
      [COMPLETE_OVERLAPPED_REQUEST]: (s, lpOverlapped, dwError, cbTransferred, lpErrno) => {
        const object = made(s);
        if (object === null) return fail(lpErrno, WSAEINVAL, SOCKET_ERROR);
        if (lpOverlapped === null) return fail(lpErrno, WSAEFAULT, SOCKET_ERROR);
        object.complete(lpOverlapped, dwError, cbTransferred, (event) => eventOf(process, event)?.set());
        return 0;
      },
    };
  }

  /** Waits until `holds`, which messages and APCs bring about. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) {
      await new Promise<void>((resolve) => {
        this.#changed = resolve;
      });
    }
  }
}
