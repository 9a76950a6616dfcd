// A started Winsock process in which a command asks and registers names, with a limit of time and Ctrl-C. Owns the calls; what
// they print is the commands' and answer.ts's.
import { setTimeout } from 'node:timers/promises';
import {
  GUID, LUP_RETURN_ALL, MAKEWORD, NULL_HANDLE, SOCKET_ERROR, WSADATA, WSAQUERYSETW, WSA_E_NO_MORE, parseGuid, ref,
  type Winsock, type WinsockHost,
} from '../../index.js';
import { INTERRUPTED } from '../exit-codes.js';
import { Failure } from '../failure.js';
import { parseNameSpace } from '../format/name-space.js';
import type { Run } from '../run.js';

/** More than any result takes. */
const ROOM = 0x100000;
const SECONDS = /^\d{1,4}$/;

/** The options that all commands for names take, checked. */
export interface NameOptions {
  readonly nameSpace: number;
  /** Milliseconds. */
  readonly limit: number;
}

/** Options as they were written. */
export interface RawNameOptions {
  readonly namespace: string;
  readonly timeout: string;
}

/** Reads the common options. */
export function nameOptions({ namespace, timeout }: RawNameOptions): NameOptions | Failure {
  const nameSpace = parseNameSpace(namespace);
  if (nameSpace === null) return Failure.usage(`'${namespace}' is no name space`, 'name one as NS_DNS, or by its number');
  if (!SECONDS.test(timeout) || Number(timeout) === 0) return Failure.usage(`'${timeout}' is no number of seconds`);
  return { nameSpace, limit: Number(timeout) * 1000 };
}

/** Starts Winsock in a process for this run. */
export async function startNames(run: Run, host: WinsockHost): Promise<Failure | null> {
  const catalog = await run.catalog();
  if (catalog instanceof Failure) return catalog;
  const data = new WSADATA();
  const error = await host.bind().WSAStartup(MAKEWORD(2, 2), data);
  return error === 0 ? null : Failure.of(error, `Winsock does not start: ${data.szSystemStatus}`, 'see `winsock doctor`');
}

/** The class that a word names: a GUID, or a class that is installed or well known. */
export function classOf(ws: Winsock, word: string): GUID | Failure {
  const id = new GUID();
  if (ws.GetTypeByNameW(word, id) === 0) return id;
  return parseGuid(word) ?? Failure.usage(`'${word}' is no service class`, 'name one as ftp or hostname, or by its GUID');
}

/** What ended the wait for names. */
export type Waited<T> = { readonly ended: 'done'; readonly value: T } | { readonly ended: 'late' | 'interrupted' };

/** Waits for `work`, but no longer than the limit and only until Ctrl-C. */
export async function withinLimit<T>(work: Promise<T>, limit: number, interrupted: AbortSignal): Promise<Waited<T>> {
  const over = new AbortController();
  const stop = new Promise<Waited<T>>((resolve) => {
    const tell = (): void => {
      resolve({ ended: 'interrupted' });
    };
    if (interrupted.aborted) tell();
    else interrupted.addEventListener('abort', tell, { once: true, signal: over.signal });
  });
  const late = setTimeout<Waited<T>>(limit, { ended: 'late' }, { signal: over.signal });
  late.catch(() => undefined);
  try {
    return await Promise.race([work.then((value): Waited<T> => ({ ended: 'done', value })), stop, late]);
  } finally {
    over.abort();
  }
}

/** The failure that a wait ended with, or null. */
export function waitFailure(waited: Waited<unknown>, limit: number): Failure | null {
  if (waited.ended === 'interrupted') return new Failure('', 'stopped before everybody had answered', '', INTERRUPTED);
  if (waited.ended === 'done') return null;
  return new Failure('WSAETIMEDOUT', `not everybody answered within ${String(limit / 1000)} s`, 'give more time with --timeout');
}

/** The results of a query as they come, into `results`; the error that ended it, 0 for the plain end. */
export async function ask(ws: Winsock, restrictions: Partial<WSAQUERYSETW>, results: WSAQUERYSETW[]): Promise<number> {
  const handle = ref(NULL_HANDLE);
  const set = new WSAQUERYSETW({ dwSize: WSAQUERYSETW.size, ...restrictions });
  if ((await ws.WSALookupServiceBeginW(set, LUP_RETURN_ALL, handle)) === SOCKET_ERROR) return ws.WSAGetLastError();
  for (;;) {
    const result = new WSAQUERYSETW();
    if ((await ws.WSALookupServiceNextW(handle.value, LUP_RETURN_ALL, ref(ROOM), result)) === SOCKET_ERROR) break;
    results.push(result);
  }
  const error = ws.WSAGetLastError();
  ws.WSALookupServiceEnd(handle.value);
  return error === WSA_E_NO_MORE ? 0 : error;
}
