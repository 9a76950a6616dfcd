// A process whose catalog lists the name space providers of a test, loaded from memory, and short ways to query them. No test
// knowledge.
import {
  type GUID,
  LUP_RETURN_ALL,
  NS_ALL,
  NULL_HANDLE,
  WSAQUERYSETW,
  errorName,
  guid,
  ref,
  type HANDLE,
} from '../../src/abi/index.js';
import { MemoryStore, defaultCatalog, type NamespaceEntry } from '../../src/catalog/index.js';
import * as msafd from '../../src/providers/msafd/index.js';
import { nameSpaceProvider, type NameSpace, type OpenNameSpace } from '../../src/providers/namespaces/kit/index.js';
import { createModuleLoader } from '../../src/spi/index.js';
import type { CreateProcessOptions } from '../../src/winsock.js';
import { startedWorld, type World } from '../api/world.js';

/** The class that tests register under and ask for. */
export const CLASS = guid('{5AFEC1A5-0000-4000-8000-000000000001}');

/** A provider of a test: a module, or what the kit makes one of. */
export interface TestSpace {
  readonly open?: OpenNameSpace;
  readonly module?: unknown;
  readonly entry?: Partial<NamespaceEntry>;
}

export const moduleOf = (index: number): string => `test-space-${String(index)}`;
export const idOf = (index: number): GUID => guid(`{0A0A0A0A-0000-0000-0000-00000000000${String(index)}}`);
/** The name space of a provider, unless its entry says otherwise. */
export const nameSpaceOf = (index: number): number => 1000 + index;

/** A name space that gives these answers to everything. */
export const answering =
  (...answers: readonly (string | number)[]): OpenNameSpace =>
  (): NameSpace => ({ query: () => answers.map((each) => (typeof each === 'string' ? { name: each } : each)) });

/** A started process with these providers in its catalog, in this order. */
export async function spaces(providers: readonly TestSpace[], options: CreateProcessOptions = {}): Promise<World> {
  const builtin = new Map<string, () => Promise<unknown>>([['winsock2/msafd', () => Promise.resolve(msafd)]]);
  const namespaces = providers.map((provider, index): NamespaceEntry => {
    const module = provider.open === undefined ? provider.module : nameSpaceProvider(provider.open);
    if (module !== undefined) builtin.set(moduleOf(index), () => Promise.resolve(module));
    return {
      providerId: idOf(index).toString(),
      dwNameSpace: nameSpaceOf(index),
      dwVersion: 0,
      lpszIdentifier: `space ${String(index)}`,
      enabled: true,
      storesServiceClassInfo: false,
      providerSpecific: '',
      module: moduleOf(index),
      ...provider.entry,
    };
  });
  const loader = createModuleLoader({ builtin, importer: () => Promise.reject(new Error('not here')) });
  return startedWorld({ store: new MemoryStore(defaultCatalog().with({ namespaces })), loader, ...options });
}

/** What to ask for. */
export function restrictions(init: Partial<WSAQUERYSETW> = {}): WSAQUERYSETW {
  return new WSAQUERYSETW({ dwSize: WSAQUERYSETW.size, lpServiceClassId: CLASS, dwNameSpace: NS_ALL, ...init });
}

/** Begins a query: its handle, or the name of the error. */
export async function begin(world: World, init: Partial<WSAQUERYSETW> = {}, flags = LUP_RETURN_ALL): Promise<HANDLE | string> {
  const handle = ref(NULL_HANDLE);
  const status = await world.ws.WSALookupServiceBeginW(restrictions(init), flags, handle);
  return status === 0 ? handle.value : world.lastError();
}

/** A query that must begin. */
export async function begun(world: World, init: Partial<WSAQUERYSETW> = {}, flags = LUP_RETURN_ALL): Promise<HANDLE> {
  const handle = await begin(world, init, flags);
  if (typeof handle === 'string') throw new Error(`WSALookupServiceBegin gave ${handle}`);
  return handle;
}

/** The next result, or the name of the error. */
export async function next(
  world: World,
  handle: HANDLE,
  flags = LUP_RETURN_ALL,
  length = ref(0x10000),
): Promise<WSAQUERYSETW | string> {
  const results = new WSAQUERYSETW();
  const status = await world.ws.WSALookupServiceNextW(handle, flags, length, results);
  return status === 0 ? results : errorName(world.ws.WSAGetLastError());
}

/** Names of results and errors, up to and with WSA_E_NO_MORE. */
export async function everything(world: World, handle: HANDLE, flags = LUP_RETURN_ALL): Promise<(string | null)[]> {
  const all: (string | null)[] = [];
  for (let i = 0; i < 1000; i++) {
    const found = await next(world, handle, flags);
    all.push(typeof found === 'string' ? found : found.lpszServiceInstanceName);
    if (found === 'WSA_E_NO_MORE' || found === 'WSA_INVALID_HANDLE' || found === 'WSA_E_CANCELLED') break;
  }
  return all;
}
