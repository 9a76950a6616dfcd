// WSABUF. Owns no memory: the bytes are the caller's.

/**
 * WSABUF (ws2def.h): `len` bytes at the start of `buf`. A plain object; `size` is what C's sizeof gives on x64.
 * `new WSABUF(len, buf)` as a C initialiser would have it.
 */
export class WSABUF {
  static readonly size = 16;

  len: number;
  buf: Uint8Array | null;

  constructor(len = 0, buf: Uint8Array | null = null) {
    this.len = len;
    this.buf = buf;
  }
}
