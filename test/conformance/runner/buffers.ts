// Buffer arrays: pieces of data or room made into WSABUFs, and what was received put together again.
import { WSABUF } from '../../../src/abi/index.js';
import type { Args } from './args.js';
import { dataText } from './format.js';
import type { Piece } from './words.js';

/** One WSABUF per piece. */
export function wsabufs(pieces: readonly Piece[]): WSABUF[] {
  return pieces.map((piece) => new WSABUF(piece.length, piece.bytes));
}

/** The array and the count to pass, with `bufs=NULL` and `count=N` applied. */
export function bufferArguments(args: Args, pieces: readonly Piece[]): [WSABUF[] | null, number] {
  return [args.isNull('bufs') ? null : wsabufs(pieces), args.namedNumber('count', pieces.length)];
}

/** The first `bytes` bytes of the buffers taken together, as data. */
export function gathered(pieces: readonly Piece[], bytes = Number.MAX_SAFE_INTEGER): string {
  const parts = pieces.map((piece) => piece.bytes ?? new Uint8Array(0));
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return dataText(whole.subarray(0, bytes));
}
