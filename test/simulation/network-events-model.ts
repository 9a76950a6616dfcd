// Owns: the plainest model of what select, WSAPoll, WSAEventSelect and WSAAsyncSelect tell of sockets, written from
// Microsoft's pages and from nothing of ours. Does not own: the real sockets (network-events-run.ts), which steps are tried.
// The model knows bytes, ends and errors of connections whose network has come to rest.

export type EventName = 'READ' | 'WRITE' | 'ACCEPT' | 'CONNECT' | 'CLOSE';
/** In the order in which messages for several go out. */
export const NAMES: readonly EventName[] = ['CONNECT', 'ACCEPT', 'WRITE', 'READ', 'CLOSE'];
export const BITS: Readonly<Record<EventName, number>> = { READ: 1, WRITE: 2, ACCEPT: 8, CONNECT: 16, CLOSE: 32 };

/** An event object, as far as the model goes. */
export interface ModelEvent {
  set: boolean;
}

type Selection =
  | { readonly how: 'event'; readonly wanted: ReadonlySet<EventName>; readonly event: ModelEvent }
  | { readonly how: 'window'; readonly wanted: ReadonlySet<EventName> };

/** What a socket is now. */
export type Kind = 'fresh' | 'listening' | 'refused' | 'connected' | 'datagram';

export class ModelSocket {
  kind: Kind;
  /** Bytes to read, or the sizes of the datagrams. */
  unread = 0;
  datagrams: number[] = [];
  /** The peer has ended its stream. */
  ended = false;
  /** The name of the error that cut the connection. */
  cut = '';
  sendShut = false;
  receiveShut = false;
  /** It made the connection itself. */
  dialled = false;
  /** What waits to be accepted. */
  readonly waiting: ModelSocket[] = [];
  peer: ModelSocket | null = null;
  closed = false;

  #selection: Selection | null = null;
  /** Who selected last, cancelled or not. */
  #last: Selection['how'] | null = null;
  readonly #recorded = new Map<EventName, string>();
  /** Told, and nothing has been called since that would have it told again. */
  readonly #told = new Set<EventName>();
  /** What the window has been sent and has not looked at. */
  messages: string[] = [];

  constructor(kind: Kind) {
    this.kind = kind;
  }

  get selected(): boolean {
    return this.#selection !== null;
  }

  get readable(): boolean {
    return this.unread > 0 || this.datagrams.length > 0;
  }

  /** Whether the event holds now, and with what error. */
  #holds(name: EventName): string | null {
    const live = this.kind === 'connected' && this.cut === '';
    switch (name) {
      case 'READ':
        return this.readable ? '0' : null;
      case 'WRITE':
        return (live || this.kind === 'datagram') && !this.sendShut ? '0' : null;
      case 'ACCEPT':
        return this.waiting.length > 0 ? '0' : null;
      case 'CONNECT':
        if (this.kind === 'refused') return 'WSAECONNREFUSED';
        return this.kind !== 'fresh' && this.dialled ? '0' : null;
      case 'CLOSE':
        if (this.cut !== '') return this.#selection?.how === 'window' ? this.cut : 'WSAECONNABORTED';
        // A window hears of the end when everything has been read.
        return this.ended && !(this.#selection?.how === 'window' && this.readable) ? '0' : null;
    }
  }

  /** Something may have changed: whatever holds and is not told yet is told. */
  look(): void {
    const selection = this.#selection;
    if (selection === null || this.closed) return;
    for (const name of NAMES) {
      const error = this.#holds(name);
      if (error === null || this.#told.has(name) || !selection.wanted.has(name)) continue;
      this.#told.add(name);
      if (selection.how === 'window') {
        this.messages.push(`${name}/${error}`);
        continue;
      }
      this.#recorded.set(name, error);
      selection.event.set = true;
    }
  }

  /** A call has been made after which these can be told again. */
  reenable(...names: readonly EventName[]): void {
    for (const name of names) {
      this.#told.delete(name);
      this.#recorded.delete(name);
    }
    this.look();
  }

  select(how: Selection['how'], wanted: ReadonlySet<EventName>, event: ModelEvent): void {
    // An event object is told once of what it has been told of and the program has fetched.
    if (how === 'event' && this.#last === 'event') for (const name of this.#recorded.keys()) this.#told.delete(name);
    else this.#told.clear();
    this.#last = how;
    this.#recorded.clear();
    this.#selection = wanted.size === 0 ? null : how === 'event' ? { how, wanted, event } : { how, wanted };
    this.look();
  }

  /** An accepted socket has the listener's selection. */
  inherit(listener: ModelSocket): void {
    if (listener.#selection === null) return;
    this.#selection = listener.#selection;
    this.#last = listener.#selection.how;
    this.look();
  }

  /** What WSAEnumNetworkEvents gives. */
  enumerate(reset: ModelEvent | null): string {
    const text = [...this.#recorded].map(([name, error]) => `${name}/${error}`).sort().join(' ');
    this.#recorded.clear();
    if (reset !== null) reset.set = false;
    return text;
  }

  /** Which of select's sets it stays in. */
  select3(): string {
    const read = this.readable || this.waiting.length > 0 || this.ended || this.cut !== '';
    const write = this.kind === 'connected' || this.kind === 'datagram';
    return [read ? 'r' : '', write ? 'w' : '', this.kind === 'refused' ? 'e' : ''].join('');
  }

  /** What WSAPoll gives for POLLRDNORM | POLLWRNORM. */
  poll(): string {
    if (this.kind === 'refused') return 'ERR HUP WR';
    const bits = [
      this.cut !== '' ? 'ERR' : '',
      this.cut !== '' || this.ended ? 'HUP' : '',
      (this.readable || this.waiting.length > 0) && this.cut === '' ? 'RD' : '',
      this.kind === 'connected' || this.kind === 'datagram' ? 'WR' : '',
    ];
    // A connection that was cut shows nothing but that, and that a send would not wait.
    const shown = this.cut !== '' ? ['ERR', 'HUP', 'WR'] : bits;
    return shown.filter((bit) => bit !== '').join(' ');
  }

  // --- what happens to connections ---

  /** The connection dies, with what had not been read. */
  die(error: string): void {
    if (this.closed || this.cut !== '' || this.kind !== 'connected') return;
    this.cut = error;
    this.unread = 0;
    this.look();
  }

  /** The other end has reset the connection. Behind its end that counts as an abort. */
  reset(): void {
    this.die(this.ended ? 'WSAECONNABORTED' : 'WSAECONNRESET');
  }

  /** A reset goes to the other end. Once both streams have ended, there is no connection left to reset. */
  #cutPeer(): void {
    if (!(this.ended && this.sendShut)) this.peer?.reset();
  }

  /** `size` bytes arrive. */
  receive(size: number): void {
    if (this.closed) {
      this.peer?.reset();
    } else if (this.receiveShut) {
      this.die('WSAECONNABORTED');
      this.peer?.reset();
    } else {
      this.unread += size;
      this.look();
    }
  }

  /** The other end's stream ends. */
  end(): void {
    if (this.closed || this.cut !== '') return;
    this.ended = true;
    this.look();
  }

  /** The handle is closed; `hard` with SO_LINGER 1, 0. */
  close(hard: boolean): void {
    this.closed = true;
    for (const connection of this.waiting) connection.peer?.reset();
    if (this.kind !== 'connected' || this.cut !== '') return;
    if (hard || this.unread > 0) this.#cutPeer();
    else if (!this.sendShut) this.peer?.end();
  }

  /** shutdown, of a live connection. */
  shutdown(receiving: boolean, sending: boolean): void {
    const { unread } = this;
    if (receiving && !this.receiveShut) {
      this.receiveShut = true;
      this.unread = 0;
      if (unread > 0) {
        this.die('WSAECONNABORTED');
        this.#cutPeer();
      }
    }
    if (sending && !this.sendShut) {
      this.sendShut = true;
      if (this.cut === '') this.peer?.end();
    }
  }
}
