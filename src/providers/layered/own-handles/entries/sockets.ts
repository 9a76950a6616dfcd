// WSPSocket, WSPCloseSocket, WSPDuplicateSocket, WSPCleanup: the layer's handles, made and given back with the next
// provider's.
import {
  INVALID_SOCKET,
  SOCKET_ERROR,
  WSAEFAULT,
  WSAEINVAL,
  WSAENOTSOCK,
  WSANOTINITIALISED,
} from '../../../../abi/index.js';
import {
  through,
  type LPWSPCLEANUP,
  type LPWSPCLOSESOCKET,
  type LPWSPDUPLICATESOCKET,
  type LPWSPSOCKET,
  type Step,
} from '../../../../spi/index.js';
import { isCancellable } from '../../../../win32/index.js';
import { fail, notSocket, type OwnHandles } from '../layer.js';
import { withReserved } from '../../with-reserved.js';
import type { OwnSocket } from '../socket.js';

export function socket(layer: OwnHandles): LPWSPSOCKET {
  return (af, type, protocol, info, g, flags, lpErrno) => {
    if (info === null) return fail(lpErrno, WSAEFAULT, INVALID_SOCKET);
    const chain = layer.links.of(info);
    if (chain === null) return fail(lpErrno, WSAEINVAL, INVALID_SOCKET);
    const { link } = chain;
    if (link.error !== 0) return fail(lpErrno, link.error, INVALID_SOCKET);
    // Of a duplicate the next provider gets back the reference that it gave out.
    const below = withReserved(link.info, info.dwProviderReserved);
    const lower = link.procs.lpWSPSocket(af, type, protocol, below, g, flags, lpErrno);
    return lower === INVALID_SOCKET ? lower : layer.name(lower, chain, lpErrno);
  };
}

export function duplicateSocket(layer: OwnHandles): LPWSPDUPLICATESOCKET {
  return (s, processId, info, lpErrno) => {
    const socket = layer.of(s);
    if (socket === null) return notSocket(lpErrno);
    const result = socket.procs.lpWSPDuplicateSocket(socket.lower, processId, info, lpErrno);
    if (result !== 0 || info === null) return result;
    // Whoever makes a socket of it has to come by this layer again.
    info.bytes.set(withReserved(socket.chain.info, info.dwProviderReserved).bytes);
    return 0;
  };
}

/** The result of a close that takes its time and leaves the next provider's handle open meanwhile. */
class Closing implements Step<number, number> {
  readonly #socket: OwnSocket;

  constructor(socket: OwnSocket) {
    this.#socket = socket;
  }

  arrive(status: number): number {
    if (status === 0) this.#socket.layer.forget(this.#socket);
    return status;
  }

  failed(): number {
    return SOCKET_ERROR;
  }
}

export function closeSocket(layer: OwnHandles): LPWSPCLOSESOCKET {
  return (s, lpErrno) => {
    const socket = layer.of(s);
    if (socket === null) return notSocket(lpErrno);
    const result = socket.procs.lpWSPCloseSocket(socket.lower, lpErrno);
    if (result instanceof Promise) {
      if (layer.process.handles.get(socket.lower) !== null) return through(result, new Closing(socket));
      // It lingers without a handle, and so does this one.
      layer.forget(socket);
      return result;
    }
    // Somebody has closed the next provider's socket past this layer: then this handle stands for nothing.
    if (result === 0 || lpErrno.value === WSAENOTSOCK) layer.forget(socket);
    return result;
  };
}

/** Ends the links below, and with them every socket. `ended` is told before. */
export function cleanup(layer: OwnHandles, down: LPWSPCLEANUP, ended: () => void): LPWSPCLEANUP {
  let cleaned = false;
  return (lpErrno) => {
    if (cleaned) return fail(lpErrno, WSANOTINITIALISED, SOCKET_ERROR);
    cleaned = true;
    ended();
    const open = [...layer.sockets];
    for (const { upper } of open) {
      const object = layer.process.handles.get(upper);
      // As documented, what is under way ends without an event or a routine being told.
      if (object !== null && isCancellable(object)) object.pending.silence();
    }
    const result = down(lpErrno);
    for (const each of open) layer.forget(each);
    return result;
  };
}
