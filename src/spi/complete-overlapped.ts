// Where a provider finds WPUCompleteOverlappedRequest. On Windows it is an export of ws2_32.dll, which a provider links to;
// here a provider imports nothing of WS2_32, so the function comes with the upcalls, beside what ws2spi.h lists.
import type { LPWPUCOMPLETEOVERLAPPEDREQUEST, WSPUPCALLTABLE } from './wpu.js';

/** The member of an upcall table that holds WPUCompleteOverlappedRequest. A table spread into another one keeps it. */
export const COMPLETE_OVERLAPPED_REQUEST = Symbol.for('winsock2 WPUCompleteOverlappedRequest');

/** The function that comes with an upcall table, or null: WS2_32 gives it to every provider. */
export function completeOverlappedRequest(upcalls: WSPUPCALLTABLE): LPWPUCOMPLETEOVERLAPPEDREQUEST | null {
  return upcalls[COMPLETE_OVERLAPPED_REQUEST] ?? null;
}
