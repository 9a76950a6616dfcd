// Query sets (WSAQUERYSET and its kin) as values: copies, the room that one needs in C, its ANSI and Unicode forms, and what
// of a result the LUP_RETURN_ flags leave. Owns no query.
import {
  LUP_RETURN_ADDR,
  LUP_RETURN_BLOB,
  LUP_RETURN_COMMENT,
  LUP_RETURN_NAME,
  LUP_RETURN_QUERY_STRING,
  LUP_RETURN_TYPE,
  LUP_RETURN_VERSION,
} from './constants/namespace.js';
import { type Memory, bytesOf } from './memory.js';
import { GUID } from './structs/guid.js';
import {
  AFPROTOCOLS,
  BLOB,
  WSAQUERYSET2W,
  WSAQUERYSETA,
  WSAQUERYSETW,
  WSAVERSION,
} from './structs/query.js';
import { CSADDR_INFO, SOCKET_ADDRESS } from './structs/socket-address.js';

/** Everything in a query set is aligned as pointers are. */
const ALIGNMENT = 8;
const encoder = new TextEncoder();

const aligned = (size: number): number => Math.ceil(size / ALIGNMENT) * ALIGNMENT;

function textSize(text: string | null, wide: boolean): number {
  if (text === null) return 0;
  return aligned(wide ? 2 * (text.length + 1) : encoder.encode(text).length + 1);
}

function addressSize({ lpSockaddr }: SOCKET_ADDRESS): number {
  return lpSockaddr === null ? 0 : aligned(bytesOf(lpSockaddr).length);
}

function blobSize(blob: BLOB | null): number {
  return blob === null ? 0 : BLOB.size + aligned(blob.pBlobData === null ? 0 : bytesOf(blob.pBlobData).length);
}

/**
 * The bytes that a query set takes in C on x64 with all that it points to: what lpdwBufferLength counts.
 *
 * @param set a query set of either form
 * @param wide whether its texts are UTF-16 (the W form) or UTF-8
 */
export function querySetSize(set: WSAQUERYSETW | WSAQUERYSETA, wide: boolean): number {
  const texts = [set.lpszServiceInstanceName, set.lpszComment, set.lpszContext, set.lpszQueryString];
  const addresses = set.lpcsaBuffer ?? [];
  return (
    WSAQUERYSETW.size +
    texts.reduce((sum, text) => sum + textSize(text, wide), 0) +
    (set.lpServiceClassId === null ? 0 : GUID.size) +
    (set.lpNSProviderId === null ? 0 : GUID.size) +
    (set.lpVersion === null ? 0 : WSAVERSION.size) +
    (set.lpafpProtocols ?? []).length * AFPROTOCOLS.size +
    addresses.reduce((sum, each) => sum + CSADDR_INFO.size + addressSize(each.LocalAddr) + addressSize(each.RemoteAddr), 0) +
    blobSize(set.lpBlob)
  );
}

const bytesCopy = (memory: Memory | null, length: number): Uint8Array | null =>
  memory === null ? null : bytesOf(memory).slice(0, length);

const copyAddress = ({ lpSockaddr, iSockaddrLength }: SOCKET_ADDRESS): SOCKET_ADDRESS =>
  new SOCKET_ADDRESS({ lpSockaddr: bytesCopy(lpSockaddr, iSockaddrLength), iSockaddrLength });

/** A copy of an address pair that shares no memory with it. */
export function copyCsaddr(info: CSADDR_INFO): CSADDR_INFO {
  const { LocalAddr, RemoteAddr, iSocketType, iProtocol } = info;
  return new CSADDR_INFO({
    LocalAddr: copyAddress(LocalAddr),
    RemoteAddr: copyAddress(RemoteAddr),
    iSocketType,
    iProtocol,
  });
}

function copyText(text: string | null | undefined): string | null {
  // Structures come from programs and providers in plain JavaScript too.
  if (text === null || text === undefined || typeof text === 'string') return text ?? null;
  throw new TypeError('a text of a query set is no string');
}

/** The members that both forms of a query set have, copied: nothing is shared with the original. */
function members(set: Partial<WSAQUERYSETW> | Partial<WSAQUERYSETA>): Partial<WSAQUERYSETW> {
  const protocols = set.lpafpProtocols?.slice(0, set.dwNumberOfProtocols) ?? null;
  const addresses = set.lpcsaBuffer?.slice(0, set.dwNumberOfCsAddrs) ?? null;
  const blob = set.lpBlob ?? null;
  return {
    dwSize: set.dwSize ?? 0,
    lpszServiceInstanceName: copyText(set.lpszServiceInstanceName),
    lpServiceClassId: copyGuid(set.lpServiceClassId),
    lpVersion: set.lpVersion === null || set.lpVersion === undefined ? null : new WSAVERSION(bytesOf(set.lpVersion).slice()),
    lpszComment: copyText(set.lpszComment),
    dwNameSpace: set.dwNameSpace ?? 0,
    lpNSProviderId: copyGuid(set.lpNSProviderId),
    lpszContext: copyText(set.lpszContext),
    dwNumberOfProtocols: protocols?.length ?? 0,
    lpafpProtocols: protocols?.map((each) => new AFPROTOCOLS(bytesOf(each).slice())) ?? null,
    lpszQueryString: copyText(set.lpszQueryString),
    dwNumberOfCsAddrs: addresses?.length ?? 0,
    lpcsaBuffer: addresses?.map(copyCsaddr) ?? null,
    dwOutputFlags: set.dwOutputFlags ?? 0,
    lpBlob: blob === null ? null : new BLOB({ cbSize: blob.cbSize, pBlobData: bytesCopy(blob.pBlobData, blob.cbSize) }),
  };
}

function copyGuid(id: GUID | null | undefined): GUID | null {
  return id === null || id === undefined ? null : new GUID(bytesOf(id).slice());
}

/** A Unicode copy of a query set of either form, which shares no memory with it. Text is text, so nothing is lost. */
export function toQuerySetWide(set: Partial<WSAQUERYSETW> | Partial<WSAQUERYSETA>): WSAQUERYSETW {
  return new WSAQUERYSETW(members(set));
}

/** A query set as version 2 providers take it, which have no service class. */
export function toQuerySet2(set: WSAQUERYSETW): WSAQUERYSET2W {
  const { lpServiceClassId: _unused, ...rest } = members(set);
  return new WSAQUERYSET2W({ ...rest, dwSize: WSAQUERYSET2W.size });
}

/** What a version 2 provider gave, in the form that everybody else knows. */
export function fromQuerySet2(set: WSAQUERYSET2W): WSAQUERYSETW {
  return new WSAQUERYSETW({ ...members(set), dwSize: WSAQUERYSETW.size });
}

/**
 * Takes out of a result what the flags do not ask for. Names and such are there only with their LUP_RETURN_ flag; name
 * space, provider, context, protocols and output flags always are.
 *
 * @param set a result; left as it is
 * @param flags the LUP_RETURN_ bits that hold
 */
export function restrictToFlags(set: WSAQUERYSETW, flags: number): WSAQUERYSETW {
  const has = (flag: number): boolean => (flags & flag) !== 0;
  return Object.assign(new WSAQUERYSETW(set), {
    dwSize: WSAQUERYSETW.size,
    lpszServiceInstanceName: has(LUP_RETURN_NAME) ? set.lpszServiceInstanceName : null,
    lpServiceClassId: has(LUP_RETURN_TYPE) ? set.lpServiceClassId : null,
    lpVersion: has(LUP_RETURN_VERSION) ? set.lpVersion : null,
    lpszComment: has(LUP_RETURN_COMMENT) ? set.lpszComment : null,
    dwNumberOfCsAddrs: has(LUP_RETURN_ADDR) ? set.dwNumberOfCsAddrs : 0,
    lpcsaBuffer: has(LUP_RETURN_ADDR) ? set.lpcsaBuffer : null,
    lpBlob: has(LUP_RETURN_BLOB) ? set.lpBlob : null,
    lpszQueryString: has(LUP_RETURN_QUERY_STRING) ? set.lpszQueryString : null,
  } satisfies Partial<WSAQUERYSETW>);
}

/** An ANSI copy of a query set. */
export function toQuerySetAnsi(set: WSAQUERYSETW): WSAQUERYSETA {
  return new WSAQUERYSETA(members(set));
}
