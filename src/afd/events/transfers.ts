// The tracing events of sends and receives: posted, completed, failed.
import type { NetAddress } from '../../drivers/contract.js';
import { eventStatus, type EventName } from '../../win32/index.js';
import { DatagramEndpoint } from '../datagram-endpoint.js';
import type { Endpoint } from '../endpoint.js';
import type { ReceiveRequest } from '../receive-request.js';
import type { IoRequest } from '../request.js';
import { addressFields, type AfdEvents } from './afd-events.js';

/** A send. */
export interface SendCall {
  readonly endpoint: Endpoint;
  readonly chunks: readonly Uint8Array[];
  readonly request: IoRequest;
  /** Null: the peer. */
  readonly to: NetAddress | null;
  /** It will not wait. */
  readonly fast: boolean;
}

/** A receive. */
export interface ReceiveCall {
  readonly endpoint: Endpoint;
  readonly request: ReceiveRequest;
  readonly fast: boolean;
}

/** Has `ended` told of a request that `start` begins, or `refused` of the error that it did not begin with. */
export function watched(
  request: IoRequest,
  ended: () => void,
  start: () => number,
  refused: (error: number) => void,
): number {
  let begun = true;
  request.onDone(() => {
    // What was refused is completed too by some of those who made it.
    if (begun) ended();
  });
  const error = start();
  if (error === 0) return 0;
  begun = false;
  // Ended already, and with the same word.
  if (!request.done) refused(error);
  return error;
}

/** Both ways of going wrong. */
function failing(events: AfdEvents, name: EventName, endpoint: Endpoint, request: IoRequest, completed: () => void) {
  const failed = (error: number): void => {
    events.ofCall(name, endpoint, { Error: eventStatus(error) });
  };
  const ended = (): void => {
    if (request.error !== 0) failed(request.error);
    else if (events.verbose) completed();
  };
  return { failed, ended };
}

/** A send, with its events. */
export function sending(events: AfdEvents, call: SendCall, start: () => number): number {
  const { endpoint, chunks, request, to, fast } = call;
  const inMessage = request.form === 'message';
  const destination = to ?? (inMessage && endpoint instanceof DatagramEndpoint ? endpoint.remote : null);
  const address = destination === null ? {} : addressFields(destination);
  if (events.verbose) {
    events.ofCall(destination === null ? 'AFD_EVENT_SEND_POSTED' : 'AFD_EVENT_SENDTO_POSTED', endpoint, {
      FastPath: fast,
      BufferCount: chunks.length,
      ...events.bufferFields(chunks),
      ...address,
    });
  }
  const completed = (): void => {
    const done = events.bufferFields(chunks, request.bytes);
    if (destination === null) {
      events.ofCall('AFD_EVENT_SEND_COMPLETED', endpoint, done);
      return;
    }
    const name = inMessage ? 'AFD_EVENT_SENDMSG_COMPLETED' : 'AFD_EVENT_SENDTO_COMPLETED';
    events.ofCall(name, endpoint, { BufferCount: chunks.length, ...done, ...address });
  };
  const name = inMessage ? 'AFD_EVENT_SENDMSG_FAILED' : 'AFD_EVENT_SEND_FAILED';
  const { failed, ended } = failing(events, name, endpoint, request, completed);
  return watched(request, ended, start, failed);
}

/** A receive, with its events. */
export function receiving(events: AfdEvents, call: ReceiveCall, start: () => number): number {
  const { endpoint, request, fast } = call;
  const { buffers } = request;
  const from = request.form !== 'plain' && endpoint.isDatagram;
  if (events.verbose) {
    events.ofCall(from ? 'AFD_EVENT_RECVFROM_POSTED' : 'AFD_EVENT_RECV_POSTED', endpoint, {
      FastPath: fast,
      BufferCount: buffers.length,
      ...events.bufferFields(buffers),
    });
  }
  const completed = (): void => {
    const done = events.bufferFields(buffers, request.bytes);
    if (!from) {
      events.ofCall('AFD_EVENT_RECV_COMPLETED', endpoint, done);
      return;
    }
    const sender = addressFields(request.from);
    events.ofCall('AFD_EVENT_RECVFROM_COMPLETED', endpoint, { BufferCount: buffers.length, ...done, ...sender });
  };
  const name = from ? 'AFD_EVENT_RECVFROM_FAILED' : 'AFD_EVENT_RECV_FAILED';
  const { failed, ended } = failing(events, name, endpoint, request, completed);
  return watched(request, ended, start, failed);
}
