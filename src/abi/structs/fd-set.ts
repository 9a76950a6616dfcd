// fd_set, the set of sockets that select takes. The macros over it are in ../macros/fd-set.ts.

import type { SOCKET } from '../handles.js';

/**
 * fd_set (winsock2.h). A plain object: `fd_count` sockets at the start of `fd_array`.
 * C sets the capacity by defining FD_SETSIZE before the header; here it is the constructor's parameter.
 */
export class fd_set {
  /** How many sockets there are at the start of `fd_array`. */
  fd_count = 0;
  readonly fd_array: SOCKET[] = [];
  /** How many sockets FD_SET accepts. */
  readonly size: number;

  /** @param size the capacity; 64 (FD_SETSIZE) when left out */
  constructor(size = 64) {
    this.size = size;
  }
}

