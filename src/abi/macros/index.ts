// Every macro and inline function of the headers, by topic.

export * from './cmsg.js';
export * from './fd-set.js';
export * from './inet.js';
export * from './ioctl.js';
export * from './ipv4.js';
export * from './ipv6-set.js';
export * from './ipv6.js';
export * from './overlapped.js';
export * from './size.js';
export { ScopeLevel } from './scope.js';
export * from './svcid.js';
export * from './time.js';
export * from './window-message.js';
export * from './words.js';
