// A started process whose catalog lists the registry name space, and short ways to register and find. The catalog of the process
// is in memory; its documents are those of the store that is given. No test knowledge.
import {
  LUP_RETURN_ALL,
  NS_ALL,
  NULL_HANDLE,
  RNRSERVICE_REGISTER,
  WSADATA,
  WSAQUERYSETW,
  guid,
  ref,
} from '../../../src/abi/index.js';
import { MemoryStore, defaultCatalog, type CatalogStore } from '../../../src/catalog/index.js';
import { createProcess, type WinsockHost } from '../../../src/winsock.js';

export const CLASS = guid('{5AFEC1A5-0000-4000-8000-000000000003}');
const PROVIDER = '{0B0B0B0B-0000-0000-0000-000000000001}';

export interface RegistryWorld {
  readonly host: WinsockHost;
  /** Registers a service: 0 or the error. */
  register(name: string): Promise<number>;
  /** The names of all services. */
  names(): Promise<string[]>;
}

export async function startRegistry(documents: CatalogStore): Promise<RegistryWorld> {
  const entry = {
    providerId: PROVIDER,
    dwNameSpace: 1000,
    dwVersion: 0,
    lpszIdentifier: 'registry',
    enabled: true,
    storesServiceClassInfo: false,
    providerSpecific: '',
    module: 'winsock2/namespaces/registry',
  };
  const store: CatalogStore = new MemoryStore(defaultCatalog().with({ namespaces: [entry] }));
  store.document = (name) => documents.document?.(name) ?? new MemoryStore().document(name);
  const host = createProcess({ store });
  const ws = host.bind();
  const error = await ws.WSAStartup(0x0202, new WSADATA());
  if (error !== 0) throw new Error(`WSAStartup: ${String(error)}`);
  const set = (lpszServiceInstanceName: string | null): WSAQUERYSETW =>
    new WSAQUERYSETW({ dwSize: WSAQUERYSETW.size, lpServiceClassId: CLASS, dwNameSpace: NS_ALL, lpszServiceInstanceName });
  return {
    host,
    register: async (name) =>
      (await ws.WSASetServiceW(set(name), RNRSERVICE_REGISTER, 0)) === 0 ? 0 : ws.WSAGetLastError(),
    names: async () => {
      const handle = ref(NULL_HANDLE);
      if ((await ws.WSALookupServiceBeginW(set(null), LUP_RETURN_ALL, handle)) !== 0) return [];
      const found: string[] = [];
      for (;;) {
        const results = new WSAQUERYSETW();
        if ((await ws.WSALookupServiceNextW(handle.value, LUP_RETURN_ALL, ref(0x10000), results)) !== 0) break;
        found.push(results.lpszServiceInstanceName ?? '');
      }
      ws.WSALookupServiceEnd(handle.value);
      return found;
    },
  };
}
