// select's and WSAPoll's way to a provider: all sockets of one call must belong to the same one.
import { WSAEINVAL, WSAENOTSOCK, type SOCKET, type fd_set } from '../abi/index.js';
import type { LastErrorCell } from '../win32/index.js';
import { openCall, type SocketCall } from './dispatch.js';
import { WinsockProcess } from './process.js';

/** The sockets named in fd_sets, each set in its own order. */
export function* socketsOf(...sets: readonly (fd_set | null)[]): IterableIterator<SOCKET> {
  for (const set of sets) {
    if (set === null) continue;
    for (let i = 0; i < set.fd_count; i++) yield set.fd_array[i] as SOCKET;
  }
}

/**
 * Opens a call for `sockets` with the provider they share. Null with the error in `cell`: WSAEINVAL for no sockets or
 * for those of several providers, WSAENOTSOCK for something that is none (unless `tolerant`, as WSAPoll is).
 */
export function openSharedCall(cell: LastErrorCell, sockets: Iterable<SOCKET>, tolerant: boolean): SocketCall | null {
  const process = WinsockProcess.of(cell.thread.process);
  let first: SOCKET | null = null;
  let any = false;
  for (const s of sockets) {
    any = true;
    const record = process.sockets.get(s);
    if (record === undefined) {
      if (tolerant) continue;
      return cell.fail(WSAENOTSOCK, null);
    }
    if (first === null) first = s;
    else if (process.sockets.get(first)?.provider.module !== record.provider.module) return cell.fail(WSAEINVAL, null);
  }
  if (!any) return cell.fail(WSAEINVAL, null);
  return first === null ? cell.fail(WSAENOTSOCK, null) : openCall(cell, first);
}

