// The operations with the tracing events of the calls that they serve. Used only while somebody listens, so that a
// transfer nobody listens to does not even ask. What a transfer says of itself is transfers.ts's.
import { WSAEWOULDBLOCK } from '../../abi/index.js';
import { eventStatus } from '../../win32/index.js';
import type { Operations } from '../ops/index.js';
import type { Endpoint } from '../endpoint.js';
import type { NetAddress } from '../../drivers/contract.js';
import type { IoRequest } from '../request.js';
import { addressFields, type AfdEvents } from './afd-events.js';
import { receiving, sending, watched } from './transfers.js';

/** `base`, and the events of each call. */
export function operationsWithEvents(base: Operations, events: AfdEvents): Operations {
  return {
    ...base,
    ...connecting(base, events),
    ...accepting(base, events),
    sendStream: (endpoint, chunks, request, waiting) =>
      sending(events, { endpoint, chunks, request, to: null, fast: waiting.nonBlocking }, () =>
        base.sendStream(endpoint, chunks, request, waiting),
      ),
    sendUrgent: (endpoint, chunks, request) =>
      sending(events, { endpoint, chunks, request, to: null, fast: true }, () =>
        base.sendUrgent(endpoint, chunks, request),
      ),
    sendDatagram: (endpoint, chunks, name, request, control) =>
      sending(events, { endpoint, chunks, request, to: name, fast: endpoint.nonBlocking }, () =>
        base.sendDatagram(endpoint, chunks, name, request, control),
      ),
    receive: (endpoint, request, waiting) =>
      receiving(events, { endpoint, request, fast: waiting.nonBlocking }, () => base.receive(endpoint, request, waiting)),
    receiveUrgent: (endpoint, request, waiting) =>
      receiving(events, { endpoint, request, fast: waiting.nonBlocking }, () =>
        base.receiveUrgent(endpoint, request, waiting),
      ),
    shutdown: (endpoint, how) => {
      const error = base.shutdown(endpoint, how);
      events.ended('AFD_EVENT_CLEANUP', endpoint, error);
      return error;
    },
    selectEvents: (endpoint, by, target, wanted) => {
      if (events.verbose && by === 'event') events.ofCall('AFD_EVENT_EVENT_SELECT', endpoint, { EventMask: wanted });
      return base.selectEvents(endpoint, by, target, wanted);
    },
  };
}

type Connecting = Pick<Operations, 'connectStream' | 'connectDatagram' | 'connectWithData'>;

function connecting(base: Operations, events: AfdEvents): Connecting {
  const begin = (endpoint: Endpoint, address: NetAddress): void => {
    events.ofCall('AFD_EVENT_CONNECT', endpoint, addressFields(address));
  };
  /** A connect that is under way is told of by the transport. */
  const begun = (endpoint: Endpoint, error: number): number => {
    if (error !== 0 && error !== WSAEWOULDBLOCK) events.ended('AFD_EVENT_CONNECT_COMPLETED', endpoint, error);
    return error;
  };
  return {
    connectStream: (endpoint, address, request) => {
      begin(endpoint, address);
      return begun(endpoint, base.connectStream(endpoint, address, request));
    },
    connectWithData: (endpoint, address, request) => {
      events.createdFor(endpoint);
      begin(endpoint, address);
      return begun(endpoint, base.connectWithData(endpoint, address, request));
    },
    connectDatagram: (endpoint, address) => {
      begin(endpoint, address);
      const error = base.connectDatagram(endpoint, address);
      events.ended('AFD_EVENT_CONNECT_COMPLETED', endpoint, error);
      return error;
    },
  };
}

function accepting(base: Operations, events: AfdEvents): Pick<Operations, 'accept' | 'acceptInto'> {
  const around = (listener: Endpoint, request: IoRequest, taken: () => TakenConnection | null, start: () => number): number =>
    watched(
      request,
      () => {
        const connection = taken();
        if (connection === null) {
          events.ended('AFD_EVENT_ACCEPT_FAILED', listener, request.error);
          return;
        }
        events.createdFor(connection.endpoint);
        events.ofCall('AFD_EVENT_ACCEPT', listener, { ...addressFields(connection.remote), Status: eventStatus(0) });
      },
      start,
      (error) => {
        events.ended('AFD_EVENT_ACCEPT_FAILED', listener, error);
      },
    );
  return {
    accept: (endpoint, request) => {
      const taken = (): TakenConnection | null => {
        const { connection } = request;
        return connection === null ? null : { endpoint: connection, remote: connection.remote };
      };
      return around(endpoint, request, taken, () => base.accept(endpoint, request));
    },
    acceptInto: (listener, request) => {
      const taken = (): TakenConnection | null =>
        request.error === 0 ? { endpoint: request.socket, remote: request.remote } : null;
      return around(listener, request, taken, () => base.acceptInto(listener, request));
    },
  };
}

/** A connection that was taken off a listener. */
interface TakenConnection {
  readonly endpoint: Endpoint;
  readonly remote: NetAddress | null;
}
