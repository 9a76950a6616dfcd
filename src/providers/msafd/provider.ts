// The base provider in one process: what its entries share. The entries themselves are in entries/, one file per topic.
import { SOCKET_ERROR, WSAENOTSOCK, WSAPROTOCOL_INFOW, type Ref, type SOCKET } from '../../abi/index.js';
import { Endpoint, type Afd, type IoRequest } from '../../afd/index.js';
import { Pending, type ExtensionFunction, type MaybePending, type RioFunctions, type WSPUPCALLTABLE } from '../../spi/index.js';
import type { Process } from '../../win32/index.js';
import { BlockingWaits } from './blocking.js';

/** What every socket of one catalog entry is marked with. */
interface SocketEntry {
  readonly provider: Msafd;
  /** As SO_PROTOCOL_INFO tells it. */
  readonly info: WSAPROTOCOL_INFOW;
}

/** The base provider, started for one protocol chain of one process. */
export class Msafd {
  readonly process: Process;
  readonly afd: Afd;
  readonly upcalls: WSPUPCALLTABLE;
  readonly #entries = new Map<number, SocketEntry>();
  /**
   * Handles that WSADuplicateSocket made and no WSASocket has asked for yet, by the token it gave out. They keep the socket
   * open, so that its own handle may be closed before.
   */
  readonly duplicates = new Map<number, SOCKET>();
  lastToken = 0;
  /** By the text of their identifiers; see extension-functions.ts. */
  extensions: ReadonlyMap<string, ExtensionFunction> = new Map();
  /** The functions of registered I/O; made by whoever asks first. See rio/. */
  rio: RioFunctions | null = null;

  readonly blocking: BlockingWaits;

  /** @param entryId the catalog entry that it was started for. */
  constructor(process: Process, afd: Afd, upcalls: WSPUPCALLTABLE, entryId: number) {
    this.process = process;
    this.afd = afd;
    this.upcalls = upcalls;
    this.blocking = new BlockingWaits(afd, process.clock, upcalls, entryId);
  }

  /**
   * Notes the catalog entry that a socket was made for, in a copy: what WSPSocket is shown is of use during that call only.
   * All sockets of an entry share it.
   */
  own(endpoint: Endpoint, info: WSAPROTOCOL_INFOW): void {
    let entry = this.#entries.get(info.dwCatalogEntryId);
    if (entry === undefined) {
      entry = { provider: this, info: new WSAPROTOCOL_INFOW(info.bytes.slice()) };
      this.#entries.set(info.dwCatalogEntryId, entry);
    }
    endpoint.owner = entry;
  }

  /** The catalog entry of a socket of this provider's, or null. */
  infoOf(endpoint: Endpoint): WSAPROTOCOL_INFOW | null {
    const entry = endpoint.owner as SocketEntry | null;
    return entry?.provider === this ? entry.info : null;
  }

  /** The endpoint behind a handle, or null. */
  endpoint(s: SOCKET): Endpoint | null {
    const object = this.process.handles.get(s);
    return object instanceof Endpoint ? object : null;
  }

  /** Makes an entry on a socket out of a body on an endpoint: a handle that is no socket ends it here. */
  onEndpoint<A extends unknown[], R>(
    failure: R,
    body: (provider: Msafd, endpoint: Endpoint, ...args: [...A, Ref]) => R,
  ): (s: SOCKET, ...args: [...A, Ref]) => R {
    return (s, ...args) => {
      const endpoint = this.endpoint(s);
      if (endpoint === null) return fail(args[args.length - 1] as Ref, WSAENOTSOCK, failure);
      return body(this, endpoint, ...args);
    };
  }
}

/** Ends an entry with an error. */
export function fail<R>(lpErrno: Ref, error: number, failure: R): R {
  lpErrno.value = error;
  return failure;
}

/** Turns an error number into the 0 or SOCKET_ERROR of an entry. */
export function status(lpErrno: Ref, error: number): number {
  return error === 0 ? 0 : fail(lpErrno, error, SOCKET_ERROR);
}

/** Waits for `request` if it is not done, then gives what `finish` makes of it. */
export function settled<R>(request: IoRequest, finish: () => R): MaybePending<R> {
  if (request.done) return finish();
  const result = new Pending<R>();
  request.onDone(() => {
    result.give(finish());
  });
  return result.promise;
}

/** The same for a caller who blocks, on one socket or (null) on several: Winsock 1.1 has a say meanwhile. */
export function blockedOn<R>(
  provider: Msafd,
  endpoint: Endpoint | null,
  request: IoRequest,
  finish: () => R,
): MaybePending<R> {
  if (!request.done) provider.blocking.began(endpoint, request);
  return settled(request, finish);
}
