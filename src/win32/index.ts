// The kernel objects that Winsock leans on, and the Windows functions over them. No sockets here: those are afd's.
export * from './apc.js';
export * from './clock.js';
export * from './completion-port.js';
export * from './create-thread.js';
export * from './current.js';
export * from './event.js';
export * from './functions/index.js';
export * from './handle-table.js';
export * from './last-error.js';
export * from './process.js';
export * from './sleep.js';
export * from './thread.js';
export * from './trace.js';
export * from './turns.js';
export * from './wait.js';
export * from './waitable.js';
export * from './window.js';
