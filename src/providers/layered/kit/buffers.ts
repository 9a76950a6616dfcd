// The buffers of a transfer, as a layer looks into them.
import { WSABUF, type OVERLAPPED, type Ref } from '../../../abi/index.js';

/** The buffers of a call. The array is the caller's again after the call, so an overlapped operation needs its own. */
export function buffersOf(buffers: readonly WSABUF[] | null, count: number): WSABUF[] {
  return (buffers ?? []).slice(0, count).map(({ len, buf }) => new WSABUF(len, buf));
}

/** Whether a transfer comes to nothing anyway, as a parameter is missing: the link below has the error. */
export function isRefused(
  buffers: readonly WSABUF[] | null,
  count: number,
  moved: Ref | null,
  overlapped: OVERLAPPED | null,
): boolean {
  return buffers === null || count > buffers.length || (moved === null && overlapped === null);
}

/** A copy of their first bytes, in order: at most `limit`. */
export function bytesIn(buffers: readonly WSABUF[], limit: number): Uint8Array {
  const pieces: Uint8Array[] = [];
  let left = limit;
  for (const { len, buf } of buffers) {
    const piece = (buf ?? new Uint8Array(0)).subarray(0, Math.min(len, left));
    pieces.push(piece);
    left -= piece.length;
  }
  const bytes = new Uint8Array(limit - left);
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}
