// Owns: the cases about arguments: each entry with a handle that is no socket, with null or short pointers, with values
// that are out of range. What each must store in lpErrno follows the entries of winsock2/spi.
// Does not own: what entries do when they are called rightly (sockets.ts, transfer.ts).

import {
  AF_INET,
  AF_INET6,
  FALSE,
  FIONREAD,
  INVALID_SOCKET,
  IPPROTO_TCP,
  MSG_PEEK,
  MSG_WAITALL,
  OVERLAPPED,
  QOS,
  SO_RCVBUF,
  SO_TYPE,
  SOCK_DGRAM,
  SOCK_STREAM,
  SOCKET_ERROR,
  SOL_SOCKET,
  WSABUF,
  WSAEADDRNOTAVAIL,
  WSAEAFNOSUPPORT,
  WSAEFAULT,
  WSAEINVAL,
  WSAENETDOWN,
  WSAENOPROTOOPT,
  WSAENOTCONN,
  WSAENOTSOCK,
  WSAEOPNOTSUPP,
  WSANETWORKEVENTS,
  ref,
  type Ref,
  type SOCKET,
  type WSAEVENT,
} from '../../../index.js';
import { WSPPROC_NAMES, type MaybePending, type WSPPROC_TABLE } from '../../../spi/index.js';
import { JUNK, loopback, protocolInfo, seconds, setOf, TCP_ENTRY, wsabufs, type Case, type Entries } from './host.js';

type Call = (table: WSPPROC_TABLE, s: SOCKET, lpErrno: Ref) => MaybePending<number>;

const buffers = (): WSABUF[] => wsabufs(new Uint8Array(8));
const NO_EVENT = 0 as WSAEVENT;

/** A plausible call of every entry that takes a socket, and what the entry returns on failure. */
const ON_SOCKET: Readonly<Partial<Record<keyof WSPPROC_TABLE, readonly [Call, number]>>> = {
  lpWSPAccept: [(t, s, e) => t.lpWSPAccept(s, null, null, null, 0, e), INVALID_SOCKET],
  lpWSPAsyncSelect: [(t, s, e) => t.lpWSPAsyncSelect(s, 4 as never, 1024, 1, e), SOCKET_ERROR],
  lpWSPBind: [(t, s, e) => t.lpWSPBind(s, loopback(), 16, e), SOCKET_ERROR],
  lpWSPCloseSocket: [(t, s, e) => t.lpWSPCloseSocket(s, e), SOCKET_ERROR],
  lpWSPConnect: [(t, s, e) => t.lpWSPConnect(s, loopback(9), 16, null, null, null, null, e), SOCKET_ERROR],
  lpWSPDuplicateSocket: [(t, s, e) => t.lpWSPDuplicateSocket(s, 4, protocolInfo(1, 6, 1), e), SOCKET_ERROR],
  lpWSPEnumNetworkEvents: [(t, s, e) => t.lpWSPEnumNetworkEvents(s, NO_EVENT, new WSANETWORKEVENTS(), e), SOCKET_ERROR],
  lpWSPEventSelect: [(t, s, e) => t.lpWSPEventSelect(s, NO_EVENT, 0, e), SOCKET_ERROR],
  lpWSPGetOverlappedResult: [(t, s, e) => t.lpWSPGetOverlappedResult(s, new OVERLAPPED(), ref(JUNK), FALSE, ref(JUNK), e), FALSE],
  lpWSPGetPeerName: [(t, s, e) => t.lpWSPGetPeerName(s, loopback(), ref(16), e), SOCKET_ERROR],
  lpWSPGetSockName: [(t, s, e) => t.lpWSPGetSockName(s, loopback(), ref(16), e), SOCKET_ERROR],
  lpWSPGetSockOpt: [(t, s, e) => t.lpWSPGetSockOpt(s, SOL_SOCKET, SO_TYPE, new Uint8Array(4), ref(4), e), SOCKET_ERROR],
  lpWSPGetQOSByName: [(t, s, e) => t.lpWSPGetQOSByName(s, new WSABUF(4, new Uint8Array(4)), new QOS(), e), FALSE],
  lpWSPIoctl: [(t, s, e) => t.lpWSPIoctl(s, FIONREAD, null, 0, new Uint8Array(4), 4, ref(JUNK), null, null, null, e), SOCKET_ERROR],
  lpWSPJoinLeaf: [(t, s, e) => t.lpWSPJoinLeaf(s, loopback(9), 16, null, null, null, null, 4, e), INVALID_SOCKET],
  lpWSPListen: [(t, s, e) => t.lpWSPListen(s, 5, e), SOCKET_ERROR],
  lpWSPRecv: [(t, s, e) => t.lpWSPRecv(s, buffers(), 1, ref(JUNK), ref(0), null, null, null, e), SOCKET_ERROR],
  lpWSPRecvDisconnect: [(t, s, e) => t.lpWSPRecvDisconnect(s, null, e), SOCKET_ERROR],
  lpWSPRecvFrom: [(t, s, e) => t.lpWSPRecvFrom(s, buffers(), 1, ref(JUNK), ref(0), null, null, null, null, null, e), SOCKET_ERROR],
  lpWSPSelect: [(t, s, e) => t.lpWSPSelect(0, setOf(s), null, null, seconds(0), e), SOCKET_ERROR],
  lpWSPSend: [(t, s, e) => t.lpWSPSend(s, buffers(), 1, ref(JUNK), 0, null, null, null, e), SOCKET_ERROR],
  lpWSPSendDisconnect: [(t, s, e) => t.lpWSPSendDisconnect(s, null, e), SOCKET_ERROR],
  lpWSPSendTo: [(t, s, e) => t.lpWSPSendTo(s, buffers(), 1, ref(JUNK), 0, loopback(9), 16, null, null, null, e), SOCKET_ERROR],
  lpWSPSetSockOpt: [(t, s, e) => t.lpWSPSetSockOpt(s, SOL_SOCKET, SO_RCVBUF, Uint8Array.of(0, 16, 0, 0), 4, e), SOCKET_ERROR],
  lpWSPShutdown: [(t, s, e) => t.lpWSPShutdown(s, 1, e), SOCKET_ERROR],
};

/** The entries that take no socket and may be unsupported. */
const WITHOUT_SOCKET: Readonly<Partial<Record<keyof WSPPROC_TABLE, readonly [Call, number]>>> = {
  lpWSPCancelBlockingCall: [(t, _s, e) => t.lpWSPCancelBlockingCall(e), SOCKET_ERROR],
};

function foreignHandleCase(name: keyof WSPPROC_TABLE, [call, failure]: readonly [Call, number]): Case {
  return {
    name: `${name} refuses a handle that is no socket, at once`,
    run(entries) {
      const error = entries.unsupported.includes(name) ? WSAEOPNOTSUPP : WSAENOTSOCK;
      const closed = entries.socket();
      entries.now((e) => entries.table.lpWSPCloseSocket(closed, e));
      for (const s of [...entries.foreignHandles(), closed]) {
        entries.expect(entries.now((e) => call(entries.table, s, e))).toEqual({ value: failure, error });
      }
    },
  };
}

/** Unsupported entries refuse sockets too; a supported one must not, at least not so. */
const supportCases: readonly Case[] = WSPPROC_NAMES.flatMap((name) => {
  const known = ON_SOCKET[name] ?? WITHOUT_SOCKET[name];
  if (known === undefined) return [];
  const [call, failure] = known;
  return [
    {
      name: `${name} is served, or refused with WSAEOPNOTSUPP`,
      async run(entries) {
        if (!entries.unsupported.includes(name)) return;
        const s = entries.socket();
        entries.expect(entries.now((e) => call(entries.table, s, e))).toEqual({ value: failure, error: WSAEOPNOTSUPP });
        await Promise.resolve();
      },
    },
  ];
});

/** One wrong call on a socket made for it, and the errors it may fail with. */
interface Wrong {
  readonly what: string;
  readonly on: (entries: Entries) => SOCKET | Promise<SOCKET>;
  readonly call: Call;
  readonly error: number | readonly number[];
  readonly failure?: number;
}

const tcp = (entries: Entries): SOCKET => entries.socket();
const udp = (entries: Entries): SOCKET => entries.socket(SOCK_DGRAM);
const bound = (entries: Entries): SOCKET => entries.bound().s;
const boundUdp = (entries: Entries): SOCKET => entries.bound(SOCK_DGRAM).s;
const connected = async (entries: Entries): Promise<SOCKET> => (await entries.pair()).client;
const listening = (entries: Entries): SOCKET => entries.listener().s;

function foreignFamily(): Uint8Array {
  const memory = new Uint8Array(28);
  memory[0] = AF_INET6;
  return memory;
}

const WRONG: readonly Wrong[] = [
  { what: 'bind to no address', on: tcp, call: (t, s, e) => t.lpWSPBind(s, null, 16, e), error: WSAEFAULT },
  { what: 'bind with too short a length', on: tcp, call: (t, s, e) => t.lpWSPBind(s, loopback(), 8, e), error: WSAEFAULT },
  { what: 'bind with too little memory', on: tcp, call: (t, s, e) => t.lpWSPBind(s, new Uint8Array([2, 0]), 16, e), error: WSAEFAULT },
  { what: "bind to another family's address", on: tcp, call: (t, s, e) => t.lpWSPBind(s, foreignFamily(), 28, e), error: [WSAEFAULT, WSAEAFNOSUPPORT] },
  { what: 'bind twice', on: bound, call: (t, s, e) => t.lpWSPBind(s, loopback(), 16, e), error: WSAEINVAL },
  { what: 'connect to no address', on: tcp, call: (t, s, e) => t.lpWSPConnect(s, null, 16, null, null, null, null, e), error: WSAEFAULT },
  { what: 'connect with too short a length', on: tcp, call: (t, s, e) => t.lpWSPConnect(s, loopback(9), 3, null, null, null, null, e), error: WSAEFAULT },
  { what: "connect to another family's address", on: tcp, call: (t, s, e) => t.lpWSPConnect(s, foreignFamily(), 28, null, null, null, null, e), error: WSAEAFNOSUPPORT },
  { what: 'connect to port 0', on: tcp, call: (t, s, e) => t.lpWSPConnect(s, loopback(0), 16, null, null, null, null, e), error: WSAEADDRNOTAVAIL },
  { what: 'connect a listener', on: listening, call: (t, s, e) => t.lpWSPConnect(s, loopback(9), 16, null, null, null, null, e), error: WSAEINVAL },
  { what: 'listen unbound', on: tcp, call: (t, s, e) => t.lpWSPListen(s, 5, e), error: WSAEINVAL },
  { what: 'listen for datagrams', on: boundUdp, call: (t, s, e) => t.lpWSPListen(s, 5, e), error: WSAEOPNOTSUPP },
  { what: 'accept without listening', on: bound, call: (t, s, e) => t.lpWSPAccept(s, null, null, null, 0, e), error: WSAEINVAL, failure: INVALID_SOCKET },
  { what: 'accept datagrams', on: boundUdp, call: (t, s, e) => t.lpWSPAccept(s, null, null, null, 0, e), error: WSAEOPNOTSUPP, failure: INVALID_SOCKET },
  { what: 'ask an unbound socket for its name', on: tcp, call: (t, s, e) => t.lpWSPGetSockName(s, loopback(), ref(16), e), error: WSAEINVAL },
  { what: 'ask for a name into nothing', on: bound, call: (t, s, e) => t.lpWSPGetSockName(s, null, ref(16), e), error: WSAEFAULT },
  { what: 'ask for a name of no length', on: bound, call: (t, s, e) => t.lpWSPGetSockName(s, loopback(), null, e), error: WSAEFAULT },
  { what: 'ask for a name with too little room', on: bound, call: (t, s, e) => t.lpWSPGetSockName(s, loopback(), ref(15), e), error: WSAEFAULT },
  { what: 'ask for the peer of nobody', on: bound, call: (t, s, e) => t.lpWSPGetPeerName(s, loopback(), ref(16), e), error: WSAENOTCONN },
  { what: 'ask for the peer with too little room', on: connected, call: (t, s, e) => t.lpWSPGetPeerName(s, loopback(), ref(4), e), error: WSAEFAULT },
  { what: 'read an option into nothing', on: tcp, call: (t, s, e) => t.lpWSPGetSockOpt(s, SOL_SOCKET, SO_TYPE, null, ref(4), e), error: WSAEFAULT },
  { what: 'read an option of no length', on: tcp, call: (t, s, e) => t.lpWSPGetSockOpt(s, SOL_SOCKET, SO_TYPE, new Uint8Array(4), null, e), error: WSAEFAULT },
  { what: 'read an option with too little room', on: tcp, call: (t, s, e) => t.lpWSPGetSockOpt(s, SOL_SOCKET, SO_TYPE, new Uint8Array(4), ref(2), e), error: WSAEFAULT },
  { what: 'read an option that is none', on: tcp, call: (t, s, e) => t.lpWSPGetSockOpt(s, SOL_SOCKET, 0x7654, new Uint8Array(4), ref(4), e), error: WSAENOPROTOOPT },
  { what: 'read at a level that is none', on: tcp, call: (t, s, e) => t.lpWSPGetSockOpt(s, 0x7654, SO_TYPE, new Uint8Array(4), ref(4), e), error: WSAEINVAL },
  { what: 'set an option to nothing', on: tcp, call: (t, s, e) => t.lpWSPSetSockOpt(s, SOL_SOCKET, SO_RCVBUF, null, 4, e), error: WSAEFAULT },
  { what: 'set an option with too little', on: tcp, call: (t, s, e) => t.lpWSPSetSockOpt(s, SOL_SOCKET, SO_RCVBUF, new Uint8Array(2), 2, e), error: WSAEFAULT },
  { what: 'set an option that is none', on: tcp, call: (t, s, e) => t.lpWSPSetSockOpt(s, SOL_SOCKET, 0x7654, new Uint8Array(4), 4, e), error: WSAENOPROTOOPT },
  { what: 'set at a level that is none', on: tcp, call: (t, s, e) => t.lpWSPSetSockOpt(s, 0x7654, SO_RCVBUF, new Uint8Array(4), 4, e), error: WSAEINVAL },
  { what: 'run a code that is none', on: tcp, call: (t, s, e) => t.lpWSPIoctl(s, 0x12345678, null, 0, null, 0, ref(JUNK), null, null, null, e), error: WSAEOPNOTSUPP },
  { what: 'run a code without a count', on: tcp, call: (t, s, e) => t.lpWSPIoctl(s, FIONREAD, null, 0, new Uint8Array(4), 4, null, null, null, null, e), error: WSAEFAULT },
  { what: 'run a code with too little room', on: connected, call: (t, s, e) => t.lpWSPIoctl(s, FIONREAD, null, 0, new Uint8Array(2), 2, ref(JUNK), null, null, null, e), error: WSAEFAULT },
  { what: 'receive into no buffers', on: connected, call: (t, s, e) => t.lpWSPRecv(s, null, 1, ref(JUNK), ref(0), null, null, null, e), error: WSAEFAULT },
  { what: 'receive into a buffer without memory', on: connected, call: (t, s, e) => t.lpWSPRecv(s, [new WSABUF(8, null)], 1, ref(JUNK), ref(0), null, null, null, e), error: WSAEFAULT },
  { what: 'receive into fewer buffers than said', on: connected, call: (t, s, e) => t.lpWSPRecv(s, buffers(), 2, ref(JUNK), ref(0), null, null, null, e), error: WSAEFAULT },
  { what: 'receive into none', on: connected, call: (t, s, e) => t.lpWSPRecv(s, [], 0, ref(JUNK), ref(0), null, null, null, e), error: WSAEINVAL },
  { what: 'receive without flags', on: connected, call: (t, s, e) => t.lpWSPRecv(s, buffers(), 1, ref(JUNK), null, null, null, null, e), error: WSAEFAULT },
  { what: 'receive without a count', on: connected, call: (t, s, e) => t.lpWSPRecv(s, buffers(), 1, null, ref(0), null, null, null, e), error: WSAEFAULT },
  { what: 'receive with unknown flags', on: connected, call: (t, s, e) => t.lpWSPRecv(s, buffers(), 1, ref(JUNK), ref(0x40000000), null, null, null, e), error: WSAEOPNOTSUPP },
  { what: 'peek for everything', on: connected, call: (t, s, e) => t.lpWSPRecv(s, buffers(), 1, ref(JUNK), ref(MSG_PEEK | MSG_WAITALL), null, null, null, e), error: WSAEOPNOTSUPP },
  { what: 'receive unconnected', on: bound, call: (t, s, e) => t.lpWSPRecv(s, buffers(), 1, ref(JUNK), ref(0), null, null, null, e), error: WSAENOTCONN },
  { what: 'receive datagrams unbound', on: udp, call: (t, s, e) => t.lpWSPRecvFrom(s, buffers(), 1, ref(JUNK), ref(0), null, null, null, null, null, e), error: WSAEINVAL },
  { what: 'receive with too little room for the sender', on: boundUdp, call: (t, s, e) => t.lpWSPRecvFrom(s, buffers(), 1, ref(JUNK), ref(0), loopback(), ref(4), null, null, null, e), error: WSAEFAULT },
  { what: 'wait for all of a datagram', on: boundUdp, call: (t, s, e) => t.lpWSPRecvFrom(s, buffers(), 1, ref(JUNK), ref(MSG_WAITALL), null, null, null, null, null, e), error: WSAEOPNOTSUPP },
  { what: 'send no buffers', on: connected, call: (t, s, e) => t.lpWSPSend(s, null, 1, ref(JUNK), 0, null, null, null, e), error: WSAEFAULT },
  { what: 'send a buffer without memory', on: connected, call: (t, s, e) => t.lpWSPSend(s, [new WSABUF(8, null)], 1, ref(JUNK), 0, null, null, null, e), error: WSAEFAULT },
  { what: 'send without a count', on: connected, call: (t, s, e) => t.lpWSPSend(s, buffers(), 1, null, 0, null, null, null, e), error: WSAEFAULT },
  { what: 'send with unknown flags', on: connected, call: (t, s, e) => t.lpWSPSend(s, buffers(), 1, ref(JUNK), 0x40000000, null, null, null, e), error: WSAEOPNOTSUPP },
  { what: 'send unconnected', on: tcp, call: (t, s, e) => t.lpWSPSend(s, buffers(), 1, ref(JUNK), 0, null, null, null, e), error: WSAENOTCONN },
  { what: 'send a datagram to too short an address', on: udp, call: (t, s, e) => t.lpWSPSendTo(s, buffers(), 1, ref(JUNK), 0, loopback(9), 4, null, null, null, e), error: WSAEFAULT },
  { what: "send a datagram to another family", on: udp, call: (t, s, e) => t.lpWSPSendTo(s, buffers(), 1, ref(JUNK), 0, foreignFamily(), 28, null, null, null, e), error: WSAEAFNOSUPPORT },
  { what: 'shut down in no known way', on: connected, call: (t, s, e) => t.lpWSPShutdown(s, 3, e), error: WSAEINVAL },
  { what: 'shut down unconnected', on: tcp, call: (t, s, e) => t.lpWSPShutdown(s, 1, e), error: WSAENOTCONN },
  { what: 'end sending unconnected', on: tcp, call: (t, s, e) => t.lpWSPSendDisconnect(s, null, e), error: WSAENOTCONN },
  { what: 'end sending with data that the protocol has not', on: connected, call: (t, s, e) => t.lpWSPSendDisconnect(s, new WSABUF(2, new Uint8Array(2)), e), error: WSAENOPROTOOPT },
  { what: 'select nothing', on: tcp, call: (t, _s, e) => t.lpWSPSelect(0, null, setOf(), null, seconds(0), e), error: WSAEINVAL },
  { what: 'select for a negative time', on: bound, call: (t, s, e) => t.lpWSPSelect(0, setOf(s), null, null, seconds(-1), e), error: WSAEINVAL },
  { what: 'duplicate into nothing', on: tcp, call: (t, s, e) => t.lpWSPDuplicateSocket(s, 4, null, e), error: WSAEFAULT },
  { what: 'duplicate for a process that is not there', on: tcp, call: (t, s, e) => t.lpWSPDuplicateSocket(s, 0x7654321, protocolInfo(1, 6, 1), e), error: WSAEINVAL },
  { what: 'ask for the result of nothing', on: tcp, call: (t, s, e) => t.lpWSPGetOverlappedResult(s, null, ref(JUNK), FALSE, ref(JUNK), e), error: [87, WSAEINVAL, WSAEFAULT], failure: FALSE },
  { what: 'make a socket without an entry', on: tcp, call: (t, _s, e) => t.lpWSPSocket(AF_INET, SOCK_STREAM, IPPROTO_TCP, null, 0, 0, e), error: [WSAEFAULT, WSAEINVAL], failure: INVALID_SOCKET },
  { what: 'make a socket of an unknown family', on: tcp, call: (t, _s, e) => t.lpWSPSocket(999, SOCK_STREAM, IPPROTO_TCP, protocolInfo(SOCK_STREAM, IPPROTO_TCP, TCP_ENTRY), 0, 0, e), error: [WSAEAFNOSUPPORT, WSAEINVAL], failure: INVALID_SOCKET },
  { what: 'write no address as text', on: tcp, call: (t, _s, e) => t.lpWSPAddressToString(null, 16, null, new Uint16Array(40), ref(40), e), error: WSAEFAULT },
  { what: 'write an address of no family as text', on: tcp, call: (t, _s, e) => t.lpWSPAddressToString(new Uint8Array(16).fill(0x77), 16, null, new Uint16Array(40), ref(40), e), error: WSAEINVAL },
  { what: 'read an address from no text', on: tcp, call: (t, _s, e) => t.lpWSPStringToAddress(null, AF_INET, null, loopback(), ref(16), e), error: WSAEFAULT },
  { what: 'read an address from other text', on: tcp, call: (t, _s, e) => t.lpWSPStringToAddress('nobody', AF_INET, null, loopback(), ref(16), e), error: WSAEINVAL },
];

const wrongCases: readonly Case[] = WRONG.map(({ what, on, call, error, failure }) => ({
  name: `refused at once: to ${what}`,
  async run(entries: Entries) {
    const { expect } = entries;
    const s = await on(entries);
    const outcome = entries.now((e) => call(entries.table, s, e));
    expect(outcome.value).toBe(failure ?? SOCKET_ERROR);
    expect([error].flat()).toContain(outcome.error);
    expect(outcome.error).not.toBe(WSAENETDOWN);
  },
}));

export const argumentCases: readonly Case[] = [
  ...WSPPROC_NAMES.flatMap((name) => {
    const known = ON_SOCKET[name];
    return known === undefined ? [] : [foreignHandleCase(name, known)];
  }),
  ...supportCases,
  ...wrongCases,
  {
    name: 'what fails writes nothing but lpErrno',
    async run(entries) {
      const { expect } = entries;
      const { table } = entries;
      const { client } = await entries.pair();
      const [count, flags, length] = [ref(JUNK), ref(0x40000000), ref(4)];
      const name = new Uint8Array(16).fill(0xcc);
      entries.now((e) => table.lpWSPRecv(client, buffers(), 1, count, flags, null, null, null, e));
      entries.now((e) => table.lpWSPSend(client, buffers(), 1, count, 0x40000000, null, null, null, e));
      entries.now((e) => table.lpWSPGetSockName(client, name, length, e));
      entries.now((e) => table.lpWSPGetPeerName(client, name, length, e));
      entries.now((e) => table.lpWSPGetSockOpt(client, SOL_SOCKET, 0x7654, name, length, e));
      expect([count.value, flags.value, length.value]).toEqual([JUNK, 0x40000000, 4]);
      expect(name.every((byte) => byte === 0xcc)).toBe(true);
      const [set, foreign] = [setOf(client), entries.event().handle as number as SOCKET];
      entries.now((e) => table.lpWSPSelect(0, set, setOf(foreign), null, seconds(0), e));
      expect([set.fd_count, set.fd_array]).toEqual([1, [client]]);
    },
  },
  {
    name: 'texts and addresses that do not fit tell how much they need',
    run(entries) {
      const { expect } = entries;
      const { table } = entries;
      const [units, size] = [ref(5), ref(4)];
      expect(entries.now((e) => table.lpWSPAddressToString(loopback(80), 16, null, new Uint16Array(5), units, e))).toEqual({
        value: SOCKET_ERROR,
        error: WSAEFAULT,
      });
      expect(units.value).toBe('127.0.0.1:80'.length + 1);
      expect(entries.now((e) => table.lpWSPStringToAddress('127.0.0.1', AF_INET, null, new Uint8Array(4), size, e))).toEqual({
        value: SOCKET_ERROR,
        error: WSAEFAULT,
      });
      expect(size.value).toBe(16);
    },
  },
];
