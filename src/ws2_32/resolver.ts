// The one table from the errors of a process's resolver to Winsock's, beside the device itself, which spi describes. Which
// names are never asked for is decided by the api.
import {
  WSAEINTR,
  WSAENETDOWN,
  WSAHOST_NOT_FOUND,
  WSANO_DATA,
  WSANO_RECOVERY,
  WSATRY_AGAIN,
  WSA_NOT_ENOUGH_MEMORY,
} from '../abi/index.js';

export {
  RESOLVER_DEVICE,
  resolverOf,
  type NameResolver,
  type ResolvedAddress,
  type ResolverAnswer as Answer,
} from '../spi/index.js';

const CODES = {
  ENOTFOUND: WSAHOST_NOT_FOUND,
  EAI_NONAME: WSAHOST_NOT_FOUND,
  EBADNAME: WSAHOST_NOT_FOUND,
  ENODATA: WSANO_DATA,
  EAI_NODATA: WSANO_DATA,
  EAI_ADDRFAMILY: WSANO_DATA,
  EAI_AGAIN: WSATRY_AGAIN,
  ESERVFAIL: WSATRY_AGAIN,
  ETIMEOUT: WSATRY_AGAIN,
  ETIMEDOUT: WSATRY_AGAIN,
  EREFUSED: WSATRY_AGAIN,
  ECONNREFUSED: WSATRY_AGAIN,
  ECANCELLED: WSATRY_AGAIN,
  EAI_MEMORY: WSA_NOT_ENOUGH_MEMORY,
  ENOMEM: WSA_NOT_ENOUGH_MEMORY,
  EINTR: WSAEINTR,
  ENETDOWN: WSAENETDOWN,
} as const;

/** Looked up by names from below, which no object's inherited members may answer. */
const codes: ReadonlyMap<string, number> = new Map(Object.entries(CODES));

/** The Winsock error of a resolver's error; WSANO_RECOVERY for one that the table does not know. */
export function resolverError(error: string): number {
  return codes.get(error) ?? WSANO_RECOVERY;
}
