// A layer whose sockets are the base provider's own (IFS handles): it hands them on, and tells WS2_32 that calls on them
// come to it. Owns which chain and link each socket belongs to; the calls themselves go down as they came.
import {
  INVALID_SOCKET,
  SOL_SOCKET,
  SO_PROTOCOL_INFOA,
  SO_PROTOCOL_INFOW,
  WSAEINVAL,
  WSANOTINITIALISED,
  SOCKET_ERROR,
  bytesOf,
  ref,
  toProtocolInfoAnsi,
  type Ref,
  type SOCKET,
  type WSAPROTOCOL_INFOW,
} from '../../abi/index.js';
import { through, type MaybePending, type WSPPROC_TABLE, type WSPUPCALLTABLE } from '../../spi/index.js';
import { forwardingTable } from './forwarding-table.js';
import type { Links, ServedChain } from './links.js';
import { withReserved } from './with-reserved.js';

/** Applies `next` to a result, now or when it is there. */
function then<T>(result: MaybePending<T>, next: (value: T) => T): MaybePending<T> {
  if (!(result instanceof Promise)) return next(result);
  // A promise that is rejected breaks the contract; WS2_32 says so to the caller.
  const failed = (error: unknown): never => {
    throw error;
  };
  return through(result, { arrive: next, failed });
}

function fail<R>(lpErrno: Ref, error: number, failure: R): R {
  lpErrno.value = error;
  return failure;
}

/** The sockets of one started layer. */
class Sockets {
  readonly #links: Links;
  readonly #upcalls: WSPUPCALLTABLE;
  readonly #chains = new Map<SOCKET, ServedChain>();

  constructor(links: Links, upcalls: WSPUPCALLTABLE) {
    this.#links = links;
    this.#upcalls = upcalls;
  }

  /** The chain of a socket; for a handle that is none of ours the first one, whose base provider will say so. */
  chainOf(s: SOCKET): ServedChain {
    return this.#chains.get(s) ?? this.#links.first;
  }

  /** Takes a new socket of the link below: from here on its calls come to this layer. */
  take(s: SOCKET, chain: ServedChain, lpErrno: Ref): SOCKET {
    if (s === INVALID_SOCKET) return s;
    const handle = this.#upcalls.lpWPUModifyIFSHandle(chain.info.dwCatalogEntryId, s, lpErrno);
    if (handle === INVALID_SOCKET) {
      // Nobody will know of it.
      void chain.link.procs.lpWSPCloseSocket(s, ref(0));
      return handle;
    }
    this.#chains.set(handle, chain);
    return handle;
  }

  /** Forgets a socket, if its handle is not a newer one's by now. */
  closed(s: SOCKET, chain: ServedChain): void {
    if (this.#chains.get(s) === chain) this.#chains.delete(s);
  }

  clear(): void {
    this.#chains.clear();
  }
}

/**
 * Makes the table of a passthrough layer with the base provider's handles.
 *
 * @param links - what is below
 * @param upcalls - the layer's
 * @param ended - called at WSPCleanup, before the links are told
 * @returns a new table, the caller's to change
 */
export function baseHandleTable(links: Links, upcalls: WSPUPCALLTABLE, ended: () => void): WSPPROC_TABLE {
  const sockets = new Sockets(links, upcalls);
  const [only] = links.started;
  const ofSocket =
    links.started.length === 1 && only !== undefined
      ? (): WSPPROC_TABLE => only.procs
      : (s: SOCKET): WSPPROC_TABLE => sockets.chainOf(s).link.procs;
  const ofInfo = (info: WSAPROTOCOL_INFOW | null): { procs: WSPPROC_TABLE; info: WSAPROTOCOL_INFOW | null } => {
    const { link } = (info === null ? null : links.of(info)) ?? links.first;
    return { procs: link.procs, info: info === null ? null : link.info };
  };
  const down = forwardingTable({ ofSocket, ofInfo, all: () => links.started.map(({ procs }) => procs) });
  let cleaned = false;

  return {
    ...down,
    lpWSPSocket(af, type, protocol, lpProtocolInfo, g, dwFlags, lpErrno) {
      const chain = lpProtocolInfo === null ? links.first : links.of(lpProtocolInfo);
      const { error, procs, info } = (chain ?? links.first).link;
      if (chain === null) return fail(lpErrno, WSAEINVAL, INVALID_SOCKET);
      if (error !== 0) return fail(lpErrno, error, INVALID_SOCKET);
      const below = lpProtocolInfo === null ? null : withReserved(info, lpProtocolInfo.dwProviderReserved);
      return sockets.take(procs.lpWSPSocket(af, type, protocol, below, g, dwFlags, lpErrno), chain, lpErrno);
    },
    lpWSPAccept(s, a, b, c, d, lpErrno) {
      const chain = sockets.chainOf(s);
      return then(down.lpWSPAccept(s, a, b, c, d, lpErrno), (made) => sockets.take(made, chain, lpErrno));
    },
    lpWSPJoinLeaf(s, a, b, c, d, e, f, g, lpErrno) {
      const chain = sockets.chainOf(s);
      // A session without a root gives the same socket back.
      return then(down.lpWSPJoinLeaf(s, a, b, c, d, e, f, g, lpErrno), (leaf) =>
        leaf === s ? s : sockets.take(leaf, chain, lpErrno),
      );
    },
    lpWSPCloseSocket(s, lpErrno) {
      const chain = sockets.chainOf(s);
      return then(down.lpWSPCloseSocket(s, lpErrno), (status) => {
        if (status === 0) sockets.closed(s, chain);
        return status;
      });
    },
    lpWSPDuplicateSocket(s, dwProcessId, lpProtocolInfo, lpErrno) {
      const status = down.lpWSPDuplicateSocket(s, dwProcessId, lpProtocolInfo, lpErrno);
      if (status !== 0 || lpProtocolInfo === null) return status;
      // WSASocket finds this layer again by the chain's entry, and the base provider its socket by what it reserved.
      lpProtocolInfo.bytes.set(withReserved(sockets.chainOf(s).info, lpProtocolInfo.dwProviderReserved).bytes);
      return 0;
    },
    lpWSPGetSockOpt(s, level, optname, optval, optlen, lpErrno) {
      const status = down.lpWSPGetSockOpt(s, level, optname, optval, optlen, lpErrno);
      if (level !== SOL_SOCKET || status !== 0 || optval === null) return status;
      // A socket describes the entry that it was made by, which is the chain's.
      const { info } = sockets.chainOf(s);
      if (optname === SO_PROTOCOL_INFOW) bytesOf(optval).set(info.bytes);
      if (optname === SO_PROTOCOL_INFOA) bytesOf(optval).set(toProtocolInfoAnsi(info).bytes);
      return status;
    },
    lpWSPCleanup(lpErrno) {
      if (cleaned) return fail(lpErrno, WSANOTINITIALISED, SOCKET_ERROR);
      cleaned = true;
      ended();
      sockets.clear();
      return down.lpWSPCleanup(lpErrno);
    },
  };
}
