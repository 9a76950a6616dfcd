// The codes that every socket system has: blocking mode, how much can be read, the urgent mark.
import { FIONBIO, FIONREAD, SIOCATMARK } from '../../abi/index.js';
import { DatagramEndpoint } from '../datagram-endpoint.js';
import type { Endpoint } from '../endpoint.js';
import { STREAM } from '../options/builders.js';
import { StreamEndpoint } from '../stream-endpoint.js';
import { giving, taking } from './builders.js';
import type { ControlRule } from './rule.js';

/** Bytes that can be read: of a stream at once, of a datagram socket in all datagrams together. */
function readableBytes(endpoint: Endpoint): number {
  if (endpoint instanceof StreamEndpoint) return endpoint.inbox.length;
  return endpoint instanceof DatagramEndpoint ? endpoint.queuedBytes : 0;
}

/** Their rows. */
export const basicControls: readonly ControlRule[] = [
  taking(FIONBIO, {}, (endpoint, value) => {
    endpoint.nonBlocking = value !== 0;
    return 0;
  }),
  giving(FIONREAD, {}, readableBytes),
  // Urgent bytes that are taken into the stream carry no mark here, so only those outside it can be waiting.
  giving(SIOCATMARK, { kinds: STREAM }, (endpoint) =>
    endpoint instanceof StreamEndpoint && endpoint.urgentBytes.length > 0 ? 0 : 1,
  ),
];
