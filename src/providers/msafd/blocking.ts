// What the provider does while a caller waits, for Winsock 1.1: calls the blocking hook, and cancels. In Winsock 2 processes
// it costs one upcall per wait.
import { SOCKET_ERROR, WSAEINVAL, ref, type Ref } from '../../abi/index.js';
import type { Afd, Endpoint, IoRequest } from '../../afd/index.js';
import { pollBlockingCallback, type LPBLOCKINGCALLBACK, type WSPUPCALLTABLE } from '../../spi/index.js';
import { currentThread, type Clock, type Thread } from '../../win32/index.js';

type Cancel = () => void;

/** The waits of one provider in one process, by thread. */
export class BlockingWaits {
  readonly #afd: Afd;
  readonly #clock: Clock;
  readonly #upcalls: WSPUPCALLTABLE;
  readonly #entryId: number;
  readonly #waits = new Map<Thread, Set<Cancel>>();
  // Used again for every question.
  readonly #callback = ref<LPBLOCKINGCALLBACK | null>(null);
  readonly #context = ref<unknown>(0);
  readonly #errno = ref(0);

  constructor(afd: Afd, clock: Clock, upcalls: WSPUPCALLTABLE, entryId: number) {
    this.#afd = afd;
    this.#clock = clock;
    this.#upcalls = upcalls;
    this.#entryId = entryId;
  }

  /** A caller of the current thread waits for `request`; to be told of everybody who does. */
  began(endpoint: Endpoint | null, request: IoRequest): void {
    this.#context.value = 0;
    this.#upcalls.lpWPUQueryBlockingCallback(this.#entryId, this.#callback, this.#context, this.#errno);
    if (this.#context.value !== 0) this.#watch(endpoint, request, this.#callback.value, this.#context.value);
  }

  /** WSPCancelBlockingCall. */
  cancel(lpErrno: Ref): number {
    const waits = this.#waits.get(currentThread());
    if (waits === undefined) {
      lpErrno.value = WSAEINVAL;
      return SOCKET_ERROR;
    }
    for (const cancel of [...waits]) cancel();
    return 0;
  }

  #watch(endpoint: Endpoint | null, request: IoRequest, callback: LPBLOCKINGCALLBACK | null, context: unknown): void {
    const thread = currentThread();
    const cancel = (): void => {
      this.#afd.ops.cancel(endpoint, request);
    };
    const waits = this.#waits.get(thread) ?? new Set();
    this.#waits.set(thread, waits.add(cancel));
    const stop = callback === null ? null : pollBlockingCallback(this.#clock, callback, context, cancel);
    request.onDone(() => {
      stop?.();
      waits.delete(cancel);
      if (waits.size === 0) this.#waits.delete(thread);
    });
  }
}
