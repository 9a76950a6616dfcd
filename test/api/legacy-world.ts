// Processes that have negotiated Winsock 1.1, one for each driver. No test knowledge.
import { MAKEWORD, WSADATA, errorName } from '../../src/abi/index.js';
import { SimNetwork, simDriver } from '../../src/drivers/sim/index.js';
import { freshWorld, type World } from './world.js';

export const VERSION_1_1 = MAKEWORD(1, 1);
export const VERSION_2_2 = MAKEWORD(2, 2);

/** A process that has not called WSAStartup, on a driver. */
export type MakeWorld = () => World;

export const DRIVERS: readonly (readonly [string, MakeWorld])[] = [
  ['node', () => freshWorld()],
  [
    'sim',
    () => {
      const network = new SimNetwork({ seed: 1 });
      return freshWorld({ driver: simDriver(network.host('a')), clock: network.clock });
    },
  ],
];

/** WSAStartup with these versions, one after the other. */
export async function negotiate(world: World, ...versions: readonly number[]): Promise<World> {
  for (const version of versions) {
    const error = await world.ws.WSAStartup(version, new WSADATA());
    if (error !== 0) throw new Error(`WSAStartup gave ${errorName(error)}`);
  }
  return world;
}
