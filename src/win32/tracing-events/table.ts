// Winsock's tracing events as data: providers, ids, levels and fields, as the pages under "Winsock Tracing" have them. Who
// makes an event fills in the fields of its row.
// Only AFD_EVENT_CREATE, AFD_EVENT_CLOSE and the four of WS2HELP have documented names; the others are named alike.

/** The event providers. */
export const EVENT_PROVIDERS = {
  afd: 'Microsoft-Windows-Winsock-AFD',
  ws2help: 'Microsoft-Windows-Winsock-WS2HELP',
} as const;

/** A provider's short name. */
export type EventProvider = keyof typeof EVENT_PROVIDERS;

/** Information: sockets, connections and errors. The two names are those of evntrace.h. */
export const TRACE_LEVEL_INFORMATION = 4;
/** Verbose: the same, and every transfer. */
export const TRACE_LEVEL_VERBOSE = 5;
/** A level of Winsock tracing. */
export type EventLevel = typeof TRACE_LEVEL_INFORMATION | typeof TRACE_LEVEL_VERBOSE;

/** One kind of event. */
export interface EventKind {
  readonly provider: EventProvider;
  readonly id: number;
  /** The id on an IPv6 socket, where that is another one. */
  readonly idIpv6: number | null;
  readonly level: EventLevel;
  readonly fields: readonly string[];
  /** What makes it. */
  readonly when: string;
}

function row(id: number | readonly [number, number], level: EventLevel, fields: string, when: string): EventKind {
  const [id4, id6] = typeof id === 'number' ? [id, null] : id;
  return { provider: 'afd', id: id4, idIpv6: id6, level, fields: fields.split(' '), when };
}

function catalogRow(id: number, fields: string, when: string): EventKind {
  return { ...row(id, TRACE_LEVEL_INFORMATION, '', when), provider: 'ws2help', fields: fields.split(', ') };
}

const ENTRY = 'LSP Name, Catalog, Installer, GUID, Category';
const POSTED = 'Process Endpoint FastPath BufferCount Buffer BufferLength';
const DONE = 'Process Endpoint Buffer BufferLength';
const ADDRESSED = 'Process Endpoint BufferCount Buffer BufferLength Address Port';

/** Every event, by name. */
export const winsockEvents = {
  AFD_EVENT_CREATE: row(
    1,
    TRACE_LEVEL_INFORMATION,
    'EnterExit Location Process Endpoint AddressFamily SocketType Protocol UserModePid Status',
    'socket, WSASocket; a connection accepted; a socket used by AcceptEx or ConnectEx',
  ),
  AFD_EVENT_BIND: row([2, 3], TRACE_LEVEL_INFORMATION, 'Process Endpoint Address Port Status', 'bind, and whatever binds implicitly'),
  AFD_EVENT_BIND_FAILED: row(40, TRACE_LEVEL_INFORMATION, 'Process Endpoint Error', 'a bind that fails, implicit ones too'),
  AFD_EVENT_CONNECT: row([4, 5], TRACE_LEVEL_INFORMATION, 'Process Endpoint Address Port', 'connect, WSAConnect, ConnectEx'),
  AFD_EVENT_CONNECT_COMPLETED: row(6, TRACE_LEVEL_INFORMATION, 'Process Endpoint Error', 'the end of a connect, good or bad'),
  AFD_EVENT_ABORT: row(7, TRACE_LEVEL_INFORMATION, 'Process Endpoint Reason', 'afd cuts a connection or cancels a connect'),
  AFD_EVENT_TRANSPORT_ABORT: row(8, TRACE_LEVEL_INFORMATION, 'Process Endpoint Reason', 'the transport reports a reset, or that the peer is gone'),
  AFD_EVENT_SEND_FAILED: row(9, TRACE_LEVEL_INFORMATION, 'Process Endpoint Error', 'send, WSASend, sendto or WSASendTo that fails'),
  AFD_EVENT_SENDMSG_FAILED: row(10, TRACE_LEVEL_INFORMATION, 'Process Endpoint Error', 'WSASendMsg that fails'),
  AFD_EVENT_RECV_FAILED: row(11, TRACE_LEVEL_INFORMATION, 'Process Endpoint Error', 'recv, WSARecv or WSARecvEx that fails'),
  AFD_EVENT_RECVFROM_FAILED: row(12, TRACE_LEVEL_INFORMATION, 'Process Endpoint Error', 'recvfrom, WSARecvFrom or WSARecvMsg that fails'),
  AFD_EVENT_CLOSE: row(13, TRACE_LEVEL_INFORMATION, 'EnterExit Location Process Endpoint Error', 'the last handle of a socket is closed'),
  AFD_EVENT_CLEANUP: row(14, TRACE_LEVEL_INFORMATION, 'Process Endpoint Error', 'shutdown; a graceful close that fails'),
  AFD_EVENT_ACCEPT: row([15, 16], TRACE_LEVEL_INFORMATION, 'Process Endpoint Address Port Status', 'accept, WSAAccept, AcceptEx: a connection was taken'),
  AFD_EVENT_ACCEPT_FAILED: row(17, TRACE_LEVEL_INFORMATION, 'Process Endpoint Error', 'accept, WSAAccept or AcceptEx that fails'),
  AFD_EVENT_SEND_POSTED: row(18, TRACE_LEVEL_VERBOSE, POSTED, 'send, WSASend, RIOSend'),
  AFD_EVENT_RECV_POSTED: row(19, TRACE_LEVEL_VERBOSE, POSTED, 'recv, WSARecv, WSARecvEx, RIOReceive'),
  AFD_EVENT_RECVFROM_POSTED: row(20, TRACE_LEVEL_VERBOSE, POSTED, 'recvfrom, WSARecvFrom, WSARecvMsg'),
  AFD_EVENT_SENDTO_POSTED: row([21, 22], TRACE_LEVEL_VERBOSE, `${POSTED} Address Port`, 'sendto, WSASendTo, WSASendMsg'),
  AFD_EVENT_RECV_COMPLETED: row(23, TRACE_LEVEL_VERBOSE, DONE, 'a receive has its bytes'),
  AFD_EVENT_SEND_COMPLETED: row(24, TRACE_LEVEL_VERBOSE, DONE, 'the transport has the bytes of a send'),
  AFD_EVENT_SENDMSG_COMPLETED: row(25, TRACE_LEVEL_VERBOSE, ADDRESSED, 'the transport has what WSASendMsg sent'),
  AFD_EVENT_RECVFROM_COMPLETED: row([26, 27], TRACE_LEVEL_VERBOSE, ADDRESSED, 'recvfrom, WSARecvFrom or WSARecvMsg has its datagram'),
  AFD_EVENT_SENDTO_COMPLETED: row(28, TRACE_LEVEL_VERBOSE, ADDRESSED, 'the transport has the datagram of sendto or WSASendTo'),
  AFD_EVENT_OPTION_SET: row(
    29,
    TRACE_LEVEL_VERBOSE,
    'Process Endpoint Option Value',
    'SO_SNDBUF, SO_RCVBUF, SO_OOBINLINE, FIONBIO, SIO_ENABLE_CIRCULAR_QUEUEING or SIO_UDP_CONNRESET is set',
  ),
  AFD_EVENT_POLL_POSTED: row(30, TRACE_LEVEL_VERBOSE, 'Process HandleCount Timeout', 'select, WSAPoll'),
  AFD_EVENT_POLL_COMPLETED: row(31, TRACE_LEVEL_VERBOSE, 'Process Endpoint Error', 'select or WSAPoll returns'),
  AFD_EVENT_EVENT_SELECT: row(32, TRACE_LEVEL_VERBOSE, 'Process Endpoint EventMask', 'WSAEventSelect'),
  AFD_EVENT_DATAGRAM_DROPPED: row([33, 34], TRACE_LEVEL_VERBOSE, 'Process Endpoint PacketSize Address Port Reason', 'a datagram comes and the receive buffer is full'),
  AFD_EVENT_CONNECTION_INDICATED: row([35, 36], TRACE_LEVEL_VERBOSE, 'Process Endpoint Address Port', 'a connection comes to a listening socket'),
  AFD_EVENT_DATA_INDICATED: row(37, TRACE_LEVEL_VERBOSE, 'Process Endpoint BytesIndicated', 'bytes come on a connection'),
  AFD_EVENT_TRANSPORT_DATA_INDICATED: row([38, 39], TRACE_LEVEL_VERBOSE, 'Process Endpoint Address Port BytesIndicated', 'a datagram comes'),
  AFD_EVENT_DISCONNECT_INDICATED: row(41, TRACE_LEVEL_VERBOSE, 'Process Endpoint', 'the peer has ended its stream'),
  WINSOCK_WS2HELP_LSP_INSTALL: catalogRow(1, ENTRY, 'a protocol entry is installed'),
  WINSOCK_WS2HELP_LSP_REMOVE: catalogRow(2, ENTRY, 'a protocol entry is removed'),
  WINSOCK_WS2HELP_LSP_DISABLE: catalogRow(3, ENTRY, 'a protocol entry becomes hidden (PFL_HIDDEN), so that no application is given it'),
  WINSOCK_WS2HELP_LSP_RESET: catalogRow(4, 'Catalog', 'the catalog is reset'),
} as const satisfies Readonly<Record<string, EventKind>>;

/** The name of an event. */
export type EventName = keyof typeof winsockEvents;

/** What `EnterExit` says. */
export const ENTER_EXIT = {
  /** A request begins. */
  enter: 0,
  /** A request is over. */
  exit: 1,
  /** afd did it on its own account: an accepted connection's socket. */
  internal: 2,
  /** TCP/IP caused it. */
  transport: 3,
  /** afd caused it. */
  afd: 4,
} as const;

/** An error as events carry it: 0, or the Winsock error as an HRESULT (0x8007…). */
export function eventStatus(error: number): number {
  return error === 0 ? 0 : (0x80070000 | (error & 0xffff)) >>> 0;
}

/** The Winsock error in an event's Status, Error or Reason; 0 for success. */
export function errorOfStatus(status: number): number {
  return status & 0xffff;
}
