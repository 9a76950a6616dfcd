// WSPIoctl: the codes that carry handles or give functions out are answered here, out of the next provider's answer; the
// others go down. SIO_BASE_HANDLE and its like do, so that what comes back is the base provider's handle.
import {
  SIO_EXT_POLL,
  SIO_GET_EXTENSION_FUNCTION_POINTER,
  SIO_GET_MULTIPLE_EXTENSION_FUNCTION_POINTER,
  SOCKET_ERROR,
  WSAEINVAL,
  bytesOf,
} from '../../../../abi/index.js';
import type { LPWSPIOCTL } from '../../../../spi/index.js';
import { ExtensionFunctions } from '../extension-functions.js';
import { fail, notSocket, type OwnHandles } from '../layer.js';
import { begin } from '../overlapped.js';
import { poll } from './select.js';

const IDENTIFIER_SIZE = 16;

export function ioctl(layer: OwnHandles): LPWSPIOCTL {
  const pointers = pointerIoctl(layer, new ExtensionFunctions(layer));
  return (s, dwIoControlCode, input, inputSize, output, outputSize, returned, overlapped, routine, threadId, lpErrno) => {
    const code = dwIoControlCode >>> 0;
    if (code === SIO_EXT_POLL && input !== null) return poll(layer, code, input, returned, lpErrno);
    if (code === SIO_GET_EXTENSION_FUNCTION_POINTER || code === SIO_GET_MULTIPLE_EXTENSION_FUNCTION_POINTER) {
      return pointers(s, code, input, inputSize, output, outputSize, returned, overlapped, routine, threadId, lpErrno);
    }
    const socket = layer.of(s);
    if (socket === null) return notSocket(lpErrno);
    const { lower, procs } = socket;
    if (overlapped === null) {
      return procs.lpWSPIoctl(lower, code, input, inputSize, output, outputSize, returned, null, null, null, lpErrno);
    }
    const operation = begin(socket, overlapped, routine, threadId, lpErrno);
    if (operation === null) return SOCKET_ERROR;
    const below = operation.lower;
    const result = procs.lpWSPIoctl(lower, code, input, inputSize, output, outputSize, returned, below, null, null, lpErrno);
    return operation.started(result, SOCKET_ERROR, lpErrno);
  };
}

/** The codes that give functions out. The next provider answers them on the spot, whether the caller would wait or not. */
function pointerIoctl(layer: OwnHandles, functions: ExtensionFunctions): LPWSPIOCTL {
  return (s, code, input, inputSize, output, outputSize, returned, overlapped, routine, threadId, lpErrno) => {
    const socket = layer.of(s);
    if (socket === null) return notSocket(lpErrno);
    const one = code === SIO_GET_EXTENSION_FUNCTION_POINTER;
    const identifier = input === null ? null : bytesOf(input).subarray(0, Math.max(inputSize, 0));
    const whole = identifier !== null && identifier.length >= IDENTIFIER_SIZE;
    if (one && whole && !ExtensionFunctions.knows(identifier)) return fail(lpErrno, WSAEINVAL, SOCKET_ERROR);
    const operation = overlapped === null ? null : begin(socket, overlapped, routine, threadId, lpErrno);
    if (overlapped !== null && operation === null) return SOCKET_ERROR;
    const { lower, procs } = socket;
    const result = procs.lpWSPIoctl(lower, code, input, inputSize, output, outputSize, returned, null, null, null, lpErrno);
    if (result !== 0 || identifier === null || output === null) return result;
    const wrong = one ? functions.replaceOne(identifier, bytesOf(output)) : functions.replaceTable(bytesOf(output));
    if (wrong !== 0) return fail(lpErrno, wrong, SOCKET_ERROR);
    operation?.complete(0, 0);
    return 0;
  };
}
