// WSPIoctl: the codes that concern the provider and its handles are answered here, the others by afd.
import {
  FIONBIO,
  SIO_BASE_HANDLE,
  SIO_BSP_HANDLE,
  SIO_BSP_HANDLE_POLL,
  SIO_BSP_HANDLE_SELECT,
  SIO_EXT_POLL,
  GUID,
  SIO_GET_EXTENSION_FUNCTION_POINTER,
  SIO_GET_MULTIPLE_EXTENSION_FUNCTION_POINTER,
  SIO_IDEAL_SEND_BACKLOG_CHANGE,
  SIO_QUERY_TARGET_PNP_HANDLE,
  SOCKET_ERROR,
  WSAEFAULT,
  WSAEINVAL,
  WSAENOTSOCK,
  WSAEOPNOTSUPP,
  WSAEWOULDBLOCK,
  WSAID_MULTIPLE_RIO,
  type LPWSAOVERLAPPED_COMPLETION_ROUTINE,
  type Memory,
  type OVERLAPPED,
  type Ref,
  type SOCKET,
  type WSATHREADID,
} from '../../../abi/index.js';
import { IoRequest, type Endpoint } from '../../../afd/index.js';
import { control } from '../../../afd/ioctls/control.js';
import { FunctionPointers, RIO_TABLE_SIZE, writeRioTable, type MaybePending } from '../../../spi/index.js';
import { extensionFunction } from '../extension-functions.js';
import { beginOverlapped, finishOverlapped, reportOf, type Report } from '../overlapped.js';
import { blockedOn, fail, type Msafd } from '../provider.js';
import { rioFunctions } from '../rio/index.js';
import { windowOf } from './options.js';
import { poll } from './select.js';

/** What a code answered by the provider itself gives. */
interface Outcome {
  readonly error: number;
  readonly bytes: number;
}

const outcome = (error: number, bytes = 0): Outcome => ({ error, bytes });

function putPointer(output: Uint8Array | null, value: number): Outcome {
  if (output === null || output.length < 8) return outcome(WSAEFAULT);
  new DataView(output.buffer, output.byteOffset, 8).setBigUint64(0, BigInt(value), true);
  return outcome(0, 8);
}

function extensionPointer(provider: Msafd, input: Uint8Array | null, output: Uint8Array | null): Outcome {
  if (input === null || input.length < 16) return outcome(WSAEFAULT);
  const target = extensionFunction(provider, input.subarray(0, 16));
  return target === null ? outcome(WSAEINVAL) : putPointer(output, FunctionPointers.of(provider.process).to(target));
}

/** The table of registered I/O, the only one of several functions. */
function extensionTable(provider: Msafd, input: Uint8Array | null, output: Uint8Array | null): Outcome {
  if (input === null || input.length < 16) return outcome(WSAEFAULT);
  if (new GUID(input.subarray(0, 16)).toString() !== WSAID_MULTIPLE_RIO.toString()) return outcome(WSAEINVAL);
  if (output === null || output.length < RIO_TABLE_SIZE) return outcome(WSAEFAULT);
  writeRioTable(output, (provider.rio ??= rioFunctions(provider)), FunctionPointers.of(provider.process));
  return outcome(0, RIO_TABLE_SIZE);
}

/** Answers `code` if it is one of the provider's own, else null. */
function own(
  provider: Msafd,
  s: SOCKET,
  code: number,
  input: Uint8Array | null,
  output: Uint8Array | null,
  overlapped: boolean,
): Outcome | null {
  switch (code) {
    case SIO_GET_EXTENSION_FUNCTION_POINTER:
      return extensionPointer(provider, input, output);
    case SIO_QUERY_TARGET_PNP_HANDLE:
      // Below a base provider's socket there is no other one.
      return putPointer(output, s);
    case SIO_GET_MULTIPLE_EXTENSION_FUNCTION_POINTER:
      return extensionTable(provider, input, output);
    case SIO_BASE_HANDLE:
    case SIO_BSP_HANDLE:
    case SIO_BSP_HANDLE_SELECT:
    case SIO_BSP_HANDLE_POLL:
      // These are answered on the spot or not at all.
      return overlapped ? outcome(WSAEOPNOTSUPP) : putPointer(output, s);
    default:
      return null;
  }
}

export function ioctl(
  provider: Msafd,
  s: SOCKET,
  dwIoControlCode: number,
  lpvInBuffer: Memory | null,
  cbInBuffer: number,
  lpvOutBuffer: Memory | null,
  cbOutBuffer: number,
  lpcbBytesReturned: Ref | null,
  lpOverlapped: OVERLAPPED | null,
  lpCompletionRoutine: LPWSAOVERLAPPED_COMPLETION_ROUTINE | null,
  lpThreadId: WSATHREADID | null,
  lpErrno: Ref,
): MaybePending<number> {
  const code = dwIoControlCode >>> 0;
  if (code === SIO_EXT_POLL && lpvInBuffer !== null) return poll(provider, lpvInBuffer, lpErrno);
  const endpoint = provider.endpoint(s);
  if (endpoint === null) return fail(lpErrno, WSAENOTSOCK, SOCKET_ERROR);
  if (lpcbBytesReturned === null) return fail(lpErrno, WSAEFAULT, SOCKET_ERROR);
  const input = windowOf(lpvInBuffer, cbInBuffer);
  const output = windowOf(lpvOutBuffer, cbOutBuffer);
  const report = reportOf(endpoint, lpOverlapped, lpCompletionRoutine, lpThreadId);
  const result = own(provider, s, code, input, output, report !== null) ?? answer(endpoint, code, input, output);
  if (report !== null) return overlappedIoctl(provider, report, result, lpcbBytesReturned, lpErrno);
  const finish = ({ error, bytes }: Outcome): number => {
    if (error !== 0) return fail(lpErrno, error, SOCKET_ERROR);
    lpcbBytesReturned.value = bytes;
    return 0;
  };
  if (!(result instanceof IoRequest)) return finish(result);
  // This one waits on every socket, as documented.
  if (endpoint.nonBlocking && code !== SIO_IDEAL_SEND_BACKLOG_CHANGE) result.abort(WSAEWOULDBLOCK);
  return blockedOn(provider, endpoint, result, () => finish(result));
}

function answer(
  endpoint: Endpoint,
  code: number,
  input: Uint8Array | null,
  output: Uint8Array | null,
): Outcome | IoRequest {
  if (code === (FIONBIO >>> 0) && input !== null && input.length < 4) return outcome(WSAEFAULT);
  return control(endpoint, code, input, output);
}

/** An unsupported code is found out late, as by a driver below; success and misuse are reported on the spot. */
function overlappedIoctl(
  provider: Msafd,
  report: Report,
  result: Outcome | IoRequest,
  lpcbBytesReturned: Ref,
  lpErrno: Ref,
): number {
  const request = result instanceof IoRequest ? result : new IoRequest();
  const refused = beginOverlapped(provider, report, request);
  if (refused !== 0) {
    request.abort(refused);
    return fail(lpErrno, refused, SOCKET_ERROR);
  }
  if (result instanceof IoRequest) return finishOverlapped(provider, report, request, lpErrno);
  if (result.error === WSAEOPNOTSUPP) {
    const pending = finishOverlapped(provider, report, request, lpErrno);
    request.complete(result.error);
    return pending;
  }
  // The completion carries no count: it is the call itself that tells it.
  request.complete(result.error);
  const status = finishOverlapped(provider, report, request, lpErrno);
  if (status === 0) lpcbBytesReturned.value = result.bytes;
  return status;
}
