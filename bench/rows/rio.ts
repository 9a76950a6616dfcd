// What the registered I/O sides have in common: sockets with request queues over one buffer, and one completion queue that
// tells by an event.
import type { HANDLE, SOCKET } from '../../src/abi/handles.js';
import type { Winsock as Api } from '../row.js';
import * as ours from './ours.js';

type Slice = InstanceType<Api['RIO_BUF']>;

/** A bound datagram socket for registered I/O. */
export function boundSocket(api: Api): { s: SOCKET; port: number } {
  const s = api.WSASocketW(
    ...([api.AF_INET, api.SOCK_DGRAM, api.IPPROTO_UDP, null, 0 as never] as const),
    api.WSA_FLAG_REGISTERED_IO | api.WSA_FLAG_OVERLAPPED,
  );
  ours.check(api, 'WSASocketW', s);
  ours.check(api, 'bind', api.bind(s, ours.loopback(api, 0), api.sockaddr_in.size));
  const name = new api.sockaddr_in();
  ours.check(api, 'getsockname', api.getsockname(s, name, api.ref<number>(api.sockaddr_in.size)));
  return { s, port: api.ntohs(name.sin_port) };
}

/** Registered memory and slices of it. */
export class Registered {
  readonly memory: Uint8Array;
  readonly #api: Api;
  readonly #id: HANDLE;

  constructor(api: Api, size: number) {
    this.#api = api;
    this.memory = new Uint8Array(size);
    this.#id = api.RIORegisterBuffer(this.memory, size);
  }

  slice(offset: number, length: number): Slice {
    const slice = new this.#api.RIO_BUF();
    slice.BufferId = this.#id;
    slice.Offset = offset;
    slice.Length = length;
    return slice;
  }

  free(): void {
    this.#api.RIODeregisterBuffer(this.#id);
  }
}

/** A completion queue with an event that RIONotify resets. */
export class Completions {
  readonly queue: HANDLE;
  readonly #api: Api;
  readonly #event: HANDLE;
  readonly #results: InstanceType<Api['RIORESULT']>[];
  /** The contexts of what was taken last, which are small numbers. */
  readonly contexts: Uint32Array;
  readonly #words: DataView;
  readonly #most: number;

  constructor(api: Api, size: number) {
    this.#api = api;
    this.#most = size;
    this.#event = api.WSACreateEvent();
    const notification = new api.RIO_NOTIFICATION_COMPLETION({
      Type: api.RIO_EVENT_COMPLETION,
      Event: { EventHandle: this.#event, NotifyReset: 1 },
    });
    this.queue = api.RIOCreateCompletionQueue(size, notification);
    const memory = new Uint8Array(size * api.RIORESULT.size);
    this.#results = Array.from({ length: size }, (_, index) => new api.RIORESULT(memory, index * api.RIORESULT.size));
    this.#words = new DataView(memory.buffer);
    this.contexts = new Uint32Array(size);
  }

  /** Takes what is there. */
  take(): number {
    const api = this.#api;
    const count = api.RIODequeueCompletion(this.queue, this.#results, this.#most);
    if (count > this.#most) throw new Error(`RIODequeueCompletion: ${api.WSAGetLastError()}`);
    for (let i = 0; i < count; i += 1) {
      const at = i * api.RIORESULT.size;
      if (this.#words.getInt32(at, true) !== 0) throw new Error(`a result has the status ${this.#words.getInt32(at, true)}`);
      this.contexts[i] = this.#words.getUint32(at + 16, true);
    }
    return count;
  }

  /** Waits until there is something. */
  wait(): Promise<number> {
    const error = this.#api.RIONotify(this.queue);
    if (error !== 0) throw new Error(`RIONotify: ${error}`);
    return this.#api.WaitForSingleObject(this.#event, this.#api.INFINITE);
  }

  close(): void {
    this.#api.RIOCloseCompletionQueue(this.queue);
    this.#api.WSACloseEvent(this.#event);
  }
}
