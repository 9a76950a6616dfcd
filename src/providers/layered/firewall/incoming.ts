// What comes in through a firewall: a connection from a forbidden address is rejected and the next one waited for, a datagram
// is taken and the next one received. The application's operation ends with what may pass only.
import {
  CF_REJECT,
  FALSE,
  INVALID_SOCKET,
  MSG_PEEK,
  SD_BOTH,
  SOCK_STREAM,
  SOL_SOCKET,
  SO_UPDATE_ACCEPT_CONTEXT,
  TRUE,
  WSABUF,
  WSAECONNREFUSED,
  WSAECONNRESET,
  WSAEMSGSIZE,
  WSAENOTSOCK,
  WSAEOPNOTSUPP,
  WSAID_ACCEPTEX,
  bytesOf,
  ref,
  sockaddr_storage,
  type Memory,
  type Ref,
  type SOCKET,
} from '../../../abi/index.js';
import {
  getAcceptExSockaddrs,
  type LPWSPACCEPT,
  type LPWSPACCEPTEX,
  type LPWSPRECV,
  type LPWSPRECVFROM,
  type MaybePending,
  type WSPPROC_TABLE,
} from '../../../spi/index.js';
import { placeIn, type Place } from '../kit/address-rule.js';
import { after, endedWith, type Carrier, type Ended, type StartBelow, type Steps } from '../kit/carry.js';
import { functionBelow } from '../kit/function-below.js';
import { receives, type Receive, type Receives } from '../kit/receives.js';
import type { OwnHandles } from '../own-handles/layer.js';
import type { OwnSocket } from '../own-handles/socket.js';
import type { Policy } from './policy.js';

function fail<R>(lpErrno: Ref, error: number, failure: R): R {
  lpErrno.value = error;
  return failure;
}

/** The entries and functions that bring something in. */
export class Incoming {
  readonly #policy: Policy;
  readonly #own: OwnHandles;
  readonly #carrier: Carrier;
  readonly #below: WSPPROC_TABLE;
  readonly #datagrams: Receives;

  /** @param below - the passthrough table, for handles of this layer */
  constructor(policy: Policy, own: OwnHandles, carrier: Carrier, below: WSPPROC_TABLE) {
    this.#policy = policy;
    this.#own = own;
    this.#carrier = carrier;
    this.#below = below;
    this.#datagrams = receives(own, carrier, below, (steps, receive) => this.#next(steps, receive));
  }

  /** Whether something may come from an address to a socket. */
  #permits(socket: OwnSocket, place: Place | null): boolean {
    return this.#policy.permits(place, this.#policy.hasPorts ? this.#localPort(socket) : null);
  }

  #localPort({ lower, procs }: OwnSocket): number | null {
    const name = new Uint8Array(sockaddr_storage.size);
    const length = ref<number>(name.length);
    return procs.lpWSPGetSockName(lower, name, length, ref(0)) === 0 ? (placeIn(name, length.value)?.port ?? null) : null;
  }

  /** A forbidden connection is rejected by the condition, before it is one. */
  readonly accept: LPWSPACCEPT = (s, addr, addrlen, condition, callbackData, lpErrno) => {
    const socket = this.#own.of(s);
    if (socket === null) return fail(lpErrno, WSAENOTSOCK, INVALID_SOCKET);
    const room = addrlen?.value ?? 0;
    const once = (): MaybePending<typeof s> => {
      let rejected = false;
      if (addrlen !== null) addrlen.value = room;
      const accepted = this.#below.lpWSPAccept(
        s,
        addr,
        addrlen,
        (callerId, callerData, sqos, gqos, calleeId, calleeData, g, data) => {
          rejected = callerId.buf !== null && !this.#permits(socket, placeIn(callerId.buf, callerId.len));
          if (rejected) return CF_REJECT;
          // CF_ACCEPT is 0.
          return condition?.(callerId, callerData, sqos, gqos, calleeId, calleeData, g, data) ?? 0;
        },
        callbackData,
        lpErrno,
      );
      return after(accepted, (made) => {
        const next = made === INVALID_SOCKET && rejected && lpErrno.value === WSAECONNREFUSED;
        if (!next) return made;
        lpErrno.value = 0;
        return once();
      });
    };
    return once();
  };

  /** It has accepted before anybody could ask: such an operation ends as one whose peer has gone away again. */
  readonly acceptEx: LPWSPACCEPTEX = (listening, accepting, output, data, local, remote, received, overlapped, lpErrno) => {
    const [listener, socket] = [this.#own.of(listening), this.#own.of(accepting)];
    if (listener === null || socket === null) return fail(lpErrno, WSAENOTSOCK, FALSE);
    const next = functionBelow<LPWSPACCEPTEX>(listener, WSAID_ACCEPTEX);
    if (next === null) return fail(lpErrno, WSAEOPNOTSUPP, FALSE);
    const body = (steps: Steps): MaybePending<Ended> => {
      const start: StartBelow = (own, count, error) =>
        next(listener.lower, socket.lower, output, data, local, remote, count, own, error);
      return after(steps.down(start), (ended) => {
        if (ended.error !== 0 || output === null) return ended;
        const [name, length] = [ref<Memory | null>(null), ref(0)];
        getAcceptExSockaddrs(output, data, local, remote, null, null, name, length);
        if (name.value === null || this.#permits(listener, placeIn(name.value, length.value))) return ended;
        bytesOf(output).fill(0, 0, data + local + remote);
        hangUp(socket, listener);
        return endedWith(WSAECONNRESET);
      });
    };
    const deliver = ({ bytes }: Ended): void => {
      if (received !== null) received.value = bytes;
    };
    // It never waits: without an OVERLAPPED it is refused.
    const result = this.#carrier.carry(listener, { overlapped, lpErrno, failure: FALSE, success: TRUE, deliver }, body);
    return result as number;
  };

  readonly recv: LPWSPRECV = (s, buffers, count, received, flags, overlapped, routine, threadId, lpErrno) =>
    (this.#isDatagram(s) ? this.#datagrams.recv : this.#below.lpWSPRecv)(
      s,
      buffers,
      count,
      received,
      flags,
      overlapped,
      routine,
      threadId,
      lpErrno,
    );

  readonly recvFrom: LPWSPRECVFROM = (s, buffers, count, received, flags, from, fromlen, overlapped, routine, threadId, lpErrno) =>
    (this.#isDatagram(s) ? this.#datagrams.recvFrom : this.#below.lpWSPRecvFrom)(
      s,
      buffers,
      count,
      received,
      flags,
      from,
      fromlen,
      overlapped,
      routine,
      threadId,
      lpErrno,
    );

  get recvMsg(): Receives['recvMsg'] {
    return this.#datagrams.recvMsg;
  }

  #isDatagram(s: SOCKET): boolean {
    const socket = this.#own.of(s);
    return socket !== null && socket.chain.info.iSocketType !== SOCK_STREAM;
  }

  /** Receives until a datagram comes that may pass, or an error. */
  #next(steps: Steps, receive: Receive): MaybePending<Ended> {
    // Not by calling itself: whoever wants to may have sent very many.
    for (;;) {
      const ended = receive.down(steps);
      if (ended instanceof Promise) {
        return ended.then((late) => (this.#dropped(steps.socket, receive, late) ? this.#next(steps, receive) : late));
      }
      if (!this.#dropped(steps.socket, receive, ended)) return ended;
    }
  }

  #dropped(socket: OwnSocket, receive: Receive, { error }: Ended): boolean {
    const came = error === 0 || error === WSAEMSGSIZE;
    if (!came || this.#permits(socket, receive.sender())) return false;
    if ((receive.flags & MSG_PEEK) !== 0) takeOne(socket);
    return true;
  }
}

/** A datagram that was only looked at is still there. */
function takeOne({ lower, procs }: OwnSocket): void {
  void procs.lpWSPRecv(lower, [new WSABUF(0, new Uint8Array(0))], 1, ref(0), ref(0), null, null, null, ref(0));
}

/** Ends a connection that AcceptEx has made; the socket itself is the application's to close. */
function hangUp(socket: OwnSocket, listener: OwnSocket): void {
  const { lower, procs } = socket;
  const handle = new Uint8Array(8);
  new DataView(handle.buffer).setBigInt64(0, BigInt(listener.lower), true);
  procs.lpWSPSetSockOpt(lower, SOL_SOCKET, SO_UPDATE_ACCEPT_CONTEXT, handle, handle.length, ref(0));
  procs.lpWSPShutdown(lower, SD_BOTH, ref(0));
}
