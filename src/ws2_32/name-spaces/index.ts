// Name spaces: their providers, queries over them, and registrations.
export * from './advertise.js';
export type { FoundAddress, FoundHost } from './found.js';
export * from './host-lookup.js';
export * from './name-spaces.js';
export * from './provider.js';
export * from './query.js';
export type { ControlRequest, Routines } from './routines.js';
export * from './registration.js';
export * from './service-classes.js';
export { tellingError } from './errors.js';
