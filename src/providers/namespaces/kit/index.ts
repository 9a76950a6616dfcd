// The entry `winsock2/namespaces`: what one writes a name space provider with. Re-exports only.
export * from './name-space.js';
export { nameSpaceProvider, type NameSpaceModule, type OpenNameSpace } from './provider.js';
export { ServiceTable, type ServiceRecord } from './service-table.js';
