// The provider modules that come with the library, by the names that catalogs use. Each is loaded when a catalog first asks
// for it, so that a program carries only what it runs; the base provider is always asked for, and is there at once.
import * as msafd from './providers/msafd/index.js';

/** How each is loaded. */
export const builtin: ReadonlyMap<string, () => Promise<unknown>> = new Map<string, () => Promise<unknown>>([
  ['winsock2/msafd', () => Promise.resolve(msafd)],
  ['winsock2/layers/passthrough', () => import('./providers/layered/passthrough/index.js')],
  ['winsock2/layers/passthrough-own-handles', () => import('./providers/layered/passthrough-own-handles/index.js')],
  ['winsock2/layers/trace', () => import('./providers/layered/trace/index.js')],
  ['winsock2/layers/capture', () => import('./providers/layered/capture/index.js')],
  ['winsock2/layers/fault', () => import('./providers/layered/fault/index.js')],
  ['winsock2/layers/firewall', () => import('./providers/layered/firewall/index.js')],
  ['winsock2/namespaces/dns', () => import('./providers/namespaces/dns/index.js')],
  ['winsock2/namespaces/hosts', () => import('./providers/namespaces/hosts/index.js')],
  ['winsock2/namespaces/mdns', () => import('./providers/namespaces/mdns/index.js')],
  ['winsock2/layers/shaper', () => import('./providers/layered/shaper/index.js')],
  ['winsock2/layers/redirect', () => import('./providers/layered/redirect/index.js')],
  ['winsock2/layers/tls', () => import('./providers/layered/tls/index.js')],
  ['winsock2/namespaces/memory', () => import('./providers/namespaces/memory/index.js')],
  ['winsock2/namespaces/nla', () => import('./providers/namespaces/nla/index.js')],
  ['winsock2/namespaces/simulated', () => import('./providers/namespaces/simulated/index.js')],
  ...['email', 'pnrp', 'ntds', 'bluetooth'].map(
    (name) => [`winsock2/namespaces/${name}`, () => import('./providers/namespaces/unconfigured/index.js')] as const,
  ),
  ['winsock2/namespaces/registry', () => import('./providers/namespaces/registry/index.js')],
]);
