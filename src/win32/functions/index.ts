// The Windows functions over the kernel objects, as an application calls them. They look handles up, keep Windows'
// argument rules and set the last error; what objects and waits do is decided below them.
export * from './errors.js';
export * from './events.js';
export * from './handles.js';
export * from './overlapped.js';
export * from './ports.js';
export * from './sleep.js';
export * from './threads.js';
export * from './types.js';
export * from './waits.js';
export * from './windows.js';
