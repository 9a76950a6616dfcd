// The messages of WSPAsyncSelect. The next provider posts them with its own handles; so it is started with a
// WPUPostMessage of this layer's, which puts the application's handle in its place.
import { FALSE, TRUE, type HWND } from '../../../abi/index.js';
import type { WSPUPCALLTABLE } from '../../../spi/index.js';
import type { OwnHandles } from './layer.js';
import type { OwnSocket } from './socket.js';

/** A message about a socket that has no handle here yet. */
interface Held {
  readonly lower: number;
  readonly window: HWND;
  readonly message: number;
  readonly lParam: number;
}

/** What is between the next provider's messages and the windows. */
export class Messages {
  /** The upcalls for the links below. */
  readonly upcalls: WSPUPCALLTABLE;
  /** Null until the links below are started. */
  layer: OwnHandles | null = null;
  readonly #post: WSPUPCALLTABLE['lpWPUPostMessage'];
  /** How many accepts and joins are under way. A new socket's messages may come before its handle. */
  #expected = 0;
  #held: Held[] = [];

  /** @param upcalls - the layer's own */
  constructor(upcalls: WSPUPCALLTABLE) {
    this.#post = upcalls.lpWPUPostMessage;
    this.upcalls = {
      ...upcalls,
      lpWPUPostMessage: (window, message, wParam, lParam) => this.#translate(window, message, wParam, lParam),
    };
  }

  /** A call was made that may bring a new socket. */
  expect(): void {
    this.#expected += 1;
  }

  /** That call is over. */
  arrived(): void {
    this.#expected -= 1;
    if (this.#expected === 0) this.#held = [];
  }

  /** A socket has its handle: what was held for it goes out. */
  named(socket: OwnSocket): void {
    if (this.#held.length === 0) return;
    const held = this.#held;
    this.#held = held.filter(({ lower }) => lower !== socket.lower);
    for (const { lower, window, message, lParam } of held) {
      if (lower === socket.lower) this.#post(window, message, socket.upper, lParam);
    }
  }

  #translate(window: HWND, message: number, lower: number, lParam: number): number {
    const socket = this.layer?.ofLower(lower) ?? null;
    if (socket !== null) return this.#post(window, message, socket.upper, lParam);
    // A socket that is closed has nothing more to say.
    if (this.#expected === 0) return FALSE;
    this.#held.push({ lower, window, message, lParam });
    return TRUE;
  }
}
