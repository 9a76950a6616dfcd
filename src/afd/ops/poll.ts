// poll: waits until one of several endpoints shows one of the readiness bits it is watched for.
import type { Clock, Timer } from '../../win32/index.js';
import type { AfdEvents } from '../events/afd-events.js';
import type { Endpoint, ReadinessObserver } from '../endpoint.js';
import { IoRequest, type WaitingPlace } from '../request.js';
import { POLL_LOCAL_CLOSE } from '../poll-events.js';

/** One endpoint and the bits it is watched for; `seen` is filled in when the request is done. */
export interface Watched {
  readonly endpoint: Endpoint;
  readonly wanted: number;
  seen: number;
}

/**
 * A request that is done when something watched for is there, or when the time is up (with nothing seen). What changes is
 * looked at once per turn of the event loop: a driver tells of one socket after another, and a server with hundreds of them
 * would be woken, and would go through all of them, for each.
 */
export class PollRequest extends IoRequest implements ReadinessObserver, WaitingPlace {
  readonly watched: readonly Watched[];
  #timer: Timer | null = null;
  #looking = false;

  constructor(watched: readonly Watched[]) {
    super();
    this.watched = watched;
  }

  /** Looks now and, unless something is there or `timeout` is 0, watches. `timeout` in milliseconds, null for ever. */
  start(timeout: number | null): void {
    const events = this.watched[0]?.endpoint.afd.events;
    if (events?.verbose === true) this.#tell(events, timeout);
    if (this.#look() || timeout === 0) {
      this.complete(0);
      return;
    }
    this.waitingIn = this;
    for (const { endpoint } of this.watched) endpoint.observe(this);
    if (timeout === null) return;
    const expired = (): void => {
      this.#look();
      this.#finish();
    };
    this.#timer = this.#clock?.setTimer(timeout, expired) ?? null;
  }

  /** Tells of the beginning, and of the end when it comes. */
  #tell(events: AfdEvents, timeout: number | null): void {
    events.pollPosted(this.watched.length, timeout);
    this.onDone(() => {
      events.pollCompleted(this.watched.find(({ seen }) => seen !== 0)?.endpoint ?? null, this.error);
    });
  }

  readinessChanged(): void {
    if (this.#looking) return;
    this.#looking = true;
    this.#clock?.soon(() => {
      this.#looking = false;
      if (!this.done && this.#look()) this.#finish();
    });
  }

  get #clock(): Clock | null {
    return this.watched[0]?.endpoint.afd.clock ?? null;
  }

  withdraw(): void {
    this.#timer?.cancel();
    for (const { endpoint } of this.watched) endpoint.unobserve(this);
  }

  #finish(): void {
    this.withdraw();
    this.complete(0);
  }

  #look(): boolean {
    let found = false;
    for (const entry of this.watched) {
      entry.seen = entry.endpoint.visibleReadiness() & (entry.wanted | POLL_LOCAL_CLOSE);
      if (entry.seen !== 0) found = true;
    }
    return found;
  }
}
