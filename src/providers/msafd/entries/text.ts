// WSPAddressToString and WSPStringToAddress for the internet families. The text forms are abi's.
import { SOCKET_ERROR, WSAEFAULT, WSAEINVAL, bytesOf } from '../../../abi/index.js';
import { parseSockaddr, sockaddrSize, sockaddrText } from '../../../abi/address-text.js';
import type { LPWSPADDRESSTOSTRING, LPWSPSTRINGTOADDRESS } from '../../../spi/index.js';
import { addressFits, putAddress } from '../buffers.js';
import { fail } from '../provider.js';

export const addressToString: LPWSPADDRESSTOSTRING = (address, addressLength, info, buffer, length, lpErrno) => {
  if (address === null || length === null) return fail(lpErrno, WSAEFAULT, SOCKET_ERROR);
  const bytes = bytesOf(address).subarray(0, Math.max(addressLength, 0));
  const text = sockaddrText(bytes);
  if (text === null) return fail(lpErrno, WSAEINVAL, SOCKET_ERROR);
  if (info !== null && info.iAddressFamily !== bytes[0]) return fail(lpErrno, WSAEINVAL, SOCKET_ERROR);
  const needed = text.length + 1;
  const room = length.value;
  length.value = needed;
  if (buffer === null || Math.min(room, buffer.length) < needed) return fail(lpErrno, WSAEFAULT, SOCKET_ERROR);
  for (let i = 0; i < text.length; i++) buffer[i] = text.charCodeAt(i);
  buffer[text.length] = 0;
  return 0;
};

export const stringToAddress: LPWSPSTRINGTOADDRESS = (text, family, info, address, length, lpErrno) => {
  if (text === null || address === null || length === null) return fail(lpErrno, WSAEFAULT, SOCKET_ERROR);
  if (info !== null && info.iAddressFamily !== family) return fail(lpErrno, WSAEINVAL, SOCKET_ERROR);
  const size = sockaddrSize(family);
  if (size === 0) return fail(lpErrno, WSAEINVAL, SOCKET_ERROR);
  if (!addressFits(size, address, length)) {
    length.value = size;
    return fail(lpErrno, WSAEFAULT, SOCKET_ERROR);
  }
  const bytes = parseSockaddr(family, text);
  if (bytes === null) return fail(lpErrno, WSAEINVAL, SOCKET_ERROR);
  putAddress(bytes, address, length);
  return 0;
};
