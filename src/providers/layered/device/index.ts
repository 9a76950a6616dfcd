// What a layer that changes the bytes of connections builds on. Re-exports only.
export type { DriverError, NetAddress, StreamSink, StreamTransport } from '../../../drivers/contract.js';
export { deviceLayer, type DeviceChange, type DeviceLayerOptions, type DeviceStart } from './device-layer.js';
export { StreamFilter, type MakeFilter } from './stream-filter.js';
