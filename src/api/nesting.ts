// Winsock 1.1's rule for calls made while another one blocks on the same thread: which are allowed, and which calls block.
// It holds only where everybody has negotiated 1.1 (ws2_32/blocking-calls.ts).
import { exportItem, type ExportName } from './exports.js';

/** Made for this situation. */
const ALLOWED: ReadonlySet<ExportName> = new Set(['WSAIsBlocking', 'WSACancelBlockingCall'] as const);

/** Waits that are no blocking calls of 1.1: start-up itself, and those that other calls of the thread bring to an end. */
const OTHER_WAITS: ReadonlySet<ExportName> = new Set([
  'WSAStartup',
  'WSAWaitForMultipleEvents',
  'WSAGetOverlappedResult',
  'WSAProviderConfigChange',
  'WSANSPIoctl',
] as const);

/** Whether a function may be called meanwhile: besides those two, what is arithmetic, text or the last error. */
export function mayNest(name: ExportName): boolean {
  return ALLOWED.has(name) || (name !== 'WSAStartup' && !exportItem(name).needsStartup);
}

/** Whether waiting in a function blocks its thread as 1.1 means it. Installers wait for each other, and use no socket. */
export function waitsFor11(name: ExportName): boolean {
  return !OTHER_WAITS.has(name) && exportItem(name).layer !== 'spi-install';
}
