// Receives that a layer with handles of its own carries out in steps: WSPRecv, WSPRecvFrom and WSARecvMsg look alike to it. Of
// datagrams it learns whom they are from, whether the program asks or not.
import {
  SOCKET_ERROR,
  SOCK_STREAM,
  WSABUF,
  WSAEMSGSIZE,
  WSAID_WSARECVMSG,
  WSAMSG,
  ref,
  sockaddr_storage,
  type Memory,
  type Ref,
} from '../../../abi/index.js';
import type { LPWSPRECV, LPWSPRECVFROM, LPWSPRECVMSG, MaybePending, WSPPROC_TABLE } from '../../../spi/index.js';
import type { OwnHandles } from '../own-handles/layer.js';
import type { OwnSocket } from '../own-handles/socket.js';
import { placeIn, type Place } from './address-rule.js';
import { buffersOf, isRefused } from './buffers.js';
import { after, type Carrier, type Ended, type StartBelow, type Steps } from './carry.js';
import { functionBelow } from './function-below.js';

/** One receive. */
export interface Receive {
  readonly call: 'recv' | 'recvfrom';
  readonly buffers: readonly WSABUF[];
  /** MSG_PEEK and the like. */
  readonly flags: number;
  /** Hands it down, into the program's buffers or others; may be done again and again. */
  down(steps: Steps, buffers?: readonly WSABUF[]): MaybePending<Ended>;
  /** Whom the last datagram is from; null on a stream. */
  sender(): Place | null;
}

/** The entries and the function that receive. */
export interface Receives {
  readonly recv: LPWSPRECV;
  readonly recvFrom: LPWSPRECVFROM;
  readonly recvMsg: (next: LPWSPRECVMSG) => LPWSPRECVMSG;
}

/** Where the sender is to be written: the program's memory, or the layer's. */
function senderIn(name: Memory | null, length: Ref | null): { name: Memory; length: Ref; room: number } {
  const size = sockaddr_storage.size;
  if (name === null || length === null) return { name: new Uint8Array(size), length: ref<number>(size), room: size };
  return { name, length, room: length.value };
}

function isStream({ chain }: OwnSocket): boolean {
  return chain.info.iSocketType === SOCK_STREAM;
}

/** Gives the results of WSPRecv and WSPRecvFrom; a datagram that was cut off is an error with flags. */
function into(received: Ref | null, flags: Ref | null) {
  return ({ error, bytes, flags: out }: Ended): void => {
    if (error === 0 && received !== null) received.value = bytes;
    if (flags !== null && (error === 0 || error === WSAEMSGSIZE)) flags.value = out;
  };
}

/**
 * Makes them.
 *
 * @param below - the passthrough table: gets the calls that come to nothing anyway
 * @param body - the steps of each receive; must not reject
 */
export function receives(
  own: OwnHandles,
  carrier: Carrier,
  below: WSPPROC_TABLE,
  body: (steps: Steps, receive: Receive) => MaybePending<Ended>,
): Receives {
  const recv: LPWSPRECV = (s, buffers, count, received, flags, overlapped, routine, threadId, lpErrno) => {
    const socket = own.of(s);
    if (socket === null || flags === null || isRefused(buffers, count, received, overlapped)) {
      return below.lpWSPRecv(s, buffers, count, received, flags, overlapped, routine, threadId, lpErrno);
    }
    const receive = plain(socket, 'recv', buffersOf(buffers, count), flags.value, null, null);
    const reporting = { overlapped, routine, threadId, lpErrno, failure: SOCKET_ERROR, success: 0, deliver: into(received, flags) };
    return carrier.carry(socket, reporting, (steps) => body(steps, receive));
  };

  const recvFrom: LPWSPRECVFROM = (s, buffers, count, received, flags, from, fromlen, overlapped, routine, threadId, lpErrno) => {
    const socket = own.of(s);
    if (socket === null || flags === null || isRefused(buffers, count, received, overlapped)) {
      return below.lpWSPRecvFrom(s, buffers, count, received, flags, from, fromlen, overlapped, routine, threadId, lpErrno);
    }
    const receive = plain(socket, 'recvfrom', buffersOf(buffers, count), flags.value, from, fromlen);
    const reporting = { overlapped, routine, threadId, lpErrno, failure: SOCKET_ERROR, success: 0, deliver: into(received, flags) };
    return carrier.carry(socket, reporting, (steps) => body(steps, receive));
  };

  const recvMsg = (next: LPWSPRECVMSG): LPWSPRECVMSG => (s, message, received, overlapped, routine, threadId, lpErrno) => {
    const socket = own.of(s);
    const lower = socket === null ? null : functionBelow<LPWSPRECVMSG>(socket, WSAID_WSARECVMSG);
    const isCarried = message !== null && !isRefused(message.lpBuffers, message.dwBufferCount, received, overlapped);
    if (socket === null || lower === null || !isCarried) {
      return next(s, message, received, overlapped, routine, threadId, lpErrno);
    }
    const filled = new WSAMSG();
    const receive = messageReceive(message, filled, lower);
    const steps = (taken: Steps): MaybePending<Ended> =>
      after(body(taken, receive), (ended) => {
        if (ended.error !== 0 && ended.error !== WSAEMSGSIZE) return ended;
        message.dwFlags = filled.dwFlags;
        message.Control.len = filled.Control.len;
        if (message.name !== null) message.namelen = filled.namelen;
        return ended;
      });
    const reporting = { overlapped, routine, threadId, lpErrno, failure: SOCKET_ERROR, success: 0, deliver: into(received, null) };
    return carrier.carry(socket, reporting, steps);
  };
  return { recv, recvFrom, recvMsg };
}

/** By WSPRecv, or by WSPRecvFrom where that tells more. */
function plain(
  socket: OwnSocket,
  call: Receive['call'],
  buffers: readonly WSABUF[],
  flags: number,
  from: Memory | null,
  fromlen: Ref | null,
): Receive {
  const { lower, procs } = socket;
  const stream = isStream(socket);
  const sender = stream ? null : senderIn(from, fromlen);
  const start = (into: readonly WSABUF[]): StartBelow => {
    const all = [...into];
    if (stream && call === 'recv') {
      return (own, moved, error, out) => procs.lpWSPRecv(lower, all, all.length, moved, out, own, null, null, error);
    }
    const [name, length] = sender === null ? [from, fromlen] : [sender.name, sender.length];
    return (own, moved, error, out) =>
      procs.lpWSPRecvFrom(lower, all, all.length, moved, out, name, length, own, null, null, error);
  };
  return {
    call,
    buffers,
    flags,
    down: (steps, into = buffers) => {
      if (sender !== null) sender.length.value = sender.room;
      return steps.down(start(into), flags);
    },
    sender: () => (sender === null ? null : placeIn(sender.name, sender.length.value)),
  };
}

/** By WSARecvMsg. The link below fills in a message of the layer's; the program's is filled in at the end. */
function messageReceive(message: WSAMSG, filled: WSAMSG, next: LPWSPRECVMSG): Receive {
  const { name, namelen, dwFlags, Control, lpBuffers, dwBufferCount } = message;
  const room = Control.len;
  const sender = senderIn(name, ref(namelen));
  const buffers = buffersOf(lpBuffers, dwBufferCount);
  return {
    call: 'recvfrom',
    buffers,
    flags: dwFlags,
    down: (steps, into = buffers) =>
      steps.down((own, moved, error) => {
        const control = new WSABUF(room, Control.buf);
        const lpBuffers = [...into];
        Object.assign(filled, { name: sender.name, namelen: sender.room, lpBuffers, dwBufferCount, dwFlags, Control: control });
        return next(steps.socket.lower, filled, moved, own, null, null, error);
      }, dwFlags),
    sender: () => placeIn(sender.name, filled.namelen),
  };
}
