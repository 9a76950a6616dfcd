// cancel: ends a call that waits (WSPCancelBlockingCall). What that does to its socket is the endpoint's business.
import { WSAEINTR } from '../../abi/index.js';
import type { Endpoint } from '../endpoint.js';
import type { IoRequest } from '../request.js';

/**
 * Ends `request` with WSAEINTR; returns 0, for it cannot fail. `endpoint` is null for a call that waits for several sockets,
 * or for none that is still there.
 */
export function cancel(endpoint: Endpoint | null, request: IoRequest): number {
  if (request.done) return 0;
  if (endpoint === null) {
    request.abort(WSAEINTR);
    return 0;
  }
  endpoint.cancel(request, WSAEINTR);
  endpoint.cancelled();
  return 0;
}
