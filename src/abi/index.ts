// Everything the Windows headers define: constants, structures, macros, the error, option and ioctl tables.
// Owns no behaviour of any call. Importing it has no side effect.

export * from './memory.js';
export * from './handles.js';
export * from './numbers.js';
export * from './constants/index.js';
export * from './errors.js';
export * from './structs/index.js';
export * from './macros/index.js';
export * from './options.js';
export * from './ioctls.js';
export * from './inet-text.js';
export * from './protocol-info.js';
