// Virtual time. It stands still while anybody has something to do and jumps to the next event when nobody has. "Nobody
// has anything to do" is known after a turn of the host's event loop: every promise that could go on has gone on by then.
// It owns the order of events; what they do is the business of whoever set them.
import type { Clock, Timer } from '../../win32/clock.js';
import { EventQueue, type QueuedEvent } from './event-queue.js';

const MICROSECONDS = 1000;
/** Midnight, 1 January 2026 UTC: when every simulation starts. */
const EPOCH = 1_767_225_600_000;
/** How far a loop of polls that finds nothing moves time: a poll takes some time on any machine. */
const POLL_STEP = 1000;
/** How many events may pass without a turn of the host's event loop. */
const BURST = 4096;

/** Runs `next` once the host has nothing else to run, promises included. */
export type Yield = (next: () => void) => void;

/** The host's turn of the event loop, taken when this module is loaded: fake timers must not stop the simulation. */
const hostTurn: Yield = (() => {
  const { setImmediate: immediate } = globalThis as { setImmediate?: (next: () => void) => unknown };
  if (immediate !== undefined) return (next) => void immediate(next);
  const channel = new MessageChannel();
  const waiting: (() => void)[] = [];
  Object.assign(channel.port1, { onmessage: () => waiting.shift()?.() });
  return (next) => {
    waiting.push(next);
    channel.port2.postMessage(0);
  };
})();

/** A timer that can be set again and again; for the stack's own use. */
export class SimTimer implements QueuedEvent, Timer {
  due = 0;
  order = 0;
  place = -1;
  readonly #clock: SimClock;
  readonly #expired: () => void;

  constructor(clock: SimClock, expired: () => void) {
    this.#clock = clock;
    this.#expired = expired;
  }

  get running(): boolean {
    return this.place >= 0;
  }

  /** Sets it to `us` virtual microseconds from now, whether or not it is running. */
  set(us: number): void {
    this.#clock.enter(this, this.#clock.us + us);
  }

  cancel(): void {
    this.#clock.leave(this);
  }

  fire(): void {
    this.#expired();
  }
}

/** What stops a simulation that would go on for nobody. */
export type Idle = () => void;

/** The clock of one simulation. */
export class SimClock implements Clock {
  /** Virtual microseconds since the start; a whole number. */
  us = 0;
  readonly #events = new EventQueue();
  #turns: (() => void)[] = [];
  /** Turns of those who were told of something in this instant. */
  #soon: (() => void)[] = [];
  /** Somebody above the stack was told something in this instant and may go on. */
  #told = false;
  /** The last round had nothing but turns in it. */
  #polling = false;
  #armed = false;
  #held = 0;
  #stopped = false;
  /** How many of the events are watchdogs. */
  #watchdogs = 0;
  readonly #idle = new Set<Idle>();
  readonly #pump = (): void => {
    this.#armed = false;
    this.#round();
  };

  now(): number {
    return this.us / MICROSECONDS;
  }

  wallTime(): number {
    return EPOCH + Math.floor(this.us / MICROSECONDS);
  }

  /** How much is to come; watchdogs do not count. */
  get pending(): number {
    return this.#events.size - this.#watchdogs + this.#turns.length + this.#soon.length;
  }

  /**
   * Calls `expired` when `ms` milliseconds have passed, but makes none of them pass: while nothing else is to come, time
   * stands still.
   */
  watchdog(ms: number, expired: () => void): Timer {
    let waiting = true;
    const end = (): void => {
      if (waiting) this.#watchdogs -= 1;
      waiting = false;
    };
    const timer = new SimTimer(this, () => {
      end();
      this.tell();
      expired();
    });
    timer.set(Math.max(0, Math.round(ms * MICROSECONDS)));
    this.#watchdogs += 1;
    return {
      cancel() {
        end();
        timer.cancel();
      },
    };
  }

  setTimer(ms: number, expired: () => void): Timer {
    const timer = new SimTimer(this, () => {
      this.tell();
      expired();
    });
    timer.set(Math.max(0, Math.round(ms * MICROSECONDS)));
    return timer;
  }

  nextTurn(turn: () => void): void {
    this.#turns.push(turn);
    this.#arm();
  }

  soon(turn: () => void): void {
    this.#soon.push(turn);
    this.#arm();
  }

  /** A timer of the stack, not yet set. */
  timer(expired: () => void): SimTimer {
    return new SimTimer(this, expired);
  }

  /** Enters an event of the stack at `due` virtual microseconds, never earlier than now. */
  enter(event: QueuedEvent, due: number): void {
    if (this.#stopped) return;
    this.#events.enter(event, Math.max(this.us, Math.ceil(due)));
    this.#arm();
  }

  leave(event: QueuedEvent): void {
    this.#events.leave(event);
  }

  /**
   * To be called whenever something outside the stack is told anything (a sink, a promise): it gets its turn, in the same
   * instant, before time goes on.
   */
  tell(): void {
    this.#told = true;
  }

  /** Time stands still until the result is called: for work that the clock cannot see, as reading a real file. */
  hold(): () => void {
    this.#held += 1;
    let over = false;
    return () => {
      if (over) return;
      over = true;
      this.#held -= 1;
      this.#arm();
    };
  }

  /** Calls `idle` whenever nothing is to come any more; the result ends that. */
  onIdle(idle: Idle): () => void {
    this.#idle.add(idle);
    this.#arm();
    return () => {
      this.#idle.delete(idle);
    };
  }

  /** Ends the simulation: nothing that was to come will. */
  stop(): void {
    this.#stopped = true;
    this.#turns = [];
    this.#soon = [];
    while (this.#events.take() !== null);
    this.#watchdogs = 0;
  }

  #arm(): void {
    if (this.#armed || this.#held > 0 || this.#stopped) return;
    this.#armed = true;
    hostTurn(this.#pump);
  }

  #round(): void {
    if (this.#held > 0 || this.#stopped) return;
    if (this.#soon.length > 0) {
      this.#gather();
      return;
    }
    const turns = this.#turns;
    if (turns.length === 0) {
      this.#polling = false;
      this.#run(Infinity);
    } else {
      this.#turns = [];
      // Those who poll find what is due now first; when there was nothing the last time either, time must go on.
      const limit = this.#polling ? this.us + POLL_STEP : this.us;
      const ran = this.#run(limit);
      if (!ran && this.#polling) this.us = limit;
      this.#polling = !ran;
      for (const turn of turns) turn();
    }
    // Whoever was told something, or had its turn, may be about to do something.
    if (this.pending > 0 || (this.#idle.size > 0 && (this.#wasTold() || turns.length > 0))) this.#arm();
    else for (const idle of [...this.#idle]) idle();
  }

  /** What is due now happens, then those who gather it have their turn; whoever they tell comes next, in the same instant. */
  #gather(): void {
    const soon = this.#soon;
    this.#soon = [];
    this.#run(this.us);
    for (const turn of soon) turn();
    this.#arm();
  }

  #wasTold(): boolean {
    return this.#told;
  }

  /** Runs what is due at one instant at a time until somebody above was told; false if nothing was due by `limit`. */
  #run(limit: number): boolean {
    this.#told = false;
    let ran = 0;
    for (let head = this.#events.head; head !== null && head.due <= limit; head = this.#events.head) {
      if (this.#events.size === this.#watchdogs && head.due > this.us) break;
      if (head.due > this.us && (this.#wasTold() || ran >= BURST)) break;
      this.us = head.due;
      this.#events.take();
      ran += 1;
      head.fire();
    }
    return ran > 0;
  }
}
