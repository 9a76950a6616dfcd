// Which of several providers' errors a caller hears: the one that tells most.
import {
  WSAEINVAL,
  WSAENOMORE,
  WSAEOPNOTSUPP,
  WSAHOST_NOT_FOUND,
  WSANO_DATA,
  WSASERVICE_NOT_FOUND,
  WSA_E_NO_MORE,
} from '../../abi/index.js';

/** What a provider says that simply has nothing for a request; the last one tells most. */
const NOTHING_HERE: readonly number[] = [
  WSAENOMORE,
  WSA_E_NO_MORE,
  WSAEOPNOTSUPP,
  WSAEINVAL,
  WSASERVICE_NOT_FOUND,
  WSANO_DATA,
];

/** Whether the error only says that the provider has nothing for the request. */
export const isNothingHere = (error: number): boolean => NOTHING_HERE.includes(error);

/** The same, or that a host is not known: an answer, and one that only counts when nobody else has found anything. */
export const isNotFound = (error: number): boolean => error === WSAHOST_NOT_FOUND || isNothingHere(error);

function weight(error: number): number {
  const index = NOTHING_HERE.indexOf(error);
  return index < 0 ? NOTHING_HERE.length : index;
}

/** The error that tells most, of equals the first: 0 when there is none. */
export function tellingError(errors: readonly number[]): number {
  return errors.filter((error) => error !== 0).reduce((best, error) => (best === 0 || weight(error) > weight(best) ? error : best), 0);
}

/** Whether a step of a query says that there are no more results. */
export const isNoMore = (error: number): boolean => error === WSA_E_NO_MORE || error === WSAENOMORE;
