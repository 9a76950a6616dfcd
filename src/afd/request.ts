// A pending I/O request: the one thing that everything which can wait is made of. It knows whether it is done and with
// what result; who reports that to whom (a promise, an event, an APC, a port) is the provider's business.
import type { Clock, Timer } from '../win32/index.js';

/** Called once, when the request has its result. */
export type Completion = () => void;

/** Who is told of a request's end without a function having to be made for it. */
export interface RequestOwner {
  requestDone(request: IoRequest): void;
}

/** A queue or slot that a request waits in. */
export interface WaitingPlace {
  withdraw(request: IoRequest): void;
}

/** How the caller of a transfer names the other end: not at all, by an address, in a message (WSAMSG). */
export type TransferForm = 'plain' | 'addressed' | 'message';

/** A request for an operation on an endpoint. It completes exactly once. */
export class IoRequest {
  /** Whether the result is there. */
  done = false;
  /** A Winsock error, or 0. */
  error = 0;
  /** Bytes moved. */
  bytes = 0;
  private report: Completion | null = null;
  private timer: Timer | null = null;
  /** Where the request waits, so that it can leave early. */
  waitingIn: WaitingPlace | null = null;
  /** Told first. */
  owner: RequestOwner | null = null;

  /** What the request asks for, in one word. */
  get kind(): string {
    return 'operation';
  }

  /** For transfers: how its caller names the other end. */
  get form(): TransferForm {
    return 'plain';
  }

  /** How many bytes it asks for. */
  get bytesAsked(): number {
    return 0;
  }

  /** The request that this one is a step of; null for what somebody asked for. */
  get stepOf(): IoRequest | null {
    return null;
  }

  /** Who hears of its end when nobody owns it. */
  get reportsTo(): 'caller' | 'queue' {
    return 'caller';
  }

  /** Sets the result. Later calls change nothing. */
  complete(error: number, bytes = 0): void {
    if (this.done) return;
    this.done = true;
    this.error = error;
    this.bytes = bytes;
    this.timer?.cancel();
    this.timer = null;
    this.waitingIn = null;
    this.finished();
    const { owner, report } = this;
    this.owner = null;
    this.report = null;
    owner?.requestDone(this);
    report?.();
  }

  /**
   * Fills in what its caller wants to have beside the result, for a request that is done; most want nothing.
   *
   * @param _late - the call that started it has returned
   */
  deliver(_late: boolean): void {
    // The result is all.
  }

  /** Makes a request that is done fit for another operation; nobody may still hold it for the first one. */
  protected renew(): void {
    this.done = false;
    this.error = 0;
    this.bytes = 0;
  }

  /** Called once the result is there, before anybody who asked is told: for requests that know what to do with it. */
  protected finished(): void {
    // Most only report.
  }

  /** Asks to be told of the result; must not be done yet. Whoever asked first is told first. */
  onDone(report: Completion): void {
    const earlier = this.report;
    this.report =
      earlier === null
        ? report
        : () => {
            earlier();
            report();
          };
  }

  /** Ends the request with `error` if it is still waiting: it leaves its queue first, so that nothing reaches it later. */
  abort(error: number): void {
    if (this.done) return;
    this.waitingIn?.withdraw(this);
    this.complete(error, this.bytes);
  }

  /**
   * Aborts the request with `error` unless it is done within `ms` milliseconds; 0 waits for ever. With `expired`, that is
   * called in the abort's place.
   */
  expireAfter(clock: Clock, ms: number, error: number, expired: Completion | null = null): void {
    if (ms <= 0 || this.done) return;
    this.timer = clock.setTimer(ms, () => {
      this.timer = null;
      if (expired === null) this.abort(error);
      else expired();
    });
  }
}

/** A step of a request that takes several. */
export class StepRequest extends IoRequest {
  private readonly whole: IoRequest;

  constructor(whole: IoRequest) {
    super();
    this.whole = whole;
  }

  override get stepOf(): IoRequest {
    return this.whole;
  }
}

/**
 * First in, first out; a request may leave from the middle. Seldom does more than one wait, and there are as many queues
 * as sockets, so the first has a place of its own and the others an array once there are others.
 */
export class RequestQueue<R extends IoRequest> implements WaitingPlace, Iterable<R> {
  private first: R | null = null;
  private others: R[] | null = null;

  get size(): number {
    if (this.first === null) return 0;
    return this.others === null ? 1 : 1 + this.others.length;
  }

  /** The oldest request, or null. */
  get head(): R | null {
    return this.first;
  }

  push(request: R): void {
    request.waitingIn = this;
    if (this.first === null) this.first = request;
    else (this.others ??= []).push(request);
  }

  withdraw(request: IoRequest): void {
    if (this.first === request) {
      this.first = this.others?.shift() ?? null;
      return;
    }
    const index = this.others?.indexOf(request as R) ?? -1;
    if (index >= 0) this.others?.splice(index, 1);
  }

  /** Oldest first. */
  *[Symbol.iterator](): Iterator<R> {
    if (this.first !== null) yield this.first;
    if (this.others !== null) yield* this.others;
  }

  /** Takes `request` out and completes it. */
  finish(request: R, error: number, bytes = 0): void {
    this.withdraw(request);
    request.complete(error, bytes);
  }

  /** Completes everything that waits now with `error`, oldest first. */
  failAll(error: number): void {
    const { first, others } = this;
    this.first = null;
    this.others = null;
    first?.complete(error, first.bytes);
    if (others === null) return;
    for (const request of others) request.complete(error, request.bytes);
  }
}
