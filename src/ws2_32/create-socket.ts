// socket and WSASocket: which provider makes the socket, and asking it to.
import {
  FROM_PROTOCOL_INFO,
  GUID,
  INVALID_SOCKET,
  WSAEINVAL,
  WSAEPROVIDERFAILEDINIT,
  WSASYSCALLFAILURE,
  ref,
  type GROUP,
  type Ref,
  type SOCKET,
  type WSAPROTOCOL_INFOW,
} from '../abi/index.js';
import type { ProtocolEntry } from '../catalog/index.js';
import type { LastErrorCell } from '../win32/index.js';
import { discard, errorOf, noteBreach, textOf } from './contract.js';
import { enterCrossing } from './crossing.js';
import { WinsockProcess } from './process.js';
import type { Provider } from './provider.js';

/** What kind of socket is wanted. */
export interface SocketWish {
  readonly af: number;
  readonly type: number;
  readonly protocol: number;
  /** A catalog entry chosen by the caller, or one that WSADuplicateSocket filled; null to search. */
  readonly info: WSAPROTOCOL_INFOW | null;
  readonly group: GROUP;
  readonly flags: number;
}

interface Chosen {
  readonly entry: ProtocolEntry;
  readonly af: number;
  readonly type: number;
  readonly protocol: number;
  readonly info: WSAPROTOCOL_INFOW;
}

/** Creates a socket in a started process; INVALID_SOCKET with the error in `cell`. */
export function createSocket(cell: LastErrorCell, wish: SocketWish): SOCKET {
  const process = WinsockProcess.of(cell.thread.process);
  const chosen = wish.info === null ? search(process, wish) : named(process, wish, wish.info);
  if (typeof chosen === 'number') return refuse(cell, chosen);
  const provider = process.providerOf(chosen.entry);
  if (provider === null || provider.error !== 0) return refuse(cell, provider?.error ?? WSAEPROVIDERFAILEDINIT);
  const lpErrno = ref(0);
  const { af, type, protocol, info } = chosen;
  const leave = enterCrossing(cell, chosen.entry, null);
  let s: SOCKET = INVALID_SOCKET;
  try {
    s = provider.procs.lpWSPSocket(af, type, protocol, info, wish.group, wish.flags, lpErrno);
  } catch (error) {
    process.note('the provider threw', provider.module, error);
    lpErrno.value = WSASYSCALLFAILURE;
  }
  // As in dispatch: a new socket is one that WS2_32 has been told of and the application does not have yet.
  const record = process.sockets.get(s);
  const made = record?.handed === false;
  if (made) record.handed = true;
  cell.value = made ? 0 : whyNone(process, provider, s, lpErrno);
  leave?.(s, cell.value);
  return made ? s : INVALID_SOCKET;
}

function whyNone(process: WinsockProcess, provider: Provider, answer: unknown, lpErrno: Ref): number {
  if (answer === INVALID_SOCKET) return errorOf(process, provider, lpErrno);
  discard(answer);
  noteBreach(process, provider, `it answered ${textOf(answer)} for a new socket`);
  return WSASYSCALLFAILURE;
}

function refuse(cell: LastErrorCell, error: number): SOCKET {
  cell.value = error;
  return INVALID_SOCKET;
}

function search(process: WinsockProcess, wish: SocketWish): Chosen | number {
  const found = process.select(wish.af, wish.type, wish.protocol);
  if (found === null) return WSAEINVAL;
  if (!found.ok) return found.error;
  const { entry, family, type, protocol } = found;
  return { entry, af: family, type, protocol, info: process.infoOf(entry) };
}

/** FROM_PROTOCOL_INFO (or 0) takes a part of the request from the caller's entry. */
function named(process: WinsockProcess, wish: SocketWish, info: WSAPROTOCOL_INFOW): Chosen | number {
  const { catalog } = process;
  const byProvider = catalog?.byProvider(new GUID(info.ProviderId).toString()) ?? [];
  const entry = catalog?.byId(info.dwCatalogEntryId) ?? byProvider[0];
  if (entry === undefined) return WSAEINVAL;
  const pick = (wanted: number, offered: number): number => (wanted === FROM_PROTOCOL_INFO || wanted === 0 ? offered : wanted);
  return {
    entry,
    af: pick(wish.af, info.iAddressFamily),
    type: pick(wish.type, info.iSocketType),
    protocol: pick(wish.protocol, info.iProtocol),
    info,
  };
}
