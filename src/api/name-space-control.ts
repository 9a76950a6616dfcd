// WSANSPIoctl: control codes on queries, as the one that tells of changes; and WSAProviderCompleteAsyncCall, by which version 2
// providers end their calls.
import {
  NSP_NOTIFY_APC,
  NSP_NOTIFY_EVENT,
  NSP_NOTIFY_PORT,
  SOCKET_ERROR,
  WSAEFAULT,
  WSAEINVAL,
  WSA_INVALID_HANDLE,
  bytesOf,
  type HANDLE,
  type Memory,
  type Ref,
  type WSACOMPLETION,
} from '../abi/index.js';
import { Query, threadIdOf, type MaybePending } from '../ws2_32/index.js';
import { immediate, overlappable, started } from './define.js';

/** WSANSPIoctl's type. */
export interface WSANSPIoctlFunction {
  (
    hLookup: HANDLE,
    dwControlCode: number,
    lpvInBuffer: Memory | null,
    cbInBuffer: number,
    lpvOutBuffer: Memory | null,
    cbOutBuffer: number,
    lpcbBytesReturned: Ref | null,
    lpCompletion: WSACOMPLETION,
  ): number;
  (
    hLookup: HANDLE,
    dwControlCode: number,
    lpvInBuffer: Memory | null,
    cbInBuffer: number,
    lpvOutBuffer: Memory | null,
    cbOutBuffer: number,
    lpcbBytesReturned: Ref | null,
    lpCompletion: null,
  ): Promise<number>;
}

/** 0 for what a provider can use; C would read nonsense from the rest, or write to nowhere. */
function completionError(completion: Partial<WSACOMPLETION>): number {
  const { Type, Parameters } = completion;
  if (Type === undefined || !(Type >= 0 && Type <= NSP_NOTIFY_APC) || Parameters === undefined) return WSAEINVAL;
  if (Type === NSP_NOTIFY_EVENT && Parameters.Event.lpOverlapped === null) return WSAEFAULT;
  if (Type === NSP_NOTIFY_PORT && Parameters.Port.lpOverlapped === null) return WSAEFAULT;
  if (Type !== NSP_NOTIFY_APC) return 0;
  return Parameters.Apc.lpOverlapped === null || Parameters.Apc.lpfnCompletionProc === null ? WSAEFAULT : 0;
}

const isShort = (memory: Memory | null, size: number): boolean => !(size <= (memory === null ? 0 : bytesOf(memory).length));

/**
 * Runs a control code on a query of one provider. SIO_NSP_NOTIFY_CHANGE tells whether the results given so far still hold:
 * without lpCompletion, or with NSP_NOTIFY_IMMEDIATELY, it answers at once, and WSAEWOULDBLOCK means that they do; otherwise
 * the window, event, port or routine is told when they do not any more. WSALookupServiceEnd ends what waits with
 * WSA_OPERATION_ABORTED, of which a window is not told. May block without lpCompletion, as far as the provider does.
 *
 * @param hLookup - the query
 * @param dwControlCode - the code
 * @param lpvInBuffer - input, or null
 * @param cbInBuffer - its length in bytes
 * @param lpvOutBuffer - receives output, or null
 * @param cbOutBuffer - bytes that fit there
 * @param lpcbBytesReturned - receives the bytes of output
 * @param lpCompletion - how to tell of the end; null to wait for the answer
 * @returns 0 or SOCKET_ERROR. Errors: WSA_IO_PENDING (it will be told; not a failure), WSANOTINITIALISED,
 *   WSA_INVALID_HANDLE (no query), WSAEFAULT (null, a length beyond its buffer, no OVERLAPPED or routine), WSAEINVAL (the
 *   query is of several providers, or lpCompletion is wrong), WSAEWOULDBLOCK (nothing has changed), WSAEOPNOTSUPP (the
 *   provider does not know the code), WSASYSCALLFAILURE (the provider failed)
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsanspioctl
 */
export const WSANSPIoctl = overlappable(
  'WSANSPIoctl',
  7,
  started(
    SOCKET_ERROR as MaybePending<number>,
    (
      cell,
      process,
      hLookup: HANDLE,
      code: number,
      input: Memory | null,
      inputSize: number,
      output: Memory | null,
      outputSize: number,
      returned: Ref | null,
      completion: WSACOMPLETION | null,
    ): MaybePending<number> => {
      const query = process.kernel.handles.get(hLookup);
      if (!(query instanceof Query)) return cell.fail(WSA_INVALID_HANDLE, SOCKET_ERROR);
      if (returned === null || isShort(input, inputSize) || isShort(output, outputSize)) return cell.fail(WSAEFAULT, SOCKET_ERROR);
      const wrong = completion === null ? 0 : completionError(completion);
      if (wrong !== 0) return cell.fail(wrong, SOCKET_ERROR);
      const thread = completion?.Type === NSP_NOTIFY_APC ? threadIdOf(cell.thread) : null;
      const done = (error: number): number => cell.fail(error, error === 0 ? 0 : SOCKET_ERROR);
      const answer = query.control({ code, input, inputSize, output, outputSize, returned, completion, thread });
      return answer instanceof Promise ? answer.then(done) : done(answer);
    },
  ),
) as WSANSPIoctlFunction;

/**
 * Tells that a version 2 name space provider has finished a call that WS2_32 made to it (NSPv2LookupServiceNextEx,
 * NSPv2SetServiceEx). Each call can be finished once. Does not block.
 *
 * @param hAsyncCall - the call, as the provider was given it
 * @param iRetCode - how it ended: 0, or an error
 * @returns 0 or SOCKET_ERROR. Errors: WSANOTINITIALISED, WSAEINVAL (no such call is under way)
 * @see https://learn.microsoft.com/windows/win32/api/ws2spi/nf-ws2spi-wsaprovidercompleteasynccall
 */
export const WSAProviderCompleteAsyncCall = immediate(
  'WSAProviderCompleteAsyncCall',
  started(SOCKET_ERROR as number, (cell, { nameSpaces }, hAsyncCall: HANDLE, iRetCode: number): number => {
    const known = nameSpaces?.asyncCalls.complete(hAsyncCall, iRetCode) ?? false;
    return known ? cell.fail(0, 0) : cell.fail(WSAEINVAL, SOCKET_ERROR);
  }),
);
