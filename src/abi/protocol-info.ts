// The two forms of WSAPROTOCOL_INFO: they differ in the protocol's name only, which comes last.
import { WSAPROTOCOL_INFOA, WSAPROTOCOL_INFOW } from './structs/index.js';

/** Where the name begins, in both forms. */
const NAME_OFFSET = 116;

/** The ANSI form. */
export function toProtocolInfoAnsi(wide: WSAPROTOCOL_INFOW): WSAPROTOCOL_INFOA {
  const info = new WSAPROTOCOL_INFOA();
  info.bytes.set(wide.bytes.subarray(0, NAME_OFFSET));
  info.szProtocol = wide.szProtocol;
  return info;
}

/** The Unicode form. */
export function toProtocolInfoWide(ansi: WSAPROTOCOL_INFOA): WSAPROTOCOL_INFOW {
  const info = new WSAPROTOCOL_INFOW();
  info.bytes.set(ansi.bytes.subarray(0, NAME_OFFSET));
  info.szProtocol = ansi.szProtocol;
  return info;
}
