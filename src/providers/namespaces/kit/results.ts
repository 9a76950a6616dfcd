// From answers to results: which of them a query gets, and each as WSAQUERYSET.
import {
  BLOB,
  COMP_EQUAL,
  LUP_CONTAINERS,
  LUP_NOCONTAINERS,
  LUP_RETURN_ALIASES,
  RESULT_IS_ALIAS,
  WSAQUERYSETW,
  WSAVERSION,
  type AFPROTOCOLS,
  type CSADDR_INFO,
  type GUID,
} from '../../../abi/index.js';
import { bytesOf } from '../../../abi/index.js';
import { toQuerySetWide } from '../../../abi/query-set.js';
import type { Answer, Question } from './name-space.js';

/** What all results of a provider have in common. */
export interface ResultOrigin {
  readonly providerId: GUID;
  readonly nameSpace: number;
}

/** The results that one answer makes for a question: none, one, or one more for each alias. */
export function resultsOf(answer: Answer, question: Question, origin: ResultOrigin): WSAQUERYSETW[] {
  const { flags, restrictions } = question;
  if (!fitsContainers(answer, flags) || !fitsVersion(answer, restrictions)) return [];
  const addresses = fittingAddresses(answer, restrictions);
  if (addresses === null) return [];
  const first = resultOf(answer, addresses, question, origin);
  if ((flags & LUP_RETURN_ALIASES) === 0) return [first];
  const aliases = answer.aliases ?? [];
  return [first, ...aliases.map((name) => resultOf(alias(answer, name), [], question, origin))];
}

const alias = ({ outputFlags = 0 }: Answer, name: string): Answer => ({ name, outputFlags: outputFlags | RESULT_IS_ALIAS });

function fitsContainers({ isContainer = false }: Answer, flags: number): boolean {
  if ((flags & LUP_CONTAINERS) !== 0 && !isContainer) return false;
  return (flags & LUP_NOCONTAINERS) === 0 || !isContainer;
}

function fitsVersion({ version }: Answer, { lpVersion }: WSAQUERYSETW): boolean {
  if (lpVersion === null) return true;
  if (version === undefined) return false;
  return lpVersion.ecHow === COMP_EQUAL ? version >>> 0 === lpVersion.dwVersion : version >>> 0 >= lpVersion.dwVersion;
}

/** The addresses of the protocols asked for; null when the answer has addresses and none of them is. */
function fittingAddresses({ addresses = [] }: Answer, { lpafpProtocols }: WSAQUERYSETW): readonly CSADDR_INFO[] | null {
  if (lpafpProtocols === null || lpafpProtocols.length === 0 || addresses.length === 0) return addresses;
  const fitting = addresses.filter((address) => lpafpProtocols.some((wanted) => fitsProtocol(address, wanted)));
  return fitting.length === 0 ? null : fitting;
}

/** Zeros stand for any. A service may listen at one end of an address pair only. */
function fitsProtocol({ LocalAddr, RemoteAddr, iProtocol }: CSADDR_INFO, wanted: AFPROTOCOLS): boolean {
  if (wanted.iProtocol !== 0 && wanted.iProtocol !== iProtocol) return false;
  const families = [LocalAddr, RemoteAddr].flatMap(({ lpSockaddr }) => {
    const bytes = lpSockaddr === null ? new Uint8Array() : bytesOf(lpSockaddr);
    return bytes.length < 2 ? [] : [(bytes[0] ?? 0) | ((bytes[1] ?? 0) << 8)];
  });
  return wanted.iAddressFamily === 0 || families.includes(wanted.iAddressFamily);
}

function resultOf(answer: Answer, addresses: readonly CSADDR_INFO[], question: Question, origin: ResultOrigin): WSAQUERYSETW {
  const set = new WSAQUERYSETW({
    dwSize: WSAQUERYSETW.size,
    lpszServiceInstanceName: answer.name ?? null,
    lpServiceClassId: answer.serviceClassId ?? question.serviceClassId,
    lpszComment: answer.comment ?? null,
    dwNameSpace: origin.nameSpace,
    lpNSProviderId: origin.providerId,
    lpszContext: answer.context ?? null,
    lpszQueryString: answer.queryString ?? null,
    dwNumberOfCsAddrs: addresses.length,
    lpcsaBuffer: addresses.length === 0 ? null : [...addresses],
    dwOutputFlags: answer.outputFlags ?? 0,
    lpBlob: answer.blob === undefined ? null : new BLOB({ cbSize: answer.blob.length, pBlobData: answer.blob }),
  });
  if (answer.version !== undefined) {
    set.lpVersion = new WSAVERSION();
    set.lpVersion.dwVersion = answer.version;
  }
  // A copy, so that nobody changes what the provider keeps.
  return toQuerySetWide(set);
}
