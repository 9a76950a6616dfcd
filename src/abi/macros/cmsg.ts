// Walking and making control messages, in WSAMSG.Control and in registered I/O's control buffers.
// Owns no meaning of any message.

import { RIO_CMSG_BASE_SIZE } from '../constants/rio.js';
import { type Memory, bytesOf } from '../memory.js';
import { RIO_CMSG_BUFFER } from '../structs/rio.js';
import { type WSAMSG, WSACMSGHDR } from '../structs/message.js';

// On x64 headers and data are both aligned as WSACMSGHDR is.
const alignment = 8;

/** `length` rounded up to where the next header may lie. */
export function WSA_CMSGHDR_ALIGN(length: number): number {
  return Math.ceil(length / alignment) * alignment;
}

/** `length` rounded up to where data may lie. */
export function WSA_CMSGDATA_ALIGN(length: number): number {
  return Math.ceil(length / alignment) * alignment;
}

/** The bytes that a control message with `length` bytes of data takes up in the buffer. */
export function WSA_CMSG_SPACE(length: number): number {
  return WSA_CMSGDATA_ALIGN(WSACMSGHDR.size + WSA_CMSGHDR_ALIGN(length));
}

/** The cmsg_len of a control message with `length` bytes of data. */
export function WSA_CMSG_LEN(length: number): number {
  return WSA_CMSGDATA_ALIGN(WSACMSGHDR.size) + length;
}

/**
 * The data of a control message: the bytes after its header, as many as cmsg_len says. The same memory, not a copy.
 * Set cmsg_len first when making a message. Where C would reach beyond the memory, the data ends with the memory.
 */
export function WSA_CMSG_DATA(cmsg: WSACMSGHDR): Uint8Array {
  const start = cmsg.bytes.byteOffset + WSA_CMSGDATA_ALIGN(WSACMSGHDR.size);
  const length = Math.max(0, cmsg.cmsg_len - WSA_CMSGDATA_ALIGN(WSACMSGHDR.size));
  const room = Math.max(0, cmsg.bytes.buffer.byteLength - start);
  return new Uint8Array(cmsg.bytes.buffer, room === 0 ? 0 : start, Math.min(length, room));
}

/** The first control message of a message, or null when there is no room for one. */
export function WSA_CMSG_FIRSTHDR(msg: WSAMSG): WSACMSGHDR | null {
  const { buf, len } = msg.Control;
  if (buf === null) return null;
  return headerAt(buf, 0, len);
}

/**
 * The control message after `cmsg`, or null at the end; the first one when `cmsg` is null.
 * A header whose cmsg_len is shorter than a header ends the walk, where C's macro would stand still.
 */
export function WSA_CMSG_NXTHDR(msg: WSAMSG, cmsg: WSACMSGHDR | null): WSACMSGHDR | null {
  const { buf, len } = msg.Control;
  if (cmsg === null) return WSA_CMSG_FIRSTHDR(msg);
  if (buf === null) return null;
  return headerAfter(buf, len, cmsg);
}

/** The first control message of a registered I/O control buffer, or null when there is no room for one. */
export function RIO_CMSG_FIRSTHDR(buffer: Memory): WSACMSGHDR | null {
  const bytes = bytesOf(buffer);
  return headerAt(bytes, RIO_CMSG_BASE_SIZE, new RIO_CMSG_BUFFER(bytes).TotalLength);
}

/** As WSA_CMSG_NXTHDR, in a registered I/O control buffer. */
export function RIO_CMSG_NEXTHDR(buffer: Memory, cmsg: WSACMSGHDR | null): WSACMSGHDR | null {
  if (cmsg === null) return RIO_CMSG_FIRSTHDR(buffer);
  const bytes = bytesOf(buffer);
  return headerAfter(bytes, new RIO_CMSG_BUFFER(bytes).TotalLength, cmsg);
}

function headerAt(bytes: Uint8Array, offset: number, length: number): WSACMSGHDR | null {
  if (offset + WSACMSGHDR.size > Math.min(length, bytes.length)) return null;
  return new WSACMSGHDR(bytes, offset);
}

function headerAfter(bytes: Uint8Array, length: number, cmsg: WSACMSGHDR): WSACMSGHDR | null {
  const size = cmsg.cmsg_len;
  if (size < WSACMSGHDR.size) return null;
  const offset = cmsg.bytes.byteOffset - bytes.byteOffset;
  return headerAt(bytes, offset + WSA_CMSGHDR_ALIGN(size), length);
}
