// WSPSelect, and WSAPoll's way in (SIO_EXT_POLL): both are afd's poll seen through their own sets of names.
import {
  POLLERR,
  POLLHUP,
  POLLNVAL,
  POLLRDBAND,
  POLLRDNORM,
  POLLWRNORM,
  SOCKET_ERROR,
  WSAEINVAL,
  WSAENOTSOCK,
  WSAPOLLDATA,
  type fd_set,
  type Memory,
  type Ref,
  type SOCKET,
  type timeval,
} from '../../../abi/index.js';
import {
  POLL_ABORT,
  POLL_ACCEPT,
  POLL_CONNECT_FAIL,
  POLL_DISCONNECT,
  POLL_LOCAL_CLOSE,
  POLL_RECEIVE,
  POLL_RECEIVE_EXPEDITED,
  POLL_SEND,
  PollRequest,
  type Watched,
} from '../../../afd/index.js';
import type { MaybePending } from '../../../spi/index.js';
import { blockedOn, fail, type Msafd } from '../provider.js';

/** What makes a socket a member of each set. */
const READABLE = POLL_RECEIVE | POLL_ACCEPT | POLL_DISCONNECT | POLL_ABORT;
const WRITABLE = POLL_SEND;
const EXCEPTIONAL = POLL_RECEIVE_EXPEDITED | POLL_CONNECT_FAIL;

interface Member {
  readonly socket: SOCKET;
  readonly entry: Watched;
}

function watch(provider: Msafd, set: fd_set | null, wanted: number, members: Member[]): boolean {
  if (set === null) return true;
  for (let i = 0; i < set.fd_count; i++) {
    const socket = set.fd_array[i] as SOCKET;
    const endpoint = provider.endpoint(socket);
    if (endpoint === null) return false;
    members.push({ socket, entry: { endpoint, wanted, seen: 0 } });
  }
  return true;
}

function keepReady(set: fd_set | null, members: readonly Member[]): number {
  if (set === null) return 0;
  const ready = members.filter(({ entry }) => entry.seen !== 0);
  set.fd_count = ready.length;
  for (const [index, { socket }] of ready.entries()) set.fd_array[index] = socket;
  return ready.length;
}

export function select(
  provider: Msafd,
  readfds: fd_set | null,
  writefds: fd_set | null,
  exceptfds: fd_set | null,
  timeout: timeval | null,
  lpErrno: Ref,
): MaybePending<number> {
  const sets: readonly [fd_set | null, number, Member[]][] = [
    [readfds, READABLE, []],
    [writefds, WRITABLE, []],
    [exceptfds, EXCEPTIONAL, []],
  ];
  for (const [set, wanted, members] of sets) {
    if (!watch(provider, set, wanted, members)) return fail(lpErrno, WSAENOTSOCK, SOCKET_ERROR);
  }
  const all = sets.flatMap(([, , members]) => members);
  if (all.length === 0) return fail(lpErrno, WSAEINVAL, SOCKET_ERROR);
  const milliseconds = timeout === null ? null : timeout.tv_sec * 1000 + timeout.tv_usec / 1000;
  if (milliseconds !== null && milliseconds < 0) return fail(lpErrno, WSAEINVAL, SOCKET_ERROR);
  const request = new PollRequest(all.map(({ entry }) => entry));
  request.start(milliseconds);
  return blockedOn(provider, null, request, () => {
    if (request.error !== 0) return fail(lpErrno, request.error, SOCKET_ERROR);
    if (all.some(({ entry }) => (entry.seen & POLL_LOCAL_CLOSE) !== 0)) return fail(lpErrno, WSAENOTSOCK, SOCKET_ERROR);
    let count = 0;
    for (const [set, , members] of sets) count += keepReady(set, members);
    return count;
  });
}

/** Events that may be asked for. */
const ASKABLE = POLLRDNORM | POLLRDBAND | POLLWRNORM;

function wantedBits(events: number): number {
  let bits = POLL_ABORT | POLL_CONNECT_FAIL | POLL_DISCONNECT;
  if ((events & POLLRDNORM) !== 0) bits |= POLL_RECEIVE | POLL_ACCEPT;
  if ((events & POLLRDBAND) !== 0) bits |= POLL_RECEIVE_EXPEDITED;
  if ((events & POLLWRNORM) !== 0) bits |= POLL_SEND;
  return bits;
}

function pollEvents(seen: number, events: number): number {
  if ((seen & POLL_LOCAL_CLOSE) !== 0) return POLLNVAL;
  let result = 0;
  if ((seen & (POLL_RECEIVE | POLL_ACCEPT)) !== 0) result |= POLLRDNORM;
  if ((seen & POLL_RECEIVE_EXPEDITED) !== 0) result |= POLLRDBAND;
  if ((seen & POLL_SEND) !== 0) result |= POLLWRNORM;
  if ((seen & POLL_DISCONNECT) !== 0) result |= POLLHUP;
  if ((seen & POLL_ABORT) !== 0) result |= POLLERR | POLLHUP;
  // A failed connect counts as writable too, so that whoever waits for the outcome is told.
  if ((seen & POLL_CONNECT_FAIL) !== 0) result |= POLLERR | POLLHUP | (events & POLLWRNORM);
  return result;
}

/** Waits for the sockets of a WSAPOLLDATA and writes their revents and the count into it. */
export function poll(provider: Msafd, memory: Memory, lpErrno: Ref): MaybePending<number> {
  const data = new WSAPOLLDATA(memory);
  const watched: { readonly index: number; readonly entry: Watched }[] = [];
  let anySocket = false;
  for (let index = 0; index < data.fds; index++) {
    const item = data.fdArray(index);
    item.revents = 0;
    const endpoint = provider.endpoint(item.fd);
    if (endpoint === null) {
      item.revents = POLLNVAL;
      continue;
    }
    anySocket = true;
    if ((item.events & ~ASKABLE) !== 0) return fail(lpErrno, WSAEINVAL, SOCKET_ERROR);
    watched.push({ index, entry: { endpoint, wanted: wantedBits(item.events), seen: 0 } });
  }
  if (!anySocket) return fail(lpErrno, WSAENOTSOCK, SOCKET_ERROR);
  const request = new PollRequest(watched.map(({ entry }) => entry));
  request.start(data.timeout < 0 ? null : data.timeout);
  return blockedOn(provider, null, request, () => {
    if (request.error !== 0) return fail(lpErrno, request.error, SOCKET_ERROR);
    let count = 0;
    for (const { index, entry } of watched) {
      const item = data.fdArray(index);
      item.revents = pollEvents(entry.seen, item.events);
      if (item.revents !== 0) count += 1;
    }
    data.result = count;
    return 0;
  });
}
