// Run as a process of its own: starts with a catalog whose chain's module is named by the first argument, and prints what
// came of that, as JSON.

import { MemoryStore, WSADATA, createProcess, defaultCatalog } from '../../src/index.js';
import { chain, layer } from '../../src/testing/compliance/store/samples.js';

export interface LoadReport {
  /** What WSAStartup answered. */
  readonly startup: number;
  /** The URL under which the module ran, or null. */
  readonly loaded: string | null;
  /** Of the trace, what says why a provider failed. */
  readonly notes: readonly string[];
}

const module = process.argv[2] ?? '';
const catalog = defaultCatalog().withProtocols([{ ...layer, module }, { ...chain(1008, 1001), module }]);
const host = createProcess({ store: new MemoryStore(catalog) });
const notes: string[] = [];
host.trace.listen((report) => {
  if (report.name === 'provider failed to start') notes.push(String(report.args[2]));
});
const startup = await host.bind().WSAStartup(0x0202, new WSADATA());
const { winsock2Loaded = null } = globalThis as { winsock2Loaded?: string | null };
await host.dispose();
console.log(JSON.stringify({ startup, loaded: winsock2Loaded, notes } satisfies LoadReport));
