// Owns: one run of steps on real sockets of a simulated host, beside the model of network-events-model.ts; after each step
// results, event objects and messages are compared. Does not own: which steps are tried.
import { expect } from 'vitest';
import { BITS, ModelSocket, NAMES, type EventName, type ModelEvent } from './network-events-model.js';
import { World, api, endpoint, must, start } from './world.js';

const { ref } = api;
const NON_BLOCKING = 1;
const MESSAGE = 0x8001;
const HWND_MESSAGE = -3 as api.HWND;
/** Virtual milliseconds after which the network is at rest: an acknowledgement may be delayed, and data wait for it. */
const REST = 250;
const EVENTS = 2;
/** Steps that the network does not hear of. */
const AT_ONCE: ReadonlySet<Step['do']> = new Set(['look', 'peek', 'select', 'enum', 'resetEvent']);

/** One step; `at` is taken modulo the sockets that are open. */
export type Step =
  | { readonly do: 'connect' | 'datagram' | 'look' }
  | { readonly do: 'accept' | 'close' | 'reset'; readonly at: number }
  | { readonly do: 'send' | 'receive' | 'peek'; readonly at: number; readonly size: number }
  | { readonly do: 'shutdown'; readonly at: number; readonly how: number }
  | {
      readonly do: 'select';
      readonly at: number;
      readonly window: boolean;
      readonly event: number;
      readonly wanted: number;
    }
  | { readonly do: 'enum'; readonly at: number; readonly event: number; readonly reset: boolean }
  | { readonly do: 'resetEvent'; readonly event: number };

interface Pair {
  readonly s: api.SOCKET;
  readonly model: ModelSocket;
}

interface RealEvent {
  readonly handle: api.WSAEVENT;
  readonly model: ModelEvent;
}

const errorOf = (result: number): string => (result >= 0 ? String(result) : api.errorName(api.WSAGetLastError()));

/** The wanted events of a mask; the mask itself is what the call gets. */
function wantedOf(mask: number): ReadonlySet<EventName> {
  return new Set(NAMES.filter((name) => (mask & BITS[name]) !== 0));
}

/** A simulated host on which runs are made one after the other. */
export class EventsWorld {
  readonly #world = new World({ seed: 1 }, 'host');
  readonly #buffer = new Uint8Array(64);
  #window = 0 as api.HWND;
  #events: RealEvent[] = [];
  #pairs: Pair[] = [];
  #listener: Pair | null = null;
  #port: api.sockaddr_in = endpoint('127.0.0.1', 0);

  async begin(): Promise<void> {
    await this.#machine.run(start);
    this.#window = this.#machine.run(() =>
      api.CreateWindowExW(0, 'Message', null, 0, 0, 0, 0, 0, HWND_MESSAGE, null, null, null),
    );
  }

  end(): void {
    this.#world.end();
  }

  get #machine(): World['machines'][number] {
    return this.#world.machine('host');
  }

  /** Runs the steps on fresh sockets and closes them. */
  run(steps: readonly Step[]): Promise<void> {
    return this.#machine.run(async () => {
      this.#open();
      try {
        for (const step of steps) {
          await this.#step(step);
          if (!AT_ONCE.has(step.do)) await this.#world.sleep(REST);
          this.#compare();
        }
      } finally {
        await this.#close();
      }
    });
  }

  #open(): void {
    this.#events = Array.from({ length: EVENTS }, () => ({ handle: api.WSACreateEvent(), model: { set: false } }));
    const s = api.socket(api.AF_INET, api.SOCK_STREAM, api.IPPROTO_TCP);
    must('bind', api.bind(s, endpoint('127.0.0.1', 0), 16));
    must('listen', api.listen(s, 16));
    must('getsockname', api.getsockname(s, this.#port, ref(16)));
    this.#pairs = [];
    this.#listener = this.#add(s, new ModelSocket('listening'));
  }

  async #close(): Promise<void> {
    for (const { s } of this.#pairs) await api.closesocket(s);
    for (const { handle } of this.#events) api.WSACloseEvent(handle);
    await this.#world.sleep(REST);
    this.#messages();
  }

  #add(s: api.SOCKET, model: ModelSocket): Pair {
    must('ioctlsocket', api.ioctlsocket(s, api.FIONBIO, ref(NON_BLOCKING)));
    const pair = { s, model };
    this.#pairs.push(pair);
    return pair;
  }

  #at(index: number): Pair {
    return this.#pairs[index % this.#pairs.length]!;
  }

  #event(index: number): RealEvent {
    return this.#events[index % EVENTS]!;
  }

  async #step(step: Step): Promise<void> {
    if (this.#pairs.length === 0 && 'at' in step) return;
    switch (step.do) {
      case 'connect':
        return this.#connect();
      case 'datagram':
        return this.#datagram();
      case 'look':
        return this.#look();
      case 'accept':
        return this.#accept(this.#at(step.at));
      case 'close':
        return this.#end(this.#at(step.at), false);
      case 'reset':
        return this.#end(this.#at(step.at), true);
      case 'send':
        return this.#send(this.#at(step.at), step.size);
      case 'receive':
        return this.#receive(this.#at(step.at), step.size, false);
      case 'peek':
        return this.#receive(this.#at(step.at), step.size, true);
      case 'shutdown':
        { this.#shutdown(this.#at(step.at), step.how); return; }
      case 'select':
        { this.#select(this.#at(step.at), step.window, this.#event(step.event), step.wanted); return; }
      case 'enum':
        { this.#enumerate(this.#at(step.at), step.reset ? this.#event(step.event) : null); return; }
      case 'resetEvent': {
        const { handle, model } = this.#event(step.event);
        api.WSAResetEvent(handle);
        model.set = false;
        return;
      }
    }
  }

  /** A new socket connects; every other one asks for its events first. */
  async #connect(): Promise<void> {
    const listener = this.#listener?.model.closed === false ? this.#listener.model : null;
    const s = api.socket(api.AF_INET, api.SOCK_STREAM, api.IPPROTO_TCP);
    const { model } = this.#add(s, new ModelSocket('fresh'));
    if (this.#pairs.length % 2 === 0) this.#select({ s, model }, false, this.#event(0), api.FD_ALL_EVENTS);
    expect(errorOf(await api.connect(s, this.#port, 16))).toBe('WSAEWOULDBLOCK');
    if (listener === null) {
      model.kind = 'refused';
      model.look();
      return;
    }
    const other = new ModelSocket('connected');
    Object.assign(model, { kind: 'connected', dialled: true, peer: other });
    other.peer = model;
    listener.waiting.push(other);
    model.look();
    listener.look();
  }

  /** A datagram socket that is its own peer. */
  async #datagram(): Promise<void> {
    const s = api.socket(api.AF_INET, api.SOCK_DGRAM, api.IPPROTO_UDP);
    const name = endpoint('127.0.0.1', 0);
    must('bind', api.bind(s, name, 16));
    must('getsockname', api.getsockname(s, name, ref(16)));
    const { model } = this.#add(s, new ModelSocket('datagram'));
    expect(await api.connect(s, name, 16)).toBe(0);
    // The page says so of WSAAsyncSelect: a datagram socket's connect has its FD_CONNECT at once.
    model.dialled = true;
  }

  async #accept({ s, model }: Pair): Promise<void> {
    const result = await api.accept(s, null, null);
    const connection = model.waiting.shift() ?? null;
    if (connection === null) {
      const other = model.kind === 'datagram' ? 'WSAEOPNOTSUPP' : 'WSAEINVAL';
      const error = model.kind === 'listening' ? 'WSAEWOULDBLOCK' : other;
      expect([result, api.errorName(api.WSAGetLastError())]).toEqual([api.INVALID_SOCKET, error]);
    } else {
      expect(result).not.toBe(api.INVALID_SOCKET);
      this.#pairs.push({ s: result, model: connection });
      connection.inherit(model);
    }
    model.reenable('ACCEPT');
  }

  async #end({ s, model }: Pair, hard: boolean): Promise<void> {
    // What becomes of a connection that ends before anybody has accepted it is not of this model.
    if (model.peer !== null && this.#listener?.model.waiting.includes(model.peer) === true) return;
    if (hard && model.kind !== 'datagram') {
      must('linger', api.setsockopt(s, api.SOL_SOCKET, api.SO_LINGER, Uint8Array.of(1, 0, 0, 0), 4));
    }
    expect(await api.closesocket(s)).toBe(0);
    this.#pairs = this.#pairs.filter((pair) => pair.s !== s);
    model.close(hard);
  }

  async #send({ s, model }: Pair, size: number): Promise<void> {
    const result = errorOf(await api.send(s, this.#buffer, size, 0));
    if (model.kind === 'datagram') {
      expect(result).toBe(model.sendShut ? 'WSAESHUTDOWN' : String(size));
      if (!model.sendShut && !model.receiveShut) model.datagrams.push(size);
      model.look();
      return;
    }
    const error = model.kind !== 'connected' ? 'WSAENOTCONN' : model.sendShut ? 'WSAESHUTDOWN' : model.cut;
    expect(result).toBe(error === '' ? String(size) : error);
    if (error === '' && size > 0) model.peer?.receive(size);
  }

  async #receive({ s, model }: Pair, size: number, peek: boolean): Promise<void> {
    const result = errorOf(await api.recv(s, this.#buffer, size, peek ? api.MSG_PEEK : 0));
    expect(result).toBe(this.#received(model, size, peek));
    model.reenable('READ');
  }

  /** What a receive gives, and takes. */
  #received(model: ModelSocket, size: number, peek: boolean): string {
    if (model.kind === 'datagram') {
      if (model.receiveShut) return 'WSAESHUTDOWN';
      const first = model.datagrams[0];
      if (first === undefined) return 'WSAEWOULDBLOCK';
      if (!peek) model.datagrams.shift();
      return first > size ? 'WSAEMSGSIZE' : String(first);
    }
    if (model.kind !== 'connected') return 'WSAENOTCONN';
    if (model.receiveShut) return 'WSAESHUTDOWN';
    if (model.cut !== '') return model.cut;
    if (model.unread === 0) return model.ended ? '0' : 'WSAEWOULDBLOCK';
    const taken = Math.min(size, model.unread);
    if (!peek) model.unread -= taken;
    return String(taken);
  }

  #shutdown({ s, model }: Pair, how: number): void {
    const result = errorOf(api.shutdown(s, how));
    const [receiving, sending] = [how !== api.SD_SEND, how !== api.SD_RECEIVE];
    if (model.kind === 'datagram') {
      expect(result).toBe('0');
      if (receiving) Object.assign(model, { receiveShut: true, datagrams: [] });
      model.sendShut ||= sending;
      return;
    }
    const error = model.kind === 'connected' ? model.cut : 'WSAENOTCONN';
    expect(result).toBe(error === '' ? '0' : error);
    if (error === '') model.shutdown(receiving, sending);
  }

  #select({ s, model }: Pair, window: boolean, event: RealEvent, wanted: number): void {
    const result = window
      ? api.WSAAsyncSelect(s, this.#window, MESSAGE, wanted)
      : api.WSAEventSelect(s, event.handle, wanted);
    expect(result).toBe(0);
    model.select(window ? 'window' : 'event', wantedOf(wanted), event.model);
    // Blocking again is refused while a selection is there; a failed try must change nothing.
    expect(errorOf(api.ioctlsocket(s, api.FIONBIO, ref(0)))).toBe(wanted === 0 ? '0' : 'WSAEINVAL');
    if (wanted === 0) must('ioctlsocket', api.ioctlsocket(s, api.FIONBIO, ref(NON_BLOCKING)));
  }

  #enumerate({ s, model }: Pair, reset: RealEvent | null): void {
    const told = new api.WSANETWORKEVENTS();
    expect(api.WSAEnumNetworkEvents(s, reset?.handle ?? api.WSA_INVALID_EVENT, told)).toBe(0);
    const text = NAMES.filter((name) => (told.lNetworkEvents & BITS[name]) !== 0)
      .map((name) => `${name}/${nameOf(told.iErrorCode[Math.log2(BITS[name])] ?? -1)}`)
      .sort();
    expect(text.join(' ')).toBe(model.enumerate(reset?.model ?? null));
  }

  /** select and WSAPoll, which leave everything as it is. */
  async #look(): Promise<void> {
    if (this.#pairs.length === 0) return;
    const sets = [0, 1, 2].map(() => {
      const set = new api.fd_set();
      for (const { s } of this.#pairs) api.FD_SET(s, set);
      return set;
    }) as [api.fd_set, api.fd_set, api.fd_set];
    await api.select(0, ...sets, new api.timeval());
    const entries = this.#pairs.map(({ s }) => {
      const entry = new api.WSAPOLLFD();
      entry.fd = s;
      entry.events = api.POLLRDNORM | api.POLLWRNORM;
      return entry;
    });
    await api.WSAPoll(entries, entries.length, 0);
    for (const [index, { s, model }] of this.#pairs.entries()) {
      const kept = ['r', 'w', 'e'].filter((_letter, set) => api.FD_ISSET(s, sets[set]!));
      const bits = entries[index]!.revents;
      const polled = (
        [['ERR', api.POLLERR], ['HUP', api.POLLHUP], ['RD', api.POLLRDNORM], ['WR', api.POLLWRNORM]] as const
      ).filter(([, bit]) => (bits & bit) !== 0);
      expect([kept.join(''), polled.map(([name]) => name).join(' ')]).toEqual([model.select3(), model.poll()]);
    }
  }

  /** The event objects, and what the window has been sent. */
  #compare(): void {
    const handles = this.#machine.process.handles;
    for (const { handle, model } of this.#events) {
      const object = handles.get(handle) as unknown as { isSignaled(): boolean };
      expect(object.isSignaled()).toBe(model.set);
    }
    const came = this.#messages();
    for (const { s, model } of this.#pairs) {
      expect(came.get(s) ?? []).toEqual(model.messages);
      model.messages = [];
    }
  }

  /** Takes the window's messages, by socket. */
  #messages(): Map<number, string[]> {
    const came = new Map<number, string[]>();
    const message = { hwnd: this.#window, message: 0, wParam: 0, lParam: 0, time: 0 };
    while (api.PeekMessageW(message, this.#window, 0, 0, api.PM_REMOVE) !== 0) {
      const name = NAMES.find((each) => BITS[each] === api.WSAGETSELECTEVENT(message.lParam)) ?? '?';
      const text = `${name}/${nameOf(api.WSAGETSELECTERROR(message.lParam))}`;
      came.set(message.wParam, [...(came.get(message.wParam) ?? []), text]);
    }
    return came;
  }
}

function nameOf(error: number): string {
  return error === 0 ? '0' : api.errorName(error);
}
