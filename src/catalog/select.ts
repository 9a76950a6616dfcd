// Which catalog entry a socket gets. Owns the matching rules for (family, type, protocol) and the error when nothing
// matches; knows nothing of loading or calling the provider.

import {
  AF_UNSPEC,
  PFL_MATCHES_PROTOCOL_ZERO,
  WSAEAFNOSUPPORT,
  WSAEINVAL,
  WSAEPROTONOSUPPORT,
  WSAESOCKTNOSUPPORT,
} from '../abi/index.js';
import { isLayer } from './entry.js';
import type { ProtocolEntry } from './entry.js';

/** The entry found, and what the request means for it. */
export interface Selected {
  readonly ok: true;
  readonly entry: ProtocolEntry;
  /** The family the socket will have; the entry's when AF_UNSPEC was asked for. */
  readonly family: number;
  /** The type the socket will have; the entry's when 0 was asked for. */
  readonly type: number;
  /** The protocol the socket will have; the entry's when 0 was asked for. */
  readonly protocol: number;
}

/** No entry, and the error of the first part of the request that nobody could meet. */
export interface NotSelected {
  readonly ok: false;
  readonly error:
    | typeof WSAEAFNOSUPPORT
    | typeof WSAESOCKTNOSUPPORT
    | typeof WSAEPROTONOSUPPORT
    | typeof WSAEINVAL;
}

/** What `selectEntry` answers. */
export type Selection = Selected | NotSelected;

/**
 * Finds the provider for a socket: the first entry in catalog order that is a base protocol or a chain and matches.
 * Entries marked PFL_HIDDEN do take part: the flag only keeps them out of WSAEnumProtocols, and raw sockets have it.
 *
 * @param entries - the catalog's protocol entries, in order
 * @param family - the address family; AF_UNSPEC matches any but then a protocol must be given
 * @param type - the socket type; 0 matches any
 * @param protocol - the protocol; 0 matches entries with PFL_MATCHES_PROTOCOL_ZERO, anything else those whose range
 *   iProtocol … iProtocol + iProtocolMaxOffset has it
 * @returns the entry with the effective family, type and protocol, or one of
 *   WSAEINVAL (neither family nor protocol given),
 *   WSAEAFNOSUPPORT (no entry of that family),
 *   WSAESOCKTNOSUPPORT (the family has no such type),
 *   WSAEPROTONOSUPPORT (the family and type exist, but not with that protocol; Windows gives this rather than
 *   WSAEPROTOTYPE for a protocol that exists with another type)
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsasocketw
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/ns-winsock2-wsaprotocol_infow
 */
export function selectEntry(
  entries: readonly ProtocolEntry[],
  family: number,
  type: number,
  protocol: number,
): Selection {
  if (family === AF_UNSPEC && protocol === 0) return { ok: false, error: WSAEINVAL };

  const usable = entries.filter((entry) => !isLayer(entry));
  const ofFamily = usable.filter((entry) => family === AF_UNSPEC || entry.iAddressFamily === family);
  if (ofFamily.length === 0) return { ok: false, error: WSAEAFNOSUPPORT };

  const ofType = ofFamily.filter((entry) => type === 0 || entry.iSocketType === type);
  if (ofType.length === 0) return { ok: false, error: WSAESOCKTNOSUPPORT };

  const entry = ofType.find((candidate) => matchesProtocol(candidate, protocol));
  if (entry === undefined) return { ok: false, error: WSAEPROTONOSUPPORT };

  return {
    ok: true,
    entry,
    family: entry.iAddressFamily,
    type: type === 0 ? entry.iSocketType : type,
    protocol: protocol === 0 ? entry.iProtocol : protocol,
  };
}

function matchesProtocol(entry: ProtocolEntry, protocol: number): boolean {
  if (protocol === 0 && (entry.dwProviderFlags & PFL_MATCHES_PROTOCOL_ZERO) !== 0) return true;
  return protocol >= entry.iProtocol && protocol <= entry.iProtocol + entry.iProtocolMaxOffset;
}
