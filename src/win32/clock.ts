// The clock contract. Everything that takes time takes it from here, so that a simulated network can bring its own.
// Node's own is in system-clock.ts.

/** A timer that has been set. */
export interface Timer {
  /** Stops it; nothing happens if it has fired. */
  cancel(): void;
}

/** Where time comes from. */
export interface Clock {
  /** Milliseconds since some fixed moment; never goes back. */
  now(): number;
  /** Milliseconds since 1970, for what is shown to people. */
  wallTime(): number;
  /** Calls `expired` once, `ms` milliseconds from now, never from inside this call. */
  setTimer(ms: number, expired: () => void): Timer;
  /**
   * Calls `turn` once everything that is ready to happen now has had its turn. It is for those who look again and again:
   * when they find nothing, time that moves by itself goes on.
   */
  nextTurn(turn: () => void): void;
  /** As `nextTurn`, for those who were told of something and gather what else happens now: no time passes for it. */
  soon(turn: () => void): void;
  /**
   * Time that moves by itself whenever everybody waits stands still until the result is called: for work that the clock
   * cannot see, as loading a module. Real time takes no notice.
   */
  hold(): () => void;
}
