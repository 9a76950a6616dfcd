// Byte order: htons and its family, which know only this machine's order (little-endian, as on Windows), and the WSA
// forms, which ask for the order of a socket's protocol.
import { BIGENDIAN, SOCKET_ERROR, WSAEFAULT, type Ref, type SOCKET } from '../abi/index.js';
import { wrongArgument } from './arguments.js';
import { immediate, onSocket } from './define.js';
import type { ExportName } from './exports.js';

// These are called for every address, cannot fail and have no last error: they do without the common prologue.
function number(name: ExportName, value: number): number {
  if (typeof (value as unknown) !== 'number') throw wrongArgument(name, 0, value);
  return value;
}

function bigint(name: ExportName, value: bigint): bigint {
  if (typeof (value as unknown) !== 'bigint') throw wrongArgument(name, 0, value);
  return value;
}

const swap16 = (value: number): number => ((value & 0xff) << 8) | ((value >>> 8) & 0xff);
const swap32 = (value: number): number => ((swap16(value) << 16) | swap16(value >>> 16)) >>> 0;

/** The same bits, read again: floating point and integers of the same width. */
function reinterpret<R>(move: (view: DataView) => R): R {
  return move(new DataView(new ArrayBuffer(8)));
}

/**
 * Turns a port from host into network order. Does not block, cannot fail, and works before WSAStartup.
 *
 * @param hostshort - 16 bits; higher ones are dropped, as C's conversion does
 * @returns the number with its bytes exchanged
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-htons
 */
export const htons = (hostshort: number): number => swap16(number('htons', hostshort));

/**
 * Turns a port from network into host order. Does not block, cannot fail, and works before WSAStartup.
 *
 * @param netshort - 16 bits; higher ones are dropped, as C's conversion does
 * @returns the number with its bytes exchanged
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-ntohs
 */
export const ntohs = (netshort: number): number => swap16(number('ntohs', netshort));

/**
 * Turns an IPv4 address from host into network order. Does not block, cannot fail, and works before WSAStartup.
 *
 * @param hostlong - 32 bits, signed or unsigned
 * @returns the number with its bytes reversed, unsigned
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-htonl
 */
export const htonl = (hostlong: number): number => swap32(number('htonl', hostlong));

/**
 * Turns an IPv4 address from network into host order. Does not block, cannot fail, and works before WSAStartup.
 *
 * @param netlong - 32 bits, signed or unsigned
 * @returns the number with its bytes reversed, unsigned
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-ntohl
 */
export const ntohl = (netlong: number): number => swap32(number('ntohl', netlong));

function swap64(value: bigint): bigint {
  return reinterpret((view) => {
    view.setBigUint64(0, value);
    return view.getBigUint64(0, true);
  });
}

/**
 * Turns 64 bits from host into network order. Does not block, cannot fail, and works before WSAStartup.
 *
 * @param Value - 64 bits, signed or unsigned
 * @returns the number with its bytes reversed, unsigned
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-htonll
 */
export const htonll = (Value: bigint): bigint => swap64(bigint('htonll', Value));

/**
 * Turns 64 bits from network into host order. Does not block, cannot fail, and works before WSAStartup.
 *
 * @param Value - 64 bits, signed or unsigned
 * @returns the number with its bytes reversed, unsigned
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-ntohll
 */
export const ntohll = (Value: bigint): bigint => swap64(bigint('ntohll', Value));

/**
 * Turns a float into the 32 bits to send. Does not block, cannot fail, and works before WSAStartup.
 *
 * @param Value - the number; rounded to single precision
 * @returns its bits in network order, as an unsigned number
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-htonf
 */
export const htonf = (Value: number): number =>
  reinterpret((view) => {
    view.setFloat32(0, number('htonf', Value));
    return view.getUint32(0, true);
  });

/**
 * Turns 32 received bits into a float. Does not block, cannot fail, and works before WSAStartup.
 *
 * @param Value - the bits in network order
 * @returns the number
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-ntohf
 */
export const ntohf = (Value: number): number =>
  reinterpret((view) => {
    view.setUint32(0, number('ntohf', Value), true);
    return view.getFloat32(0);
  });

/**
 * Turns a double into the 64 bits to send. Does not block, cannot fail, and works before WSAStartup.
 *
 * @param Value - the number
 * @returns its bits in network order, as an unsigned bigint
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-htond
 */
export const htond = (Value: number): bigint =>
  reinterpret((view) => {
    view.setFloat64(0, number('htond', Value));
    return view.getBigUint64(0, true);
  });

/**
 * Turns 64 received bits into a double. Does not block, cannot fail, and works before WSAStartup.
 *
 * @param Value - the bits in network order
 * @returns the number
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-ntohd
 */
export const ntohd = (Value: bigint): number =>
  reinterpret((view) => {
    view.setBigUint64(0, bigint('ntohd', Value), true);
    return view.getFloat64(0);
  });

/** The WSA form of a conversion: towards the order that the catalog gives for the socket's protocol. */
function towardsProtocol(name: ExportName, swap: (value: number) => number, mask: number) {
  return immediate(
    name,
    onSocket(SOCKET_ERROR, (call, _s: SOCKET, value: number, target: Ref | null): number => {
      if (target === null) return call.fail(WSAEFAULT, SOCKET_ERROR);
      const exchanged = call.socket.entry.iNetworkByteOrder === BIGENDIAN;
      target.value = exchanged ? swap(value) : (value & mask) >>> 0;
      return call.fail(0, 0);
    }),
  );
}

/**
 * Turns an IPv4 address from host order into that of the socket's protocol. Does not block.
 *
 * @param s - a socket
 * @param hostlong - 32 bits
 * @param lpnetlong - receives the result, unsigned
 * @returns 0 or SOCKET_ERROR. Errors: WSANOTINITIALISED, WSAENOTSOCK, WSAEFAULT (null)
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsahtonl
 */
export const WSAHtonl = towardsProtocol('WSAHtonl', swap32, 0xffffffff);

/**
 * Turns a port from host order into that of the socket's protocol. Does not block.
 *
 * @param s - a socket
 * @param hostshort - 16 bits
 * @param lpnetshort - receives the result
 * @returns 0 or SOCKET_ERROR. Errors: WSANOTINITIALISED, WSAENOTSOCK, WSAEFAULT (null)
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsahtons
 */
export const WSAHtons = towardsProtocol('WSAHtons', swap16, 0xffff);

/**
 * Turns an IPv4 address from the order of the socket's protocol into host order. Does not block.
 *
 * @param s - a socket
 * @param netlong - 32 bits
 * @param lphostlong - receives the result, unsigned
 * @returns 0 or SOCKET_ERROR. Errors: WSANOTINITIALISED, WSAENOTSOCK, WSAEFAULT (null)
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsantohl
 */
export const WSANtohl = towardsProtocol('WSANtohl', swap32, 0xffffffff);

/**
 * Turns a port from the order of the socket's protocol into host order. Does not block.
 *
 * @param s - a socket
 * @param netshort - 16 bits
 * @param lphostshort - receives the result
 * @returns 0 or SOCKET_ERROR. Errors: WSANOTINITIALISED, WSAENOTSOCK, WSAEFAULT (null)
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsantohs
 */
export const WSANtohs = towardsProtocol('WSANtohs', swap16, 0xffff);
