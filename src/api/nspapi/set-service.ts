// SetService: registering services and service types in the form of Winsock 1.1, by the registrations of Winsock 2.
import {
  GUID,
  LUP_RETURN_NAME,
  RNRSERVICE_DELETE,
  RNRSERVICE_DEREGISTER,
  RNRSERVICE_REGISTER,
  SERVICE_ADD_TYPE,
  SERVICE_DELETE_TYPE,
  SERVICE_DEREGISTER,
  SERVICE_FLAG_DEFER,
  SERVICE_FLAG_HARD,
  SERVICE_FLUSH,
  SERVICE_REGISTER,
  SERVICE_TYPE_INFO_ABSA,
  SERVICE_TYPE_INFO_ABSW,
  SET_SERVICE_PARTIAL_SUCCESS,
  SOCKET_ERROR,
  WSAEFAULT,
  WSAEINVAL,
  WSANSCLASSINFOW,
  WSAQUERYSETW,
  WSASERVICECLASSINFOW,
  WSAVERSION,
  guid,
  type Ref,
  type SERVICE_ASYNC_INFO,
  type SERVICE_INFOA,
  type SERVICE_INFOW,
} from '../../abi/index.js';
import { toQuerySetWide } from '../../abi/query-set.js';
import type { LastErrorCell } from '../../win32/index.js';
import { setService, tellingError, type MaybePending, type NameSpaces, type WinsockProcess } from '../../ws2_32/index.js';
import { blocking, started } from '../define.js';
import { ERROR_ALREADY_REGISTERED } from './errors.js';
import { findServices } from './find.js';
import { toPairs } from './service-address.js';

type Info = SERVICE_INFOW | SERVICE_INFOA;

/** A registration with what it needs; its structure is a copy. */
interface Job {
  readonly process: WinsockProcess;
  readonly nameSpaces: NameSpaces;
  readonly nameSpace: number;
  readonly set: WSAQUERYSETW;
  readonly operation: number;
  readonly status: Ref;
}

/** The structure as WSASetService wants it, or null for one that C would read nonsense from. */
function toQuerySet(info: Info, type: GUID, nameSpace: number): WSAQUERYSETW | null {
  try {
    const lpcsaBuffer = toPairs(info.lpServiceAddress, type);
    const lpVersion = new WSAVERSION();
    lpVersion.dwVersion = info.dwVersion;
    const blob = info.ServiceSpecificInfo;
    return toQuerySetWide(
      new WSAQUERYSETW({
        dwSize: WSAQUERYSETW.size,
        dwNameSpace: nameSpace,
        lpServiceClassId: type,
        lpszServiceInstanceName: info.lpServiceName,
        lpszComment: info.lpComment,
        lpVersion,
        dwNumberOfCsAddrs: lpcsaBuffer.length,
        lpcsaBuffer,
        lpBlob: blob.pBlobData === null ? null : blob,
      }),
    );
  } catch {
    return null;
  }
}

/** Does it with each provider: 0 when one at least has done it, with the status when not all have. */
async function carryOut({ nameSpaces, process, nameSpace, set, operation, status }: Job): Promise<number> {
  const chosen = nameSpaces.choose(null, nameSpace);
  if (chosen.error !== 0) return chosen.error;
  const clock = process.kernel.clock;
  const errors = await Promise.all(
    chosen.providers.map(async ({ entry }) => {
      const one = toQuerySetWide(set);
      one.lpNSProviderId = guid(entry.providerId);
      return setService({ nameSpaces, clock }, one, operation, 0);
    }),
  );
  if (!errors.includes(0)) return tellingError(errors);
  status.value = errors.some((error) => error !== 0) ? SET_SERVICE_PARTIAL_SUCCESS : 0;
  return 0;
}

async function register(job: Job): Promise<number> {
  const { process, nameSpace, set } = job;
  const { results } = await findServices(process, {
    nameSpace, type: set.lpServiceClassId ?? new GUID(), name: set.lpszServiceInstanceName, protocols: null, flags: LUP_RETURN_NAME,
    enough: (found) => found.length > 0,
  });
  return results.length > 0 ? ERROR_ALREADY_REGISTERED : carryOut(job);
}

async function flush({ deferred }: NameSpaces): Promise<number> {
  let first = 0;
  for (let job = deferred.shift(); job !== undefined; job = deferred.shift()) {
    const error = await job();
    first ||= error;
  }
  return first;
}

/** The schema of a type, which stands where other services have bytes of their own; null for one that is none. */
function schemaOf(info: Info, type: GUID): WSASERVICECLASSINFOW | null {
  const schema: unknown = info.ServiceSpecificInfo.pBlobData;
  if (!(schema instanceof SERVICE_TYPE_INFO_ABSW || schema instanceof SERVICE_TYPE_INFO_ABSA)) return null;
  const lpClassInfos = schema.Values.slice(0, schema.dwValueCount).map(
    ({ dwNameSpace, dwValueType, dwValueSize, lpValueName, lpValue }) =>
      new WSANSCLASSINFOW({ dwNameSpace, dwValueType, dwValueSize, lpszName: lpValueName, lpValue }),
  );
  return new WSASERVICECLASSINFOW({
    lpServiceClassId: type, lpszServiceClassName: schema.lpTypeName, dwCount: lpClassInfos.length, lpClassInfos,
  });
}

function start(
  process: WinsockProcess,
  nameSpace: number,
  operation: number,
  flags: number,
  info: Info | null,
  status: Ref,
): MaybePending<number> {
  const { nameSpaces } = process;
  if (nameSpaces === null) return WSAEINVAL;
  if (operation === SERVICE_FLUSH) return flush(nameSpaces);
  const type = info?.lpServiceType ?? null;
  if (info === null || !(type instanceof GUID)) return WSAEFAULT;
  const id = new GUID(type.bytes.slice());
  if (operation === SERVICE_DELETE_TYPE) return nameSpaces.classes.remove(id);
  if (operation === SERVICE_ADD_TYPE) {
    const schema = schemaOf(info, id);
    return schema === null ? WSAEINVAL : nameSpaces.classes.install(schema);
  }
  if (operation !== SERVICE_REGISTER && operation !== SERVICE_DEREGISTER) return WSAEINVAL;
  const set = toQuerySet(info, id, nameSpace);
  if (set === null || set.lpszServiceInstanceName === null) return WSAEFAULT;
  const gone = (flags & SERVICE_FLAG_HARD) === 0 ? RNRSERVICE_DEREGISTER : RNRSERVICE_DELETE;
  const job = { process, nameSpaces, nameSpace, set, operation: operation === SERVICE_REGISTER ? RNRSERVICE_REGISTER : gone, status };
  const work = (): Promise<number> => (operation === SERVICE_REGISTER ? register(job) : carryOut(job));
  if ((flags & SERVICE_FLAG_DEFER) === 0) return work();
  nameSpaces.deferred.push(work);
  return 0;
}

function set(
  cell: LastErrorCell,
  process: WinsockProcess,
  nameSpace: number,
  operation: number,
  flags: number,
  info: Info | null,
  asyncInfo: SERVICE_ASYNC_INFO | null,
  status: Ref | null,
): MaybePending<number> {
  if (status === null || (info === null && operation !== SERVICE_FLUSH)) return cell.fail(WSAEFAULT, SOCKET_ERROR);
  if (asyncInfo !== null) return cell.fail(WSAEINVAL, SOCKET_ERROR);
  status.value = 0;
  const done = (error: number): number => cell.fail(error, error === 0 ? 0 : SOCKET_ERROR);
  const answer = start(process, nameSpace, operation, flags, info, status);
  return answer instanceof Promise ? answer.then(done) : done(answer);
}

/**
 * Registers or removes a service or a service type. May block, as registering does.
 *
 * @param dwNameSpace - where: NS_DEFAULT (all) or one name space
 * @param dwOperation - SERVICE_REGISTER, SERVICE_DEREGISTER, SERVICE_FLUSH (does what was put off; its first error is told),
 *   SERVICE_ADD_TYPE (ServiceSpecificInfo.pBlobData is a SERVICE_TYPE_INFO_ABS), SERVICE_DELETE_TYPE
 * @param dwFlags - with the first two: SERVICE_FLAG_DEFER puts it off until SERVICE_FLUSH; SERVICE_FLAG_HARD removes a service
 *   from where it is kept as well
 * @param lpServiceInfo - the service or the type; with SERVICE_FLUSH it may be null
 * @param lpServiceAsyncInfo - must be null
 * @param lpdwStatusFlags - receives SET_SERVICE_PARTIAL_SUCCESS when some name space providers have done it and others have
 *   not; of an operation that was put off, once it is done
 * @returns 0 or SOCKET_ERROR. Errors: WSANOTINITIALISED, WSAEFAULT (null), WSAEINVAL (no such operation; lpServiceAsyncInfo; a
 *   type without its structure), ERROR_ALREADY_REGISTERED (1242), WSAEALREADY (the type is there), WSATYPE_NOT_FOUND (it is
 *   not), WSAEOPNOTSUPP (no provider takes registrations), and the other errors of WSASetService and WSAInstallServiceClass
 * @see https://learn.microsoft.com/windows/win32/api/nspapi/nf-nspapi-setservicew
 */
export const SetServiceW = blocking(
  'SetServiceW',
  started(
    SOCKET_ERROR as MaybePending<number>,
    (
      cell, process,
      dwNameSpace: number,
      dwOperation: number,
      dwFlags: number,
      lpServiceInfo: SERVICE_INFOW | null,
      lpServiceAsyncInfo: SERVICE_ASYNC_INFO | null,
      lpdwStatusFlags: Ref | null,
    ) => set(cell, process, dwNameSpace, dwOperation, dwFlags, lpServiceInfo, lpServiceAsyncInfo, lpdwStatusFlags),
  ),
);

/**
 * The ANSI form of SetServiceW.
 *
 * @param dwNameSpace - where
 * @param dwOperation - SERVICE_REGISTER and so on
 * @param dwFlags - SERVICE_FLAG_ bits
 * @param lpServiceInfo - the service or the type
 * @param lpServiceAsyncInfo - must be null
 * @param lpdwStatusFlags - receives SET_SERVICE_PARTIAL_SUCCESS or 0
 * @returns 0 or SOCKET_ERROR with the errors of SetServiceW
 * @see https://learn.microsoft.com/windows/win32/api/nspapi/nf-nspapi-setservicea
 */
export const SetServiceA = blocking(
  'SetServiceA',
  started(
    SOCKET_ERROR as MaybePending<number>,
    (
      cell, process,
      dwNameSpace: number,
      dwOperation: number,
      dwFlags: number,
      lpServiceInfo: SERVICE_INFOA | null,
      lpServiceAsyncInfo: SERVICE_ASYNC_INFO | null,
      lpdwStatusFlags: Ref | null,
    ) => set(cell, process, dwNameSpace, dwOperation, dwFlags, lpServiceInfo, lpServiceAsyncInfo, lpdwStatusFlags),
  ),
);

/** SetServiceA under its plain name. */
export const SetService = SetServiceA;
