// From a name space to a provider: the table that NSPStartup fills, with its handles and its checks.
import {
  BLOB,
  NS_ALL,
  RNRSERVICE_DELETE,
  RNRSERVICE_DEREGISTER,
  RNRSERVICE_REGISTER,
  SERVICE_MULTIPLE,
  SOCKET_ERROR,
  WSAEFAULT,
  WSAEINVAL,
  WSAEOPNOTSUPP,
  WSANAMESPACE_INFOEXW,
  WSASYSNOTREADY,
  WSATYPE_NOT_FOUND,
  WSA_INVALID_HANDLE,
  GUID,
  bytesOf,
  ref,
  type HANDLE,
  type WSAQUERYSETW,
  type WSASERVICECLASSINFOW,
} from '../../../abi/index.js';
import { copyCsaddr } from '../../../abi/query-set.js';
import { serviceClassInfoSize } from '../../../abi/service-class-info.js';
import {
  NSP_ROUTINE_SIZE,
  nameSpaceStartup,
  settingsOf,
  type LPNSPSTARTUP,
  type MaybePending,
  type NSP_ROUTINE,
} from '../../../spi/index.js';
import { SetLastError, currentThread } from '../../../win32/index.js';
import { KitQuery } from './kit-query.js';
import type { NameSpace, NameSpaceStart, Registration } from './name-space.js';
import type { ResultOrigin } from './results.js';

/** Opens a name space: the object, or the error that NSPStartup fails with. */
export type OpenNameSpace = (start: NameSpaceStart) => MaybePending<NameSpace | number>;

/** What a provider's module exports. */
export interface NameSpaceModule {
  readonly NSPStartup: LPNSPSTARTUP;
}

/**
 * Makes a version 1 name space provider. A module is one by exporting the result's NSPStartup:
 * `export const { NSPStartup } = nameSpaceProvider(open);`
 *
 * @param open - called for every NSPStartup: each process, and each catalog entry of the module, has a name space of its own.
 *   A number other than 0 is the error that the start fails with
 */
export function nameSpaceProvider(open: OpenNameSpace): NameSpaceModule {
  return {
    NSPStartup: (lpProviderId, lpnspRoutines) => {
      const startup = nameSpaceStartup(lpnspRoutines);
      const info = startup?.info ?? new WSANAMESPACE_INFOEXW({ NSProviderId: lpProviderId, ProviderSpecific: new BLOB() });
      const start: NameSpaceStart = {
        providerId: new GUID(lpProviderId.bytes.slice()),
        info,
        settings: settingsOf(startup?.module ?? ''),
        process: currentThread().process,
      };
      const opened = (space: NameSpace | number): number => {
        if (typeof space === 'number') return fail(space === 0 ? WSASYSNOTREADY : space);
        Object.assign(lpnspRoutines, new KitProvider(space, { providerId: start.providerId, nameSpace: info.dwNameSpace }).table());
        return 0;
      };
      const space = open(start);
      return space instanceof Promise ? space.then(opened) : opened(space);
    },
  };
}

function fail(error: number): number {
  SetLastError(error);
  return SOCKET_ERROR;
}

/** An entry's value for an error, 0 for success. */
function toEntry(error: MaybePending<number>): MaybePending<number> {
  if (error instanceof Promise) return error.then(toStatus);
  return toStatus(error);
}

const toStatus = (error: number): number => (error === 0 ? 0 : fail(error));

/** Handles are the provider's own numbers. */
const HANDLE_STEP = 4;

/** A provider that has started. */
class KitProvider {
  readonly #space: NameSpace;
  readonly #origin: ResultOrigin;
  readonly #queries = new Map<HANDLE, KitQuery>();
  #lastHandle = 0;
  #open = true;

  constructor(space: NameSpace, origin: ResultOrigin) {
    this.#space = space;
    this.#origin = origin;
  }

  table(): NSP_ROUTINE {
    return {
      cbSize: NSP_ROUTINE_SIZE,
      dwMajorVersion: 1,
      dwMinorVersion: 1,
      NSPCleanup: () => toStatus(this.#cleanup()),
      NSPLookupServiceBegin: (_id, lpqsRestrictions, lpServiceClassInfo, dwControlFlags, lphLookup) => {
        if (!this.#serves(lpqsRestrictions)) return fail(WSAEINVAL);
        const query = new KitQuery(this.#space, this.#origin, lpqsRestrictions, lpServiceClassInfo, dwControlFlags);
        const error = query.begin();
        if (error !== 0) return fail(error);
        this.#lastHandle += HANDLE_STEP;
        lphLookup.value = this.#lastHandle as HANDLE;
        this.#queries.set(lphLookup.value, query);
        return 0;
      },
      NSPLookupServiceNext: (hLookup, dwControlFlags, lpdwBufferLength, lpqsResults) => {
        const query = this.#queries.get(hLookup);
        if (query === undefined) return fail(WSA_INVALID_HANDLE);
        if (lpqsResults === null) return fail(WSAEFAULT);
        return toEntry(query.next(dwControlFlags, lpdwBufferLength, lpqsResults));
      },
      NSPLookupServiceEnd: (hLookup) => {
        const query = this.#queries.get(hLookup);
        if (query === undefined) return fail(WSA_INVALID_HANDLE);
        this.#queries.delete(hLookup);
        query.end();
        return 0;
      },
      NSPSetService: (_id, lpServiceClassInfo, lpqsRegInfo, essOperation, dwControlFlags) =>
        toEntry(this.#setService(lpServiceClassInfo, lpqsRegInfo, essOperation, dwControlFlags)),
      NSPInstallServiceClass: (_id, info) => toStatus(this.#space.classes?.install(info) ?? WSAEOPNOTSUPP),
      NSPRemoveServiceClass: (_id, classId) => toStatus(this.#space.classes?.remove(classId) ?? WSAEOPNOTSUPP),
      NSPGetServiceClassInfo: (_id, lpdwBufSize, lpServiceClassInfo) => {
        const { classes } = this.#space;
        if (classes === undefined) return fail(WSAEOPNOTSUPP);
        if (lpServiceClassInfo?.lpServiceClassId === null || lpServiceClassInfo === null) return fail(WSAEINVAL);
        const known = classes.read(lpServiceClassInfo.lpServiceClassId);
        if (known === null) return fail(WSATYPE_NOT_FOUND);
        const needed = serviceClassInfoSize(known, true);
        const fits = lpdwBufSize.value >= needed;
        lpdwBufSize.value = needed;
        if (!fits) return fail(WSAEFAULT);
        Object.assign(lpServiceClassInfo, known);
        return 0;
      },
      NSPIoctl: (hLookup, code, input, inputSize, output, outputSize, lpcbBytesReturned, lpCompletion) => {
        const query = this.#queries.get(hLookup);
        if (query === undefined) return fail(WSA_INVALID_HANDLE);
        const returned = lpcbBytesReturned ?? ref(0);
        returned.value = 0;
        return toEntry(query.control({ code, input, inputSize, output, outputSize, returned }, lpCompletion));
      },
    };
  }

  /** WS2_32 asks only those whom a query is for; others may not look. */
  #serves(restrictions: WSAQUERYSETW): boolean {
    const { dwNameSpace, lpServiceClassId, lpNSProviderId } = restrictions;
    if (!this.#open || lpServiceClassId === null) return false;
    return lpNSProviderId !== null || dwNameSpace === NS_ALL || this.#origin.nameSpace === NS_ALL || dwNameSpace === this.#origin.nameSpace;
  }

  #cleanup(): number {
    if (!this.#open) return WSAEINVAL;
    this.#open = false;
    for (const query of this.#queries.values()) query.end();
    this.#queries.clear();
    this.#space.close?.();
    return 0;
  }

  #setService(
    classInfo: WSASERVICECLASSINFOW | null,
    info: WSAQUERYSETW,
    operation: number,
    flags: number,
  ): MaybePending<number> {
    const { lpszServiceInstanceName: name, lpServiceClassId: serviceClassId } = info;
    if (!this.#open || name === null || serviceClassId === null) return WSAEINVAL;
    const registration: Registration = {
      name,
      serviceClassId: new GUID(serviceClassId.bytes.slice()),
      classInfo,
      version: info.lpVersion?.dwVersion ?? null,
      comment: info.lpszComment,
      context: info.lpszContext ?? '',
      addresses: (info.lpcsaBuffer ?? []).slice(0, info.dwNumberOfCsAddrs).map(copyCsaddr),
      blob: info.lpBlob === null ? null : bytesOf(info.lpBlob.pBlobData ?? new Uint8Array()).slice(0, info.lpBlob.cbSize),
      multiple: (flags & SERVICE_MULTIPLE) !== 0,
    };
    if (operation === RNRSERVICE_REGISTER) return this.#space.register?.(registration) ?? WSAEOPNOTSUPP;
    if (operation === RNRSERVICE_DEREGISTER) return this.#space.deregister?.(registration) ?? WSAEOPNOTSUPP;
    if (operation === RNRSERVICE_DELETE) return this.#space.remove?.(registration) ?? WSAEOPNOTSUPP;
    return WSAEINVAL;
  }
}
