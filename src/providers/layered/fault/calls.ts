// The entries through which rules come into play: what each has to do with its parameters.
import {
  INVALID_SOCKET,
  SD_RECEIVE,
  SOCKET_ERROR,
  bytesOf,
  ref,
  type Memory,
  type Ref,
  type SOCKET,
} from '../../../abi/index.js';
import type { MaybePending, WSPPROC_TABLE } from '../../../spi/index.js';
import { placeIn } from '../kit/address-rule.js';
import { buffersOf, isRefused } from '../kit/buffers.js';
import { after, type Carrier, type Reporting } from '../kit/carry.js';
import { receives, type Receives } from '../kit/receives.js';
import type { OwnHandles } from '../own-handles/layer.js';
import type { OwnSocket } from '../own-handles/socket.js';
import type { Faults, Outgoing } from './faults.js';

/** An address of the call's: the memory is the program's again when the call has returned. */
export function heldName(name: Memory | null, length: number): Memory | null {
  return name === null ? null : bytesOf(name).slice(0, Math.max(length, 0));
}

/** The calls of one started layer. */
export class Calls {
  readonly own: OwnHandles;
  readonly receives: Receives;
  readonly #carrier: Carrier;
  readonly #faults: Faults;
  readonly #below: WSPPROC_TABLE;

  /** @param below - the passthrough table, for handles of this layer */
  constructor(own: OwnHandles, carrier: Carrier, faults: Faults, below: WSPPROC_TABLE) {
    this.own = own;
    this.#carrier = carrier;
    this.#faults = faults;
    this.#below = below;
    this.receives = receives(own, carrier, below, (steps, receive) =>
      after(faults.in(steps, receive), (ended) => faults.end(steps.socket, ended)),
    );
  }

  /** Carries out a call that sends, connects or accepts. */
  out(socket: OwnSocket, reporting: Omit<Reporting, 'deliver'>, moved: Ref | null, outgoing: Outgoing): MaybePending<number> {
    const faults = this.#faults;
    const deliver: Reporting['deliver'] = ({ error, bytes }) => {
      if (error === 0 && moved !== null) moved.value = bytes;
    };
    return this.#carrier.carry(socket, { ...reporting, deliver }, (steps) =>
      after(faults.out(steps, outgoing), (ended) => faults.end(socket, ended)),
    );
  }

  /** The entries that are not as below. */
  entries(): Partial<WSPPROC_TABLE> {
    const below = this.#below;
    return {
      lpWSPSend: (s, buffers, count, sent, flags, overlapped, routine, threadId, lpErrno) => {
        const socket = this.own.of(s);
        if (socket === null || isRefused(buffers, count, sent, overlapped)) {
          return below.lpWSPSend(s, buffers, count, sent, flags, overlapped, routine, threadId, lpErrno);
        }
        const { lower, procs } = socket;
        const reporting = { overlapped, routine, threadId, lpErrno, failure: SOCKET_ERROR, success: 0 };
        return this.out(socket, reporting, sent, {
          call: 'send',
          place: null,
          buffers: buffersOf(buffers, count),
          start: (all) => (own, moved, error) => procs.lpWSPSend(lower, [...all], all.length, moved, flags, own, null, null, error),
        });
      },
      lpWSPSendTo: (s, buffers, count, sent, flags, to, length, overlapped, routine, threadId, lpErrno) => {
        const socket = this.own.of(s);
        if (socket === null || isRefused(buffers, count, sent, overlapped)) {
          return below.lpWSPSendTo(s, buffers, count, sent, flags, to, length, overlapped, routine, threadId, lpErrno);
        }
        const { lower, procs } = socket;
        const name = heldName(to, length);
        const reporting = { overlapped, routine, threadId, lpErrno, failure: SOCKET_ERROR, success: 0 };
        return this.out(socket, reporting, sent, {
          call: 'sendto',
          place: placeIn(name, length),
          buffers: buffersOf(buffers, count),
          start: (all) => (own, moved, error) =>
            procs.lpWSPSendTo(lower, [...all], all.length, moved, flags, name, length, own, null, null, error),
        });
      },
      lpWSPRecv: this.receives.recv,
      lpWSPRecvFrom: this.receives.recvFrom,
      lpWSPConnect: (s, name, length, callerData, calleeData, sqos, gqos, lpErrno) => {
        const socket = this.own.of(s);
        if (socket === null) return below.lpWSPConnect(s, name, length, callerData, calleeData, sqos, gqos, lpErrno);
        const { lower, procs } = socket;
        const held = heldName(name, length);
        return this.out(socket, { overlapped: null, lpErrno, failure: SOCKET_ERROR, success: 0 }, null, {
          call: 'connect',
          place: placeIn(held, length),
          buffers: null,
          start: () => (_own, _moved, error) =>
            procs.lpWSPConnect(lower, held, length, callerData, calleeData, sqos, gqos, error),
        });
      },
      lpWSPAccept: (s, addr, addrlen, condition, data, lpErrno) => {
        const socket = this.own.of(s);
        if (socket === null) return below.lpWSPAccept(s, addr, addrlen, condition, data, lpErrno);
        let made: SOCKET = INVALID_SOCKET;
        const result = this.out(socket, { overlapped: null, lpErrno, failure: INVALID_SOCKET, success: 0 }, null, {
          call: 'accept',
          place: null,
          buffers: null,
          start: () => (_own, _moved, error) =>
            after(below.lpWSPAccept(s, addr, addrlen, condition, data, error), (accepted) => (made = accepted)),
        });
        return after(result, (status) => (status === 0 ? made : INVALID_SOCKET));
      },
      lpWSPBind: (s, name, length, lpErrno) => {
        const socket = this.own.of(s);
        const error = socket === null ? 0 : this.#faults.refusal(socket, 'bind', placeIn(name, length));
        if (error === 0) return below.lpWSPBind(s, name, length, lpErrno);
        lpErrno.value = error;
        return SOCKET_ERROR;
      },
      lpWSPShutdown: (s, how, lpErrno) => {
        const socket = this.own.of(s);
        const late = (): void => {
          if (this.own.of(s) === socket) below.lpWSPShutdown(s, how, ref(0));
        };
        // What was sent before and is delayed goes before the end.
        const isLate = socket !== null && how !== SD_RECEIVE && this.#faults.state(socket).out.defer(late);
        return isLate ? 0 : below.lpWSPShutdown(s, how, lpErrno);
      },
    };
  }
}
