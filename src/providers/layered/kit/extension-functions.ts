// Extension functions of a layer's own, over those of the link below. Programs ask for these functions by
// SIO_GET_EXTENSION_FUNCTION_POINTER and call them past the table; a layer that does not give out its own does not see them.
import {
  GUID,
  SIO_GET_EXTENSION_FUNCTION_POINTER,
  SIO_GET_MULTIPLE_EXTENSION_FUNCTION_POINTER,
  SOCKET_ERROR,
  WSAEOPNOTSUPP,
  WSAID_ACCEPTEX,
  WSAID_CONNECTEX,
  WSAID_DISCONNECTEX,
  WSAID_TRANSMITFILE,
  WSAID_TRANSMITPACKETS,
  WSAID_WSARECVMSG,
  WSAID_WSASENDMSG,
  bytesOf,
} from '../../../abi/index.js';
import {
  FunctionPointers,
  type ExtensionFunction,
  type LPWSPACCEPTEX,
  type LPWSPCONNECTEX,
  type LPWSPDISCONNECTEX,
  type LPWSPIOCTL,
  type LPWSPRECVMSG,
  type LPWSPSENDMSG,
  type LPWSPTRANSMITFILE,
  type LPWSPTRANSMITPACKETS,
  type PointerSpace,
} from '../../../spi/index.js';

/** The functions that a layer changes, each made out of the one below. */
export interface ExtensionChanges {
  readonly AcceptEx?: (next: LPWSPACCEPTEX) => LPWSPACCEPTEX;
  readonly ConnectEx?: (next: LPWSPCONNECTEX) => LPWSPCONNECTEX;
  readonly DisconnectEx?: (next: LPWSPDISCONNECTEX) => LPWSPDISCONNECTEX;
  readonly TransmitFile?: (next: LPWSPTRANSMITFILE) => LPWSPTRANSMITFILE;
  readonly TransmitPackets?: (next: LPWSPTRANSMITPACKETS) => LPWSPTRANSMITPACKETS;
  readonly WSARecvMsg?: (next: LPWSPRECVMSG) => LPWSPRECVMSG;
  readonly WSASendMsg?: (next: LPWSPSENDMSG) => LPWSPSENDMSG;
}

type Change = (next: never) => ExtensionFunction;

const IDENTIFIERS: Readonly<Record<keyof ExtensionChanges, GUID>> = {
  AcceptEx: WSAID_ACCEPTEX,
  ConnectEx: WSAID_CONNECTEX,
  DisconnectEx: WSAID_DISCONNECTEX,
  TransmitFile: WSAID_TRANSMITFILE,
  TransmitPackets: WSAID_TRANSMITPACKETS,
  WSARecvMsg: WSAID_WSARECVMSG,
  WSASendMsg: WSAID_WSASENDMSG,
};

const POINTER_SIZE = 8;

/**
 * Makes the lpWSPIoctl of a layer that gives out extension functions of its own.
 *
 * @param process - the process that the layer is started in, whose function pointers they are
 * @param below - the lpWSPIoctl that the layer starts from
 * @param changes - its functions
 * @returns the entry; every other code, and every function that is not changed, is answered by `below`
 */
export function ioctlWithFunctions(process: PointerSpace, below: LPWSPIOCTL, changes: ExtensionChanges): LPWSPIOCTL {
  const byIdentifier = new Map<string, Change>();
  for (const [name, change] of Object.entries(changes)) {
    byIdentifier.set(IDENTIFIERS[name as keyof ExtensionChanges].toString(), change as Change);
  }
  // A function is the same one for every socket of a link below.
  const made = new WeakMap<ExtensionFunction, ExtensionFunction>();
  const over = (next: ExtensionFunction, change: Change): ExtensionFunction => {
    let own = made.get(next);
    if (own === undefined) made.set(next, (own = change(next as never)));
    return own;
  };
  const replace = (input: Uint8Array, output: Uint8Array): void => {
    const change = byIdentifier.get(new GUID(input.subarray(0, GUID.size)).toString());
    if (change === undefined) return;
    const pointers = FunctionPointers.of(process);
    const view = new DataView(output.buffer, output.byteOffset, POINTER_SIZE);
    const next = pointers.at(Number(view.getBigUint64(0, true)));
    if (next !== null) view.setBigUint64(0, BigInt(pointers.to(over(next, change))), true);
  };
  return (s, code, input, inputSize, output, outputSize, returned, overlapped, routine, threadId, lpErrno) => {
    const result = below(s, code, input, inputSize, output, outputSize, returned, overlapped, routine, threadId, lpErrno);
    const isPointer = code >>> 0 === SIO_GET_EXTENSION_FUNCTION_POINTER;
    // It is answered on the spot or not at all, whether the caller would wait or not.
    if (isPointer && result === 0 && input !== null && output !== null) replace(bytesOf(input), bytesOf(output));
    return result;
  };
}

/** The same entry without registered I/O, which would send and receive past every layer. */
export function withoutRegisteredIo(below: LPWSPIOCTL): LPWSPIOCTL {
  return (s, code, input, inputSize, output, outputSize, returned, overlapped, routine, threadId, lpErrno) => {
    if (code >>> 0 !== SIO_GET_MULTIPLE_EXTENSION_FUNCTION_POINTER) {
      return below(s, code, input, inputSize, output, outputSize, returned, overlapped, routine, threadId, lpErrno);
    }
    lpErrno.value = WSAEOPNOTSUPP;
    return SOCKET_ERROR;
  };
}
