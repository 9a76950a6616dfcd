// A layer with socket handles of its own in one process: what its entries share. It makes handles by
// WPUCreateSocketHandle, leaves with each an OwnSocket as its context, and finds it there again. The entries are in
// entries/, one file per topic; overlapped operations are overlapped.ts's.
import { INVALID_SOCKET, SOCKET_ERROR, WSAENOTSOCK, ref, type Ref, type SOCKET } from '../../../abi/index.js';
import type { WSPUPCALLTABLE } from '../../../spi/index.js';
import type { Process } from '../../../win32/index.js';
import type { Links, ServedChain } from '../links.js';
import { CompletionSink } from './completion-sink.js';
import { type Messages } from './messages.js';
import { OwnSocket } from './socket.js';

/** The layer, started in one process. */
export class OwnHandles {
  readonly process: Process;
  readonly upcalls: WSPUPCALLTABLE;
  readonly links: Links;
  readonly messages: Messages;
  readonly sink = new CompletionSink();
  /** The open sockets by the next provider's handles. */
  readonly #sockets = new Map<number, OwnSocket>();
  readonly #context: Ref<unknown> = { value: null };
  readonly #ignored = ref(0);

  /**
   * @param process - the process that it is started in
   * @param upcalls - as WSPStartup got them
   * @param links - what is below
   * @param messages - whose upcalls the links were started with
   */
  constructor(process: Process, upcalls: WSPUPCALLTABLE, links: Links, messages: Messages) {
    this.process = process;
    this.upcalls = upcalls;
    this.links = links;
    this.messages = messages;
    messages.layer = this;
  }

  /** The sockets that are open. */
  get sockets(): IterableIterator<OwnSocket> {
    return this.#sockets.values();
  }

  /** The socket behind a handle of this layer's, or null. */
  of(s: SOCKET): OwnSocket | null {
    if (this.upcalls.lpWPUQuerySocketHandleContext(s, this.#context, this.#ignored) !== 0) return null;
    const { value } = this.#context;
    return value instanceof OwnSocket && value.layer === this ? value : null;
  }

  /** The socket that stands for a handle of the next provider, or null. */
  ofLower(lower: number): OwnSocket | null {
    return this.#sockets.get(lower) ?? null;
  }

  /** Gives a new socket of the next provider its handle here; one that gets none is closed. */
  name(lower: SOCKET, chain: ServedChain, lpErrno: Ref): SOCKET {
    const socket = new OwnSocket(this, lower, chain);
    const upper = this.upcalls.lpWPUCreateSocketHandle(chain.info.dwCatalogEntryId, socket, lpErrno);
    if (upper === INVALID_SOCKET) {
      void socket.procs.lpWSPCloseSocket(lower, ref(0));
      return INVALID_SOCKET;
    }
    socket.upper = upper;
    this.#sockets.set(lower, socket);
    this.messages.named(socket);
    return upper;
  }

  /** The next provider's socket is closed: the handle goes. */
  forget(socket: OwnSocket): void {
    this.#sockets.delete(socket.lower);
    this.upcalls.lpWPUCloseSocketHandle(socket.upper, ref(0));
  }
}

/** Ends an entry with an error. */
export function fail<R>(lpErrno: Ref, error: number, failure: R): R {
  lpErrno.value = error;
  return failure;
}

/** Ends an entry for a handle that is none of the layer's. */
export function notSocket(lpErrno: Ref): number {
  return fail(lpErrno, WSAENOTSOCK, SOCKET_ERROR);
}
