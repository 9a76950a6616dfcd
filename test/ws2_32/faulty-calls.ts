// Every function of the C face by the entry that it reaches, with arguments that get it there on a socket of a fake provider.
import {
  FD_SET,
  OVERLAPPED,
  SOCK_STREAM,
  WSABUF,
  WSAMSG,
  WSANETWORKEVENTS,
  WSAPOLLFD,
  WSAPROTOCOL_INFOA,
  WSAPROTOCOL_INFOW,
  QOS,
  fd_set,
  ref,
  type HANDLE,
  type Ref,
  type SOCKET,
} from '../../src/abi/index.js';
import type { WSPPROC_TABLE } from '../../src/spi/index.js';
import type { World } from '../api/world.js';
import { FAKE_FAMILY } from './fake-provider.js';

export type Entry = keyof WSPPROC_TABLE;
type Call = (world: World, s: SOCKET) => unknown;

/** The room in every buffer, for data, addresses and options. */
export const ROOM = 16;

const room = (): Uint8Array => new Uint8Array(ROOM);
const buffers = (): WSABUF[] => [new WSABUF(ROOM, room())];
const length = (): Ref => ref(ROOM);

function address(): Uint8Array {
  const bytes = room();
  bytes[0] = FAKE_FAMILY;
  return bytes;
}

function setOf(s: SOCKET): fd_set {
  const set = new fd_set();
  FD_SET(s, set);
  return set;
}

function pollEntry(s: SOCKET): WSAPOLLFD {
  const entry = new WSAPOLLFD();
  entry.fd = s;
  return entry;
}

const message = (): WSAMSG => new WSAMSG({ lpBuffers: buffers(), dwBufferCount: 1 });
const NO_QUEUE = 4 as HANDLE;

/** By entry, then by function. WSPCleanup and WSPCancelBlockingCall answer to nobody: see the tests. */
export const CALLS: Readonly<Record<Exclude<Entry, 'lpWSPCleanup' | 'lpWSPCancelBlockingCall'>, Readonly<Record<string, Call>>>> = {
  lpWSPAccept: {
    accept: ({ ws }, s) => ws.accept(s, room(), length()),
    WSAAccept: ({ ws }, s) => ws.WSAAccept(s, room(), length(), null, 0),
  },
  lpWSPAddressToString: {
    WSAAddressToStringA: ({ ws }) => ws.WSAAddressToStringA(address(), ROOM, null, new Uint8Array(ROOM), length()),
    WSAAddressToStringW: ({ ws }) => ws.WSAAddressToStringW(address(), ROOM, null, new Uint16Array(ROOM), length()),
  },
  lpWSPAsyncSelect: { WSAAsyncSelect: ({ ws }, s) => ws.WSAAsyncSelect(s, 4 as never, 1, 1) },
  lpWSPBind: { bind: ({ ws }, s) => ws.bind(s, address(), ROOM) },
  lpWSPCloseSocket: { closesocket: ({ ws }, s) => ws.closesocket(s) },
  lpWSPConnect: {
    connect: ({ ws }, s) => ws.connect(s, address(), ROOM),
    WSAConnect: ({ ws }, s) => ws.WSAConnect(s, address(), ROOM, null, null, null, null),
  },
  lpWSPDuplicateSocket: {
    WSADuplicateSocketA: ({ ws }, s) => ws.WSADuplicateSocketA(s, 4, new WSAPROTOCOL_INFOA()),
    WSADuplicateSocketW: ({ ws }, s) => ws.WSADuplicateSocketW(s, 4, new WSAPROTOCOL_INFOW()),
  },
  lpWSPEnumNetworkEvents: { WSAEnumNetworkEvents: ({ ws }, s) => ws.WSAEnumNetworkEvents(s, 0 as never, new WSANETWORKEVENTS()) },
  lpWSPEventSelect: { WSAEventSelect: ({ ws }, s) => ws.WSAEventSelect(s, 0 as never, 0) },
  lpWSPGetOverlappedResult: {
    WSAGetOverlappedResult: ({ ws }, s) => ws.WSAGetOverlappedResult(s, new OVERLAPPED(), ref(0), 1, ref(0)),
  },
  lpWSPGetPeerName: { getpeername: ({ ws }, s) => ws.getpeername(s, room(), length()) },
  lpWSPGetSockName: { getsockname: ({ ws }, s) => ws.getsockname(s, room(), length()) },
  lpWSPGetSockOpt: { getsockopt: ({ ws }, s) => ws.getsockopt(s, 6, 1, room(), length()) },
  lpWSPGetQOSByName: { WSAGetQOSByName: ({ ws }, s) => ws.WSAGetQOSByName(s, new WSABUF(ROOM, room()), new QOS()) },
  lpWSPIoctl: {
    ioctlsocket: ({ ws }, s) => ws.ioctlsocket(s, 1, ref(0)),
    WSAIoctl: ({ ws }, s) => ws.WSAIoctl(s, 1, null, 0, room(), ROOM, ref(0), null, null),
    WSAPoll: ({ ws }, s) => ws.WSAPoll([pollEntry(s)], 1, 0),
    AcceptEx: ({ ws }, s) => ws.AcceptEx(s, s, room(), 0, ROOM, ROOM, ref(0), new OVERLAPPED()),
    ConnectEx: ({ ws }, s) => ws.ConnectEx(s, address(), ROOM, null, 0, ref(0), new OVERLAPPED()),
    DisconnectEx: ({ ws }, s) => ws.DisconnectEx(s, null, 0, 0),
    TransmitFile: ({ ws }, s) => ws.TransmitFile(s, NO_QUEUE, 0, 0, null, null, 0),
    TransmitPackets: ({ ws }, s) => ws.TransmitPackets(s, [], 0, 0, null, 0),
    WSARecvMsg: ({ ws }, s) => ws.WSARecvMsg(s, message(), ref(0), null, null),
    WSASendMsg: ({ ws }, s) => ws.WSASendMsg(s, message(), 0, ref(0), null, null),
    idealsendbacklogquery: ({ ws }, s) => ws.idealsendbacklogquery(s, ref(0)),
    idealsendbacklognotify: ({ ws }, s) => ws.idealsendbacklognotify(s, null, null),
    RIOCreateRequestQueue: ({ ws }, s) => ws.RIOCreateRequestQueue(s, 1, 1, 1, 1, NO_QUEUE, NO_QUEUE, 0),
  },
  lpWSPJoinLeaf: { WSAJoinLeaf: ({ ws }, s) => ws.WSAJoinLeaf(s, address(), ROOM, null, null, null, null, 1) },
  lpWSPListen: { listen: ({ ws }, s) => ws.listen(s, 1) },
  lpWSPRecv: {
    recv: ({ ws }, s) => ws.recv(s, room(), ROOM, 0),
    WSARecv: ({ ws }, s) => ws.WSARecv(s, buffers(), 1, ref(0), ref(0), null, null),
    WSARecvEx: ({ ws }, s) => ws.WSARecvEx(s, room(), ROOM, ref(0)),
  },
  lpWSPRecvDisconnect: { WSARecvDisconnect: ({ ws }, s) => ws.WSARecvDisconnect(s, null) },
  lpWSPRecvFrom: {
    recvfrom: ({ ws }, s) => ws.recvfrom(s, room(), ROOM, 0, room(), length()),
    WSARecvFrom: ({ ws }, s) => ws.WSARecvFrom(s, buffers(), 1, ref(0), ref(0), room(), length(), null, null),
  },
  lpWSPSelect: { select: ({ ws }, s) => ws.select(0, setOf(s), null, null, null) },
  lpWSPSend: {
    send: ({ ws }, s) => ws.send(s, room(), ROOM, 0),
    WSASend: ({ ws }, s) => ws.WSASend(s, buffers(), 1, ref(0), 0, null, null),
  },
  lpWSPSendDisconnect: { WSASendDisconnect: ({ ws }, s) => ws.WSASendDisconnect(s, null) },
  lpWSPSendTo: {
    sendto: ({ ws }, s) => ws.sendto(s, room(), ROOM, 0, address(), ROOM),
    WSASendTo: ({ ws }, s) => ws.WSASendTo(s, buffers(), 1, ref(0), 0, address(), ROOM, null, null),
  },
  lpWSPSetSockOpt: { setsockopt: ({ ws }, s) => ws.setsockopt(s, 6, 1, room(), ROOM) },
  lpWSPShutdown: { shutdown: ({ ws }, s) => ws.shutdown(s, 1) },
  lpWSPSocket: {
    socket: ({ ws }) => ws.socket(FAKE_FAMILY, SOCK_STREAM, 0),
    WSASocketA: ({ ws }) => ws.WSASocketA(FAKE_FAMILY, SOCK_STREAM, 0, null, 0, 1),
    WSASocketW: ({ ws }) => ws.WSASocketW(FAKE_FAMILY, SOCK_STREAM, 0, null, 0, 1),
  },
  lpWSPStringToAddress: {
    WSAStringToAddressA: ({ ws }) => ws.WSAStringToAddressA('x', FAKE_FAMILY, null, room(), length()),
    WSAStringToAddressW: ({ ws }) => ws.WSAStringToAddressW('x', FAKE_FAMILY, null, room(), length()),
  },
};

/** The entries that may answer later. */
export const MAY_WAIT: ReadonlySet<string> = new Set<Entry>([
  'lpWSPAccept',
  'lpWSPCloseSocket',
  'lpWSPConnect',
  'lpWSPGetOverlappedResult',
  'lpWSPIoctl',
  'lpWSPJoinLeaf',
  'lpWSPRecv',
  'lpWSPRecvFrom',
  'lpWSPSelect',
  'lpWSPSend',
  'lpWSPSendTo',
]);

