// SO_RCVBUF and SO_SNDBUF: how much afd queues. The operating system's own buffers below hear of it where that means
// anything, but what it makes of the number is no error of the caller's.
import type { Endpoint } from '../endpoint.js';
import { StreamEndpoint } from '../stream-endpoint.js';
import { tellDriver } from './inherit.js';

/** Takes a new SO_RCVBUF. However small it is, one read's bytes or one datagram are kept: a driver reads before it is asked. */
export function setReceiveBuffer(endpoint: Endpoint, value: number): number {
  endpoint.options.receiveBuffer = value >>> 0;
  if (value !== 0) tellDriver(endpoint, 'receiveBuffer', value >>> 0);
  if (endpoint instanceof StreamEndpoint && endpoint.isConnected) endpoint.resumeReading();
  return 0;
}

/** Takes a new SO_SNDBUF; whoever waits to send looks again. */
export function setSendBuffer(endpoint: Endpoint, value: number): number {
  endpoint.options.sendBuffer = value >>> 0;
  if (value !== 0) tellDriver(endpoint, 'sendBuffer', value >>> 0);
  endpoint.reevaluate();
  return 0;
}
