// Making, naming, connecting and closing sockets, and the ready-made pairs.
import {
  AF_INET, AF_INET6, bytesOf, IPPROTO_TCP, IPPROTO_UDP, SOCK_DGRAM, SOCK_STREAM, WSAPROTOCOL_INFOW, type WSABUF,
} from '../../../../src/abi/index.js';
import type { Args } from '../args.js';
import { sockaddr } from '../addresses.js';
import { status, type CommandTable } from '../command.js';
import type { Condition } from '../face.js';
import type { AddressOut, Session } from '../session.js';
import { number } from '../words.js';

const FROM_INFO = -1;

/** Names a new socket and gives the result of the call that made it. */
function created(session: Session, name: string, handle: number): string {
  session.nameSocket(name, handle);
  return handle === -1 ? `-1 ${session.error}` : 'ok';
}

function accepted(session: Session, name: string, handle: number, peer: AddressOut): string {
  const text = created(session, name, handle);
  return handle === -1 ? text : text + peer.text();
}

function callbackAddress(session: Session, id: WSABUF | null): string {
  const buffer = id?.buf ?? null;
  return buffer === null ? 'none' : session.addressText(bytesOf(buffer).subarray(0, id?.len).slice());
}

/** A composite command stops at its first failing call. */
class Failed extends Error {}

async function must<T extends number>(session: Session, result: Promise<T>): Promise<T> {
  const value = await result;
  if (value === -1) throw new Failed(`-1 ${session.error}`);
  return value;
}

async function composite(work: () => Promise<void>): Promise<string> {
  try {
    await work();
    return 'ok';
  } catch (error) {
    if (error instanceof Failed) return error.message;
    throw error;
  }
}

function loopback(v6: boolean, port: number): Uint8Array {
  return sockaddr(v6 ? Uint8Array.from({ length: 16 }, (_, i) => (i === 15 ? 1 : 0)) : Uint8Array.of(127, 0, 0, 1), port);
}

async function bound(session: Session, v6: boolean, datagram: boolean): Promise<number> {
  const [type, protocol] = datagram ? [SOCK_DGRAM, IPPROTO_UDP] : [SOCK_STREAM, IPPROTO_TCP];
  const s = await must(session, session.call('socket', v6 ? AF_INET6 : AF_INET, type, protocol));
  const name = loopback(v6, 0);
  await must(session, session.call('bind', s, name, name.length));
  return s;
}

async function listener(session: Session, v6: boolean): Promise<number> {
  const s = await bound(session, v6, false);
  await must(session, session.call('listen', s, 8));
  return s;
}

async function connectTo(session: Session, s: number, peer: number): Promise<void> {
  const name = new Uint8Array(128);
  const length = { value: name.length };
  await must(session, session.call('getsockname', peer, name, length));
  await must(session, session.call('connect', s, name.subarray(0, length.value), length.value));
}

async function addressCall(session: Session, args: Args, name: 'getsockname' | 'getpeername'): Promise<string> {
  const out = session.addressOut(args);
  const result = await session.call(name, session.socket(args.word(0)), out.buffer, out.length);
  const text = status(session, result);
  return result === 0 ? text + out.text() : text;
}

export const socketCommands: CommandTable = {
  async socket(session, args) {
    const handle = await session.call('socket', args.int(1), args.int(2), args.int(3));
    return created(session, args.word(0), handle);
  },

  async wsasocket(session, args) {
    const flags = args.namedNumber('flags', 0);
    const handle = await session.call('WSASocketW', args.int(1), args.int(2), args.int(3), null, 0, flags);
    return created(session, args.word(0), handle);
  },

  async duplicate(session, args) {
    const info = new WSAPROTOCOL_INFOW();
    const source = session.socket(args.word(1));
    const result = await session.call('WSADuplicateSocketW', source, session.host.processId(), info);
    if (result !== 0) return created(session, args.word(0), -1);
    const flags = args.namedNumber('flags', 0);
    const handle = await session.call('WSASocketW', FROM_INFO, FROM_INFO, FROM_INFO, info, 0, flags);
    return created(session, args.word(0), handle);
  },

  async close(session, args) {
    const handle = session.socket(args.word(0));
    const result = await session.call('closesocket', handle);
    if (result === 0) session.ports.closed(handle);
    return status(session, result);
  },

  async bind(session, args) {
    const s = session.socket(args.word(0));
    const name = session.address(args, 1);
    return status(session, await session.call('bind', s, name.bytes, name.length));
  },

  async listen(session, args) {
    return status(session, await session.call('listen', session.socket(args.word(0)), args.int(1)));
  },

  async accept(session, args) {
    const s = session.socket(args.word(1));
    const peer = session.addressOut(args);
    return accepted(session, args.word(0), await session.call('accept', s, peer.buffer, peer.length), peer);
  },

  async wsaaccept(session, args) {
    const s = session.socket(args.word(1));
    const answer = args.value('cond');
    const peer = session.addressOut(args);
    const calls: string[] = [];
    const condition: Condition = (caller, _callerData, _sqos, _gqos, callee, _calleeData, _group, data) => {
      const ends = `caller=${callbackAddress(session, caller)} callee=${callbackAddress(session, callee)}`;
      calls.push(`${ends} data=${String(data)}`);
      return number(answer ?? '0');
    };
    const passed = answer === undefined ? null : condition;
    const data = args.namedNumber('data', 0);
    const handle = await session.call('WSAAccept', s, peer.buffer, peer.length, passed, data);
    const text = accepted(session, args.word(0), handle, peer);
    if (answer === undefined) return text;
    const last = calls.at(-1);
    return `${text} cond(${String(calls.length)}${last === undefined ? '' : ` ${last}`})`;
  },

  async connect(session, args) {
    const s = session.socket(args.word(0));
    const name = session.address(args, 1);
    return status(session, await session.call('connect', s, name.bytes, name.length));
  },

  async wsaconnect(session, args) {
    const s = session.socket(args.word(0));
    const name = session.address(args, 1);
    return status(session, await session.call('WSAConnect', s, name.bytes, name.length, null, null, null, null));
  },

  getsockname: (session, args) => addressCall(session, args, 'getsockname'),
  getpeername: (session, args) => addressCall(session, args, 'getpeername'),

  async shutdown(session, args) {
    return status(session, await session.call('shutdown', session.socket(args.word(0)), args.int(1)));
  },

  async wsasenddisconnect(session, args) {
    return status(session, await session.call('WSASendDisconnect', session.socket(args.word(0)), null));
  },

  async wsarecvdisconnect(session, args) {
    return status(session, await session.call('WSARecvDisconnect', session.socket(args.word(0)), null));
  },

  tcplisten: (session, args) =>
    composite(async () => {
      session.nameSocket(args.word(0), await listener(session, args.has('v6', 1)));
    }),

  tcppair: (session, args) =>
    composite(async () => {
      const v6 = args.has('v6', 2);
      const third = args.optional(2);
      const kept = third === undefined || third === 'v6' ? null : third;
      const l = await listener(session, v6);
      if (kept !== null) session.nameSocket(kept, l);
      const c = await must(session, session.call('socket', v6 ? AF_INET6 : AF_INET, SOCK_STREAM, IPPROTO_TCP));
      await connectTo(session, c, l);
      const s = await must(session, session.call('accept', l, null, null));
      // The order of naming is the order of port ownership.
      session.nameSocket(args.word(0), c);
      session.nameSocket(args.word(1), s);
      if (kept === null) await must(session, session.call('closesocket', l));
    }),

  udppair: (session, args) =>
    composite(async () => {
      const v6 = args.has('v6', 2);
      const first = await bound(session, v6, true);
      const second = await bound(session, v6, true);
      await connectTo(session, first, second);
      await connectTo(session, second, first);
      session.nameSocket(args.word(0), first);
      session.nameSocket(args.word(1), second);
    }),
};
