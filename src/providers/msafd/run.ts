// How an extension function's request is started and turned into the BOOL that these functions return.
import { FALSE, TRUE, type Ref } from '../../abi/index.js';
import type { Endpoint, IoRequest } from '../../afd/index.js';
import type { BOOL, MaybePending } from '../../spi/index.js';
import { beginOverlapped, finishOverlapped, refuseOverlapped, type Report } from './overlapped.js';
import { blockedOn, fail, type Msafd } from './provider.js';

/**
 * Starts `request` and gives the function's result: with a report at once, without one when the request is done. Such a
 * caller blocks on `endpoint`.
 *
 * @param start - hands the request to afd; returns 0 or the error found at once
 * @param bytes - receives the count of an operation that is done within the call, or null
 */
export function run(
  provider: Msafd,
  endpoint: Endpoint,
  report: Report | null,
  request: IoRequest,
  start: () => number,
  bytes: Ref | null,
  lpErrno: Ref,
): MaybePending<BOOL> {
  const refused = report === null ? 0 : beginOverlapped(provider, report, request);
  if (refused !== 0) return fail(lpErrno, refused, FALSE);
  const error = start();
  if (error !== 0) {
    // Nobody waits for it, and its OVERLAPPED is free for the next operation.
    request.complete(error);
    refuseOverlapped(report, error, lpErrno);
    return FALSE;
  }
  const finish = (): BOOL => {
    if (request.error !== 0) return fail(lpErrno, request.error, FALSE);
    if (bytes !== null) bytes.value = request.bytes;
    return TRUE;
  };
  if (report === null) return blockedOn(provider, endpoint, request, finish);
  return finishOverlapped(provider, report, request, lpErrno) === 0 ? finish() : FALSE;
}
