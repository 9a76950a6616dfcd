// The extension functions that programs get pointers to by SIO_GET_EXTENSION_FUNCTION_POINTER, by their identifiers.
import {
  FALSE,
  GUID,
  WSAEOPNOTSUPP,
  WSAID_ACCEPTEX,
  WSAID_CONNECTEX,
  WSAID_DISCONNECTEX,
  WSAID_GETACCEPTEXSOCKADDRS,
  WSAID_TRANSMITFILE,
  WSAID_TRANSMITPACKETS,
  WSAID_WSARECVMSG,
  WSAID_WSASENDMSG,
  type Ref,
} from '../../abi/index.js';
import { getAcceptExSockaddrs, type ExtensionFunction, type LPWSPRECVMSG, type LPWSPSENDMSG } from '../../spi/index.js';
import { acceptEx, connectEx, disconnectEx } from './entries/connection-ex.js';
import { recvMsg, sendMsg } from './entries/message.js';
import { fail, type Msafd } from './provider.js';

/** Those whose pointers are given out and that are refused when they are called. */
const NOT_YET = [WSAID_TRANSMITFILE, WSAID_TRANSMITPACKETS] as const;

function refused(): ExtensionFunction {
  return (...args: unknown[]) => fail(args[args.length - 1] as Ref, WSAEOPNOTSUPP, FALSE);
}

/** The provider's extension functions, by the text of their identifiers. */
export function extensionFunctions(provider: Msafd): ReadonlyMap<string, ExtensionFunction> {
  const receive: LPWSPRECVMSG = (...args) => recvMsg(provider, ...args);
  const send: LPWSPSENDMSG = (...args) => sendMsg(provider, ...args);
  return new Map<string, ExtensionFunction>([
    [WSAID_ACCEPTEX.toString(), acceptEx(provider)],
    [WSAID_CONNECTEX.toString(), connectEx(provider)],
    [WSAID_DISCONNECTEX.toString(), disconnectEx(provider)],
    [WSAID_GETACCEPTEXSOCKADDRS.toString(), getAcceptExSockaddrs],
    [WSAID_WSARECVMSG.toString(), receive],
    [WSAID_WSASENDMSG.toString(), send],
    ...NOT_YET.map((identifier): [string, ExtensionFunction] => [identifier.toString(), refused()]),
  ]);
}

/** The function that the sixteen bytes of an identifier name, or null. */
export function extensionFunction(provider: Msafd, identifier: Uint8Array): ExtensionFunction | null {
  return provider.extensions.get(new GUID(identifier).toString()) ?? null;
}
