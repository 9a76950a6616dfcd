// Registered I/O's functions, found as a program finds them on Windows: by SIO_GET_MULTIPLE_EXTENSION_FUNCTION_POINTER on a
// socket. Most of them take no socket. WS2_32 therefore asks once, on a UDP socket of its own: what answers there is the
// provider that serves such sockets first in the catalog, a layer included. A program that uses providers that do not
// share their queues asks each one's socket itself.
import {
  AF_INET,
  INVALID_SOCKET,
  IPPROTO_UDP,
  SIO_GET_MULTIPLE_EXTENSION_FUNCTION_POINTER,
  SOCK_DGRAM,
  WSAEOPNOTSUPP,
  WSAID_MULTIPLE_RIO,
  WSANOTINITIALISED,
  WSASYSCALLFAILURE,
  WSA_FLAG_OVERLAPPED,
  WSA_FLAG_REGISTERED_IO,
  ref,
  type GROUP,
  type SOCKET,
} from '../abi/index.js';
import { FunctionPointers, RIO_TABLE_SIZE, readRioTable, type RioFunctions } from '../spi/index.js';
import type { LastErrorCell } from '../win32/index.js';
import { ask } from './contract.js';
import { createSocket } from './create-socket.js';
import type { SocketCall } from './dispatch.js';
import { WinsockProcess } from './process.js';
import type { Provider } from './provider.js';

export type { RioContext, RioFunctions } from '../spi/index.js';

/** The table that the provider of `s` gives out, or the error when it gives none. */
function tableOf(process: WinsockProcess, provider: Provider, s: SOCKET): RioFunctions | number {
  const input = WSAID_MULTIPLE_RIO.bytes.slice();
  const output = new Uint8Array(RIO_TABLE_SIZE);
  const code = SIO_GET_MULTIPLE_EXTENSION_FUNCTION_POINTER;
  const lpErrno = ref(0);
  const error = ask(process, provider, lpErrno, ({ lpWSPIoctl }) =>
    lpWSPIoctl(s, code, input, input.length, output, output.length, ref(0), null, null, null, lpErrno),
  );
  if (error !== 0) return error === WSASYSCALLFAILURE ? error : WSAEOPNOTSUPP;
  return readRioTable(output, FunctionPointers.of(process.kernel)) ?? WSAEOPNOTSUPP;
}

/** The functions for calls that name no socket, or null with the error in `cell`. */
export function rioFunctions(cell: LastErrorCell): RioFunctions | null {
  const process = WinsockProcess.of(cell.thread.process);
  if (process.rio !== null) return process.rio;
  if (!process.started) return cell.fail(WSANOTINITIALISED, null);
  const flags = WSA_FLAG_OVERLAPPED | WSA_FLAG_REGISTERED_IO;
  const wish = { af: AF_INET, type: SOCK_DGRAM, protocol: IPPROTO_UDP, info: null, group: 0 as GROUP, flags };
  const s = createSocket(cell, wish);
  const provider = process.sockets.get(s)?.provider ?? null;
  if (s === INVALID_SOCKET || provider === null) return null;
  const table = tableOf(process, provider, s);
  provider.tell('WSPCloseSocket', (procs) => procs.lpWSPCloseSocket(s, ref(0)));
  if (typeof table === 'number') return cell.fail(table, null);
  process.rioProvider = provider;
  return (process.rio = table);
}

/** The functions of the provider of a call's socket, or null with the error in the call. */
export function rioFunctionsOf(call: SocketCall, s: SOCKET): RioFunctions | null {
  const table = tableOf(call.process, call.socket.provider, s);
  return typeof table === 'number' ? call.fail(table, null) : table;
}
