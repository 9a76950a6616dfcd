// The composition root: the one file that knows every part and wires them. It puts a catalog store, a module loader and
// a socket device under a process, and binds the C face to it. It decides no behaviour.
import { Afd, AFD_DEVICE, ROUTES_DEVICE, networkService, routesOf } from './afd/index.js';
import * as api from './api/index.js';
import { builtin } from './builtin.js';
import { MemoryDocuments, type Application, type CatalogStore, type Finding } from './catalog/index.js';
import { JsonStore } from './catalog/json-store.js';
import { diagnose, objectionToModule, type ResetResult } from './catalog/json-store/index.js';
import type { Driver } from './drivers/contract.js';
import { nodeFiles } from './drivers/node/files.js';
import { createNodeDriver } from './drivers/node/index.js';
import { tracedDriver } from './drivers/traced.js';
import { mountNameFiles } from './providers/namespaces/hosts/mount.js';
import { createModuleLoader, resolveSpecifier, type ModuleLoader } from './spi/index.js';
import * as kernel from './win32/functions/index.js';
import {
  DOCUMENTS_DEVICE,
  FILE_SYSTEM_DEVICE,
  MemoryFiles,
  NETWORK_DEVICE,
  Process,
  currentThread,
  programStart,
  runIn as runInKernel,
  withBinding,
  type Documents,
  type FileSystem,
  type ProcessOptions,
} from './win32/index.js';
import { RESOLVER_DEVICE, ReportingStore, WinsockProcess, resetAndTell, type Resettable } from './ws2_32/index.js';

/**
 * Diagnoses a catalog: its file, folder and lock, what stands in it, and the modules that it names.
 *
 * @param catalog - a catalog file's path or a store; this user's catalog file if left out
 * @returns everything found; empty when all is well. Nothing is changed, and no module is loaded
 */
export function diagnoseCatalog(catalog: string | CatalogStore = new JsonStore()): readonly Finding[] {
  return diagnose(catalog, { modules: { isBuiltin: (name) => builtin.has(name), resolve: resolveSpecifier } });
}

/**
 * Puts the built-in catalog in a catalog's place, whatever it holds, and keeps the old file beside it.
 *
 * @param catalog - a catalog file's path or a store that can be reset; this user's catalog file if left out
 * @param process - the process that does it, for those who listen to catalog events; the current one if left out
 * @returns see `JsonStore.reset`
 */
export function resetCatalog(
  catalog: string | Resettable<ResetResult> = new JsonStore(),
  process: Process = currentThread().process,
): Promise<ResetResult> {
  return resetAndTell(typeof catalog === 'string' ? new JsonStore({ file: catalog }) : catalog, process);
}

/** How to make a process; everything has a default. */
export interface CreateProcessOptions extends ProcessOptions {
  /** Where the catalog is; the JSON file of this user if left out. */
  readonly store?: CatalogStore;
  /** What carries the bytes; Node's sockets if left out. */
  readonly driver?: Driver;
  /** What CreateFile opens; the machine's files over Node's sockets, and over any other driver files in memory. */
  readonly files?: FileSystem;
  /** Which program the process counts as where programs permit layers; the one that is running if left out. */
  readonly application?: Application;
  /** How provider modules are loaded; built-in ones, then `import()`, if left out. */
  readonly loader?: ModuleLoader;
}

/** Puts under a process what it has not got yet. */
function furnish(process: Process, options: CreateProcessOptions = {}): void {
  const winsock = WinsockProcess.of(process);
  if (winsock.environment !== null) return;
  const store = options.store ?? new JsonStore();
  winsock.environment = {
    store: new ReportingStore(store, process),
    application: options.application ?? programStart(),
    newGuid: () => `{${globalThis.crypto.randomUUID().toUpperCase()}}`,
    loader:
      options.loader ??
      createModuleLoader({ builtin, importer: (specifier) => import(specifier), objection: (target) => objectionToModule(target) }),
  };
  const { trace, clock } = process;
  const thread = (): number => currentThread().id;
  const driver = tracedDriver(options.driver ?? createNodeDriver(), { trace, clock, thread });
  const afd = new Afd(driver, process);
  process.mountDevice(AFD_DEVICE, afd);
  process.mountDevice(NETWORK_DEVICE, networkService(afd));
  process.mountDevice(RESOLVER_DEVICE, driver.resolver);
  process.mountDevice(ROUTES_DEVICE, routesOf(driver));
  process.mountDevice(FILE_SYSTEM_DEVICE, options.files ?? (options.driver === undefined ? nodeFiles : new MemoryFiles()));
  const inMemory = new MemoryDocuments();
  const documents: Documents = { document: (name) => store.document?.(name) ?? inMemory.document(name) };
  process.mountDevice(DOCUMENTS_DEVICE, documents);
  mountNameFiles(process, options.driver === undefined ? 'machine' : 'no machine', () => driver.resolver.hostName());
}

/**
 * Starts using Winsock: negotiates the version and, the first time, loads the catalog and starts its providers. It blocks
 * for that time. Every success is undone by one WSACleanup.
 *
 * @param wVersionRequested - the highest version the caller can use, as MAKEWORD(2, 2)
 * @param lpWSAData - filled with the version granted; `szSystemStatus` says what is wrong with a catalog that is refused
 * @returns 0, or the error itself: WSAVERNOTSUPPORTED (version below 1.0), WSAEFAULT (null), WSASYSNOTREADY (the catalog
 *   cannot be read or is refused)
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsastartup
 */
export const WSAStartup = api.startupWith(furnish);

/**
 * Makes a function that needs no WSAStartup find the catalog in a process where none has been called, too.
 *
 * @param call - a function of the C face
 * @returns the same function
 */
export function furnished<A extends unknown[], R>(call: (...args: A) => R): (...args: A) => R {
  return (...args) => {
    furnish(currentThread().process);
    return call(...args);
  };
}

/** The whole C face, as an object. */
export type Winsock = Omit<typeof api, 'startupWith'> & typeof kernel & { WSAStartup: typeof WSAStartup };

/** A process with Winsock under it. Two of them share nothing but the machine. */
export class WinsockHost extends Process {
  #bound: Winsock | null = null;

  constructor(options: CreateProcessOptions = {}) {
    super(options);
    furnish(this, options);
  }

  /** The whole C face bound to this process, whichever process the caller itself runs in. */
  bind(): Winsock {
    return (this.#bound ??= bindAll(this));
  }

  /** Makes this process current for `body` and everything it starts. */
  run<R>(body: () => R): R {
    return runInKernel(this, body);
  }

  /** Ends the process: everything it has open is closed. */
  async dispose(): Promise<void> {
    const winsock = WinsockProcess.of(this);
    const { WSACleanup } = this.bind();
    // A start that is under way would otherwise outlive the process.
    await winsock.starting?.catch(() => undefined);
    // A 1.1 call that blocks would have WSACleanup refused.
    winsock.blockingCalls?.lift();
    while (winsock.started) await WSACleanup();
    for (const [handle] of [...this.handles.entries()]) this.handles.close(handle);
    this.ended = true;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose();
  }
}

type AnyFunction = (...args: unknown[]) => unknown;

function bindAll(process: Process): Winsock {
  const bound: Record<string, unknown> = {};
  for (const [name, member] of Object.entries({ ...kernel, ...api, WSAStartup })) {
    bound[name] =
      typeof member === 'function'
        ? (...args: unknown[]) => withBinding(process, () => (member as AnyFunction)(...args))
        : member;
  }
  return bound as unknown as Winsock;
}

/** Makes a process of its own, beside the default one that the functions of this package act on. */
export function createProcess(options: CreateProcessOptions = {}): WinsockHost {
  return new WinsockHost(options);
}

/** Makes `process` current for `body` and everything it starts. */
export function runIn<R>(process: Process, body: () => R): R {
  return runInKernel(process, body);
}
