// The states of a connection (RFC 9293 section 3.3.2): what may be done in each, and which follows which.
import type { RowState } from '../socket-row.js';

/** The states, numbered as Windows' TCPSTATE_* are. */
export const STATE = {
  closed: 0,
  listen: 1,
  synSent: 2,
  synReceived: 3,
  established: 4,
  finWait1: 5,
  finWait2: 6,
  closeWait: 7,
  closing: 8,
  lastAck: 9,
  timeWait: 10,
} as const;

export type TcpState = (typeof STATE)[keyof typeof STATE];

/**
 * What makes a connection change its state. `close` is the decision to send FIN, which what is queued still precedes (RFC
 * 9293 section 3.10.4: the state changes "in any case").
 */
export type TcpEvent = 'connect' | 'syn' | 'handshake' | 'close' | 'finAcknowledged' | 'finReceived';

const NEXT: Readonly<Record<TcpState, Partial<Readonly<Record<TcpEvent, TcpState>>>>> = {
  [STATE.closed]: { connect: STATE.synSent, syn: STATE.synReceived },
  [STATE.listen]: { syn: STATE.synReceived },
  [STATE.synSent]: { syn: STATE.synReceived, handshake: STATE.established },
  [STATE.synReceived]: { handshake: STATE.established },
  [STATE.established]: { close: STATE.finWait1, finReceived: STATE.closeWait },
  [STATE.finWait1]: { finAcknowledged: STATE.finWait2, finReceived: STATE.closing },
  [STATE.finWait2]: { finReceived: STATE.timeWait },
  [STATE.closeWait]: { close: STATE.lastAck },
  [STATE.closing]: { finAcknowledged: STATE.timeWait },
  [STATE.lastAck]: { finAcknowledged: STATE.closed },
  [STATE.timeWait]: {},
};

/** The state after `event`, or null where it cannot happen. */
export function nextState(state: TcpState, event: TcpEvent): TcpState | null {
  return NEXT[state][event] ?? null;
}

/** Both ends have acknowledged the other's SYN. */
export function isSynchronized(state: TcpState): boolean {
  return state >= STATE.established;
}

/** The peer has not sent its FIN: what it sends is taken. */
export function mayReceive(state: TcpState): boolean {
  return state === STATE.established || state === STATE.finWait1 || state === STATE.finWait2;
}

/** More may be written. */
export function mayWrite(state: TcpState): boolean {
  return state === STATE.established || state === STATE.closeWait;
}

/** There may be something to transmit: data that were written, or the FIN. */
export function mayTransmit(state: TcpState): boolean {
  return state >= STATE.established && state !== STATE.finWait2 && state !== STATE.timeWait;
}

/** Our FIN is to be sent, or was and is not acknowledged. */
export function finPending(state: TcpState): boolean {
  return state === STATE.finWait1 || state === STATE.closing || state === STATE.lastAck;
}

const NAMES: Readonly<Record<TcpState, RowState | null>> = {
  [STATE.closed]: null,
  [STATE.listen]: 'LISTENING',
  [STATE.synSent]: 'SYN_SENT',
  [STATE.synReceived]: 'SYN_RECEIVED',
  [STATE.established]: 'ESTABLISHED',
  [STATE.finWait1]: 'FIN_WAIT_1',
  [STATE.finWait2]: 'FIN_WAIT_2',
  [STATE.closeWait]: 'CLOSE_WAIT',
  [STATE.closing]: 'CLOSING',
  [STATE.lastAck]: 'LAST_ACK',
  [STATE.timeWait]: 'TIME_WAIT',
};

/** As netstat spells it; null for a connection that is no more. */
export function rowState(state: TcpState): RowState | null {
  return NAMES[state];
}
