// WSPAccept and WSPJoinLeaf: calls of the next provider that bring a new socket, which gets its handle here.
import { INVALID_SOCKET, WSAENOTSOCK, type Ref, type SOCKET } from '../../../../abi/index.js';
import { through, type LPWSPACCEPT, type LPWSPJOINLEAF, type MaybePending, type Step } from '../../../../spi/index.js';
import { fail, type OwnHandles } from '../layer.js';
import type { OwnSocket } from '../socket.js';

/** What a call on `socket` brings, on its way up. */
class NewSocket implements Step<SOCKET, SOCKET> {
  readonly #from: OwnSocket;
  readonly #lpErrno: Ref;

  constructor(from: OwnSocket, lpErrno: Ref) {
    this.#from = from;
    this.#lpErrno = lpErrno;
  }

  arrive(lower: SOCKET): SOCKET {
    const { layer, chain, upper } = this.#from;
    let s = lower;
    // A session without a root brings no new socket.
    if (lower === this.#from.lower) s = upper;
    else if (lower !== INVALID_SOCKET) s = layer.name(lower, chain, this.#lpErrno);
    layer.messages.arrived();
    return s;
  }

  failed(): SOCKET {
    this.#from.layer.messages.arrived();
    return INVALID_SOCKET;
  }
}

function arriving(from: OwnSocket, result: MaybePending<SOCKET>, lpErrno: Ref): MaybePending<SOCKET> {
  const step = new NewSocket(from, lpErrno);
  return result instanceof Promise ? through(result, step) : step.arrive(result);
}

export function accept(layer: OwnHandles): LPWSPACCEPT {
  return (s, addr, addrlen, condition, callbackData, lpErrno) => {
    const socket = layer.of(s);
    if (socket === null) return fail(lpErrno, WSAENOTSOCK, INVALID_SOCKET);
    layer.messages.expect();
    return arriving(socket, socket.procs.lpWSPAccept(socket.lower, addr, addrlen, condition, callbackData, lpErrno), lpErrno);
  };
}

export function joinLeaf(layer: OwnHandles): LPWSPJOINLEAF {
  return (s, name, namelen, callerData, calleeData, sqos, gqos, flags, lpErrno) => {
    const socket = layer.of(s);
    if (socket === null) return fail(lpErrno, WSAENOTSOCK, INVALID_SOCKET);
    layer.messages.expect();
    const { lower, procs } = socket;
    const result = procs.lpWSPJoinLeaf(lower, name, namelen, callerData, calleeData, sqos, gqos, flags, lpErrno);
    return arriving(socket, result, lpErrno);
  };
}
