// SIOCATMARK and TCP_ATMARK: whether all urgent data has been read.
import type { Endpoint } from '../endpoint.js';
import { StreamEndpoint } from '../stream-endpoint.js';

/** 0 while urgent data waits outside the stream, else 1. With SO_OOBINLINE always 1, as documented. */
export function atMark(endpoint: Endpoint): number {
  return endpoint instanceof StreamEndpoint && endpoint.urgentByte !== null && !endpoint.options.oobInline ? 0 : 1;
}
