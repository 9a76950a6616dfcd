// The info of a link for a description that WSPDuplicateSocket made, and the other way round.
import { WSAPROTOCOL_INFOW } from '../../abi/index.js';

/** `info`, carrying what a provider reserved in it for a duplicate; itself when that is nothing. */
export function withReserved(info: WSAPROTOCOL_INFOW, reserved: number): WSAPROTOCOL_INFOW {
  if (reserved === 0) return info;
  const copy = new WSAPROTOCOL_INFOW(info.bytes.slice());
  copy.dwProviderReserved = reserved;
  return copy;
}
