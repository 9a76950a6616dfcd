// Installing a layered provider by code: what a setup program does, over a catalog that is given to it. The recipe
// docs/recipes/install-a-provider.md shows the part between the marks.
// Run it: npx tsx examples/install-a-provider.ts
import { MemoryStore, createProcess } from 'winsock2';
import { runAsProgram, toConsole, type Print } from './lib/program.js';
// recipe
import type * as installers from 'winsock2/spi/install';
import { LSP_INSPECTOR, ProviderInfoLspCategories, SOCKET_ERROR, WSAPROTOCOL_INFOW, XP1_IFS_HANDLES, guid, ref } from 'winsock2/spi/install';

/** The functions; those of another process's catalog come from `createProcess({ store }).bind()`. */
type Installers = Pick<
  typeof installers,
  'WSCEnumProtocols' | 'WSCInstallProviderAndChains' | 'WSCSetProviderInfo' | 'WSCDeinstallProvider'
>;

// Made once, by any generator of GUIDs, and the provider's for ever.
const MY_LAYER = guid('{6D1D6B2E-1B5D-4E0E-9A55-0A6E2C3B7F10}');

/** Everything installed, in order: hidden entries and layers too. */
export function list({ WSCEnumProtocols }: Installers): WSAPROTOCOL_INFOW[] {
  const length = ref(0);
  WSCEnumProtocols(null, null, length, ref(0));
  const memory = new Uint8Array(length.value);
  const count = WSCEnumProtocols(null, memory, length, ref(0));
  return Array.from({ length: Math.max(count, 0) }, (_, index) => new WSAPROTOCOL_INFOW(memory, index * WSAPROTOCOL_INFOW.size));
}

/** Puts the layer over the entries with these catalog ids; 0 or the error. */
export async function add(ws: Installers, ids: readonly number[]): Promise<number> {
  const lpErrno = ref(0);
  const over = list(ws).filter((info) => ids.includes(info.dwCatalogEntryId));
  const name = 'My layer';
  const module = 'winsock2/layers/passthrough';
  const added = await ws.WSCInstallProviderAndChains(MY_LAYER, module, name, XP1_IFS_HANDLES, over, over.length, null, lpErrno);
  if (added === SOCKET_ERROR) return lpErrno.value;
  // What it does, for programs that choose which layers they let in.
  const categories = new Uint8Array(Uint32Array.of(LSP_INSPECTOR).buffer);
  const said = await ws.WSCSetProviderInfo(MY_LAYER, ProviderInfoLspCategories, categories, categories.length, 0, lpErrno);
  return said === SOCKET_ERROR ? lpErrno.value : 0;
}

/** Removes the layer and its chains; 0 or the error. */
export async function remove(ws: Installers): Promise<number> {
  const lpErrno = ref(0);
  return (await ws.WSCDeinstallProvider(MY_LAYER, lpErrno)) === SOCKET_ERROR ? lpErrno.value : 0;
}

/** Each chain with its links, the layers over the base. */
export function map(ws: Installers): string[] {
  const all = list(ws);
  const nameOf = (id: number): string => all.find((info) => info.dwCatalogEntryId === id)?.szProtocol ?? String(id);
  const chains = all.filter(({ ProtocolChain }) => ProtocolChain.ChainLen > 1);
  return chains.map(({ ProtocolChain: { ChainLen, ChainEntries } }) =>
    Array.from({ length: ChainLen }, (_, link) => nameOf(ChainEntries[link] ?? 0)).join(' > '),
  );
}
// end of recipe

/** Adds, shows and removes, in a catalog in memory. Returns the exit code. */
export async function session(print: Print): Promise<number> {
  await using host = createProcess({ store: new MemoryStore() });
  const ws = host.bind();
  const before = list(ws).length;
  const error = await add(ws, [1001, 1002]);
  for (const line of map(ws)) print(line);
  print(`${list(ws).length - before} entries more`);
  const removed = await remove(ws);
  print(`${list(ws).length - before} after removal`);
  return error === 0 && removed === 0 ? 0 : 1;
}

runAsProgram(import.meta.url, () => session(toConsole));
