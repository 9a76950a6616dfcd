// A window timer (SetTimer): it becomes due, stays so until a thread takes its message, and then begins again. Which
// message that is and when it is given out is message-queue.ts's.
import type { HWND } from '../abi/index.js';
import type { Clock, Timer } from './clock.js';

/** What is called in place of the window procedure when a timer's message is dispatched. */
export type TIMERPROC = (hWnd: HWND, uMsg: number, idEvent: number, dwTime: number) => void;

/** One timer of a thread. */
export class WindowTimer {
  readonly hwnd: HWND;
  readonly id: number;
  readonly procedure: TIMERPROC | null;
  due = false;
  readonly #clock: Clock;
  readonly #period: number;
  readonly #changed: () => void;
  #timer: Timer | null = null;

  /** @param changed told when the timer becomes due. */
  constructor(clock: Clock, hwnd: HWND, id: number, period: number, procedure: TIMERPROC | null, changed: () => void) {
    this.#clock = clock;
    this.hwnd = hwnd;
    this.id = id;
    this.procedure = procedure;
    this.#period = period;
    this.#changed = changed;
    this.begin();
  }

  /** Begins the next period: the message of the one before has been taken. */
  begin(): void {
    this.due = false;
    this.#timer = this.#clock.setTimer(this.#period, () => {
      this.due = true;
      this.#changed();
    });
  }

  cancel(): void {
    this.due = false;
    this.#timer?.cancel();
  }
}
