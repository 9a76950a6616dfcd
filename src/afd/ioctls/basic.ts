// The codes that every socket system has: blocking mode, how much can be read, the urgent mark.
import { FIONBIO, FIONREAD, SIOCATMARK, WSAEINVAL } from '../../abi/index.js';
import { DatagramEndpoint } from '../datagram-endpoint.js';
import type { Endpoint } from '../endpoint.js';
import { STREAM } from '../options/builders.js';
import { atMark } from '../options/urgent.js';
import { StreamEndpoint } from '../stream-endpoint.js';
import { giving, taking } from './builders.js';
import type { ControlRule } from './rule.js';

/** Bytes that can be read: of a stream by one receive, of a datagram socket in all datagrams together. */
function readableBytes(endpoint: Endpoint): number {
  if (endpoint instanceof StreamEndpoint) return endpoint.readable;
  return endpoint instanceof DatagramEndpoint ? endpoint.queuedBytes : 0;
}

/** Their rows. */
export const basicControls: readonly ControlRule[] = [
  taking(FIONBIO, {}, (endpoint, value) => {
    // As documented: the selection has to be cancelled first.
    if (value === 0 && endpoint.networkEvents !== null && endpoint.networkEvents.wanted !== 0) return WSAEINVAL;
    endpoint.nonBlocking = value !== 0;
    return 0;
  }),
  giving(FIONREAD, {}, readableBytes),
  giving(SIOCATMARK, { kinds: STREAM }, atMark),
];
