// The functions of nspapi.h, over the catalog and the name spaces. Re-exports only.
export * from './enum-protocols.js';
export * from './get-address.js';
export * from './get-service.js';
export * from './service-types.js';
export * from './set-service.js';
