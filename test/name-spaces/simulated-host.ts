// A host of a simulated network whose process has the built-in name spaces in its catalog. No test knowledge.
import { errorName, guid } from '../../src/abi/index.js';
import { MemoryStore, defaultCatalog } from '../../src/catalog/index.js';
import { SimNetwork, simDriver, type SimHost } from '../../src/drivers/sim/index.js';
import { startedWorld, type World } from '../api/world.js';

export interface HostWorld {
  readonly network: SimNetwork;
  readonly host: SimHost;
  readonly world: World;
  /** The error of the call before. */
  readonly lastError: () => string;
}

/** A module of ours by the last part of its name, with its settings, and the name space that it is listed for. */
export type Listed = readonly [module: string, nameSpace: number];

/** A store whose catalog lists these modules as name spaces, in this order, and no others. */
export function storeWith(...modules: readonly Listed[]): MemoryStore {
  const namespaces = modules.map(([name, dwNameSpace], index) => ({
    providerId: guid(`{0B0B0B0B-0000-0000-0000-00000000000${String(index)}}`).toString(),
    dwNameSpace,
    dwVersion: 0,
    lpszIdentifier: name,
    enabled: true,
    storesServiceClassInfo: false,
    providerSpecific: '',
    module: `winsock2/namespaces/${name}`,
  }));
  return new MemoryStore(defaultCatalog().with({ namespaces }));
}

/** A started process on the host `a`, beside the host `b`, with these name spaces. */
export async function hostWith(...modules: readonly Listed[]): Promise<HostWorld> {
  const network = new SimNetwork({ seed: 1 });
  const host = network.host('a');
  network.host('b');
  const world = await startedWorld({ store: storeWith(...modules), driver: simDriver(host), clock: network.clock, name: 'a' });
  return { network, host, world, lastError: () => errorName(world.ws.WSAGetLastError()) };
}
