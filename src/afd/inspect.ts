// Collects what there is to know of an endpoint, for whoever asks why an event is not signalled. Nothing is changed by it,
// and nothing is said about it: putting it into words is the asker's.
import { Window, type EventInspection, type NotificationInspection, type Process } from '../win32/index.js';
import type { RegisteredIoInspection, RequestInspection, SocketInspection } from '../win32/index.js';
import type { NetAddress } from '../drivers/contract.js';
import { DatagramEndpoint } from './datagram-endpoint.js';
import type { Endpoint } from './endpoint.js';
import { networkEventRules } from './network-event-table.js';
import { happening } from './network-events.js';
import { kindOf } from './options/rule.js';
import type { IoRequest } from './request.js';
import { StreamEndpoint } from './stream-endpoint.js';

function textOf(address: NetAddress | null): string | null {
  if (address === null) return null;
  if (address.family === 'unix') return address.address;
  const host = address.family === 'ipv6' ? `[${address.address}]` : address.address;
  return `${host}:${address.port}`;
}

function notificationOf({ networkEvents, afd }: Endpoint): NotificationInspection | null {
  const target = networkEvents?.target ?? null;
  if (target === null) return null;
  const { process } = afd;
  if (target.kind === 'messages') {
    const { window, message } = target;
    return { kind: 'messages', window, message, isOpen: Window.of(process, window) !== null };
  }
  const { handle, object } = target;
  return { kind: 'event', handle, isSet: object.isSignaled(), isOpen: process.handles.get(handle) === object };
}

function eventsOf(endpoint: Endpoint): readonly EventInspection[] {
  const { networkEvents } = endpoint;
  const wanted = networkEvents?.wanted ?? 0;
  const recorded = networkEvents?.recorded ?? 0;
  const reported = networkEvents?.reported ?? 0;
  const armed = networkEvents?.armed ?? 0;
  const holding = happening(endpoint, networkEvents?.target?.kind === 'messages');
  return networkEventRules.map(({ event, name, trigger, functions }) => ({
    name,
    wanted: (wanted & event) !== 0,
    recorded: (recorded & event) !== 0,
    reported: (reported & event) !== 0,
    holds: (holding & event) !== 0,
    armed: (armed & event) !== 0,
    trigger,
    reenabledBy: functions,
  }));
}

function wholeOf(request: IoRequest): IoRequest {
  return request.stepOf === null ? request : wholeOf(request.stepOf);
}

function requestsOf(endpoint: Endpoint): readonly RequestInspection[] {
  const connecting = endpoint instanceof StreamEndpoint ? endpoint.connectRequest : null;
  // What takes several steps shows once, and what is overlapped below.
  const asked = new Set(endpoint.waitingRequests.map(wholeOf));
  const waiting = [...asked]
    .filter(({ owner }) => owner === null)
    .map((request): RequestInspection => {
      const kind = request === connecting ? 'connect' : request.kind;
      return { kind, bytes: request.bytesAsked, overlapped: false, reportsTo: request.reportsTo };
    });
  const overlapped = [...endpoint.pending].map(({ kind, bytesAsked, reportsTo }): RequestInspection => {
    return { kind, bytes: bytesAsked, overlapped: true, reportsTo };
  });
  return [...waiting, ...overlapped];
}

function portOf({ completion }: Endpoint, process: Process): SocketInspection['completionPort'] {
  const { port, key } = completion;
  if (port === null) return null;
  const sink: unknown = port;
  const entry = [...process.handles.entries()].find(([, object]) => object === sink);
  return { handle: entry?.[0] ?? null, key };
}

function readable(endpoint: Endpoint): number {
  if (endpoint instanceof StreamEndpoint) return endpoint.readable;
  return endpoint instanceof DatagramEndpoint ? endpoint.queuedBytes : 0;
}

/** A request that knows the queues of registered I/O of the socket that holds it. */
export interface ShowsRegisteredIo {
  registeredIo(): RegisteredIoInspection;
}

function registeredIoOf({ registeredIo, held }: Endpoint): RegisteredIoInspection | null {
  // Looking must not make a queue where there is none.
  if (!registeredIo) return null;
  for (const request of held) {
    if ('registeredIo' in request) return (request as IoRequest & ShowsRegisteredIo).registeredIo();
  }
  return null;
}

/** What there is to know of `endpoint`. */
export function inspectEndpoint(endpoint: Endpoint): SocketInspection {
  const stream = endpoint instanceof StreamEndpoint ? endpoint : null;
  const remote = endpoint instanceof DatagramEndpoint ? endpoint.remote : (stream?.remote ?? null);
  return {
    type: kindOf(endpoint),
    family: endpoint.family,
    state: stream?.state ?? (endpoint.local === null ? 'open' : 'bound'),
    local: textOf(endpoint.local),
    remote: textOf(remote),
    nonBlocking: endpoint.nonBlocking,
    hasConnected: endpoint.hasConnected,
    peerEnded: stream?.peerEnded ?? false,
    sendShutdown: endpoint.sendShutdown,
    receiveShutdown: endpoint.receiveShutdown,
    connectionError: endpoint.connectionError,
    urgentInline: endpoint.options.oobInline,
    notification: notificationOf(endpoint),
    events: eventsOf(endpoint),
    requests: requestsOf(endpoint),
    queues: {
      unread: readable(endpoint),
      backlog: stream?.backlog.length ?? 0,
      backlogLimit: stream?.backlogLimit ?? 0,
      unsent: stream?.unsent ?? 0,
      sendBuffer: endpoint.options.sendBuffer,
    },
    registeredIo: registeredIoOf(endpoint),
    completionPort: portOf(endpoint, endpoint.afd.process),
  };
}
