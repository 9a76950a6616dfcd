// The tokens that stand for pointers to extension functions: SIO_GET_EXTENSION_FUNCTION_POINTER writes one into the
// caller's buffer. Which function a token means is the API's business.
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

/** The known functions in the order of their tokens. */
const KNOWN = [
  WSAID_ACCEPTEX,
  WSAID_CONNECTEX,
  WSAID_DISCONNECTEX,
  WSAID_GETACCEPTEXSOCKADDRS,
  WSAID_TRANSMITFILE,
  WSAID_TRANSMITPACKETS,
  WSAID_WSARECVMSG,
  WSAID_WSASENDMSG,
] as const;

/** Tokens look like addresses that no program would take for a handle. */
const BASE = 0x7ff80000;
const STEP = 0x10;

/** The token of a function, by the sixteen bytes of its identifier; null for an identifier that names none. */
export function extensionToken(identifier: Uint8Array): number | null {
  const wanted = new GUID(identifier).toString();
  const index = KNOWN.findIndex((known) => known.toString() === wanted);
  return index < 0 ? null : BASE + index * STEP;
}
