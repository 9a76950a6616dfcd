// The macros over timeval.

import type { timeval } from '../structs/socket.js';

/** Whether the time is not zero. */
export function timerisset(tvp: timeval): boolean {
  return tvp.tv_sec !== 0 || tvp.tv_usec !== 0;
}

/** Makes the time zero. */
export function timerclear(tvp: timeval): void {
  tvp.tv_sec = 0;
  tvp.tv_usec = 0;
}

/**
 * Compares two times.
 *
 * @param cmp the operator, which C's macro takes as a token; the header's macro is right for `<` and `>` only, this one
 * for all six
 */
export function timercmp(tvp: timeval, uvp: timeval, cmp: '<' | '<=' | '==' | '!=' | '>=' | '>'): boolean {
  const order = tvp.tv_sec - uvp.tv_sec || tvp.tv_usec - uvp.tv_usec;
  switch (cmp) {
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '==':
      return order === 0;
    case '!=':
      return order !== 0;
    case '>=':
      return order >= 0;
    case '>':
      return order > 0;
  }
}
