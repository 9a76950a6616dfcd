// The network events of one endpoint (WSAEventSelect, WSAAsyncSelect): which are wanted, which have been recorded for
// WSAEnumNetworkEvents, and which have been told and wait to be re-enabled. What makes an event happen is in the table.
// An endpoint has one of these once somebody has asked for events, and not before.
import {
  FD_CLOSE,
  FD_CONNECT,
  FD_MAX_EVENTS,
  FD_READ,
  FD_ROUTING_INTERFACE_CHANGE,
  FD_WRITE,
  WSAECONNABORTED,
  WSAECONNRESET,
  WSAENETDOWN,
  WSAENETUNREACH,
  type WSANETWORKEVENTS,
} from '../abi/index.js';
import type { Event } from '../win32/index.js';
import { ChangeWatch } from './change-watch.js';
import type { Endpoint, ReadinessObserver } from './endpoint.js';
import { deliveryOrder, networkEventRules } from './network-event-table.js';

/** To an event object: what happens is recorded, and the object is set. */
export interface EventTarget {
  readonly kind: 'event';
  readonly object: Event;
  /** As the caller named it, to show. The object lives on when that handle is closed. */
  readonly handle: number;
}

/** To a window: what happens is posted, and nothing is kept. */
export interface MessageTarget {
  readonly kind: 'messages';
  readonly window: number;
  readonly message: number;
  /** The socket as the window is to hear of it; 0 while an accepted one has no handle yet. */
  readonly socket: number;
  readonly post: (target: MessageTarget, event: number, error: number) => void;
}

/** Where events are told. */
export type NotificationTarget = EventTarget | MessageTarget;

/** A change that the program has asked to be told of. */
interface Armed {
  readonly event: number;
  /** Which of several: the destination of a route. */
  readonly key: string;
  readonly watch: ChangeWatch;
}

/** The network events of one endpoint. */
export class NetworkEvents implements ReadinessObserver {
  readonly #endpoint: Endpoint;
  #target: NotificationTarget | null = null;
  /** Who made the selection before this one, if it was cancelled too. */
  #selectedBy: NotificationTarget['kind'] | null = null;
  #wanted = 0;
  /** Recorded and not fetched yet. */
  #recorded = 0;
  /** Told since they were last enabled: they are not told again. */
  #reported = 0;
  /** By bit. */
  readonly #errors = new Array<number>(FD_MAX_EVENTS).fill(0);
  #armed: Armed[] = [];

  private constructor(endpoint: Endpoint) {
    this.#endpoint = endpoint;
  }

  /** Those of `endpoint`, made when there are none. */
  static of(endpoint: Endpoint): NetworkEvents {
    return (endpoint.networkEvents ??= new NetworkEvents(endpoint));
  }

  get wanted(): number {
    return this.#wanted;
  }

  get recorded(): number {
    return this.#recorded;
  }

  get reported(): number {
    return this.#reported;
  }

  get target(): NotificationTarget | null {
    return this.#target;
  }

  /** The events that a change is being waited for: those of addresses and routes. */
  get armed(): number {
    return this.#armed.reduce((mask, { event }) => mask | event, 0);
  }

  /** The error recorded with the event of this bit. */
  errorOf(bit: number): number {
    return this.#errors[bit] ?? 0;
  }

  /**
   * Replaces the selection; `wanted` 0 cancels it. The record is cleared, and what holds now is told at once: to a window
   * all of it, to an event object what the program has not fetched before. So does Windows, whose event objects hear of a
   * connection's FD_CONNECT and FD_WRITE once however often they are asked for.
   */
  select(by: NotificationTarget['kind'], target: NotificationTarget | null, wanted: number): void {
    const known = by === 'event' && this.#selectedBy === 'event' ? this.#reported & ~this.#recorded : 0;
    this.#selectedBy = by;
    this.#reported = known;
    this.#recorded = 0;
    this.#target = target;
    this.#wanted = wanted;
    if (wanted === 0) this.#endpoint.unobserve(this);
    else this.#endpoint.observe(this);
    this.#watch();
    this.#look();
  }

  /** Gives an accepted socket the listener's selection. */
  inheritTo(connection: Endpoint): void {
    if (this.#target === null || this.#wanted === 0) return;
    const target = this.#target.kind === 'event' ? this.#target : { ...this.#target, socket: 0 };
    NetworkEvents.of(connection).select(target.kind, target, this.#wanted);
  }

  /** The socket has got its handle: messages about it can go out. */
  named(socket: number): void {
    if (this.#target?.kind !== 'messages') return;
    this.#target = { ...this.#target, socket };
    this.#look();
  }

  /** Hands the record over and clears it; `reset` is not set any more afterwards. */
  take(into: WSANETWORKEVENTS, reset: Event | null): void {
    into.lNetworkEvents = this.#recorded;
    // As documented, the errors of events that did not happen are left alone.
    for (let bit = 0; bit < FD_MAX_EVENTS; bit++) {
      if ((this.#recorded & (1 << bit)) !== 0) into.iErrorCode[bit] = this.errorOf(bit);
    }
    this.#recorded = 0;
    reset?.reset();
  }

  /**
   * A call has been made that re-enables `events`: they can be recorded again, and what holds still is. What was recorded
   * and not fetched is stale, for the call has dealt with it; the event object stays set, as Windows leaves it.
   */
  reenable(events: number): void {
    this.#reported &= ~events;
    this.#recorded &= ~events;
    this.#look();
  }

  /** The program asks to be told once of a change in what `look` sees. `key` tells its requests for one event apart. */
  arm(event: number, key: string, look: () => string): void {
    this.#disarm(event, key);
    const watch = new ChangeWatch(this.#endpoint.afd, look, (seen) => {
      this.#disarm(event, key);
      // A destination that nothing leads to any more has no interface.
      const unreachable = event === FD_ROUTING_INTERFACE_CHANGE && seen === '';
      this.#tell(event, unreachable ? WSAENETUNREACH : 0);
    });
    this.#armed.push({ event, key, watch });
    this.#reported &= ~event;
    this.#watch();
  }

  readinessChanged(): void {
    if (!this.#endpoint.closed) {
      this.#look();
      return;
    }
    this.#wanted = 0;
    this.#watch();
  }

  #disarm(event: number, key: string): void {
    const kept = this.#armed.filter((each) => {
      const other = each.event !== event || each.key !== key;
      if (!other) each.watch.stop();
      return other;
    });
    this.#armed = kept;
  }

  /** Looks for changes only while they are wanted. */
  #watch(): void {
    for (const { event, watch } of [...this.#armed]) {
      if ((this.#wanted & event) === 0) watch.stop();
      else watch.start();
    }
  }

  #look(): void {
    const open = this.#wanted & ~this.#reported;
    if (open === 0) return;
    const fresh = open & happening(this.#endpoint, this.#target?.kind === 'messages');
    if (fresh === 0) return;
    for (const { event } of deliveryOrder) {
      if ((fresh & event) !== 0) this.#tell(event, this.#cause(event));
    }
  }

  /** The error that goes with an event. */
  #cause(event: number): number {
    if (event === FD_CONNECT) return this.#endpoint.hasConnected ? 0 : this.#endpoint.lastError;
    const error = event === FD_CLOSE ? this.#endpoint.connectionError : 0;
    if (error === 0 || error === WSAENETDOWN) return error;
    // A window is told who did it; to an event object every abortive end is one.
    return error === WSAECONNRESET && this.#target?.kind === 'messages' ? WSAECONNRESET : WSAECONNABORTED;
  }

  #tell(event: number, error: number): void {
    const target = this.#target;
    if (target === null || (this.#wanted & event) === 0) return;
    if (target.kind === 'messages') {
      if (target.socket === 0) return;
      this.#reported |= event;
      target.post(target, event, error);
      return;
    }
    this.#reported |= event;
    this.#recorded |= event;
    this.#errors[31 - Math.clz32(event)] = error;
    target.object.set();
  }
}

/** The events that the state of an endpoint makes happen, as a mask. */
export function happening(endpoint: Endpoint, toWindow: boolean): number {
  const readiness = endpoint.readiness();
  let events = 0;
  for (const rule of networkEventRules) if ((rule.readiness & readiness) !== 0) events |= rule.event;
  if (endpoint.hasConnected) events |= FD_CONNECT;
  if (endpoint.sendShutdown || endpoint.connectionError !== 0) events &= ~FD_WRITE;
  // A window hears of the end after all data has been read. Whoever waits for an event object hears of it at once, as on
  // Windows, and has to look for remaining data.
  return toWindow && (events & FD_READ) !== 0 ? events & ~FD_CLOSE : events;
}
