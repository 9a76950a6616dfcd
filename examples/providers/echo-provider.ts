// A base provider of one's own, from the first entry to the last: stream sockets in which everything sent comes back. The
// recipe docs/recipes/write-a-base-provider.md shows the part between the marks.
// recipe
import {
  FIONBIO,
  INVALID_SOCKET,
  Pending,
  SOCKET_ERROR,
  SOCK_STREAM,
  WSAEFAULT,
  WSAENOTSOCK,
  WSAEOPNOTSUPP,
  WSAEPROTOTYPE,
  WSAESHUTDOWN,
  WSAEWOULDBLOCK,
  WSAVERNOTSUPPORTED,
  WSAEINTR,
  bytesOf,
  ref,
  unsupportedProcTable,
  type LPWSPSTARTUP,
  type Ref,
  type SOCKET,
  type WSABUF,
} from 'winsock2/spi';

const VERSION = 0x0202;

function fail<R>(lpErrno: Ref, error: number, failure: R): R {
  lpErrno.value = error;
  return failure;
}

/** One socket: bytes on their way back, and at most those who wait for them. */
class EchoSocket {
  nonBlocking = false;
  ended = false;
  #bytes: Uint8Array = new Uint8Array(0);
  readonly #waiting: (() => void)[] = [];

  put(buffers: readonly WSABUF[], count: number): number {
    const parts = buffers.slice(0, count).map(({ buf, len }) => (buf === null ? new Uint8Array(0) : bytesOf(buf).subarray(0, len)));
    this.#bytes = Buffer.concat([this.#bytes, ...parts]);
    this.wake();
    return parts.reduce((size, { length }) => size + length, 0);
  }

  /** Moves what is there into the buffers; null when there is nothing yet. */
  take(buffers: readonly WSABUF[], count: number): number | null {
    if (this.#bytes.length === 0) return this.ended ? 0 : null;
    let moved = 0;
    for (const { buf, len } of buffers.slice(0, count)) {
      const part = this.#bytes.subarray(moved, moved + len);
      if (buf !== null) bytesOf(buf).set(part);
      moved += part.length;
    }
    this.#bytes = this.#bytes.slice(moved);
    return moved;
  }

  whenChanged(retry: () => void): void {
    this.#waiting.push(retry);
  }

  /** Everybody who waits looks again, in the order in which they came. */
  wake(): void {
    for (const retry of this.#waiting.splice(0)) retry();
  }
}

export const WSPStartup: LPWSPSTARTUP = (wVersionRequested, lpWSPData, lpProtocolInfo, upcalls, lpProcTable) => {
  if ((wVersionRequested & 0xff) < 2) return WSAVERNOTSUPPORTED;
  // One per process: what is made here is this process's own.
  const sockets = new Map<SOCKET, EchoSocket>();
  const entry = lpProtocolInfo.dwCatalogEntryId;

  // Whatever is left out stays refused with WSAEOPNOTSUPP.
  Object.assign(lpProcTable, unsupportedProcTable(), {
    lpWSPSocket(_af, type, _protocol, _info, _group, _flags, lpErrno) {
      if (type !== SOCK_STREAM) return fail(lpErrno, WSAEPROTOTYPE, INVALID_SOCKET);
      // The sockets are no system handles: WS2_32 makes one that leads back here.
      const s = upcalls.lpWPUCreateSocketHandle(entry, 0, lpErrno);
      if (s !== INVALID_SOCKET) sockets.set(s, new EchoSocket());
      return s;
    },

    lpWSPConnect: (s, _name, _length, _caller, _callee, _sqos, _gqos, lpErrno) =>
      sockets.has(s) ? 0 : fail(lpErrno, WSAENOTSOCK, SOCKET_ERROR),

    lpWSPSend(s, lpBuffers, dwBufferCount, lpSent, _flags, lpOverlapped, _routine, _thread, lpErrno) {
      const socket = sockets.get(s);
      if (socket === undefined) return fail(lpErrno, WSAENOTSOCK, SOCKET_ERROR);
      if (lpBuffers === null) return fail(lpErrno, WSAEFAULT, SOCKET_ERROR);
      if (lpOverlapped !== null) return fail(lpErrno, WSAEOPNOTSUPP, SOCKET_ERROR);
      if (socket.ended) return fail(lpErrno, WSAESHUTDOWN, SOCKET_ERROR);
      const bytes = socket.put(lpBuffers, dwBufferCount);
      if (lpSent !== null) lpSent.value = bytes;
      return 0;
    },

    lpWSPRecv(s, lpBuffers, dwBufferCount, lpReceived, lpFlags, lpOverlapped, _routine, _thread, lpErrno) {
      const socket = sockets.get(s);
      if (socket === undefined) return fail(lpErrno, WSAENOTSOCK, SOCKET_ERROR);
      if (lpBuffers === null || lpFlags === null) return fail(lpErrno, WSAEFAULT, SOCKET_ERROR);
      if (lpOverlapped !== null) return fail(lpErrno, WSAEOPNOTSUPP, SOCKET_ERROR);
      const receive = (): number | null => {
        const bytes = socket.take(lpBuffers, dwBufferCount);
        if (bytes === null) return null;
        if (lpReceived !== null) lpReceived.value = bytes;
        lpFlags.value = 0;
        return 0;
      };
      const status = receive();
      if (status !== null) return status;
      if (socket.nonBlocking) return fail(lpErrno, WSAEWOULDBLOCK, SOCKET_ERROR);
      // An entry that waits returns a promise; one that does not, its result. Nothing else is different.
      const pending = new Pending<number>();
      const retry = (): void => {
        if (!sockets.has(s)) {
          pending.give(fail(lpErrno, WSAEINTR, SOCKET_ERROR));
          return;
        }
        const later = receive();
        if (later === null) socket.whenChanged(retry);
        else pending.give(later);
      };
      socket.whenChanged(retry);
      return pending.promise;
    },

    lpWSPShutdown(s, _how, lpErrno) {
      const socket = sockets.get(s);
      if (socket === undefined) return fail(lpErrno, WSAENOTSOCK, SOCKET_ERROR);
      socket.ended = true;
      socket.wake();
      return 0;
    },

    lpWSPIoctl(s, code, lpIn, cbIn, _out, _cbOut, lpReturned, _overlapped, _routine, _thread, lpErrno) {
      const socket = sockets.get(s);
      if (socket === undefined) return fail(lpErrno, WSAENOTSOCK, SOCKET_ERROR);
      if (code !== FIONBIO) return fail(lpErrno, WSAEOPNOTSUPP, SOCKET_ERROR);
      if (lpIn === null || cbIn < 4) return fail(lpErrno, WSAEFAULT, SOCKET_ERROR);
      socket.nonBlocking = bytesOf(lpIn).subarray(0, 4).some((byte) => byte !== 0);
      if (lpReturned !== null) lpReturned.value = 0;
      return 0;
    },

    lpWSPCloseSocket(s, lpErrno) {
      const socket = sockets.get(s);
      if (socket === undefined) return fail(lpErrno, WSAENOTSOCK, SOCKET_ERROR);
      sockets.delete(s);
      // Closing ends what waits, and then the handle goes back to WS2_32.
      socket.wake();
      return upcalls.lpWPUCloseSocketHandle(s, lpErrno);
    },

    lpWSPCleanup() {
      for (const s of sockets.keys()) upcalls.lpWPUCloseSocketHandle(s, ref(0));
      sockets.clear();
      return 0;
    },
  } satisfies Partial<typeof lpProcTable>);

  lpWSPData.wVersion = VERSION;
  lpWSPData.wHighVersion = VERSION;
  lpWSPData.szDescription = 'everything comes back';
  return 0;
};
// end of recipe
