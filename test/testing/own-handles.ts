// A provider without system handles, over the base provider: its sockets have handles from lpWPUCreateSocketHandle. What
// hands sockets round beside the entries' parameters it lacks. No test knowledge.
import {
  FALSE,
  INVALID_SOCKET,
  SIO_GET_EXTENSION_FUNCTION_POINTER,
  SIO_GET_MULTIPLE_EXTENSION_FUNCTION_POINTER,
  SOCKET_ERROR,
  WSAENOTSOCK,
  WSAEINVAL,
  fd_set,
  ref,
  runIn,
  type Process,
  type Ref,
  type SOCKET,
  type WSAPROTOCOL_INFOW,
} from 'winsock2';
import { WSPStartup } from 'winsock2/msafd';
import {
  WSPDATA,
  WSPPROC_NAMES,
  unsupportedProcTable,
  type MaybePending,
  type WSPPROC_TABLE,
  type WSPUPCALLTABLE,
} from 'winsock2/spi';

type Name = keyof WSPPROC_TABLE;
type Entry = (...args: unknown[]) => MaybePending<number>;
type Table = Record<Name, Entry>;

/** Entries whose first parameter is no socket. */
const WITHOUT_SOCKET: readonly Name[] = [
  'lpWSPAddressToString',
  'lpWSPCancelBlockingCall',
  'lpWSPCleanup',
  'lpWSPSelect',
  'lpWSPSocket',
  'lpWSPStringToAddress',
];
const FAILURES: Partial<Record<Name, number>> = {
  lpWSPAccept: INVALID_SOCKET,
  lpWSPJoinLeaf: INVALID_SOCKET,
  lpWSPGetOverlappedResult: FALSE,
  lpWSPGetQOSByName: FALSE,
};
const POINTERS: readonly unknown[] = [
  SIO_GET_EXTENSION_FUNCTION_POINTER,
  SIO_GET_MULTIPLE_EXTENSION_FUNCTION_POINTER,
];

function then<T>(value: MaybePending<T>, step: (value: T) => T): MaybePending<T> {
  return value instanceof Promise ? value.then(step) : step(value);
}

function fail(args: unknown[], error: number, failure: number): number {
  (args.at(-1) as Ref).value = error;
  return failure;
}

/** Starts the provider. */
export async function startOwnHandles(process: Process, upcalls: WSPUPCALLTABLE, info: WSAPROTOCOL_INFOW): Promise<WSPPROC_TABLE> {
  /** The entry of a socket below that has no handle yet. */
  const announced = new Map<number, number>();
  /** The sockets below by their handles here. */
  const below = new Map<number, SOCKET>();
  const table = {} as WSPPROC_TABLE;
  const lower: WSPUPCALLTABLE = {
    ...upcalls,
    lpWPUModifyIFSHandle: (entry, s) => {
      announced.set(s, entry);
      return s;
    },
  };
  await runIn(process, () => WSPStartup(0x0202, new WSPDATA(), info, lower, table));
  const entries = { ...table } as unknown as Table;

  /** Gives a new socket below its handle here, or closes it. */
  const name = (s: number, lpErrno: Ref): number => {
    if (s === INVALID_SOCKET) return s;
    const handle = upcalls.lpWPUCreateSocketHandle(announced.get(s) ?? 0, s, lpErrno);
    announced.delete(s);
    if (handle === INVALID_SOCKET) void entries.lpWSPCloseSocket(s, ref(0));
    else below.set(handle, s as SOCKET);
    return handle;
  };
  const forget = (handle: number): void => {
    below.delete(handle);
    upcalls.lpWPUCloseSocketHandle(handle as SOCKET, ref(0));
  };
  const handleOf = (s: number): number => [...below].find(([, each]) => each === s)?.[0] ?? INVALID_SOCKET;

  const wrapped = {} as Table;
  for (const entry of WSPPROC_NAMES) {
    wrapped[entry] = (...args) => {
      if (WITHOUT_SOCKET.includes(entry)) return entries[entry](...args);
      const s = below.get(args[0] as number);
      if (s === undefined) return fail(args, WSAENOTSOCK, FAILURES[entry] ?? SOCKET_ERROR);
      return entries[entry](s, ...args.slice(1));
    };
  }
  const plain = { ...wrapped };
  wrapped.lpWSPSocket = (...args) => then(entries.lpWSPSocket(...args), (s) => name(s, args.at(-1) as Ref));
  wrapped.lpWSPAccept = (...args) => then(plain.lpWSPAccept(...args), (s) => name(s, args.at(-1) as Ref));
  wrapped.lpWSPJoinLeaf = (...args) =>
    then(plain.lpWSPJoinLeaf(...args), (s) => (s === INVALID_SOCKET ? s : (args[0] as number)));
  wrapped.lpWSPCloseSocket = (...args) =>
    then(plain.lpWSPCloseSocket(...args), (status) => {
      if (status === 0) forget(args[0] as number);
      return status;
    });
  wrapped.lpWSPCleanup = (...args) =>
    then(entries.lpWSPCleanup(...args), (status) => {
      for (const handle of [...below.keys()]) forget(handle);
      return status;
    });
  wrapped.lpWSPIoctl = (...args) =>
    POINTERS.includes(args[1]) && below.has(args[0] as number)
      ? fail(args, WSAEINVAL, SOCKET_ERROR)
      : plain.lpWSPIoctl(...args);
  wrapped.lpWSPSelect = (nfds, ...args) => {
    const sets = args.slice(0, 3) as (fd_set | null)[];
    const inner = sets.map((set) => (set === null ? null : new fd_set()));
    for (const [index, set] of sets.entries()) {
      for (let i = 0; i < (set?.fd_count ?? 0); i++) {
        const s = below.get(set?.fd_array[i] ?? 0);
        const to = inner[index];
        if (s === undefined || to === null || to === undefined) return fail(args, WSAENOTSOCK, SOCKET_ERROR);
        to.fd_array[to.fd_count++] = s;
      }
    }
    return then(entries.lpWSPSelect(nfds, ...inner, ...args.slice(3)), (count) => {
      if (count === SOCKET_ERROR) return count;
      for (const [index, set] of sets.entries()) {
        const from = inner[index];
        if (set === null || from === null || from === undefined) continue;
        const ready = Array.from({ length: from.fd_count }, (_, i) => handleOf(from.fd_array[i] ?? 0) as SOCKET);
        set.fd_count = ready.length;
        for (const [i, s] of ready.entries()) set.fd_array[i] = s;
      }
      return count;
    });
  };
  const { lpWSPAsyncSelect } = unsupportedProcTable();
  return { ...(wrapped as unknown as WSPPROC_TABLE), lpWSPAsyncSelect };
}
