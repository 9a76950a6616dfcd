// The one table from the operating system's error names, as drivers report them, to Winsock's numbers.
import {
  WSAEACCES,
  WSAEADDRINUSE,
  WSAEADDRNOTAVAIL,
  WSAEAFNOSUPPORT,
  WSAEALREADY,
  WSAECONNABORTED,
  WSAECONNREFUSED,
  WSAECONNRESET,
  WSAEDESTADDRREQ,
  WSAEFAULT,
  WSAEHOSTDOWN,
  WSAEHOSTUNREACH,
  WSAEINTR,
  WSAEINVAL,
  WSAEISCONN,
  WSAEMFILE,
  WSAEMSGSIZE,
  WSAENAMETOOLONG,
  WSAENETDOWN,
  WSAENETRESET,
  WSAENETUNREACH,
  WSAENOBUFS,
  WSAENOPROTOOPT,
  WSAENOTCONN,
  WSAENOTSOCK,
  WSAEOPNOTSUPP,
  WSAEPROTONOSUPPORT,
  WSAEPROTOTYPE,
  WSAESHUTDOWN,
  WSAESOCKTNOSUPPORT,
  WSAETIMEDOUT,
  WSAEWOULDBLOCK,
} from '../abi/index.js';
import type { DriverError } from '../drivers/contract.js';

const TABLE = {
  EACCES: WSAEACCES,
  EPERM: WSAEACCES,
  EADDRINUSE: WSAEADDRINUSE,
  EEXIST: WSAEADDRINUSE,
  EADDRNOTAVAIL: WSAEADDRNOTAVAIL,
  EAFNOSUPPORT: WSAEAFNOSUPPORT,
  EAGAIN: WSAEWOULDBLOCK,
  EALREADY: WSAEALREADY,
  // A handle that the operating system no longer knows was closed under the call.
  EBADF: WSAENOTSOCK,
  ECANCELED: WSAEINTR,
  ECONNABORTED: WSAECONNABORTED,
  ECONNREFUSED: WSAECONNREFUSED,
  // A local socket's path that is not there is a peer that is not there.
  ENOENT: WSAECONNREFUSED,
  ECONNRESET: WSAECONNRESET,
  EDESTADDRREQ: WSAEDESTADDRREQ,
  EFAULT: WSAEFAULT,
  EHOSTDOWN: WSAEHOSTDOWN,
  EHOSTUNREACH: WSAEHOSTUNREACH,
  EINTR: WSAEINTR,
  EINVAL: WSAEINVAL,
  // What a driver says of a failure that came without a name.
  EIO: WSAENETDOWN,
  EISCONN: WSAEISCONN,
  EMFILE: WSAEMFILE,
  ENFILE: WSAEMFILE,
  EMSGSIZE: WSAEMSGSIZE,
  ENAMETOOLONG: WSAENAMETOOLONG,
  ENETDOWN: WSAENETDOWN,
  ENETRESET: WSAENETRESET,
  ENETUNREACH: WSAENETUNREACH,
  ENOBUFS: WSAENOBUFS,
  // An interface that is not there, which is named by its address.
  ENODEV: WSAEADDRNOTAVAIL,
  ENOMEM: WSAENOBUFS,
  ENOPROTOOPT: WSAENOPROTOOPT,
  ENOTCONN: WSAENOTCONN,
  ENOTSOCK: WSAENOTSOCK,
  ENOTSUP: WSAEOPNOTSUPP,
  EOPNOTSUPP: WSAEOPNOTSUPP,
  // Unix tells the writer on a connection that the other side has ended; Windows calls that an aborted connection.
  EPIPE: WSAECONNABORTED,
  EPROTO: WSAECONNABORTED,
  EPROTONOSUPPORT: WSAEPROTONOSUPPORT,
  EPROTOTYPE: WSAEPROTOTYPE,
  ESHUTDOWN: WSAESHUTDOWN,
  ESOCKTNOSUPPORT: WSAESOCKTNOSUPPORT,
  ETIMEDOUT: WSAETIMEDOUT,
} as const;

/** Looked up by names from below, which no object's inherited members may answer. */
const WINSOCK_ERRORS: ReadonlyMap<DriverError, number> = new Map(Object.entries(TABLE));

/** What a driver error that nobody has named yet becomes. */
export const UNKNOWN_DRIVER_ERROR = WSAENETDOWN;

/** Whether the table knows the name; an unknown one deserves a trace line. */
export function isKnownDriverError(error: DriverError): boolean {
  return WINSOCK_ERRORS.has(error);
}

/** The Winsock error for a driver's error. */
export function winsockError(error: DriverError): number {
  return WINSOCK_ERRORS.get(error) ?? UNKNOWN_DRIVER_ERROR;
}
