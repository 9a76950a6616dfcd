// send: bytes of a stream, or one datagram.
import {
  WSAEACCES,
  WSAEADDRNOTAVAIL,
  WSAEMSGSIZE,
  WSAENOTCONN,
  WSAESHUTDOWN,
  WSAEWOULDBLOCK,
} from '../../abi/index.js';
import type { NetAddress, SendControl } from '../../drivers/contract.js';
import { copyBytes } from '../bytes.js';
import type { DatagramEndpoint } from '../datagram-endpoint.js';
import { longestMessage } from '../message-size.js';
import { AFTER_REFUSED_SEND } from '../network-event-table.js';
import { StepRequest, type IoRequest } from '../request.js';
import type { StreamEndpoint } from '../stream-endpoint.js';
import { bindImplicitly } from './bind.js';
import { sendRefusal } from './raw.js';
import type { Waiting } from './receive.js';

/** No message of this size is too long, whatever the endpoint. */
const FITS_ALWAYS = 65_000;

function sizeOf(chunks: readonly Uint8Array[]): number {
  let size = 0;
  for (const chunk of chunks) size += chunk.length;
  return size;
}

function joined(chunks: readonly Uint8Array[], size: number): Uint8Array {
  const [first] = chunks;
  if (chunks.length === 1 && first !== undefined) return copyBytes(first);
  const copy = new Uint8Array(size);
  let position = 0;
  for (const chunk of chunks) {
    copy.set(chunk, position);
    position += chunk.length;
  }
  return copy;
}

/** What every send on a stream asks first; returns 0 or the error. */
export function checkSendable(endpoint: StreamEndpoint): number {
  if (!endpoint.isConnected) return WSAENOTCONN;
  if (endpoint.sendShutdown) return WSAESHUTDOWN;
  return endpoint.abortError;
}

/** Starts sending on a stream; returns 0 (see `request`) or the error found at once. */
export function sendStream(
  endpoint: StreamEndpoint,
  chunks: readonly Uint8Array[],
  request: IoRequest,
  waiting: Waiting,
): number {
  const error = checkSendable(endpoint);
  if (error !== 0) return error;
  const size = sizeOf(chunks);
  if (size === 0) {
    request.complete(0);
    return 0;
  }
  if (waiting.nonBlocking) {
    if (!endpoint.writable) {
      endpoint.networkEvents?.reenable(AFTER_REFUSED_SEND);
      return WSAEWOULDBLOCK;
    }
    // The caller has its buffer back at once, so what the transport may still be busy with must be ours.
    if (!endpoint.transmit([joined(chunks, size)], size, null)) endpoint.reevaluate();
    request.complete(0, size);
    return 0;
  }
  // A send that may time out gives the buffer back while the transport is still busy with it: that too must be ours.
  const lent = waiting.timeout > 0 ? [joined(chunks, size)] : chunks;
  if (endpoint.transmit(lent, size, request)) {
    request.complete(0, size);
    return 0;
  }
  endpoint.reevaluate();
  request.expireAfter(endpoint.afd.clock, waiting.timeout, waiting.timeoutError);
  return 0;
}

/** Sends one byte of urgent data; returns 0 or the error. */
export function sendUrgent(endpoint: StreamEndpoint, chunks: readonly Uint8Array[], request: IoRequest): number {
  const error = checkSendable(endpoint);
  if (error !== 0) return error;
  const size = sizeOf(chunks);
  const all = joined(chunks, size);
  const byte = all[size - 1];
  if (byte === undefined) {
    request.complete(0);
    return 0;
  }
  // Only the last byte is urgent; those before it go the ordinary way.
  if (!endpoint.hasUrgentData) return endpoint.errorFrom('ENOTSUP');
  if (size > 1) endpoint.transmit([all.subarray(0, size - 1)], size - 1, null);
  const refused = endpoint.transport.writeUrgent(byte);
  if (refused !== null) return endpoint.errorFrom(refused);
  request.complete(0, size);
  return 0;
}

/** Sends one datagram to `name`, or to the default peer, with what `control` says of it; returns 0 (see `request`) or the error found at once. */
export function sendDatagram(
  endpoint: DatagramEndpoint,
  chunks: readonly Uint8Array[],
  name: NetAddress | null,
  request: IoRequest,
  control: SendControl | null = null,
): number {
  if (endpoint.sendShutdown) return WSAESHUTDOWN;
  const to = name === null ? null : endpoint.withoutIgnored(name);
  const remote = endpoint.remote;
  if (to === null && remote === null) return WSAENOTCONN;
  if (control !== null && !endpoint.afd.driver.capabilities.packetInfo) return endpoint.errorFrom('ENOTSUP');
  const size = chunks.length === 1 ? (chunks[0]?.length ?? 0) : sizeOf(chunks);
  if (size > FITS_ALWAYS && size > longestMessage(endpoint)) return WSAEMSGSIZE;
  if (to !== null) {
    if (!endpoint.isDestination(to)) return WSAEADDRNOTAVAIL;
    if (to.address === '255.255.255.255' && !endpoint.options.broadcast) return WSAEACCES;
  }
  const forbidden = endpoint.isRaw ? sendRefusal(endpoint, chunks) : 0;
  if (forbidden !== 0) return forbidden;
  const bound = bindImplicitly(endpoint);
  if (bound !== 0) return bound;
  if (to === null || remote === null) {
    hand(endpoint, chunks, to, size, request, control);
    return 0;
  }
  if (to.address === remote.address && to.port === remote.port) {
    hand(endpoint, chunks, null, size, request, control);
    return 0;
  }
  // An explicit destination wins over the default peer, for this one datagram.
  endpoint.transport.disconnect();
  hand(endpoint, chunks, to, size, request, control);
  endpoint.transport.connect(remote);
  return 0;
}

function hand(
  endpoint: DatagramEndpoint,
  chunks: readonly Uint8Array[],
  to: NetAddress | null,
  size: number,
  request: IoRequest,
  control: SendControl | null,
): void {
  const { sendMessageSize } = endpoint.options;
  if (sendMessageSize === 0 || size <= sendMessageSize) handWhole(endpoint, chunks, to, size, request, control);
  else handCut(endpoint, joined(chunks, size), to, sendMessageSize, request, control);
}

/** UDP_SEND_MSG_SIZE: what is sent becomes datagrams of `most` bytes, the last one of what is left. */
function handCut(
  endpoint: DatagramEndpoint,
  all: Uint8Array,
  to: NetAddress | null,
  most: number,
  request: IoRequest,
  control: SendControl | null,
): void {
  const size = all.length;
  let left = Math.ceil(size / most);
  let failure = 0;
  for (let start = 0; start < size; start += most) {
    const piece = all.subarray(start, start + most);
    const step = new StepRequest(request);
    step.onDone(() => {
      left -= 1;
      failure ||= step.error;
      if (left === 0) request.complete(failure, failure === 0 ? size : 0);
    });
    handWhole(endpoint, [piece], to, piece.length, step, control);
  }
}

function handWhole(
  endpoint: DatagramEndpoint,
  chunks: readonly Uint8Array[],
  to: NetAddress | null,
  size: number,
  request: IoRequest,
  control: SendControl | null,
): void {
  endpoint.transport.send(chunks, to, control, (error) => {
    if (error === null) {
      request.complete(0, size);
      return;
    }
    // The report belongs to a datagram sent earlier: it is for the next receive, and this one is on its way.
    if (error === 'ECONNREFUSED') {
      endpoint.failed(error);
      request.complete(0, size);
      return;
    }
    request.complete(endpoint.errorFrom(error));
  });
}
