// The installer functions, by their Windows names. Re-exports only.
export * from './categories.js';
export * from './chains.js';
export * from './name-spaces.js';
export * from './order.js';
export * from './transport.js';
