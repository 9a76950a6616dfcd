// Owns: the settings of one stream that reach the wire; remembered until there is a socket to apply them to.
// Does not own: ranges and defaults, which are afd's.

import type { Socket } from 'node:net';
import type { DriverError, Setting } from '../contract.js';

/** What a node:net socket can apply. */
export const STREAM_SETTINGS = ['noDelay', 'keepAlive', 'keepAliveIdleMs'] as const satisfies readonly Setting[];

export class StreamSettings {
  #noDelay = false;
  #keepAlive = false;
  #keepAliveIdleMs = 0;

  /** Remembers a setting and applies it to the socket if there is one. */
  set(setting: Setting, value: number, socket: Socket | null): DriverError | null {
    switch (setting) {
      case 'noDelay':
        this.#noDelay = value !== 0;
        socket?.setNoDelay(this.#noDelay);
        return null;
      case 'keepAlive':
        this.#keepAlive = value !== 0;
        break;
      case 'keepAliveIdleMs':
        this.#keepAliveIdleMs = value;
        break;
      default:
        return 'ENOTSUP';
    }
    socket?.setKeepAlive(this.#keepAlive, this.#keepAliveIdleMs);
    return null;
  }

  /** Applies what was remembered; nothing for a stream that was left as it is. */
  apply(socket: Socket): void {
    if (this.#noDelay) socket.setNoDelay(true);
    if (this.#keepAlive) socket.setKeepAlive(true, this.#keepAliveIdleMs);
  }
}
