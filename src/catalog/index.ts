// The catalog's front door: re-exports only. The JSON store is not here, as it alone needs Node: import json-store.js.

export * from './catalog.js';
export * from './category.js';
export * from './defaults.js';
export * from './document.js';
export * from './entry.js';
export * from './error.js';
export * from './file-format.js';
export type { Finding, PlaceName, Severity } from './finding.js';
export * from './memory-store.js';
export * from './namespace-entry.js';
export * from './schema.js';
export * from './select.js';
export * from './service-class.js';
export type { ProblemName } from './shape.js';
export * from './store.js';
