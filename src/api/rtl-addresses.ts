// The Rtl functions for addresses as text, which ntdll has and which need no sockets. Re-exports only.
export * from './rtl-ethernet.js';
export * from './rtl-ipv4.js';
export * from './rtl-ipv6.js';
