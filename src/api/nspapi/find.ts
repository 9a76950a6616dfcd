// One whole query of the name spaces, for the functions that give everything at once. Queries themselves are ws2_32's.
import {
  AFPROTOCOLS,
  AF_UNSPEC,
  WSAEINVAL,
  WSAQUERYSETW,
  WSA_E_NO_MORE,
  type GUID,
} from '../../abi/index.js';
import type { WinsockProcess } from '../../ws2_32/index.js';

/** More than any result takes. */
const ANY_ROOM = 0x7fffffff;

/** What to look for. */
export interface Wanted {
  readonly nameSpace: number;
  readonly type: GUID;
  readonly name: string | null;
  /** Up to a 0; null for any. */
  readonly protocols: ArrayLike<number> | null;
  readonly flags: number;
  /** Whether these results are enough. */
  readonly enough: (found: readonly WSAQUERYSETW[]) => boolean;
}

/** The results; if there are none, why. */
export interface FoundServices {
  readonly results: readonly WSAQUERYSETW[];
  readonly error: number;
}

function protocolsOf(protocols: ArrayLike<number> | null): AFPROTOCOLS[] | null {
  if (protocols === null) return null;
  const numbers = Array.from(protocols);
  const end = numbers.indexOf(0);
  return numbers.slice(0, end < 0 ? numbers.length : end).map((iProtocol) => {
    const wanted = new AFPROTOCOLS();
    wanted.iAddressFamily = AF_UNSPEC;
    wanted.iProtocol = iProtocol;
    return wanted;
  });
}

/** Looks for services until there are no more or enough. */
export async function findServices({ nameSpaces, kernel }: WinsockProcess, wanted: Wanted): Promise<FoundServices> {
  const chosen = nameSpaces?.choose(null, wanted.nameSpace);
  if (nameSpaces === null || chosen === undefined) return { results: [], error: WSAEINVAL };
  if (chosen.error !== 0) return { results: [], error: chosen.error };
  const lpafpProtocols = protocolsOf(wanted.protocols);
  const restrictions = new WSAQUERYSETW({
    dwSize: WSAQUERYSETW.size,
    dwNameSpace: wanted.nameSpace,
    lpServiceClassId: wanted.type,
    lpszServiceInstanceName: wanted.name,
    lpafpProtocols,
    dwNumberOfProtocols: lpafpProtocols?.length ?? 0,
  });
  const { query, handle } = nameSpaces.openQuery(chosen.providers);
  const results: WSAQUERYSETW[] = [];
  let error = await query.begin(restrictions, nameSpaces.classes.byId(wanted.type), wanted.flags);
  while (error === 0 && !wanted.enough(results)) {
    const found = await query.next(wanted.flags, ANY_ROOM, true);
    error = found.error;
    if (found.result !== null) results.push(found.result);
  }
  kernel.handles.close(handle);
  return { results, error: results.length > 0 ? 0 : error || WSA_E_NO_MORE };
}
