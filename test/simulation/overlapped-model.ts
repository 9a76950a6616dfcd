// Owns: overlapped operations of every kind at random on stream pairs and datagram sockets of one process, cancelled and
// closed at random, with a book that each operation is entered in and crossed out of once.
// Does not own: which driver is below, how many operations there are.
import type { WinsockHost } from '../../src/winsock.js';
import { AFD_DEVICE, type Afd } from '../../src/afd/index.js';
import { api, bytesAt, endpoint, must } from './world.js';

const PAIRS = 12;
const DATAGRAMS = 3;
/** Operations of one kind that wait on one socket at most. */
const MOST_WAITING = 6;
const STEPS_PER_ROUND = 64;

type Kind = 'receive' | 'send' | 'control';
type Report = 'event' | 'routine' | 'port';

/** One operation. */
class Operation {
  reports = 0;
  readonly end: End;
  readonly kind: Kind;
  readonly report: Report;
  readonly overlapped: api.OVERLAPPED;
  readonly memory: Uint8Array;
  constructor(end: End, kind: Kind, report: Report, overlapped: api.OVERLAPPED, memory: Uint8Array) {
    this.end = end;
    this.kind = kind;
    this.report = report;
    this.overlapped = overlapped;
    this.memory = memory;
  }
}

/** A socket, and what is known of the bytes on their way from it and to it. */
class End {
  readonly s: api.SOCKET;
  readonly stream: number;
  readonly hasPort: boolean;
  /** Bytes of the own stream handed to sends, and of the peer's that receives have given. */
  sent = 0;
  received = 0;
  peer: End = this;
  /** Receives in the order of the calls. */
  readonly receives: Operation[] = [];
  readonly waiting: Record<Kind, number> = { receive: 0, send: 0, control: 0 };
  cancelled = false;
  /** The connection may be gone: a send was cancelled, or one side closed. */
  broken = false;
  closed = false;
  constructor(s: api.SOCKET, stream: number, hasPort: boolean) {
    this.s = s;
    this.stream = stream;
    this.hasPort = hasPort;
  }

  get isDatagram(): boolean {
    return this.peer === this;
  }
}

/** A generator that a seed decides. */
function random(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** What a run came to. */
export interface Outcome {
  readonly operations: number;
  readonly cancelled: number;
  readonly closed: number;
  readonly bytes: number;
  readonly messages: number;
}

/** The run. To be used inside its process, with Winsock started. */
export class OverlappedModel {
  readonly #afd: Afd;
  readonly #host: WinsockHost;
  readonly #seed: number;
  readonly #pick: (below: number) => number;
  readonly #ends: End[] = [];
  readonly #book = new Set<Operation>();
  readonly #events: api.WSAEVENT[] = [];
  readonly #told = { operations: 0, cancelled: 0, closed: 0, bytes: 0, messages: 0 };
  #streams = 0;
  #listener = 0 as api.SOCKET;
  #name = new api.sockaddr_in();
  #port: api.HANDLE = api.NULL_HANDLE;

  constructor(host: WinsockHost, seed: number) {
    this.#host = host;
    this.#afd = host.openDevice(AFD_DEVICE) as Afd;
    this.#seed = seed;
    this.#pick = random(seed);
  }

  /** Runs until `count` operations were started and all are over; throws with the seed if the book does not balance. */
  async run(count: number): Promise<Outcome> {
    const handles = this.#host.handles.size;
    this.#port = api.CreateIoCompletionPort(api.INVALID_HANDLE_VALUE, api.NULL_HANDLE, 0, 0);
    this.#listener = api.socket(api.AF_INET, api.SOCK_STREAM, api.IPPROTO_TCP);
    this.#name = this.#bind(this.#listener);
    must('listen', api.listen(this.#listener, 64));
    for (let i = 0; i < PAIRS; i += 1) await this.#connect();
    for (let i = 0; i < DATAGRAMS; i += 1) await this.#datagram();
    while (this.#told.operations < count) {
      for (let i = 0; i < STEPS_PER_ROUND && this.#told.operations < count; i += 1) await this.#step();
      await this.#collect();
    }
    for (const end of [...this.#ends]) await this.#close(end);
    for (let idle = 0; this.#book.size > 0; idle += 1) {
      if (idle > 1000) this.#fail(`${String(this.#book.size)} operations never ended`);
      await this.#collect();
    }
    // Nothing may come after the end.
    for (let i = 0; i < 5; i += 1) await this.#collect();
    await api.closesocket(this.#listener);
    for (const event of this.#events) api.WSACloseEvent(event);
    api.CloseHandle(this.#port);
    // A thread that has used routines has a name for them.
    const left = this.#host.handles.size - handles;
    if (left > 1 || this.#afd.endpoints.size > 0) this.#fail(`${String(left)} handles are left`);
    return this.#told;
  }

  #fail(why: string): never {
    throw new Error(`seed ${String(this.#seed)}: ${why}`);
  }

  #bind(s: api.SOCKET): api.sockaddr_in {
    must('bind', api.bind(s, endpoint('127.0.0.1', 0), api.sockaddr_in.size));
    const name = new api.sockaddr_in();
    must('getsockname', api.getsockname(s, name, api.ref(api.sockaddr_in.size)));
    return name;
  }

  #enter(s: api.SOCKET): End {
    const hasPort = this.#pick(2) === 0;
    if (hasPort) api.CreateIoCompletionPort(s as number as api.HANDLE, this.#port, s, 0);
    this.#streams += 1;
    const end = new End(s, this.#streams, hasPort);
    this.#ends.push(end);
    return end;
  }

  async #connect(): Promise<void> {
    const s = api.socket(api.AF_INET, api.SOCK_STREAM, api.IPPROTO_TCP);
    const [other, status] = await Promise.all([
      api.accept(this.#listener, null, null),
      api.connect(s, this.#name, api.sockaddr_in.size),
    ]);
    must('connect', status);
    const [one, two] = [this.#enter(s), this.#enter(other)];
    one.peer = two;
    two.peer = one;
  }

  async #datagram(): Promise<void> {
    const s = api.socket(api.AF_INET, api.SOCK_DGRAM, api.IPPROTO_UDP);
    must('connect', await api.connect(s, this.#bind(s), api.sockaddr_in.size));
    this.#enter(s);
  }

  async #step(): Promise<void> {
    const end = this.#ends[this.#pick(this.#ends.length)] ?? this.#fail('no socket');
    const what = this.#pick(1000);
    if (what < 4) await this.#replace(end);
    else if (what < 60) this.#cancel(end);
    else if (what < 110) this.#start(end, 'control');
    else if (what < 560) this.#start(end, 'receive');
    else this.#start(end, 'send');
  }

  async #replace(end: End): Promise<void> {
    const { peer, isDatagram } = end;
    await this.#close(end);
    if (isDatagram) {
      await this.#datagram();
      return;
    }
    await this.#close(peer);
    await this.#connect();
  }

  async #close(end: End): Promise<void> {
    if (end.closed) return;
    this.#told.closed += 1;
    end.closed = true;
    end.broken = true;
    end.peer.broken = true;
    this.#ends.splice(this.#ends.indexOf(end), 1);
    must('closesocket', await api.closesocket(end.s));
  }

  #cancel(end: End): void {
    const all = [...this.#book].filter((one) => one.end === end && one.overlapped.Internal === api.STATUS_PENDING);
    const one = all[this.#pick(Math.max(all.length, 1))];
    const which = this.#pick(3);
    const found = one !== undefined;
    if (which === 2) must('CancelIo', api.CancelIo(end.s as number as api.HANDLE) - 1);
    else {
      const result = api.CancelIoEx(end.s as number as api.HANDLE, which === 0 ? null : (one?.overlapped ?? new api.OVERLAPPED()));
      if ((result === 1) !== found) this.#fail('CancelIoEx is wrong about what is under way');
    }
    if (!found) return;
    end.cancelled = true;
    this.#told.cancelled += 1;
    const cut = all.some(({ kind }) => kind === 'send') && !end.isDatagram && (which !== 1 || one.kind === 'send');
    if (!cut) return;
    end.broken = true;
    end.peer.broken = true;
  }

  /** How a new operation reports, with the OVERLAPPED and the routine for it. */
  #report(end: End): { report: Report; overlapped: api.OVERLAPPED } {
    const overlapped = new api.OVERLAPPED();
    const byEvent = this.#pick(3) === 0;
    if (!byEvent) return { report: end.hasPort ? 'port' : 'routine', overlapped };
    const event = this.#events.pop() ?? api.WSACreateEvent();
    // The low bit keeps it from the port.
    overlapped.hEvent = end.hasPort ? ((event | 1) as api.HANDLE) : event;
    return { report: 'event', overlapped };
  }

  #start(end: End, kind: Kind): void {
    if (end.waiting[kind] >= MOST_WAITING) return;
    const { report, overlapped } = this.#report(end);
    const size = this.#size(end, kind);
    const memory = kind === 'send' ? this.#content(end, size) : new Uint8Array(size);
    const operation = new Operation(end, kind, report, overlapped, memory);
    overlapped.Pointer = operation;
    this.#book.add(operation);
    end.waiting[kind] += 1;
    if (kind === 'receive') end.receives.push(operation);
    this.#told.operations += 1;
    const status = this.#call(operation);
    const error = status === 0 ? 0 : api.WSAGetLastError();
    if (error === 0 || error === api.WSA_IO_PENDING) {
      if (kind === 'send' && !end.isDatagram) end.sent += size;
      return;
    }
    // A receive of nothing takes a datagram that is there, and loses it.
    const misfit = end.isDatagram && kind === 'receive' && error === api.WSAEMSGSIZE;
    if (!end.broken && !misfit) this.#fail(`${kind} was refused with ${api.errorName(error)}`);
    // Refused at once: nobody is told.
    this.#cross(operation);
    if (report === 'event') this.#events.push((overlapped.hEvent & ~1) as api.WSAEVENT);
    if (kind === 'receive') end.receives.splice(end.receives.indexOf(operation), 1);
  }

  #size(end: End, kind: Kind): number {
    if (kind === 'control') return 4;
    const sort = this.#pick(20);
    if (sort === 0) return 0;
    if (end.isDatagram) return kind === 'receive' ? 1200 : 4 + this.#pick(200);
    if (sort < 14) return 1 + this.#pick(64);
    return sort < 19 ? 1 + this.#pick(1000) : 1 + this.#pick(kind === 'send' ? 30_000 : 4000);
  }

  /** What a send carries: the next bytes of its stream, or a datagram that begins with its number. */
  #content(end: End, size: number): Uint8Array {
    if (!end.isDatagram) return bytesAt(end.stream, end.sent, size);
    if (size < 4) return new Uint8Array(0);
    end.sent += 1;
    const memory = bytesAt(end.stream, end.sent, size);
    new DataView(memory.buffer).setUint32(0, end.sent);
    return memory;
  }

  #call({ end, kind, report, overlapped, memory }: Operation): number {
    const routine = report !== 'routine' ? null : (_error: number, _bytes: number, which: api.OVERLAPPED): void => {
      this.#over(which);
    };
    if (kind === 'control') {
      const code = this.#pick(4) === 0 ? api.SIO_ADDRESS_LIST_CHANGE : api.FIONREAD;
      return api.WSAIoctl(end.s, code, null, 0, memory, 4, api.ref(0), overlapped, routine);
    }
    const buffers = this.#cut(memory);
    if (kind === 'send') return api.WSASend(end.s, buffers, buffers.length, null, 0, overlapped, routine);
    const all = !end.isDatagram && this.#pick(4) === 0;
    return api.WSARecv(end.s, buffers, buffers.length, null, api.ref(all ? api.MSG_WAITALL : 0), overlapped, routine);
  }

  /** The memory in one to three pieces. */
  #cut(memory: Uint8Array): api.WSABUF[] {
    const buffers: api.WSABUF[] = [];
    let rest = memory;
    for (let pieces = this.#pick(3); pieces > 0 && rest.length > 1; pieces -= 1) {
      const size = this.#pick(rest.length);
      buffers.push(new api.WSABUF(size, rest.subarray(0, size)));
      rest = rest.subarray(size);
    }
    return [...buffers, new api.WSABUF(rest.length, rest)];
  }

  /** Takes in whatever has been told: routines, packets, events. */
  async #collect(): Promise<void> {
    await api.SleepEx(0, 1);
    const entries = Array.from({ length: 64 }, () => new api.OVERLAPPED_ENTRY());
    const count = api.ref(0);
    do {
      await api.GetQueuedCompletionStatusEx(this.#port, entries, 64, count, 0, 0);
      for (const { lpOverlapped } of entries.slice(0, count.value)) this.#over(lpOverlapped);
    } while (count.value === 64);
    for (const operation of [...this.#book]) if (operation.report === 'event') await this.#lookAt(operation);
  }

  async #lookAt({ overlapped }: Operation): Promise<void> {
    const done = overlapped.Internal !== api.STATUS_PENDING;
    const event = (overlapped.hEvent & ~1) as api.WSAEVENT;
    const object = this.#host.handles.get(event) as { isSignaled(): boolean } | null;
    if (object?.isSignaled() !== done) this.#fail('an event is set before the end, or not at the end');
    if (!done) return;
    if ((await api.WSAWaitForMultipleEvents(1, [event], 1, 0, 0)) !== 0) this.#fail('an event is not set');
    api.WSAResetEvent(event);
    this.#over(overlapped);
    this.#events.push(event);
  }

  #over(overlapped: api.OVERLAPPED | null): void {
    const operation = overlapped?.Pointer;
    if (!(operation instanceof Operation)) this.#fail('somebody is told of an operation that nobody started');
    if (operation.reports > 0 || !this.#book.has(operation)) this.#fail(`a ${operation.kind} ended twice`);
    const { end, kind, memory } = operation;
    const { Internal: error, InternalHigh: bytes } = operation.overlapped;
    if (error === api.STATUS_PENDING) this.#fail(`a ${kind} was told before its end`);
    this.#cross(operation);
    const excused = end.broken || (end.cancelled && error === api.WSA_OPERATION_ABORTED);
    const misfit = end.isDatagram && kind === 'receive' && error === api.WSAEMSGSIZE;
    if (error !== 0 && !excused && !misfit) this.#fail(`a ${kind} failed with ${api.errorName(error)}`);
    if (error === 0 && kind === 'send' && bytes !== memory.length) this.#fail('a send sent too little');
    while (end.receives[0] !== undefined && end.receives[0].reports > 0) this.#account(end.receives.shift());
  }

  /** Out of the book. */
  #cross(operation: Operation): void {
    operation.reports += 1;
    operation.end.waiting[operation.kind] -= 1;
    this.#book.delete(operation);
  }

  /** Compares what a receive got with what was sent, in the order of the calls. */
  #account(operation: Operation | undefined): void {
    if (operation === undefined || operation.overlapped.Internal !== 0) return;
    const { end, memory, overlapped } = operation;
    const bytes = overlapped.InternalHigh;
    const got = memory.subarray(0, bytes);
    if (bytes === 0) return;
    if (end.isDatagram) {
      const number = new DataView(got.buffer).getUint32(0);
      const wanted = bytesAt(end.stream, number, bytes);
      if (number <= end.received || number > end.sent || Buffer.compare(got.subarray(4), wanted.subarray(4)) !== 0) {
        this.#fail(`datagram ${String(number)} came out of order or changed`);
      }
      end.received = number;
      this.#told.messages += 1;
      return;
    }
    if (Buffer.compare(got, bytesAt(end.peer.stream, end.received, bytes)) !== 0) {
      this.#fail(`bytes ${String(end.received)} to ${String(end.received + bytes)} of a stream came out wrong`);
    }
    end.received += bytes;
    if (end.received > end.peer.sent) this.#fail('more was received than sent');
    this.#told.bytes += bytes;
  }
}
