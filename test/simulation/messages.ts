// Sockets that send messages (UDP, raw), made and used through the C face of a simulated host, with results that read
// well in expectations: the name of an error, or what was wanted.
import {
  AF_INET,
  AF_INET6,
  INVALID_SOCKET,
  IPPROTO_UDP,
  SOCKET_ERROR,
  SOCK_DGRAM,
  SOCK_RAW,
  SOL_SOCKET,
  SO_RCVTIMEO,
  WSABUF,
  WSACMSGHDR,
  WSAMSG,
  WSA_CMSG_DATA,
  WSA_CMSG_FIRSTHDR,
  WSA_CMSG_LEN,
  WSA_CMSG_NXTHDR,
  WSA_CMSG_SPACE,
  bytesOf,
  errorName,
  inet_ntop,
  inet_pton,
  ref,
  sockaddr_in,
  sockaddr_in6,
  type Memory,
  type SOCKET,
} from 'winsock2';
import { boundPort, socketAddress, type Host } from 'winsock2/testing';
import { describe as inWords, facts } from '../../src/drivers/sim/wire/describe.js';
import type { PacketFacts } from '../../src/drivers/sim/wire/facts.js';

/** A result, or the name of the error. */
export type Or<T> = T | string;

/** How long a receive waits, in virtual milliseconds, before it says WSAETIMEDOUT: longer than anything takes. */
const PATIENCE = 120_000;

/** One control message: level, type, data. */
export type Control = readonly [level: number, type: number, data: readonly number[]];

/** What WSARecvMsg gave. */
export interface Message {
  readonly result: Or<number>;
  readonly text: string;
  readonly from: string;
  readonly flags: number;
  readonly controls: readonly Control[];
}

/** 32 bits as C has them in memory. */
export function int(value: number): Uint8Array {
  return new Uint8Array(Int32Array.of(value).buffer);
}

/** The bytes of a numeric address. */
export function ip(text: string): Uint8Array {
  const six = text.includes(':');
  const bytes = new Uint8Array(six ? 16 : 4);
  if (inet_pton(six ? AF_INET6 : AF_INET, text, bytes) !== 1) throw new Error(`not an address: '${text}'`);
  return bytes;
}

/** A control buffer of these messages. */
function controlOf(messages: readonly Control[]): WSABUF {
  const memory = new Uint8Array(messages.reduce((size, [, , data]) => size + WSA_CMSG_SPACE(data.length), 0));
  let at = 0;
  for (const [level, type, data] of messages) {
    const header = new WSACMSGHDR(memory, at);
    header.cmsg_len = WSA_CMSG_LEN(data.length);
    header.cmsg_level = level;
    header.cmsg_type = type;
    WSA_CMSG_DATA(header).set(data);
    at += WSA_CMSG_SPACE(data.length);
  }
  return new WSABUF(memory.length, memory.length === 0 ? null : memory);
}

function named(name: sockaddr_in | sockaddr_in6): string {
  const { family } = { family: new sockaddr_in(name).sin_family };
  const address = family === AF_INET6 ? new sockaddr_in6(name).sin6_addr : new sockaddr_in(name).sin_addr;
  const text = inet_ntop(family, address, new Uint8Array(64), 64);
  const port = bytesOf(name)[2]! * 256 + bytesOf(name)[3]!;
  return `${text ?? '?'} ${port}`;
}

function bytesFrom(content: string | Uint8Array): Uint8Array {
  return typeof content === 'string' ? new TextEncoder().encode(content) : content;
}

/** A socket on a host. */
export class Messenger {
  readonly host: Host;
  readonly s: SOCKET;
  readonly family: number;

  private constructor(host: Host, s: SOCKET, family: number) {
    this.host = host;
    this.s = s;
    this.family = family;
    this.must(this.set(SOL_SOCKET, SO_RCVTIMEO, PATIENCE));
  }

  /** A UDP socket, bound to the address and port if there are any. Starts Winsock on the host. */
  static async udp(host: Host, address?: string, port = 0, family = AF_INET): Promise<Messenger> {
    const six = address?.includes(':') ?? family === AF_INET6;
    return await Messenger.#open(host, six ? AF_INET6 : AF_INET, SOCK_DGRAM, IPPROTO_UDP, address, port);
  }

  /** A raw socket of this protocol, likewise. */
  static async raw(host: Host, protocol: number, address?: string, family = AF_INET): Promise<Messenger> {
    const six = address?.includes(':') ?? family === AF_INET6;
    return await Messenger.#open(host, six ? AF_INET6 : AF_INET, SOCK_RAW, protocol, address, 0);
  }

  static async #open(
    host: Host,
    family: number,
    type: number,
    protocol: number,
    address: string | undefined,
    port: number,
  ): Promise<Messenger> {
    await host.start();
    const s = host.winsock.socket(family, type, protocol);
    if (s === INVALID_SOCKET) throw new Error(`socket: ${errorName(host.winsock.WSAGetLastError())}`);
    const made = new Messenger(host, s, family);
    if (address !== undefined) made.must(made.bind(address, port));
    return made;
  }

  /** The port that it is bound to. */
  get port(): number {
    return boundPort({ host: this.host, socket: this.s });
  }

  bind(address: string, port = 0): Or<number> {
    const name = socketAddress(address, port);
    return this.#told(this.host.winsock.bind(this.s, name, name.bytes.length));
  }

  async connect(address: string, port: number): Promise<Or<number>> {
    const name = socketAddress(address, port);
    return this.#told(await this.host.winsock.connect(this.s, name, name.bytes.length));
  }

  /** Sends to the peer. */
  async send(content: string | Uint8Array): Promise<Or<number>> {
    const data = bytesFrom(content);
    return this.#told(await this.host.winsock.send(this.s, data, data.length, 0));
  }

  /** Sends to an address. */
  async to(address: string, port: number, content: string | Uint8Array): Promise<Or<number>> {
    const data = bytesFrom(content);
    const name = socketAddress(address, port);
    return this.#told(await this.host.winsock.sendto(this.s, data, data.length, 0, name, name.bytes.length));
  }

  /** The text of the next message, or the name of the error; WSAETIMEDOUT if none comes. */
  async text(): Promise<string> {
    const data = await this.data();
    return typeof data === 'string' ? data : new TextDecoder().decode(data);
  }

  /** The bytes of the next message. */
  async data(): Promise<Or<Uint8Array>> {
    const buffer = new Uint8Array(65_536);
    const length = this.#told(await this.host.winsock.recv(this.s, buffer, buffer.length, 0));
    return typeof length === 'string' ? length : buffer.slice(0, length);
  }

  /** The text of the next message and whose it is, as 'text from address port'. */
  async letter(): Promise<string> {
    const buffer = new Uint8Array(65_536);
    const name = this.family === AF_INET6 ? new sockaddr_in6() : new sockaddr_in();
    const { winsock } = this.host;
    const length = this.#told(await winsock.recvfrom(this.s, buffer, buffer.length, 0, name, ref(name.bytes.length)));
    if (typeof length === 'string') return length;
    return `${new TextDecoder().decode(buffer.subarray(0, length))} from ${named(name)}`;
  }

  /** The texts of all messages that come until none has come for two minutes. */
  async texts(): Promise<string[]> {
    const all: string[] = [];
    for (let text = await this.text(); text !== 'WSAETIMEDOUT'; text = await this.text()) all.push(text);
    return all;
  }

  /** WSASendMsg; without an address to the peer. */
  async sendMessage(
    to: readonly [address: string, port: number] | null,
    content: string,
    ...controls: readonly Control[]
  ): Promise<Or<number>> {
    const data = bytesFrom(content);
    const name = to === null ? null : socketAddress(...to);
    const message = new WSAMSG({
      name,
      namelen: name?.bytes.length ?? 0,
      lpBuffers: [new WSABUF(data.length, data)],
      dwBufferCount: 1,
      Control: controlOf(controls),
    });
    return this.#told(await this.host.winsock.WSASendMsg(this.s, message, 0, ref(0), null, null));
  }

  /** WSARecvMsg with room for so many bytes of data and control information. */
  async message(room = 100, controlRoom = 200): Promise<Message> {
    const name = this.family === AF_INET6 ? new sockaddr_in6() : new sockaddr_in();
    const buffer = new Uint8Array(room);
    const message = new WSAMSG({
      name,
      namelen: name.bytes.length,
      lpBuffers: [new WSABUF(room, buffer)],
      dwBufferCount: 1,
      Control: new WSABUF(controlRoom, new Uint8Array(controlRoom)),
    });
    const count = ref(0);
    const result = this.#told(await this.host.winsock.WSARecvMsg(this.s, message, count, null, null));
    const controls: Control[] = [];
    for (let header = WSA_CMSG_FIRSTHDR(message); header !== null; header = WSA_CMSG_NXTHDR(message, header)) {
      controls.push([header.cmsg_level, header.cmsg_type, [...WSA_CMSG_DATA(header)]]);
    }
    const text = new TextDecoder().decode(buffer.subarray(0, count.value));
    return { result, text, from: named(name), flags: message.dwFlags, controls };
  }

  /** setsockopt; a number is four bytes. */
  set(level: number, option: number, value: number | Memory): Or<number> {
    const bytes = typeof value === 'number' ? int(value) : bytesOf(value);
    return this.#told(this.host.winsock.setsockopt(this.s, level, option, bytes, bytes.length));
  }

  /** getsockopt of a number. */
  get(level: number, option: number): Or<number> {
    const value = new Int32Array(1);
    const result = this.#told(this.host.winsock.getsockopt(this.s, level, option, new Uint8Array(value.buffer), ref(4)));
    return typeof result === 'string' ? result : value[0]!;
  }

  /** WSAIoctl; the output is as long as the call says. */
  async control(code: number, input: number | Memory | null, room = 0): Promise<Or<Uint8Array>> {
    const given = typeof input === 'number' ? int(input) : input === null ? null : bytesOf(input);
    const output = new Uint8Array(room);
    const count = ref(0);
    const result = this.#told(
      await this.host.winsock.WSAIoctl(this.s, code, given, given?.length ?? 0, room === 0 ? null : output, room, count, null, null),
    );
    return typeof result === 'string' ? result : output.subarray(0, count.value);
  }

  async close(): Promise<Or<number>> {
    return this.#told(await this.host.winsock.closesocket(this.s));
  }

  /** The result of a call that must not fail. */
  must<T>(result: Or<T>): T {
    if (typeof result === 'string') throw new Error(`a call on '${this.host.name}' failed: ${result}`);
    return result;
  }

  #told(result: number): Or<number> {
    return result === SOCKET_ERROR ? errorName(this.host.winsock.WSAGetLastError()) : result;
  }
}

/** What a packet says; it must be one. */
export function factsOf({ bytes }: { readonly bytes: Uint8Array }): PacketFacts {
  const found = facts(bytes);
  if (found === null) throw new Error('no packet');
  return found;
}

/** Packets as lines of text. */
export function linesOf(packets: readonly { readonly bytes: Uint8Array }[]): string[] {
  return packets.map(({ bytes }) => inWords(bytes));
}
