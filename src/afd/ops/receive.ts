// receive: bytes of a stream, or one datagram.
import {
  WSAEINVAL,
  WSAENOTCONN,
  WSAEOPNOTSUPP,
  WSAESHUTDOWN,
  WSAEWOULDBLOCK,
} from '../../abi/index.js';
import { DatagramEndpoint } from '../datagram-endpoint.js';
import type { Endpoint } from '../endpoint.js';
import { AFTER_RECEIVE } from '../network-event-table.js';
import type { ReceiveRequest } from '../receive-request.js';
import { IoRequest } from '../request.js';
import { StreamEndpoint } from '../stream-endpoint.js';

/** How a receive may wait. */
export interface Waiting {
  /** Fail with WSAEWOULDBLOCK rather than wait. */
  readonly nonBlocking: boolean;
  /** Milliseconds until `timeoutError`, 0 for ever. */
  readonly timeout: number;
  readonly timeoutError: number;
}

/** Starts receiving; returns 0 (see `request`) or the error found at once. */
export function receive(endpoint: Endpoint, request: ReceiveRequest, waiting: Waiting): number {
  const error = receiveAny(endpoint, request, waiting);
  endpoint.networkEvents?.reenable(AFTER_RECEIVE);
  return error;
}

function receiveAny(endpoint: Endpoint, request: ReceiveRequest, waiting: Waiting): number {
  if (endpoint instanceof StreamEndpoint) return receiveStream(endpoint, request, waiting);
  return endpoint instanceof DatagramEndpoint ? receiveDatagram(endpoint, request, waiting) : WSAEOPNOTSUPP;
}

function queue(endpoint: Endpoint, request: ReceiveRequest, waiting: Waiting): number {
  if (waiting.nonBlocking) return WSAEWOULDBLOCK;
  endpoint.receives.push(request);
  if (waiting.timeout === 0) return 0;
  request.expireAfter(endpoint.afd.clock, waiting.timeout, waiting.timeoutError, () => {
    // What it has got of all that it wanted is there for the next receive.
    endpoint.cancel(request, waiting.timeoutError);
    endpoint.cancelled();
  });
  return 0;
}

function receiveStream(endpoint: StreamEndpoint, request: ReceiveRequest, waiting: Waiting): number {
  if (!endpoint.isConnected) return WSAENOTCONN;
  if (endpoint.receiveShutdown) return WSAESHUTDOWN;
  if (endpoint.abortError !== 0) return endpoint.abortError;
  // As documented: waiting for everything and not waiting exclude each other.
  if (request.waitAll && waiting.nonBlocking) return WSAEOPNOTSUPP;
  const inLine = endpoint.receives.size > 0;
  if (!inLine && endpoint.inbox.length > 0) {
    const filled = endpoint.fill(request);
    endpoint.resumeReading();
    if (filled) {
      request.complete(0, request.bytes);
      endpoint.reevaluate();
      return 0;
    }
  }
  if (endpoint.peerEnded) return receiveAfterEnd(endpoint, request);
  const error = queue(endpoint, request, waiting);
  endpoint.resumeReading();
  return error;
}

/**
 * The end of the stream, unless the peer cut the connection after its end, as it does when it is sent data that nobody
 * will read. No driver is told of that before it tries to write, so a write of nothing asks; while something is on its way
 * out it would stand in line behind that, which will tell of the cut itself.
 */
function receiveAfterEnd(endpoint: StreamEndpoint, request: ReceiveRequest): number {
  if (endpoint.sendShutdown || endpoint.unsent > 0) {
    request.complete(0);
    return 0;
  }
  const probe = new IoRequest();
  if (endpoint.transmit([], 0, probe)) {
    request.complete(0);
    return 0;
  }
  probe.onDone(() => {
    request.complete(probe.error);
  });
  return 0;
}

function receiveDatagram(endpoint: DatagramEndpoint, request: ReceiveRequest, waiting: Waiting): number {
  if (endpoint.receiveShutdown) return WSAESHUTDOWN;
  if (endpoint.local === null) return WSAEINVAL;
  if (!endpoint.hasArrivals) return queue(endpoint, request, waiting);
  endpoint.receives.push(request);
  endpoint.serveReceives();
  endpoint.reevaluate();
  return 0;
}

/** Takes the urgent byte that lies outside the stream, or waits for one; returns 0 (see `request`) or the error. */
export function receiveUrgent(endpoint: Endpoint, request: ReceiveRequest, waiting: Waiting): number {
  const error = takeUrgent(endpoint, request, waiting);
  endpoint.networkEvents?.reenable(AFTER_RECEIVE);
  return error;
}

function takeUrgent(endpoint: Endpoint, request: ReceiveRequest, waiting: Waiting): number {
  if (!(endpoint instanceof StreamEndpoint)) return WSAEOPNOTSUPP;
  if (!endpoint.isConnected) return WSAENOTCONN;
  if (endpoint.receiveShutdown) return WSAESHUTDOWN;
  if (endpoint.abortError !== 0) return endpoint.abortError;
  // Where none can ever come, nobody is to wait for it.
  if (endpoint.options.oobInline || !endpoint.hasUrgentData) return WSAEINVAL;
  const byte = endpoint.urgentByte;
  if (byte === null && !endpoint.peerEnded) {
    if (waiting.nonBlocking) return WSAEWOULDBLOCK;
    endpoint.awaitUrgent(request);
    request.expireAfter(endpoint.afd.clock, waiting.timeout, waiting.timeoutError);
    return 0;
  }
  if (byte !== null) endpoint.takeUrgent(request, byte);
  request.complete(0, request.bytes);
  endpoint.reevaluate();
  return 0;
}
