// The entry `winsock2/spi`: what ws2spi.h gives a provider's author. Re-exports only. The WSC installers are an entry
// of their own (install/index.ts).
export * from './blocking-callback.js';
export * from '../abi/index.js';
export { createModuleLoader, type LoadResult, type ModuleLoader, type ModuleLoaderOptions } from './loader.js';
export { readProviderModule, type ProviderModule, type ReadModuleResult } from './module.js';
export { resolveSpecifier, type SpecifierResult } from './specifier.js';
export * from './accept-buffer.js';
export * from './chain.js';
export * from './complete-overlapped.js';
export * from './extension-functions.js';
export * from './function-pointers.js';
export * from './resolver-device.js';
export * from './nsp.js';
export * from './nspv2.js';
export * from './provider-settings.js';
export * from './rio.js';
export * from './start-next.js';
export * from './startup-check.js';
export * from './tables.js';
export * from './unsupported.js';
export * from './wpu.js';
export * from './wsp.js';

// The headers' tables, here with the signatures that abi leaves open.
export type { NSP_ROUTINE } from './nsp.js';
export type { NSPV2_ROUTINE } from './nspv2.js';
export type { WSPPROC_TABLE } from './wsp.js';
export type { WSPUPCALLTABLE } from './wpu.js';
export * from './pending.js';
export * from './name-space-startup.js';
