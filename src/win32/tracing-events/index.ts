// Winsock's tracing events: the table of them, and the way out.
export * from './table.js';
export * from './writer.js';
