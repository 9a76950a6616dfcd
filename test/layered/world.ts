// Processes with stacks of layers over the built-in entries. No test knowledge.
import { MemoryStore } from '../../src/catalog/index.js';
import { startedWorld, type World } from '../api/world.js';
import type { CreateProcessOptions } from '../../src/winsock.js';
import { stackCatalog, type StackOptions } from './stack.js';

export { changed, layerId, stackCatalog, type StackOptions } from './stack.js';

/** A process with Winsock started on such a catalog. */
export function stackedWorld(
  modules: readonly string[],
  options: StackOptions = {},
  process: CreateProcessOptions = {},
): Promise<World> {
  return startedWorld({ store: new MemoryStore(stackCatalog(modules, options)), ...process });
}
