// The installer functions, by their Windows names. Re-exports only.
export * from './chains.js';
export * from './order.js';
export * from './transport.js';
