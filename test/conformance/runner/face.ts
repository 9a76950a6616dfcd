// The part of the C face that the interpreter calls, with C's parameter lists. A function that the implementation lacks
// is found missing when a command wants it, so every member here may be absent at run time (see Session.call).
import type {
  addrinfo, fd_set, in_addr, Memory, OVERLAPPED, OVERLAPPED_ENTRY, pollfd, Ref, timeval, TRANSMIT_FILE_BUFFERS, WSABUF,
  WSADATA, WSAMSG, WSANAMESPACE_INFOW, WSANETWORKEVENTS, WSAPROTOCOL_INFOW,
} from '../../../src/abi/index.js';

type Out = Memory | null;
type Count = Ref | null;
type Buffers = WSABUF[] | null;
/** A call that the documentation lets block: at once or later. */
type Soon<T = number> = T | Promise<T>;
type Text = string | null;
type WideOut = Uint16Array | null;

/** A completion routine. */
export type Routine = (error: number, transferred: number, overlapped: OVERLAPPED, flags: number) => void;
/** The condition function of WSAAccept. */
export type Condition = (
  callerId: WSABUF, callerData: WSABUF | null, sqos: unknown, gqos: unknown, calleeId: WSABUF,
  calleeData: WSABUF | null, group: Ref, callbackData: number,
) => number;

/** hostent as it is handed back. */
export interface Host {
  readonly h_name: string | null;
  readonly h_addrtype: number;
  readonly h_length: number;
  readonly h_addr_list: readonly Uint8Array[];
}
/** servent as it is handed back. */
export interface Service {
  readonly s_name: string | null;
  readonly s_port: number;
  readonly s_proto: string | null;
}
/** protoent as it is handed back. */
export interface ProtocolName {
  readonly p_name: string | null;
  readonly p_aliases: readonly string[];
  readonly p_proto: number;
}

interface Start {
  WSAStartup(version: number, data: WSADATA | null): Soon;
  WSACleanup(): Soon;
  WSAGetLastError(): number;
  WSASetLastError(error: number): void;
}

interface Sockets {
  socket(af: number, type: number, protocol: number): number;
  WSASocketW(af: number, type: number, protocol: number, info: WSAPROTOCOL_INFOW | null, group: number, flags: number): number;
  WSADuplicateSocketW(s: number, process: number, info: WSAPROTOCOL_INFOW): number;
  closesocket(s: number): Soon;
  bind(s: number, name: Out, length: number): number;
  listen(s: number, backlog: number): number;
  accept(s: number, address: Out, length: Count): Soon;
  WSAAccept(s: number, address: Out, length: Count, condition: Condition | null, data: number): Soon;
  connect(s: number, name: Out, length: number): Soon;
  WSAConnect(
    s: number, name: Out, length: number, callerData: WSABUF | null, calleeData: WSABUF | null, sqos: null, gqos: null,
  ): Soon;
  getsockname(s: number, name: Out, length: Count): number;
  getpeername(s: number, name: Out, length: Count): number;
  shutdown(s: number, how: number): number;
  WSASendDisconnect(s: number, data: WSABUF | null): number;
  WSARecvDisconnect(s: number, data: WSABUF | null): number;
}

interface Transfers {
  send(s: number, data: Out, length: number, flags: number): Soon;
  sendto(s: number, data: Out, length: number, flags: number, to: Out, toLength: number): Soon;
  recv(s: number, buffer: Out, length: number, flags: number): Soon;
  recvfrom(s: number, buffer: Out, length: number, flags: number, from: Out, fromLength: Count): Soon;
}

interface Overlapped {
  WSASend(
    s: number, buffers: Buffers, count: number, sent: Count, flags: number, ov: OVERLAPPED | null, routine: Routine | null,
  ): Soon;
  WSASendTo(
    s: number, buffers: Buffers, count: number, sent: Count, flags: number, to: Out, toLength: number,
    ov: OVERLAPPED | null, routine: Routine | null,
  ): Soon;
  WSARecv(
    s: number, buffers: Buffers, count: number, received: Count, flags: Count, ov: OVERLAPPED | null,
    routine: Routine | null,
  ): Soon;
  WSARecvFrom(
    s: number, buffers: Buffers, count: number, received: Count, flags: Count, from: Out, fromLength: Count,
    ov: OVERLAPPED | null, routine: Routine | null,
  ): Soon;
  WSARecvMsg(
    s: number, message: WSAMSG | null, received: Count, ov: OVERLAPPED | null, routine: Routine | null,
  ): Soon;
  WSASendMsg(
    s: number, message: WSAMSG | null, flags: number, sent: Count, ov: OVERLAPPED | null, routine: Routine | null,
  ): Soon;
  WSAGetOverlappedResult(s: number, ov: OVERLAPPED | null, bytes: Count, wait: number, flags: Count): Soon;
  CancelIo(file: number): number;
  CancelIoEx(file: number, ov: OVERLAPPED | null): number;
  SleepEx(milliseconds: number, alertable: number): Soon;
}

interface Events {
  WSACreateEvent(): number;
  WSACloseEvent(event: number): number;
  WSASetEvent(event: number): number;
  WSAResetEvent(event: number): number;
  WSAWaitForMultipleEvents(
    count: number, events: readonly number[] | null, all: number, milliseconds: number, alertable: number,
  ): Soon;
  WSAEventSelect(s: number, event: number, events: number): number;
  WSAEnumNetworkEvents(s: number, event: number, events: WSANETWORKEVENTS | null): number;
  WSAAsyncSelect(s: number, window: number, message: number, events: number): number;
}

interface Readiness {
  select(nfds: number, r: fd_set | null, w: fd_set | null, e: fd_set | null, timeout: timeval | null): Soon;
  WSAPoll(entries: pollfd[] | null, count: number, milliseconds: number): Soon;
}

interface Options {
  setsockopt(s: number, level: number, name: number, value: Out, length: number): number;
  getsockopt(s: number, level: number, name: number, value: Out, length: Count): number;
  ioctlsocket(s: number, command: number, argument: Count): number;
  WSAIoctl(
    s: number, code: number, input: Out, inputLength: number, output: Out, outputLength: number, returned: Count,
    ov: OVERLAPPED | null, routine: Routine | null,
  ): Soon;
}

interface Ports {
  CreateIoCompletionPort(file: number, port: number, key: number, threads: number): number;
  GetQueuedCompletionStatus(
    port: number, bytes: Ref, key: Ref, ov: Ref<OVERLAPPED | null>, milliseconds: number,
  ): Soon;
  GetQueuedCompletionStatusEx(
    port: number, entries: OVERLAPPED_ENTRY[], count: number, removed: Ref, milliseconds: number, alertable: number,
  ): Soon;
  PostQueuedCompletionStatus(port: number, bytes: number, key: number, ov: OVERLAPPED | null): number;
  SetFileCompletionNotificationModes(file: number, flags: number): number;
  CloseHandle(handle: number): number;
}

interface Extensions {
  AcceptEx(
    listener: number, s: number, buffer: Out, receive: number, local: number, remote: number, received: Count,
    ov: OVERLAPPED | null,
  ): Soon;
  GetAcceptExSockaddrs(
    buffer: Memory, receive: number, local: number, remote: number, localAddress: Ref<Memory | null>, localLength: Ref,
    remoteAddress: Ref<Memory | null>, remoteLength: Ref,
  ): void;
  ConnectEx(
    s: number, name: Out, length: number, data: Out, dataLength: number, sent: Count, ov: OVERLAPPED | null,
  ): Soon;
  DisconnectEx(s: number, ov: OVERLAPPED | null, flags: number, reserved: number): Soon;
  TransmitFile(
    s: number, file: number, bytes: number, perSend: number, ov: OVERLAPPED | null,
    buffers: TRANSMIT_FILE_BUFFERS | null, flags: number,
  ): Soon;
}

interface Names {
  getaddrinfo(node: Text, service: Text, hints: addrinfo | null, result: Ref<addrinfo | null>): Soon;
  GetAddrInfoW(node: Text, service: Text, hints: addrinfo | null, result: Ref<addrinfo | null>): Soon;
  freeaddrinfo(list: addrinfo | null): void;
  FreeAddrInfoW(list: addrinfo | null): void;
  getnameinfo(
    name: Out, length: number, host: Uint8Array | null, hostLength: number, service: Uint8Array | null,
    serviceLength: number, flags: number,
  ): Soon;
  GetNameInfoW(
    name: Out, length: number, host: WideOut, hostLength: number, service: WideOut, serviceLength: number, flags: number,
  ): Soon;
  inet_pton(af: number, text: Text, address: Out): number;
  InetPtonW(af: number, text: Text, address: Out): number;
  inet_ntop(af: number, address: Out, text: Uint8Array | null, length: number): Text;
  InetNtopW(af: number, address: Out, text: WideOut, length: number): Text;
  inet_addr(text: Text): number;
  inet_ntoa(address: in_addr): Text;
  WSAStringToAddressA(text: Text, af: number, info: null, address: Out, length: Count): number;
  WSAStringToAddressW(text: Text, af: number, info: null, address: Out, length: Count): number;
  WSAAddressToStringA(address: Out, length: number, info: null, text: Uint8Array | null, textLength: Count): number;
  WSAAddressToStringW(address: Out, length: number, info: null, text: WideOut, textLength: Count): number;
  getservbyname(name: Text, protocol: Text): Soon<Service | null>;
  getservbyport(port: number, protocol: Text): Soon<Service | null>;
  getprotobyname(name: Text): Soon<ProtocolName | null>;
  getprotobynumber(number: number): Soon<ProtocolName | null>;
  gethostbyname(name: Text): Soon<Host | null>;
  gethostbyaddr(address: Out, length: number, type: number): Soon<Host | null>;
  gethostname(name: Uint8Array | null, length: number): number;
  htons(value: number): number;
  ntohs(value: number): number;
  htonl(value: number): number;
  ntohl(value: number): number;
  WSAHtons(s: number, value: number, result: Count): number;
  WSANtohs(s: number, value: number, result: Count): number;
  WSAHtonl(s: number, value: number, result: Count): number;
  WSANtohl(s: number, value: number, result: Count): number;
}

interface Catalog {
  WSAEnumProtocolsW(protocols: Int32Array | null, buffer: Uint8Array | null, length: Ref): number;
  WSAEnumProtocolsA(protocols: Int32Array | null, buffer: Uint8Array | null, length: Ref): number;
  WSCEnumProtocols(protocols: Int32Array | null, buffer: Uint8Array | null, length: Ref, error: Ref): number;
  WSAEnumNameSpaceProvidersW(length: Ref, buffer: WSANAMESPACE_INFOW[] | null): number;
}

/** The API as an object, bound to one process. */
export interface Face
  extends Start, Sockets, Transfers, Overlapped, Events, Readiness, Options, Ports, Extensions, Names, Catalog {}
