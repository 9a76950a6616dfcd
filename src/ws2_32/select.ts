// select's and WSAPoll's way to a provider: all sockets of one call must belong to the same one.
import { WSAEINVAL, WSAENOTSOCK, type SOCKET, type fd_set } from '../abi/index.js';
import type { LastErrorCell } from '../win32/index.js';
import { isCount } from './contract.js';
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
  let module = '';
  let any = false;
  for (const s of sockets) {
    any = true;
    const record = process.sockets.get(s);
    if (record === undefined) {
      if (tolerant) continue;
      return cell.fail(WSAENOTSOCK, null);
    }
    if (first === null) [first, module] = [s, record.provider.module];
    else if (module !== record.provider.module) return cell.fail(WSAEINVAL, null);
  }
  if (!any) return cell.fail(WSAEINVAL, null);
  return first === null ? cell.fail(WSAENOTSOCK, null) : openCall(cell, first, false);
}

/** One set of a call to select as the application passed it. */
interface Passed {
  readonly set: fd_set;
  readonly sockets: readonly SOCKET[];
}

/** The sets of a call to select, remembered to see whether the provider has only left sockets out. */
export class PassedSets {
  /** How many sockets there are in all. */
  readonly total: number;
  readonly #passed: readonly Passed[];

  constructor(...sets: readonly (fd_set | null)[]) {
    const passed: Passed[] = [];
    let total = 0;
    for (const set of sets) {
      if (set === null) continue;
      const sockets = set.fd_array.slice(0, set.fd_count);
      total += sockets.length;
      passed.push({ set, sockets });
    }
    this.#passed = passed;
    this.total = total;
  }

  /** Whether the sets hold `ready` sockets together, all of them passed. If not, they are as they were again. */
  hold(ready: number): boolean {
    let count = 0;
    for (const passed of this.#passed) {
      if (!onlyLeavesOut(passed)) return this.#restore();
      count += passed.set.fd_count;
    }
    return count === ready || this.#restore();
  }

  #restore(): false {
    for (const { set, sockets } of this.#passed) {
      set.fd_count = sockets.length;
      for (const [i, s] of sockets.entries()) set.fd_array[i] = s;
    }
    return false;
  }
}

function onlyLeavesOut({ set, sockets }: Passed): boolean {
  const { fd_count, fd_array } = set;
  if (!isCount(fd_count, sockets.length)) return false;
  let from = 0;
  for (let i = 0; i < fd_count; i++) {
    // Providers keep the order, so that one walk through the set is enough; the rest is for those that do not.
    while (from < sockets.length && sockets[from] !== fd_array[i]) from++;
    if (from === sockets.length) return isSubset(sockets, fd_array.slice(0, fd_count));
    from++;
  }
  return true;
}

function isSubset(sockets: readonly SOCKET[], chosen: readonly SOCKET[]): boolean {
  const [passed, seen] = [new Set(sockets), new Set(chosen)];
  return seen.size === chosen.length && chosen.every((s) => passed.has(s));
}
