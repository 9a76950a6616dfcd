// The router between the API and the providers. It knows no provider, no afd and no driver: only the catalog's entries
// and the tables that providers filled.
export * from './blocking-calls.js';
export * from './base-object.js';
export * from './catalog-events.js';
export * from './config-change.js';
export * from './contract.js';
export * from './create-socket.js';
export * from './dispatch.js';
export * from './enumerate.js';
export * from './extension-function.js';
export { NameLookup } from './name-lookups.js';
export * from './name-spaces/index.js';
export * from './process.js';
export * from './provider-path.js';
export * from './provider.js';
export * from './rio-functions.js';
export * from './select.js';
export * from './socket-handle.js';
export * from './socket.js';
export * from './startup.js';
export * from './resolver.js';
export * from './routes.js';
export { threadIdOf } from './thread-id.js';
