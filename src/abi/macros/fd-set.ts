// The macros over fd_set. The class is in ../structs/fd-set.ts.

import type { SOCKET } from '../handles.js';
import type { fd_set } from '../structs/fd-set.js';

/** The header's other name of fd_set; as a value it is the macro of the same name. */
export type FD_SET = fd_set;

/** Adds a socket. One that is there already is not added again, and a full set stays as it is. */
export function FD_SET(fd: SOCKET, set: fd_set): void {
  if (set.fd_count >= set.size || FD_ISSET(fd, set)) return;
  set.fd_array[set.fd_count] = fd;
  set.fd_count++;
}

/** Removes a socket; the others keep their order. */
export function FD_CLR(fd: SOCKET, set: fd_set): void {
  const at = set.fd_array.indexOf(fd);
  if (at < 0 || at >= set.fd_count) return;
  set.fd_array.splice(at, 1);
  set.fd_count--;
}

/** Whether the set holds the socket. */
export function FD_ISSET(fd: SOCKET, set: fd_set): boolean {
  const at = set.fd_array.indexOf(fd);
  return at >= 0 && at < set.fd_count;
}

/** Empties the set. */
export function FD_ZERO(set: fd_set): void {
  set.fd_count = 0;
}
