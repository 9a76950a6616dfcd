// WSPSelect, and WSAPoll's way in (SIO_EXT_POLL): the sets go down with the next provider's handles, and what is ready comes
// back with the layer's.
import {
  INVALID_SOCKET,
  SOCKET_ERROR,
  WSAEINVAL,
  WSAENOTSOCK,
  WSAPOLLDATA,
  WSAPOLLFD,
  bytesOf,
  fd_set,
  type Memory,
  type Ref,
  type SOCKET,
} from '../../../../abi/index.js';
import { through, type LPWSPSELECT, type MaybePending, type Step, type WSPPROC_TABLE } from '../../../../spi/index.js';
import { fail, type OwnHandles } from '../layer.js';

/** One of the application's sets, and the next provider's in its place. */
interface SetPair {
  readonly upper: fd_set;
  readonly lower: fd_set;
}

/** A select under way: the sets, and whose sockets they hold. */
class Selection implements Step<number, number> {
  readonly #layer: OwnHandles;
  readonly #pairs: SetPair[] = [];
  /** The next provider's entries; null while there is no socket. */
  procs: WSPPROC_TABLE | null = null;
  error = 0;

  constructor(layer: OwnHandles) {
    this.#layer = layer;
  }

  /** The next provider's set for one of the application's. */
  below(upper: fd_set | null): fd_set | null {
    if (upper === null) return null;
    const lower = new fd_set(upper.size);
    for (let i = 0; i < upper.fd_count; i++) {
      const socket = this.#layer.of(upper.fd_array[i] ?? INVALID_SOCKET);
      if (socket === null) {
        this.error ||= WSAENOTSOCK;
        continue;
      }
      const { procs } = socket;
      this.procs ??= procs;
      // Nobody waits for the sockets of two providers at once.
      if (this.procs !== procs) this.error ||= WSAEINVAL;
      lower.fd_array[lower.fd_count++] = socket.lower;
    }
    this.#pairs.push({ upper, lower });
    return lower;
  }

  arrive(count: number): number {
    if (count === SOCKET_ERROR) return count;
    for (const { upper, lower } of this.#pairs) {
      upper.fd_count = 0;
      for (let i = 0; i < lower.fd_count; i++) {
        const socket = this.#layer.ofLower(lower.fd_array[i] ?? INVALID_SOCKET);
        if (socket !== null) upper.fd_array[upper.fd_count++] = socket.upper;
      }
    }
    return count;
  }

  failed(): number {
    return SOCKET_ERROR;
  }
}

export function select(layer: OwnHandles): LPWSPSELECT {
  return (nfds, readfds, writefds, exceptfds, timeout, lpErrno) => {
    const selection = new Selection(layer);
    const sets = [selection.below(readfds), selection.below(writefds), selection.below(exceptfds)] as const;
    const { procs } = selection;
    if (selection.error !== 0) return fail(lpErrno, selection.error, SOCKET_ERROR);
    if (procs === null) return fail(lpErrno, WSAEINVAL, SOCKET_ERROR);
    const result = procs.lpWSPSelect(nfds, ...sets, timeout, lpErrno);
    return result instanceof Promise ? through(result, selection) : selection.arrive(result);
  };
}

/** A poll under way: what it found goes back into the application's memory, whose handles stay. */
class Polling implements Step<number, number> {
  readonly #upper: WSAPOLLDATA;
  readonly #lower: WSAPOLLDATA;

  constructor(upper: WSAPOLLDATA, lower: WSAPOLLDATA) {
    this.#upper = upper;
    this.#lower = lower;
  }

  arrive(status: number): number {
    if (status !== 0) return status;
    this.#upper.result = this.#lower.result;
    for (let i = 0; i < this.#upper.fds; i++) this.#upper.fdArray(i).revents = this.#lower.fdArray(i).revents;
    return status;
  }

  failed(): number {
    return SOCKET_ERROR;
  }
}

/** SIO_EXT_POLL with a WSAPOLLDATA in `memory`. */
export function poll(
  layer: OwnHandles,
  code: number,
  memory: Memory,
  lpcbBytesReturned: Ref | null,
  lpErrno: Ref,
): MaybePending<number> {
  const upper = new WSAPOLLDATA(memory);
  const size = WSAPOLLDATA.size + upper.fds * WSAPOLLFD.size;
  const copy = bytesOf(memory).slice(0, size);
  const lower = new WSAPOLLDATA(copy);
  let procs: WSPPROC_TABLE | null = null;
  let s: SOCKET = INVALID_SOCKET;
  for (let i = 0; i < upper.fds; i++) {
    const socket = layer.of(upper.fdArray(i).fd);
    lower.fdArray(i).fd = socket?.lower ?? INVALID_SOCKET;
    if (socket === null) continue;
    if (procs === null) [procs, s] = [socket.procs, socket.lower];
    else if (procs !== socket.procs) return fail(lpErrno, WSAEINVAL, SOCKET_ERROR);
  }
  if (procs === null) return fail(lpErrno, WSAENOTSOCK, SOCKET_ERROR);
  const step = new Polling(upper, lower);
  const result = procs.lpWSPIoctl(s, code, copy, size, copy, size, lpcbBytesReturned, null, null, null, lpErrno);
  return result instanceof Promise ? through(result, step) : step.arrive(result);
}
