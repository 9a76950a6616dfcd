// Owns: the short ways to call a transport provider's entries in the compliance suite, and what its cases are made of.
// Does not own: the cases, the upcalls (upcalls.ts), nor the provider.

import {
  AF_INET,
  INFINITE,
  INVALID_SOCKET,
  IPPROTO_TCP,
  IPPROTO_UDP,
  NULL_HANDLE,
  SOCK_STREAM,
  WSA_FLAG_OVERLAPPED,
  WSABUF,
  WSATHREADID,
  WSAPROTOCOL_INFOW,
  WaitForSingleObject,
  ref,
  runIn,
  fd_set,
  sockaddr_in,
  timeval,
  type HANDLE,
  type Process,
  type Ref,
  type SOCKET,
} from '../../../index.js';
import type { MaybePending, WSPPROC_TABLE } from '../../../spi/index.js';
import type { Expect } from '../test-api.js';
import type { TransportFeature } from './features.js';
import { JUNK, eventOf, newEvent, type EventObject, type Upcalls } from './upcalls.js';

export { JUNK, type EventObject } from './upcalls.js';

/** The catalog entries that sockets are asked for under. */
export const TCP_ENTRY = 4711;
export const UDP_ENTRY = 4712;

/** One requirement: a name that states it, and a body that shows it. */
export interface Case {
  readonly name: string;
  /** What the provider must have for it, beside the entries that every provider has. */
  readonly needs?: readonly TransportNeed[];
  readonly run: (entries: Entries) => void | Promise<void>;
}

/** What a provider may lack: an entry that it refuses, or something beside the entries. */
export type TransportNeed = keyof WSPPROC_TABLE | TransportFeature;

/** What an entry gave: its value and what it stored, JUNK when it stored nothing. */
export interface Outcome<T = number> {
  readonly value: T;
  readonly error: number;
}

/** A catalog entry as far as a provider looks at it. */
export function protocolInfo(type: number, protocol: number, entry: number): WSAPROTOCOL_INFOW {
  const info = new WSAPROTOCOL_INFOW();
  Object.assign(info, { iAddressFamily: AF_INET, iSocketType: type, iProtocol: protocol, dwCatalogEntryId: entry });
  return info;
}

export function loopback(port = 0): sockaddr_in {
  const address = new sockaddr_in();
  address.sin_family = AF_INET;
  address.bytes.set([port >> 8, port & 0xff], 2);
  address.bytes.set([127, 0, 0, 1], 4);
  return address;
}

/** The port in a sockaddr's memory. */
export function portIn(sockaddr: Uint8Array): number {
  return new DataView(sockaddr.buffer, sockaddr.byteOffset).getUint16(2);
}

export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Buffers over `memory`, one each. */
export function wsabufs(...memory: Uint8Array[]): WSABUF[] {
  return memory.map((each) => new WSABUF(each.length, each));
}

export function setOf(...sockets: SOCKET[]): fd_set {
  const set = new fd_set();
  for (const socket of sockets) set.fd_array[set.fd_count++] = socket;
  return set;
}

export function seconds(value: number): timeval {
  const time = new timeval();
  time.tv_sec = value;
  return time;
}

/** A provider's table and the ways to use it. */
export class Entries {
  readonly table: WSPPROC_TABLE;
  readonly upcalls: Upcalls;
  readonly process: Process;
  /** The entries that the provider does not serve. */
  readonly unsupported: readonly (keyof WSPPROC_TABLE)[];
  readonly lacks: readonly TransportFeature[];
  readonly expect: Expect;

  constructor(
    table: WSPPROC_TABLE,
    upcalls: Upcalls,
    unsupported: readonly (keyof WSPPROC_TABLE)[],
    lacks: readonly TransportFeature[],
    expect: Expect,
  ) {
    this.table = table;
    this.upcalls = upcalls;
    this.process = upcalls.process;
    this.unsupported = unsupported;
    this.lacks = lacks;
    this.expect = expect;
  }

  /** Calls are made in the process, as WS2_32 makes them. */
  private call<T>(entry: (lpErrno: Ref) => MaybePending<T>, lpErrno: Ref): MaybePending<T> {
    return runIn(this.process, () => entry(lpErrno));
  }

  /** Calls an entry that completes at once, whatever its type allows. */
  now<T>(entry: (lpErrno: Ref) => MaybePending<T>): Outcome<T> {
    const lpErrno = ref(JUNK);
    const value = this.call(entry, lpErrno);
    if (value instanceof Promise) throw new Error('the entry waits where it could answer at once');
    return { value, error: lpErrno.value };
  }

  /** Calls an entry that has to wait, and waits. */
  async later<T>(entry: (lpErrno: Ref) => MaybePending<T>): Promise<Outcome<T>> {
    const lpErrno = ref(JUNK);
    const value = this.call(entry, lpErrno);
    if (!(value instanceof Promise)) throw new Error(`the entry answers ${String(value)} where it has to wait`);
    const result = await value;
    return { value: result, error: lpErrno.value };
  }

  /** Calls an entry and waits if it does. */
  async either<T>(entry: (lpErrno: Ref) => MaybePending<T>): Promise<Outcome<T>> {
    const lpErrno = ref(JUNK);
    const value = await this.call(entry, lpErrno);
    return { value, error: lpErrno.value };
  }

  socket(type = SOCK_STREAM, flags = WSA_FLAG_OVERLAPPED): SOCKET {
    const tcp = type === SOCK_STREAM;
    const protocol = tcp ? IPPROTO_TCP : IPPROTO_UDP;
    const info = protocolInfo(type, protocol, tcp ? TCP_ENTRY : UDP_ENTRY);
    const { value, error } = this.now((e) => this.table.lpWSPSocket(AF_INET, type, protocol, info, 0, flags, e));
    if (value === INVALID_SOCKET) throw new Error(`WSPSocket failed with ${error}`);
    return value;
  }

  /** A socket bound to loopback, and its port. */
  bound(type = SOCK_STREAM, flags = WSA_FLAG_OVERLAPPED): { readonly s: SOCKET; readonly port: number } {
    const s = this.socket(type, flags);
    const { error } = this.now((e) => this.table.lpWSPBind(s, loopback(), 16, e));
    if (error !== JUNK) throw new Error(`WSPBind failed with ${error}`);
    return { s, port: this.portOf(s) };
  }

  portOf(s: SOCKET): number {
    const name = new Uint8Array(16);
    const { error } = this.now((e) => this.table.lpWSPGetSockName(s, name, ref(16), e));
    if (error !== JUNK) throw new Error(`WSPGetSockName failed with ${error}`);
    return portIn(name);
  }

  listener(flags = WSA_FLAG_OVERLAPPED): { readonly s: SOCKET; readonly port: number } {
    const made = this.bound(SOCK_STREAM, flags);
    const { error } = this.now((e) => this.table.lpWSPListen(made.s, 5, e));
    if (error !== JUNK) throw new Error(`WSPListen failed with ${error}`);
    return made;
  }

  /** A connected pair. */
  async pair(flags = WSA_FLAG_OVERLAPPED): Promise<{ readonly client: SOCKET; readonly server: SOCKET; readonly listener: SOCKET }> {
    const { s: listener, port } = this.listener(flags);
    const client = this.socket(SOCK_STREAM, flags);
    const connected = await this.either((e) => this.table.lpWSPConnect(client, loopback(port), 16, null, null, null, null, e));
    if (connected.value !== 0) throw new Error(`WSPConnect failed with ${connected.error}`);
    const { value: server, error } = await this.either((e) => this.table.lpWSPAccept(listener, null, null, null, 0, e));
    if (server === INVALID_SOCKET) throw new Error(`WSPAccept failed with ${error}`);
    return { client, server, listener };
  }

  send(s: SOCKET, text: string): Promise<Outcome> {
    const memory = bytes(text);
    return this.either((e) => this.table.lpWSPSend(s, wsabufs(memory), 1, ref(JUNK), 0, null, null, null, e));
  }

  /** Receives plainly; text is null on failure. */
  async recv(s: SOCKET, size = 64, flags = 0): Promise<Outcome & { readonly text: string | null }> {
    const memory = new Uint8Array(size);
    const count = ref(JUNK);
    const outcome = await this.either((e) => this.table.lpWSPRecv(s, wsabufs(memory), 1, count, ref(flags), null, null, null, e));
    return { ...outcome, text: outcome.value === 0 ? new TextDecoder().decode(memory.subarray(0, count.value)) : null };
  }

  /** Waits until something can be read from, or accepted at, the socket. */
  async readable(s: SOCKET): Promise<void> {
    const { value, error } = await this.either((e) => this.table.lpWSPSelect(0, setOf(s), null, null, null, e));
    if (value !== 1) throw new Error(`WSPSelect failed with ${error}`);
  }

  /** Waits until the event is signaled. */
  async signaled(event: HANDLE): Promise<void> {
    await runIn(this.process, () => WaitForSingleObject(event, INFINITE));
  }

  event(): { readonly handle: HANDLE; readonly object: EventObject } {
    const handle = newEvent(this.process);
    const object = eventOf(this.process, handle);
    if (object === null) throw new Error('the process makes no events');
    return { handle, object };
  }

  thread(): WSATHREADID {
    const id = new WSATHREADID();
    id.ThreadHandle = 0x7770 as HANDLE;
    return id;
  }

  /** Handles that are no sockets: null, the invalid one, an odd one, one never given out, an event's. */
  foreignHandles(): SOCKET[] {
    return [NULL_HANDLE, INVALID_SOCKET, 3, 0x7ff0_0000, this.event().handle] as unknown as SOCKET[];
  }
}
