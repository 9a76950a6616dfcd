// The Microsoft extension functions as providers write them, but for the messages', which are in function-pointers.ts: as
// in mswsock.h, with lpErrno at the end. Those with an OVERLAPPED know no completion routine, so they are told no thread.
import type {
  HANDLE,
  Memory,
  OVERLAPPED,
  Ref,
  SOCKET,
  TRANSMIT_FILE_BUFFERS,
  TRANSMIT_PACKETS_ELEMENT,
} from '../abi/index.js';
import type { BOOL, MaybePending } from './types.js';

/** AcceptEx of a provider. */
export type LPWSPACCEPTEX = (
  sListenSocket: SOCKET,
  sAcceptSocket: SOCKET,
  lpOutputBuffer: Memory | null,
  dwReceiveDataLength: number,
  dwLocalAddressLength: number,
  dwRemoteAddressLength: number,
  lpdwBytesReceived: Ref | null,
  lpOverlapped: OVERLAPPED | null,
  lpErrno: Ref,
) => BOOL;

/** GetAcceptExSockaddrs of a provider. */
export type LPWSPGETACCEPTEXSOCKADDRS = (
  lpOutputBuffer: Memory | null,
  dwReceiveDataLength: number,
  dwLocalAddressLength: number,
  dwRemoteAddressLength: number,
  LocalSockaddr: Ref<Memory | null> | null,
  LocalSockaddrLength: Ref | null,
  RemoteSockaddr: Ref<Memory | null> | null,
  RemoteSockaddrLength: Ref | null,
) => void;

/** ConnectEx of a provider. */
export type LPWSPCONNECTEX = (
  s: SOCKET,
  name: Memory | null,
  namelen: number,
  lpSendBuffer: Memory | null,
  dwSendDataLength: number,
  lpdwBytesSent: Ref | null,
  lpOverlapped: OVERLAPPED | null,
  lpErrno: Ref,
) => BOOL;

/** DisconnectEx of a provider. May block without an OVERLAPPED. */
export type LPWSPDISCONNECTEX = (
  s: SOCKET,
  lpOverlapped: OVERLAPPED | null,
  dwFlags: number,
  dwReserved: number,
  lpErrno: Ref,
) => MaybePending<BOOL>;

/** TransmitFile of a provider. May block without an OVERLAPPED. */
export type LPWSPTRANSMITFILE = (
  hSocket: SOCKET,
  hFile: HANDLE,
  nNumberOfBytesToWrite: number,
  nNumberOfBytesPerSend: number,
  lpOverlapped: OVERLAPPED | null,
  lpTransmitBuffers: TRANSMIT_FILE_BUFFERS | null,
  dwReserved: number,
  lpErrno: Ref,
) => MaybePending<BOOL>;

/** TransmitPackets of a provider. May block without an OVERLAPPED. */
export type LPWSPTRANSMITPACKETS = (
  hSocket: SOCKET,
  lpPacketArray: readonly TRANSMIT_PACKETS_ELEMENT[] | null,
  nElementCount: number,
  nSendSize: number,
  lpOverlapped: OVERLAPPED | null,
  dwFlags: number,
  lpErrno: Ref,
) => MaybePending<BOOL>;
