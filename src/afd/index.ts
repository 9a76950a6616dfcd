// The socket device: endpoints, their state machines and queues, readiness, the port table. What winsock means by a
// socket is decided here, for every driver. Nothing here knows handles' numbers, providers or the API.
export type { NetAddress, PacketInfo, SendControl } from '../drivers/contract.js';
export * from './address.js';
export * from './datagram-endpoint.js';
export { PolledSockets } from './datagram-pull.js';
export * from './device.js';
export * from './driver-errors.js';
export * from './endpoint.js';
export * from './network-event-table.js';
export type { ShowsRegisteredIo } from './inspect.js';
export * from './network-events.js';
export * from './network-service.js';
export * from './ops/accept-into.js';
export * from './ops/accept.js';
export * from './ops/connect-with-data.js';
export * from './ops/index.js';
export * from './ops/poll.js';
export type { Waiting } from './ops/receive.js';
export * from './ops/transmit-parts.js';
export * from './ops/transmit.js';
export * from './poll-events.js';
export * from './port-table.js';
export * from './receive-request.js';
export * from './request.js';
export { ROUTES_DEVICE, routesOf } from './routes.js';
export * from './socket-options.js';
export * from './stream-endpoint.js';
