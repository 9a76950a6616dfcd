// GetAddrInfoEx and what belongs to it: getaddrinfo with a choice of name space, a time limit and overlapped operation. The
// finding is in address-info.ts, the structures' versions in addrinfo-ex-entry.ts, what is under way in ws2_32.
import {
  NULL_HANDLE,
  WSAEFAULT,
  WSAEINPROGRESS,
  WSAEINVAL,
  WSAETIMEDOUT,
  WSANOTINITIALISED,
  WSA_INVALID_HANDLE,
  WSA_IO_PENDING,
  type ADDRINFOEXA,
  type ADDRINFOEXW,
  type GUID,
  type HANDLE,
  type LPLOOKUPSERVICE_COMPLETION_ROUTINE,
  type OVERLAPPED,
  type Ref,
  type timeval,
} from '../abi/index.js';
import { Event, PendingOperation, type LastErrorCell, type Timer } from '../win32/index.js';
import { ANYBODY, NameLookup, type MaybePending, type WinsockProcess } from '../ws2_32/index.js';
import { completeEntry, completeNames, makerFor, refusedHints, type ExEntry } from './addrinfo-ex-entry.js';
import { hintsError } from './addrinfo-hints.js';
import { findAddresses, readHints } from './address-info.js';
import { immediate, overlappable, started } from './define.js';
import { release } from './free-list.js';

type Routine = LPLOOKUPSERVICE_COMPLETION_ROUTINE | null;

/** What a call asks for, without how it is told. */
interface Wanted<T extends ExEntry> {
  readonly name: string | null;
  readonly service: string | null;
  readonly nameSpace: number;
  readonly providerId: GUID | null;
  readonly hints: T | null;
  readonly result: Ref<T | null> | null;
}

/** Starts finding: the first entry, or the error, at once or later. */
function find<T extends ExEntry>(
  { kernel }: WinsockProcess,
  { name, service, nameSpace, providerId, hints }: Wanted<T>,
  wide: boolean,
  signal: AbortSignal | null,
): MaybePending<T | number> {
  const make = makerFor(hints, wide);
  if (typeof make === 'number') return make;
  const bad = (hints === null ? 0 : hintsError(hints, name, true)) || refusedHints(hints);
  if (bad !== 0) return bad;
  const whom = { ...ANYBODY, nameSpace: nameSpace >>> 0, providerId, everybody: true, signal };
  const values = readHints(hints);
  const finding = { node: name, service, hints: values, whom, make, complete: completeEntry };
  const named = (found: ExEntry | number): T | number => {
    if (typeof found === 'number') return found;
    completeNames(found, values.flags);
    // `make` has made what the hints are.
    return found as T;
  };
  const found = findAddresses<ExEntry>(kernel, finding);
  return found instanceof Promise ? found.then(named) : named(found);
}

/** Sets the result; returns the error. */
function deliver<T extends ExEntry>(result: Ref<T | null>, found: T | number): number {
  if (typeof found === 'number') return found;
  result.value = found;
  return 0;
}

/** Runs `expired` when the time is over; null for no limit. */
function limit({ kernel }: WinsockProcess, timeout: timeval | null, expired: () => void): Timer | null {
  return timeout === null ? null : kernel.clock.setTimer(timeout.tv_sec * 1000 + timeout.tv_usec / 1000, expired);
}

function wait<T extends ExEntry>(
  process: WinsockProcess,
  wanted: Wanted<T>,
  wide: boolean,
  result: Ref<T | null>,
  timeout: timeval | null,
): MaybePending<number> {
  const abort = timeout === null ? null : new AbortController();
  const found = find(process, wanted, wide, abort?.signal ?? null);
  if (!(found instanceof Promise)) return deliver(result, found);
  let late = false;
  const timer = limit(process, timeout, () => {
    late = true;
    abort?.abort();
  });
  return found.then((each) => (late ? WSAETIMEDOUT : deliver(result, each))).finally(() => timer?.cancel());
}

/** The error in how the end is to be told, or 0. */
function reportError({ kernel }: WinsockProcess, overlapped: OVERLAPPED, routine: Routine): number {
  if (PendingOperation.of(overlapped)?.done === false) return WSAEINVAL;
  if (routine !== null) return overlapped.hEvent === NULL_HANDLE ? 0 : WSAEINVAL;
  return kernel.handles.get(overlapped.hEvent & ~1) instanceof Event ? 0 : WSAEINVAL;
}

function start<T extends ExEntry>(
  process: WinsockProcess,
  wanted: Wanted<T>,
  result: Ref<T | null>,
  timeout: timeval | null,
  overlapped: OVERLAPPED,
  routine: Routine,
  handle: Ref<HANDLE> | null,
): number {
  const bad = reportError(process, overlapped, routine);
  if (bad !== 0) return bad;
  const abort = new AbortController();
  const found = find(process, wanted, true, abort.signal);
  overlapped.Pointer = result;
  if (!(found instanceof Promise)) {
    const error = deliver(result, found);
    overlapped.Internal = error;
    return error;
  }
  const lookup = new NameLookup(process.kernel, process.nameLookups, overlapped, routine, abort);
  if (handle !== null) handle.value = lookup.handle;
  const timer = limit(process, timeout, () => lookup.finish(WSAETIMEDOUT));
  void found.then((each) => {
    timer?.cancel();
    // Cancelled look-ups have no result.
    if (!lookup.done) lookup.finish(deliver(result, each));
  });
  return WSA_IO_PENDING;
}

function isTime(timeout: timeval | null): boolean {
  return timeout === null || (timeout.tv_sec >= 0 && timeout.tv_usec >= 0);
}

type Call<T> = (
  cell: LastErrorCell,
  process: WinsockProcess,
  pName: string | null,
  pServiceName: string | null,
  dwNameSpace: number,
  lpNspId: GUID | null,
  hints: T | null,
  ppResult: Ref<T | null> | null,
  timeout: timeval | null,
  lpOverlapped: OVERLAPPED | null,
  lpCompletionRoutine: Routine,
  lpHandle: Ref<HANDLE> | null,
) => MaybePending<number>;

function body<T extends ExEntry>(wide: boolean): Call<T> {
  return (cell, process, name, service, nameSpace, providerId, hints, result, timeout, overlapped, routine, handle) => {
    const done = (error: number): number => cell.fail(error, error);
    if (result === null) return done(WSAEFAULT);
    result.value = null;
    // The ANSI form has none of these.
    if (!wide && (timeout !== null || overlapped !== null || routine !== null || handle !== null)) return done(WSAEINVAL);
    if (!isTime(timeout) || (overlapped === null && routine !== null)) return done(WSAEINVAL);
    const wanted: Wanted<T> = { name, service, nameSpace, providerId, hints, result };
    if (overlapped !== null) return done(start(process, wanted, result, timeout, overlapped, routine, handle));
    const error = wait(process, wanted, wide, result, timeout);
    return error instanceof Promise ? error.then(done) : done(error);
  };
}

/** GetAddrInfoEx: with an OVERLAPPED it returns at once. */
interface GetAddrInfoExFunction<T> {
  (
    pName: string | null,
    pServiceName: string | null,
    dwNameSpace: number,
    lpNspId: GUID | null,
    hints: T | null,
    ppResult: Ref<T | null> | null,
    timeout: timeval | null,
    lpOverlapped: OVERLAPPED,
    lpCompletionRoutine: Routine,
    lpHandle: Ref<HANDLE> | null,
  ): number;
  (
    pName: string | null,
    pServiceName: string | null,
    dwNameSpace: number,
    lpNspId: GUID | null,
    hints: T | null,
    ppResult: Ref<T | null> | null,
    timeout: timeval | null,
    lpOverlapped: null,
    lpCompletionRoutine: Routine,
    lpHandle: Ref<HANDLE> | null,
  ): Promise<number>;
}

const OVERLAPPED_PARAMETER = 7;

/**
 * Finds the addresses of a host, with the port of a service, in name spaces of one's choice. Unlike getaddrinfo it asks all
 * providers at once and gives what all of them know, each address once; when one has answered, the others have two seconds
 * from the beginning. Without an OVERLAPPED it blocks; with one it returns WSA_IO_PENDING and the end is told by the event or
 * the routine. What needs no asking is answered at once, as by getaddrinfo: then neither hears of it.
 *
 * @param pName - as for getaddrinfo
 * @param pServiceName - as for getaddrinfo; providers are told of it too
 * @param dwNameSpace - whose providers to ask; NS_ALL for all
 * @param lpNspId - the one provider to ask, whatever the name space; null for all of it
 * @param hints - as for getaddrinfo; with AI_EXTENDED one of the structures addrinfoex2 to addrinfoex7, by `ai_version`,
 *   and the results are such ones too. AI_CANONNAME and AI_FQDN together need that: the latter's name is in `ai_fqdn`.
 *   Not told by any provider, and so 0: `ai_ttl` and `ai_responseflags`
 * @param ppResult - receives a list linked by `ai_next`, when it is ready, or null. `ai_provider` is who told of the address
 * @param timeout - after how long to give up; null for never
 * @param lpOverlapped - null to block. Its `Pointer` receives `ppResult`; `hEvent` must be an event, or 0 with a routine
 * @param lpCompletionRoutine - called with the error at the end, on a thread of the pool; or null
 * @param lpHandle - receives what GetAddrInfoExCancel takes, valid until the end; or null
 * @returns 0, WSA_IO_PENDING (with an OVERLAPPED: it is under way), or the error itself, which is the last error too: those
 *   of getaddrinfo, and WSASERVICE_NOT_FOUND (nobody serves the name space, or it does not know the name), WSAEINVAL (no
 *   such provider or version; a negative time; a routine without an OVERLAPPED or with an event; no event; the OVERLAPPED is
 *   in use), WSAETIMEDOUT, EAI_NOSECURENAME (AI_REQUIRE_SECURE: no look-up here is secure), WSAEOPNOTSUPP (own DNS servers, an
 *   interface or a resolution handle is asked for), WSAEPROVIDERFAILEDINIT. A cancelled look-up ends with WSA_E_CANCELLED
 * @see https://learn.microsoft.com/windows/win32/api/ws2tcpip/nf-ws2tcpip-getaddrinfoexw
 */
export const GetAddrInfoExW = overlappable(
  'GetAddrInfoExW',
  OVERLAPPED_PARAMETER,
  started(WSANOTINITIALISED as MaybePending<number>, body<ADDRINFOEXW>(true)),
) as GetAddrInfoExFunction<ADDRINFOEXW>;

/**
 * The ANSI form of GetAddrInfoExW, which can neither be overlapped nor limited in time. Blocks.
 *
 * @param pName - as for GetAddrInfoExW
 * @param pServiceName - as for GetAddrInfoExW
 * @param dwNameSpace - as for GetAddrInfoExW
 * @param lpNspId - as for GetAddrInfoExW
 * @param hints - as for GetAddrInfoExW; the versions end with addrinfoex2
 * @param ppResult - as for GetAddrInfoExW
 * @param timeout - must be null
 * @param lpOverlapped - must be null
 * @param lpCompletionRoutine - must be null
 * @param lpNameHandle - must be null
 * @returns 0 or the error itself, as GetAddrInfoExW; WSAEINVAL if one of those that must be null is not
 * @see https://learn.microsoft.com/windows/win32/api/ws2tcpip/nf-ws2tcpip-getaddrinfoexa
 */
export const GetAddrInfoExA = overlappable(
  'GetAddrInfoExA',
  OVERLAPPED_PARAMETER,
  started(WSANOTINITIALISED as MaybePending<number>, body<ADDRINFOEXA>(false)),
) as GetAddrInfoExFunction<ADDRINFOEXA>;

export { GetAddrInfoExA as GetAddrInfoEx };

/**
 * Ends an overlapped GetAddrInfoExW with WSA_E_CANCELLED: its event is set or its routine called, and there is no result.
 * Does not block.
 *
 * @param lpHandle - what the call put into its `lpHandle`
 * @returns 0, or the error itself, which is the last error too: WSANOTINITIALISED, WSAEFAULT (null), WSA_INVALID_HANDLE (no
 *   such handle, or the look-up is over)
 * @see https://learn.microsoft.com/windows/win32/api/ws2tcpip/nf-ws2tcpip-getaddrinfoexcancel
 */
export const GetAddrInfoExCancel = immediate(
  'GetAddrInfoExCancel',
  started(WSANOTINITIALISED as number, (cell, { kernel }, lpHandle: Ref<HANDLE> | null): number => {
    if (lpHandle === null) return cell.fail(WSAEFAULT, WSAEFAULT);
    const lookup = kernel.handles.get(lpHandle.value);
    if (!(lookup instanceof NameLookup)) return cell.fail(WSA_INVALID_HANDLE, WSA_INVALID_HANDLE);
    lookup.abandon();
    return cell.fail(0, 0);
  }),
);

/**
 * Tells how an overlapped GetAddrInfoExW ended. Does not block.
 *
 * @param lpOverlapped - the call's
 * @returns what it ended with, 0 for success; WSAEINPROGRESS while it is under way, WSAEINVAL for null, WSANOTINITIALISED. A
 *   failure is the last error too
 * @see https://learn.microsoft.com/windows/win32/api/ws2tcpip/nf-ws2tcpip-getaddrinfoexoverlappedresult
 */
export const GetAddrInfoExOverlappedResult = immediate(
  'GetAddrInfoExOverlappedResult',
  started(WSANOTINITIALISED as number, (cell, _process, lpOverlapped: OVERLAPPED | null): number => {
    if (lpOverlapped === null) return cell.fail(WSAEINVAL, WSAEINVAL);
    const isUnderWay = PendingOperation.of(lpOverlapped)?.done === false;
    const error = isUnderWay ? WSAEINPROGRESS : lpOverlapped.Internal;
    return cell.fail(error, error);
  }),
);

function releaseEx(first: ExEntry | null): void {
  for (let entry = first; entry !== null; entry = entry.ai_next) {
    entry.ai_blob = null;
    entry.ai_provider = null;
  }
  release(first);
}

/**
 * Gives back what GetAddrInfoExA returned; its entries are empty then. Does not block, cannot fail, and works before
 * WSAStartup.
 *
 * @param pAddrInfoEx - the first entry; null for nothing
 * @see https://learn.microsoft.com/windows/win32/api/ws2tcpip/nf-ws2tcpip-freeaddrinfoex
 */
export const FreeAddrInfoEx = immediate('FreeAddrInfoEx', (_cell, pAddrInfoEx: ADDRINFOEXA | null): void =>
  releaseEx(pAddrInfoEx),
);

export { FreeAddrInfoEx as FreeAddrInfoExA };

/**
 * Gives back what GetAddrInfoExW returned; its entries are empty then. Does not block, cannot fail, and works before
 * WSAStartup.
 *
 * @param pAddrInfoEx - the first entry; null for nothing
 * @see https://learn.microsoft.com/windows/win32/api/ws2tcpip/nf-ws2tcpip-freeaddrinfoex
 */
export const FreeAddrInfoExW = immediate('FreeAddrInfoExW', (_cell, pAddrInfoEx: ADDRINFOEXW | null): void =>
  releaseEx(pAddrInfoEx),
);
