// The simulated network's front door: the network, and the driver that a process on one of its hosts stands on, with the
// contract that it keeps.
export type * from '../contract.js';
export { AddressBook, IpAddress } from './ip/address.js';
export { SimClock } from './clock.js';
export { simDriver } from './driver.js';
export * from './network/index.js';
export { Random } from './random.js';
export type { RowState, SocketPlace, SocketRow } from './socket-row.js';
export { describe as describePacket, facts as packetFacts, type PacketFacts, type TransportFacts } from './wire/describe.js';
