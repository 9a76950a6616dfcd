// A name space provider of a few lines: rooms of a building, which can be found and registered.
// recipe
import { WSASERVICE_NOT_FOUND } from 'winsock2';
import { ServiceTable, nameSpaceProvider, type NameSpace } from 'winsock2/namespaces';

/** Opens the name space; what it knows is gone with the process. */
export function rooms(): NameSpace {
  const watchers = new Set<() => void>();
  const services = new ServiceTable(() => {
    for (const changed of watchers) changed();
  });
  return {
    query(question) {
      const found = services.find(question);
      return found.length === 0 && !question.again ? WSASERVICE_NOT_FOUND : found;
    },
    register: (registration) => services.register(registration),
    deregister: (registration) => services.deregister(registration),
    remove: (registration) => services.remove(registration),
    watch(_question, changed) {
      const tell = (): void => {
        changed();
      };
      watchers.add(tell);
      return () => watchers.delete(tell);
    },
  };
}

export const { NSPStartup } = nameSpaceProvider(rooms);
// end of recipe
