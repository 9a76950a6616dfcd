// The builder of layers: what every layered provider has to do around its own idea. Owns WSPStartup; the table that it
// starts from is base-handles.ts, what is below links.ts.
import { WSAEFAULT, WSAVERNOTSUPPORTED, WSAPROTOCOL_INFOW, ref } from '../../abi/index.js';
import {
  SPI_VERSION,
  providerSettings,
  type LPWSPSTARTUP,
  type WSPPROC_TABLE,
  type WSPUPCALLTABLE,
} from '../../spi/index.js';
import { currentThread } from '../../win32/index.js';
import { baseHandleTable } from './base-handles.js';
import { Links } from './links.js';
import { OwnHandles } from './own-handles/layer.js';
import { Messages } from './own-handles/messages.js';
import { ownHandleTable } from './own-handles/table.js';

/** A layer that was started: what its entries work with. */
export interface StartedLayer {
  /**
   * The passthrough table. Each entry does what it does without the layer, for whichever link the socket belongs to, and
   * what every layer owes its new sockets; so an entry of the layer's own calls the one here and changes what goes in or
   * comes out. An entry that may wait gives a number or a promise: see MaybePending, and `through` for adding to it.
   */
  readonly below: WSPPROC_TABLE;
  /** What is below in each chain, for a layer that makes sockets there for itself. */
  readonly links: Links;
  /** Which socket is behind which handle, for a layer with handles of its own; else null. */
  readonly own: OwnHandles | null;
  /** The upcalls of WS2_32. */
  readonly upcalls: WSPUPCALLTABLE;
  /** The catalog entry that the layer was started for first. */
  readonly info: WSAPROTOCOL_INFOW;
  /** The layer's own settings: the query of the module name that it is installed under. */
  readonly settings: URLSearchParams;
}

/** What a layer is. */
export interface LayerOptions {
  /** For WSPDATA: what the provider calls itself. */
  readonly description: string;
  /**
   * Whose handles the layer's sockets have: 'base', the base provider's, handed on, if left out; or 'own', made by
   * WPUCreateSocketHandle. With these every call comes to the layer, also what was asked for by
   * SIO_GET_EXTENSION_FUNCTION_POINTER, and the layer tells of the end of overlapped operations. Its catalog entries must
   * not have XP1_IFS_HANDLES, and layers with the base provider's handles may stand above it only where that is so too.
   */
  readonly handles?: 'base' | 'own';
  /**
   * Whether WS2_32 is to know only those sockets of the links below that the layer hands on. Others, which it makes for itself,
   * are then not closed by WSACleanup, but by the layer.
   */
  readonly keepsSockets?: boolean;
  /**
   * Makes the layer's own entries. Called at each start, so what the layer remembers belongs here and never to the module.
   *
   * @param layer - what the entries work with
   * @returns the entries that differ from the passthrough table; nothing for a layer that changes nothing
   */
  readonly change?: (layer: StartedLayer) => Partial<WSPPROC_TABLE>;
  /** Told at WSPCleanup, before the links below are. */
  readonly ended?: (layer: StartedLayer) => void;
}

/** Upcalls for links whose sockets WS2_32 hears of from the layer, or not at all. */
function untold(upcalls: WSPUPCALLTABLE): WSPUPCALLTABLE {
  return { ...upcalls, lpWPUModifyIFSHandle: (_dwCatalogEntryId, ProposedHandle) => ProposedHandle };
}

/**
 * Makes the WSPStartup of a layered provider. Unless it is to have handles of its own, it hands on those of the base
 * provider, as a provider with XP1_IFS_HANDLES does. It negotiates the version, finds its own place in the chain by catalog
 * ids, and starts what is below it in every chain that its provider serves, each provider once.
 *
 * A chain below which something fails to start costs the sockets of that chain only: WSPSocket refuses them with the error
 * that startNext names. If nothing below starts, WSPStartup fails with it.
 *
 * The module exports the result under the name WSPStartup:
 *
 * ```ts
 * export const WSPStartup = layer({
 *   description: 'counts bytes',
 *   change: ({ below }) => {
 *     let sent = 0;
 *     return {
 *       lpWSPSend: (s, buffers, count, bytes, flags, overlapped, routine, thread, lpErrno) => {
 *         for (const { len } of (buffers ?? []).slice(0, count)) sent += len;
 *         return below.lpWSPSend(s, buffers, count, bytes, flags, overlapped, routine, thread, lpErrno);
 *       },
 *     };
 *   },
 * });
 * ```
 *
 * What a layer without handles of its own cannot see: as the handles are the base provider's, ReadFile, WriteFile and completion ports work
 * without it, and so do functions that were asked for by SIO_GET_EXTENSION_FUNCTION_POINTER, unless its lpWSPIoctl gives
 * out its own. Overlapped calls are to go down with the OVERLAPPED and routine that came.
 *
 * @param options - what the layer is
 * @returns WSPStartup. It gives 0; WSAVERNOTSUPPORTED (asked for less than 2.0); WSAEFAULT (a null pointer);
 *   WSAEPROVIDERFAILEDINIT, WSAEINVALIDPROVIDER or WSAEINVALIDPROCTABLE (nothing below started). It waits while modules
 *   are loaded
 * @see https://learn.microsoft.com/windows/win32/api/ws2spi/nf-ws2spi-wspstartup
 * @see https://learn.microsoft.com/windows/win32/api/ws2spi/nf-ws2spi-wpumodifyifshandle
 */
export function layer(options: LayerOptions): LPWSPSTARTUP {
  return async (wVersionRequested, lpWSPData, lpProtocolInfo, UpcallTable, lpProcTable) => {
    if ((lpProcTable as unknown) === null || (lpWSPData as unknown) === null) return WSAEFAULT;
    if ((wVersionRequested & 0xff) < (SPI_VERSION & 0xff)) return WSAVERNOTSUPPORTED;
    // What WSPStartup is shown is of use during the call only, and this one waits.
    const info = new WSAPROTOCOL_INFOW(lpProtocolInfo.bytes.slice());
    const { process } = currentThread();
    const messages = options.handles === 'own' ? new Messages(UpcallTable) : null;
    const upcalls = messages?.upcalls ?? UpcallTable;
    const links = await Links.start(info, options.keepsSockets === true ? untold(upcalls) : upcalls);
    if (typeof links === 'number') return links;
    const ended = (): void => options.ended?.(started);
    const own = messages === null ? null : new OwnHandles(process, UpcallTable, links, messages);
    const below = own === null ? baseHandleTable(links, UpcallTable, ended) : ownHandleTable(own, ended);
    const started: StartedLayer = {
      below,
      links,
      own,
      upcalls: UpcallTable,
      info,
      settings: providerSettings(info, UpcallTable),
    };
    try {
      Object.assign(lpProcTable, below, options.change?.(started));
    } catch (error) {
      // Whoever called gets the failure; what was started must not stay behind.
      below.lpWSPCleanup(ref(0));
      throw error;
    }
    lpWSPData.wVersion = SPI_VERSION;
    lpWSPData.wHighVersion = SPI_VERSION;
    lpWSPData.szDescription = options.description;
    return 0;
  };
}
