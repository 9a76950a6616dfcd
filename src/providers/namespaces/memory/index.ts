// A name space in memory, gone with its process: services are found as soon as they are registered, and those who wait hear of
// every change. For tests and lessons, and to read how a provider is written. Built in as `winsock2/namespaces/memory`.
import { WSASERVICE_NOT_FOUND, WSATYPE_NOT_FOUND, WSAEALREADY, type WSASERVICECLASSINFOW } from '../../../abi/index.js';
import { toServiceClassWide } from '../../../abi/service-class-info.js';
import { ServiceTable, nameSpaceProvider, type ClassKeeper, type NameSpace } from '../kit/index.js';

/** Service classes in memory. */
function classesInMemory(): ClassKeeper {
  const known = new Map<string, WSASERVICECLASSINFOW>();
  return {
    install: (info) => {
      const id = String(info.lpServiceClassId);
      if (known.has(id)) return WSAEALREADY;
      known.set(id, toServiceClassWide(info));
      return 0;
    },
    remove: (id) => (known.delete(id.toString()) ? 0 : WSATYPE_NOT_FOUND),
    read: (id) => {
      const info = known.get(id.toString());
      return info === undefined ? null : toServiceClassWide(info);
    },
  };
}

/** Opens a name space that has nothing in it. */
export function memoryNameSpace(): NameSpace {
  const watchers = new Set<() => void>();
  const services = new ServiceTable(() => {
    for (const changed of [...watchers]) changed();
  });
  return {
    query: (question) => {
      const found = services.find(question);
      return found.length === 0 && !question.again ? WSASERVICE_NOT_FOUND : found;
    },
    register: (registration) => services.register(registration),
    deregister: (registration) => services.deregister(registration),
    remove: (registration) => services.remove(registration),
    watch: (_question, changed) => {
      // One of its own each time: two queries may be told by the same function.
      const tell = (): void => {
        changed();
      };
      watchers.add(tell);
      return () => watchers.delete(tell);
    },
    classes: classesInMemory(),
  };
}

export const { NSPStartup } = nameSpaceProvider(memoryNameSpace);
