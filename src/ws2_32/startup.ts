// WSAStartup and WSACleanup: versions, counting, loading what the catalog lists, and giving it all back.
import {
  MAKEWORD,
  LOBYTE,
  HIBYTE,
  WSAEFAULT,
  WSASYSNOTREADY,
  WSAVERNOTSUPPORTED,
  ref,
  type WSADATA,
} from '../abi/index.js';
import { isBase, isChain, type Catalog } from '../catalog/index.js';
import { CHAIN_SERVICES } from '../spi/index.js';
import { isCancellable } from '../win32/index.js';
import { withoutForbiddenLayers } from './categories.js';
import { cancelConfigChanges } from './config-change.js';
import { cancelNameLookups } from './name-lookups.js';
import { NameSpaces } from './name-spaces/name-spaces.js';
import type { StartOutcome, WinsockProcess } from './process.js';
import { createChainServices } from './chain-services.js';
import { Provider, STARTUP_TIMEOUT } from './provider.js';
import { closeMadeHandles } from './socket-handle.js';
import { closeThreadIds } from './thread-id.js';
import { createUpcallTable } from './upcalls.js';

/** The highest version supported. */
const HIGHEST = MAKEWORD(2, 2);
/** What 1.1 programs are told about limits; version 2 programs ask elsewhere and get 0. */
const MAX_SOCKETS_11 = 32767;
const MAX_UDP_DATAGRAM_11 = 65467;
/** Room for the status text, without the closing zero. */
const STATUS_LENGTH = 128;

/** The version granted for one requested, or null when there is none as low. */
export function negotiate(requested: number): number | null {
  const major = LOBYTE(requested);
  const minor = HIBYTE(requested);
  if (major === 0) return null;
  if (major === 1) return MAKEWORD(1, Math.min(minor, 1));
  return major > 2 || minor > 2 ? HIGHEST : requested;
}

function describe(data: WSADATA, version: number, status: string): void {
  const old = LOBYTE(version) === 1;
  data.wVersion = version;
  data.wHighVersion = HIGHEST;
  data.iMaxSockets = old ? MAX_SOCKETS_11 : 0;
  data.iMaxUdpDg = old ? MAX_UDP_DATAGRAM_11 : 0;
  data.lpVendorInfo = null;
  data.szDescription = 'WinSock 2.0';
  data.szSystemStatus = status.slice(0, STATUS_LENGTH);
}

/** WSAStartup's work: 0 or the error. What went wrong with the catalog is told in `szSystemStatus`. */
export async function startup(process: WinsockProcess, requested: number, data: WSADATA | null): Promise<number> {
  const version = negotiate(requested);
  if (version === null) {
    if (data !== null) describe(data, HIGHEST, 'Running');
    return WSAVERNOTSUPPORTED;
  }
  if (data === null) return WSAEFAULT;
  if (!process.started) {
    // Everybody who starts at the same time waits for the one start that is under way.
    process.starting ??= loadWhileTimeStands(process);
    const { error, status } = await process.starting;
    if (error !== 0) {
      describe(data, version, status);
      return error;
    }
  }
  process.startupCount += 1;
  process.negotiated(version);
  describe(data, version, 'Running');
  return 0;
}

/** Files and modules are read in real time, and no clock of a simulation may run away meanwhile. */
function loadWhileTimeStands(process: WinsockProcess): Promise<StartOutcome> {
  const goOn = process.kernel.clock.hold();
  return load(process).finally(() => {
    process.starting = null;
    goOn();
  });
}

async function load(process: WinsockProcess): Promise<StartOutcome> {
  const { environment } = process;
  if (environment === null) return { error: WSASYSNOTREADY, status: 'this process has no catalog' };
  const loaded = await environment.store.load();
  if (!loaded.ok) {
    process.note('catalog refused', loaded.error.message);
    return { error: WSASYSNOTREADY, status: loaded.error.message };
  }
  const catalog = withoutForbiddenLayers(process, loaded.catalog);
  process.catalog = catalog;
  process.nameSpaces = new NameSpaces(process.kernel, environment, catalog);
  await Promise.all([startProviders(process, catalog), process.nameSpaces.start()]);
  return { error: 0, status: '' };
}

/** Starts each provider that can be asked for a socket, once, for the first of its entries. */
async function startProviders(process: WinsockProcess, catalog: Catalog): Promise<void> {
  const environment = process.environment;
  if (environment === null) return;
  const upcalls = createUpcallTable(process);
  const starts: Promise<unknown>[] = [];
  for (const entry of catalog.protocols) {
    if (process.providers.has(entry.providerId) || !(isBase(entry) || isChain(entry))) continue;
    const provider = new Provider(process.kernel, entry.providerId, entry.module);
    process.providers.set(entry.providerId, provider);
    const services = createChainServices(process, entry.dwCatalogEntryId, STARTUP_TIMEOUT);
    const started = provider.start(environment.loader, entry, { ...upcalls, [CHAIN_SERVICES]: services });
    starts.push(started.then(() => provider.error === 0 && process.note('provider started', entry.module, entry.szProtocol)));
  }
  await Promise.all(starts);
}

/**
 * WSACleanup's work, for a process that has started: the last one closes what is open and ends the providers. A close that
 * takes its time (SO_LINGER, or a provider that never answers) goes on without anybody waiting for it.
 */
export function cleanup(process: WinsockProcess): void {
  process.startupCount -= 1;
  if (process.started) return;
  process.asyncRequests.cancelAll();
  cancelConfigChanges(process);
  cancelNameLookups(process.nameLookups);
  const { handles } = process.kernel;
  const open = [...process.sockets.values()];
  // As documented, what is under way ends without an event or a routine being told; on all sockets before any is closed, as
  // one may be what another stands on.
  for (const { handle } of open) {
    const object = handles.get(handle);
    if (object !== null && isCancellable(object)) object.pending.silence();
  }
  for (const { handle, provider } of open) provider.tell('WSPCloseSocket', (procs) => procs.lpWSPCloseSocket(handle, ref(0)));
  // Not earlier: a provider may ask for what it has left with a handle, also with one that a layer of its own made below.
  for (const { handle } of open) process.sockets.delete(handle);
  process.nameSpaces?.cleanup();
  process.nameSpaces = null;
  for (const provider of process.providers.values()) provider.cleanup();
  closeMadeHandles(process, null);
  process.providers.clear();
  closeThreadIds(process.kernel);
  process.forgetVersions();
  process.forgetCatalog();
}
