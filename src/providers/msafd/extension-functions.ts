// The extension functions that programs get pointers to by SIO_GET_EXTENSION_FUNCTION_POINTER, by their identifiers.
import {
  GUID,
  WSAID_ACCEPTEX,
  WSAID_CONNECTEX,
  WSAID_DISCONNECTEX,
  WSAID_GETACCEPTEXSOCKADDRS,
  WSAID_TRANSMITFILE,
  WSAID_TRANSMITPACKETS,
  WSAID_WSARECVMSG,
  WSAID_WSASENDMSG,
} from '../../abi/index.js';
import { getAcceptExSockaddrs, type ExtensionFunction, type LPWSPRECVMSG, type LPWSPSENDMSG } from '../../spi/index.js';
import { acceptEx, connectEx, disconnectEx } from './entries/connection-ex.js';
import { recvMsg, sendMsg } from './entries/message.js';
import { transmitFile, transmitPackets } from './entries/transmit.js';
import type { Msafd } from './provider.js';

/** The provider's extension functions, by the text of their identifiers. */
export function extensionFunctions(provider: Msafd): ReadonlyMap<string, ExtensionFunction> {
  const receive: LPWSPRECVMSG = (...args) => recvMsg(provider, ...args);
  const send: LPWSPSENDMSG = (...args) => sendMsg(provider, ...args);
  return new Map<string, ExtensionFunction>([
    [WSAID_ACCEPTEX.toString(), acceptEx(provider)],
    [WSAID_CONNECTEX.toString(), connectEx(provider)],
    [WSAID_DISCONNECTEX.toString(), disconnectEx(provider)],
    [WSAID_GETACCEPTEXSOCKADDRS.toString(), getAcceptExSockaddrs],
    [WSAID_TRANSMITFILE.toString(), transmitFile(provider)],
    [WSAID_TRANSMITPACKETS.toString(), transmitPackets(provider)],
    [WSAID_WSARECVMSG.toString(), receive],
    [WSAID_WSASENDMSG.toString(), send],
  ]);
}

/** The function that the sixteen bytes of an identifier name, or null. */
export function extensionFunction(provider: Msafd, identifier: Uint8Array): ExtensionFunction | null {
  return provider.extensions.get(new GUID(identifier).toString()) ?? null;
}
