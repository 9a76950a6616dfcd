// Socket state notifications (ProcessSocketNotifications): an observer that turns an endpoint's readiness into packets
// for a completion port, level- or edge-triggered, once or again and again.
import {
  ERROR_INVALID_PARAMETER,
  ERROR_NOT_FOUND,
  NO_ERROR,
  SOCK_NOTIFY_EVENT_ERR,
  SOCK_NOTIFY_EVENT_HANGUP,
  SOCK_NOTIFY_EVENT_IN,
  SOCK_NOTIFY_EVENT_OUT,
  SOCK_NOTIFY_EVENT_REMOVE,
  SOCK_NOTIFY_OP_DISABLE,
  SOCK_NOTIFY_OP_ENABLE,
  SOCK_NOTIFY_OP_NONE,
  SOCK_NOTIFY_OP_REMOVE,
  SOCK_NOTIFY_REGISTER_EVENTS_ALL,
  SOCK_NOTIFY_TRIGGER_ALL,
  SOCK_NOTIFY_TRIGGER_EDGE,
  SOCK_NOTIFY_TRIGGER_LEVEL,
  SOCK_NOTIFY_TRIGGER_ONESHOT,
  SOCK_NOTIFY_TRIGGER_PERSISTENT,
} from '../abi/index.js';
import type { CompletionPacket, CompletionPort, StateRegistration } from '../win32/index.js';
import type { Endpoint, ReadinessObserver } from './endpoint.js';
import {
  POLL_ABORT,
  POLL_ACCEPT,
  POLL_CONNECT_FAIL,
  POLL_DISCONNECT,
  POLL_RECEIVE,
  POLL_SEND,
} from './poll-events.js';

/** Which readiness makes which event, as WSAPoll has it. */
const EVENTS: readonly (readonly [event: number, bits: number])[] = [
  [SOCK_NOTIFY_EVENT_IN, POLL_RECEIVE | POLL_ACCEPT],
  [SOCK_NOTIFY_EVENT_OUT, POLL_SEND],
  [SOCK_NOTIFY_EVENT_HANGUP, POLL_DISCONNECT | POLL_ABORT | POLL_CONNECT_FAIL],
  [SOCK_NOTIFY_EVENT_ERR, POLL_ABORT | POLL_CONNECT_FAIL],
];

function eventsOf(endpoint: Endpoint): number {
  const ready = endpoint.readiness();
  let events = 0;
  for (const [event, bits] of EVENTS) if ((ready & bits) !== 0) events |= event;
  return events;
}

/** The packet that shows a socket's events: one at most is queued, and events that come meanwhile are added to it. */
interface EventPacket extends CompletionPacket {
  bytes: number;
}

/** The registration of one endpoint. */
export class StateNotifications implements ReadinessObserver {
  readonly port: CompletionPort;
  readonly #endpoint: Endpoint;
  readonly #key: number;
  #filter = 0;
  #triggers = 0;
  #enabled = false;
  /** The events that held when it was last looked. */
  #held = 0;
  #packet: EventPacket | null = null;

  constructor(endpoint: Endpoint, { port, key }: StateRegistration) {
    this.#endpoint = endpoint;
    this.port = port;
    this.#key = key;
    endpoint.observe(this);
  }

  enable({ filter, triggers }: StateRegistration): void {
    this.#filter = filter;
    this.#triggers = triggers;
    this.#enabled = true;
    // Only what changes from now on is an edge.
    this.#held = this.#wanted();
    if (this.#isLevel) this.#look();
  }

  disable(): void {
    this.#enabled = false;
  }

  remove(): void {
    this.#enabled = false;
    this.#endpoint.unobserve(this);
    this.#add(SOCK_NOTIFY_EVENT_REMOVE);
  }

  readinessChanged(endpoint: Endpoint): void {
    // Closing ends the registration without a word; what is queued stays queued.
    if (endpoint.closed) this.#enabled = false;
    else if (this.#enabled) this.#look();
  }

  get #isLevel(): boolean {
    return (this.#triggers & SOCK_NOTIFY_TRIGGER_LEVEL) !== 0;
  }

  #wanted(): number {
    if (this.#filter === 0) return 0;
    return eventsOf(this.#endpoint) & (this.#filter | SOCK_NOTIFY_EVENT_ERR);
  }

  #look(): void {
    const events = this.#wanted();
    const risen = events & ~this.#held;
    this.#held = events;
    if (!this.#isLevel) this.#add(risen);
    else if (events !== 0) this.#show(events);
    else this.#takeBack();
  }

  /** What is queued shows what holds now, so that nobody is told of what is over. */
  #show(events: number): void {
    if (this.#packet === null) this.#add(events);
    else this.#packet.bytes = events;
  }

  #takeBack(): void {
    if (this.#packet !== null) this.port.withdraw(this.#packet);
    this.#packet = null;
  }

  #add(events: number): void {
    if (events === 0) return;
    if (this.#packet !== null) {
      this.#packet.bytes |= events;
      return;
    }
    const whenTaken = (): void => {
      this.#taken();
    };
    this.#packet = { bytes: events, key: this.#key, overlapped: null, error: NO_ERROR, whenTaken };
    this.port.post(this.#packet);
  }

  #taken(): void {
    this.#packet = null;
    if ((this.#triggers & SOCK_NOTIFY_TRIGGER_ONESHOT) !== 0) this.#enabled = false;
    else if (this.#enabled && this.#isLevel) this.#look();
  }
}

/** Whether exactly one of level and edge is asked for, and nothing that contradicts itself. */
function triggersFit(triggers: number): boolean {
  if ((triggers & ~SOCK_NOTIFY_TRIGGER_ALL) !== 0) return false;
  const level = (triggers & SOCK_NOTIFY_TRIGGER_LEVEL) !== 0;
  const edge = (triggers & SOCK_NOTIFY_TRIGGER_EDGE) !== 0;
  const both = SOCK_NOTIFY_TRIGGER_ONESHOT | SOCK_NOTIFY_TRIGGER_PERSISTENT;
  return level !== edge && (triggers & both) !== both;
}

/**
 * Carries out a registration on `endpoint`, whose present one is `present`: the one it has from then on, or the error.
 * ERROR_INVALID_PARAMETER: an unknown operation, events or triggers that contradict each other, or another port than the
 * one it is registered with. ERROR_NOT_FOUND: there is none to disable or remove.
 */
export function registerState(
  endpoint: Endpoint,
  present: StateNotifications | null,
  registration: StateRegistration,
): StateNotifications | null | number {
  const { port, operation, filter, triggers } = registration;
  if (operation === SOCK_NOTIFY_OP_NONE) return present;
  const known = present === null || present.port.closed ? null : present;
  if (known !== null && known.port !== port) return ERROR_INVALID_PARAMETER;
  switch (operation) {
    case SOCK_NOTIFY_OP_ENABLE: {
      if ((filter & ~SOCK_NOTIFY_REGISTER_EVENTS_ALL) !== 0 || !triggersFit(triggers)) return ERROR_INVALID_PARAMETER;
      if (present !== null && known === null) endpoint.unobserve(present);
      const own = known ?? new StateNotifications(endpoint, registration);
      own.enable(registration);
      return own;
    }
    case SOCK_NOTIFY_OP_DISABLE:
      known?.disable();
      return known ?? ERROR_NOT_FOUND;
    case SOCK_NOTIFY_OP_REMOVE:
      if (known === null) return ERROR_NOT_FOUND;
      known.remove();
      return null;
    default:
      return ERROR_INVALID_PARAMETER;
  }
}
