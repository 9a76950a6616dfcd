// Which part of src/ may import which: the arrow table of the design, as data, and the judge of one import by it.
import type { Import } from './imports.js';

/** A part of the tree; the longest matching prefix of a file's path names it. */
const parts = {
  abi: 'abi/',
  clock: 'win32/clock.ts',
  fileSystem: 'win32/file-system.ts',
  win32: 'win32/',
  installEntry: 'spi/install/index.ts',
  install: 'spi/install',
  spi: 'spi/',
  catalog: 'catalog/',
  driverContract: 'drivers/contract.ts',
  nodeDriver: 'drivers/node/',
  simDriver: 'drivers/sim/',
  wire: 'drivers/sim/wire/',
  drivers: 'drivers/',
  afd: 'afd/',
  msafd: 'providers/msafd/',
  layered: 'providers/layered/',
  layeredDevice: 'providers/layered/device/',
  namespaces: 'providers/namespaces/',
  ws2_32: 'ws2_32/',
  api: 'api/',
  promises: 'promises/',
  blocking: 'blocking/',
  testing: 'testing/',
  tracing: 'tracing/',
  cli: 'cli/',
  index: 'index.ts',
  winsock: 'winsock.ts',
  builtin: 'builtin.ts',
} as const;

export type Part = keyof typeof parts;

const provider: readonly Part[] = ['abi', 'win32', 'clock', 'spi'];
const driver: readonly Part[] = ['abi', 'clock', 'fileSystem', 'driverContract'];

/** What each part may import besides itself; 'entries' are the public entry points, 'all' is everything. */
const arrows: Readonly<Record<Part, readonly Part[] | 'entries' | 'all'>> = {
  abi: [],
  clock: ['abi'],
  fileSystem: ['abi'],
  win32: ['abi', 'clock', 'fileSystem'],
  spi: ['abi'],
  // What it re-exports is api's and needs what the composition root puts under a process.
  installEntry: 'all',
  install: ['spi', 'catalog', 'abi'],
  catalog: ['abi'],
  driverContract: ['abi'],
  drivers: driver,
  nodeDriver: driver,
  simDriver: [...driver, 'wire'],
  wire: ['abi', 'simDriver'],
  afd: ['abi', 'win32', 'clock', 'driverContract'],
  msafd: [...provider, 'afd'],
  // Headers are functions over bytes: a capture layer writes them, too.
  layered: [...provider, 'wire', 'layeredDevice'],
  // Layers that change bytes: sockets of a device of their own, whose driver is the link below.
  layeredDevice: [...provider, 'layered', 'afd', 'msafd', 'driverContract'],
  namespaces: provider,
  ws2_32: ['abi', 'win32', 'clock', 'spi', 'catalog'],
  api: ['abi', 'win32', 'clock', 'ws2_32', 'install'],
  promises: 'entries',
  blocking: 'entries',
  testing: 'entries',
  tracing: 'entries',
  cli: 'entries',
  index: 'all',
  winsock: 'all',
  builtin: ['msafd', 'layered', 'namespaces'],
};

/** What may be imported in addition, as types only. */
const typeArrows: Partial<Record<Part, readonly Part[]>> = { spi: ['win32', 'clock'] };

/**
 * The files that an application or a provider's author can import. The simulated network's index is one of them inside
 * the package: what it exports reaches users through winsock2/testing.
 */
const publicEntries: readonly string[] = [
  'index.ts',
  'spi/index.ts',
  'spi/install.ts',
  'spi/install/index.ts',
  'promises/index.ts',
  'blocking/index.ts',
  'testing/index.ts',
  'tracing/index.ts',
  'providers/msafd/index.ts',
  'providers/layered/index.ts',
  'providers/layered/capture/index.ts',
  'providers/layered/fault/index.ts',
  'providers/layered/firewall/index.ts',
  'providers/layered/trace/index.ts',
  'providers/layered/shaper/index.ts',
  'providers/layered/redirect/index.ts',
  'providers/layered/tls/index.ts',
  'providers/namespaces/kit/index.ts',
  'providers/namespaces/dns/index.ts',
  'providers/namespaces/hosts/index.ts',
  'providers/namespaces/mdns/index.ts',
  'providers/namespaces/memory/index.ts',
  'providers/namespaces/nla/index.ts',
  'providers/namespaces/registry/index.ts',
  'providers/namespaces/simulated/index.ts',
  'providers/namespaces/unconfigured/index.ts',
  'drivers/sim/index.ts',
];

/** Where `node:` modules, and packages that use them, may be imported. */
const touchesNode = [
  /^drivers\/node\//,
  /^catalog\/json-store(\.ts$|\/)/,
  /^providers\/namespaces\/(dns|hosts)(\.ts$|\/)/,
  // TLS itself is Node's, and the files of its keys are judged by their permissions.
  /^providers\/layered\/tls\//,
  /^blocking\//,
  /^cli\//,
  // What is loaded before a program to trace it.
  /^tracing\/register\.ts$/,
  // The platform seam: AsyncLocalStorage and diagnostics.
  /^win32\/platform(\.ts$|\/)/,
];

/** The network itself has fewer doors. */
const touchesNetwork: Readonly<Record<string, readonly RegExp[]>> = {
  // Requests to name servers: node:dns tells neither how long an answer holds nor what else a server said.
  'node:net': [/^drivers\/node\//, /^providers\/namespaces\/dns\/exchange\.ts$/],
  'node:dgram': [/^drivers\/node\//, /^providers\/namespaces\/dns\/exchange\.ts$/],
  'node:dns': [/^drivers\/node\//, /^providers\/namespaces\/dns(\.ts$|\/)/],
};

const packagesOnNode = new Set(['cli-table3', 'commander', 'picocolors']);
const packages = new Set(['eventemitter3', 'lru-cache', ...packagesOnNode]);

/** The part that a file (relative to src) belongs to, or null if the design knows no such place. */
export function partOf(file: string): Part | null {
  const names = (Object.keys(parts) as Part[]).filter((name) => file.startsWith(parts[name]));
  return names.sort((a, b) => parts[b].length - parts[a].length)[0] ?? null;
}

/** Why an import is not allowed, or null if it is. */
export function objection(one: Import): string | null {
  const from = partOf(one.from);
  if (from === null) return `${one.from} is in no folder of the design`;
  const reason = one.ours ? objectionToFile(from, one) : objectionToModule(from, one);
  return reason === null ? null : `${one.from} imports ${one.to}: ${reason}`;
}

function objectionToFile(from: Part, { to: file, typeOnly }: Import): string | null {
  const to = partOf(file);
  if (to === null) return 'it is in no folder of the design';
  const allowed = arrows[from];
  if (from === to || allowed === 'all') return null;
  if (allowed === 'entries') return publicEntries.includes(file) ? null : `${from} may import public entry points only`;
  if (allowed.includes(to)) return null;
  if (typeArrows[from]?.includes(to) === true) return typeOnly ? null : `${from} may import only types of ${to}`;
  return `${from} may not import ${to}`;
}

function objectionToModule(from: Part, { from: file, to: name }: Import): string | null {
  if (from === 'abi') return 'abi imports nothing';
  const module = name.split('/')[0] ?? name;
  const isNode = module.startsWith('node:');
  if (!isNode && !packages.has(module)) return 'it is no dependency, or a node module without its `node:`';
  if (!isNode && !packagesOnNode.has(module)) return null;
  const doors = touchesNetwork[module] ?? touchesNode;
  return doors.some((door) => door.test(file)) ? null : 'this file has to run without Node';
}
