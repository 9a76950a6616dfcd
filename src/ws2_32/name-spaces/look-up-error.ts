// The one table from what providers say to the errors of getaddrinfo and its relatives.
import {
  WSAEINTR,
  WSAEINVAL,
  WSAENETDOWN,
  WSAENOMORE,
  WSAEOPNOTSUPP,
  WSAETIMEDOUT,
  WSAHOST_NOT_FOUND,
  WSANO_DATA,
  WSANO_RECOVERY,
  WSASERVICE_NOT_FOUND,
  WSATRY_AGAIN,
  WSATYPE_NOT_FOUND,
  WSA_E_CANCELLED,
  WSA_E_NO_MORE,
  WSA_NOT_ENOUGH_MEMORY,
} from '../../abi/index.js';

/** What a provider says that does not know the name, or no names of this kind at all. */
const UNKNOWN: readonly number[] = [
  0,
  WSAHOST_NOT_FOUND,
  WSASERVICE_NOT_FOUND,
  WSATYPE_NOT_FOUND,
  WSA_E_NO_MORE,
  WSAENOMORE,
  WSAEOPNOTSUPP,
  WSAEINVAL,
];

/** What callers are told as it is. */
const TOLD: readonly number[] = [WSANO_DATA, WSATRY_AGAIN, WSAEINTR, WSAENETDOWN, WSA_NOT_ENOUGH_MEMORY, WSA_E_CANCELLED];

function lookUpError(error: number): number {
  if (UNKNOWN.includes(error)) return WSAHOST_NOT_FOUND;
  if (TOLD.includes(error)) return error;
  return error === WSAETIMEDOUT ? WSATRY_AGAIN : WSANO_RECOVERY;
}

/** How much an error tells: that a name is not there least, as others may know it. */
function weight(error: number): number {
  if (error === WSAHOST_NOT_FOUND) return 0;
  if (error === WSANO_RECOVERY) return 1;
  return error === WSANO_DATA ? 3 : 2;
}

/** The error of a look-up that several providers could not answer: the one that tells most, of equals the first. */
export function lookUpErrorOf(errors: readonly number[]): number {
  return errors.map(lookUpError).reduce((best, error) => (weight(error) > weight(best) ? error : best), WSAHOST_NOT_FOUND);
}
