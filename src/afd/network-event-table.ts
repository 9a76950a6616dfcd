// The network events as a table: what makes each happen, what it is told after, and Microsoft's list of the calls that
// re-enable it. Who wants them and what has been recorded is network-events.ts's.
import {
  FD_ACCEPT,
  FD_ADDRESS_LIST_CHANGE,
  FD_CLOSE,
  FD_CONNECT,
  FD_GROUP_QOS,
  FD_OOB,
  FD_QOS,
  FD_READ,
  FD_ROUTING_INTERFACE_CHANGE,
  FD_WRITE,
} from '../abi/index.js';
import {
  POLL_ABORT,
  POLL_ACCEPT,
  POLL_CONNECT_FAIL,
  POLL_DISCONNECT,
  POLL_RECEIVE,
  POLL_RECEIVE_EXPEDITED,
  POLL_SEND,
} from './poll-events.js';

/**
 * What is done to an endpoint that lets an event be recorded anew. `refusedSend` is a send that gave WSAEWOULDBLOCK: as
 * documented, FD_WRITE is told once and then only after such a one. `connect` starts another connection, which is a new
 * occasion and not a re-enabling. `notification` is the request to be told of a change.
 */
export type Occasion = 'receive' | 'refusedSend' | 'accept' | 'connect' | 'notification';

/**
 * How an event comes about: `level`, again as long as its condition holds when it is re-enabled; `edge`, by something that
 * happens; `never`, because nothing below can bring it about.
 */
export type Trigger = 'level' | 'edge' | 'never';

/** A row of the table. */
export interface NetworkEventRule {
  readonly event: number;
  readonly name: string;
  readonly trigger: Trigger;
  /** The readiness bits that make it happen, any of them. */
  readonly readiness: number;
  /** What lets it be recorded again. */
  readonly reenabledBy: readonly Occasion[];
  /** Microsoft's names for that; empty where the documentation says "None". */
  readonly functions: readonly string[];
}

const RECEIVES = ['recv', 'recvfrom', 'WSARecv', 'WSARecvEx', 'WSARecvFrom', 'WSARecvMsg'] as const;
const SENDS = ['send', 'sendto', 'WSASend', 'WSASendTo', 'WSASendMsg'] as const;

/** The events from the lowest bit up: the place of a row is the place of its error in WSANETWORKEVENTS. */
export const networkEventRules: readonly NetworkEventRule[] = [
  {
    event: FD_READ,
    name: 'FD_READ',
    trigger: 'level',
    readiness: POLL_RECEIVE,
    reenabledBy: ['receive'],
    functions: RECEIVES,
  },
  {
    event: FD_WRITE,
    name: 'FD_WRITE',
    trigger: 'edge',
    readiness: POLL_SEND,
    reenabledBy: ['refusedSend', 'connect'],
    functions: SENDS,
  },
  {
    event: FD_OOB,
    name: 'FD_OOB',
    trigger: 'level',
    readiness: POLL_RECEIVE_EXPEDITED,
    reenabledBy: ['receive'],
    functions: RECEIVES,
  },
  {
    event: FD_ACCEPT,
    name: 'FD_ACCEPT',
    trigger: 'level',
    readiness: POLL_ACCEPT,
    reenabledBy: ['accept'],
    functions: ['accept', 'AcceptEx', 'WSAAccept'],
  },
  {
    // A connection that was made shows in no bit: an accepted one looks the same. The endpoint tells (`hasConnected`).
    event: FD_CONNECT,
    name: 'FD_CONNECT',
    trigger: 'edge',
    readiness: POLL_CONNECT_FAIL,
    reenabledBy: ['connect'],
    functions: [],
  },
  {
    event: FD_CLOSE,
    name: 'FD_CLOSE',
    trigger: 'edge',
    readiness: POLL_DISCONNECT | POLL_ABORT,
    reenabledBy: ['connect'],
    functions: [],
  },
  {
    event: FD_QOS,
    name: 'FD_QOS',
    trigger: 'never',
    readiness: 0,
    reenabledBy: [],
    functions: ['WSAIoctl(SIO_GET_QOS)'],
  },
  {
    event: FD_GROUP_QOS,
    name: 'FD_GROUP_QOS',
    trigger: 'never',
    readiness: 0,
    reenabledBy: [],
    functions: ['WSAIoctl(SIO_GET_GROUP_QOS)'],
  },
  {
    event: FD_ROUTING_INTERFACE_CHANGE,
    name: 'FD_ROUTING_INTERFACE_CHANGE',
    trigger: 'edge',
    readiness: 0,
    reenabledBy: ['notification'],
    functions: ['WSAIoctl(SIO_ROUTING_INTERFACE_CHANGE)'],
  },
  {
    event: FD_ADDRESS_LIST_CHANGE,
    name: 'FD_ADDRESS_LIST_CHANGE',
    trigger: 'edge',
    readiness: 0,
    reenabledBy: ['notification'],
    functions: ['WSAIoctl(SIO_ADDRESS_LIST_CHANGE)'],
  },
];

/** Messages for several events go out in this order: a connection before what can be done with it, its end last. */
const DELIVERY: readonly number[] = [FD_CONNECT, FD_ACCEPT, FD_OOB, FD_WRITE, FD_READ, FD_CLOSE];

/** The rows in the order of delivery. */
export const deliveryOrder: readonly NetworkEventRule[] = networkEventRules.toSorted(
  (a, b) => placeOf(a.event) - placeOf(b.event),
);

function placeOf(event: number): number {
  const place = DELIVERY.indexOf(event);
  return place < 0 ? DELIVERY.length : place;
}

/** The events that an occasion re-enables, as a mask. */
function reenabledBy(occasion: Occasion): number {
  let mask = 0;
  for (const rule of networkEventRules) if (rule.reenabledBy.includes(occasion)) mask |= rule.event;
  return mask;
}

export const AFTER_RECEIVE = reenabledBy('receive');
export const AFTER_REFUSED_SEND = reenabledBy('refusedSend');
export const AFTER_ACCEPT = reenabledBy('accept');
export const AFTER_CONNECT = reenabledBy('connect');
