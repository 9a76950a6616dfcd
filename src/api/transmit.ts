// TransmitFile and TransmitPackets: files and memory sent in one call. Extension functions, found through the pointers
// that the socket's provider gives out.
import {
  FALSE,
  WSAID_TRANSMITFILE,
  WSAID_TRANSMITPACKETS,
  type HANDLE,
  type OVERLAPPED,
  type SOCKET,
  type TRANSMIT_FILE_BUFFERS,
  type TRANSMIT_PACKETS_ELEMENT,
} from '../abi/index.js';
import { extensionFunction, type LPWSPTRANSMITFILE, type LPWSPTRANSMITPACKETS } from '../ws2_32/index.js';
import { onSocket, overlappable } from './define.js';

/** TransmitFile's type. */
export interface TransmitFileFunction {
  (
    hSocket: SOCKET,
    hFile: HANDLE,
    nNumberOfBytesToWrite: number,
    nNumberOfBytesPerSend: number,
    lpOverlapped: OVERLAPPED,
    lpTransmitBuffers: TRANSMIT_FILE_BUFFERS | null,
    dwReserved: number,
  ): number;
  (
    hSocket: SOCKET,
    hFile: HANDLE,
    nNumberOfBytesToWrite: number,
    nNumberOfBytesPerSend: number,
    lpOverlapped: null,
    lpTransmitBuffers: TRANSMIT_FILE_BUFFERS | null,
    dwReserved: number,
  ): Promise<number>;
}

/**
 * Sends a file, with memory before and after it. The file is read block by block while it is sent, and its file pointer
 * moves to where reading stopped; closing its handle meanwhile stops nothing. Without an OVERLAPPED it blocks until all is
 * sent, whatever the socket's mode. One that is cancelled stops where it is; if a block is half sent, the connection is cut,
 * as by every cancelled send.
 *
 * @param hSocket - a connected stream socket
 * @param hFile - a file opened with GENERIC_READ, or NULL (0) to send the buffers only
 * @param nNumberOfBytesToWrite - how many bytes of the file; 0 for all that follow. A file that ends before sends fewer
 * @param nNumberOfBytesPerSend - bytes of a block; 0 for the default, which is also the most: 65536
 * @param lpOverlapped - null to begin at the file pointer; or what reports the completion, with the bytes sent, and says
 *   in Offset and OffsetHigh where in the file to begin
 * @param lpTransmitBuffers - what to send before and after the file, or null; must be left alone until completion
 * @param dwReserved - the flags: TF_DISCONNECT ends sending afterwards; with TF_REUSE_SOCKET it also waits for the peer's
 *   end, and the socket can be used again (see DisconnectEx); TF_WRITE_BEHIND completes within the call if all could be
 *   handed to the system at once; TF_USE_DEFAULT_WORKER, TF_USE_SYSTEM_THREAD and TF_USE_KERNEL_APC change nothing
 * @returns TRUE, or FALSE. Errors: WSANOTINITIALISED, WSAENOTSOCK, WSAENOTCONN, WSAEINVAL (a datagram socket; other flags,
 *   or TF_REUSE_SOCKET alone; a place behind the end of the file; more than 2,147,483,646 bytes in all; the OVERLAPPED is
 *   in use), WSAEFAULT (no memory where a length says so), WSA_INVALID_HANDLE (no file), ERROR_ACCESS_DENIED (not opened
 *   for reading), ERROR_IO_DEVICE (it cannot be read), WSAESHUTDOWN (sending was shut down), WSAECONNRESET,
 *   WSAECONNABORTED, WSAEINTR (closed meanwhile), WSA_IO_PENDING; on completion also WSA_OPERATION_ABORTED
 * @see https://learn.microsoft.com/windows/win32/api/mswsock/nf-mswsock-transmitfile
 */
export const TransmitFile = overlappable(
  'TransmitFile',
  4,
  onSocket(
    FALSE,
    (
      call,
      hSocket,
      hFile: HANDLE,
      nNumberOfBytesToWrite: number,
      nNumberOfBytesPerSend: number,
      lpOverlapped: OVERLAPPED | null,
      lpTransmitBuffers: TRANSMIT_FILE_BUFFERS | null,
      dwReserved: number,
    ) => {
      const transmit = extensionFunction<LPWSPTRANSMITFILE>(call, hSocket, WSAID_TRANSMITFILE);
      if (transmit === null) return FALSE;
      call.overlapped(lpOverlapped, null);
      const [count, perSend] = [nNumberOfBytesToWrite, nNumberOfBytesPerSend];
      const { lpErrno } = call;
      const result = transmit(hSocket, hFile, count, perSend, lpOverlapped, lpTransmitBuffers, dwReserved, lpErrno);
      return call.finish(result, FALSE);
    },
  ),
) as TransmitFileFunction;

/** TransmitPackets' type. */
export interface TransmitPacketsFunction {
  (
    hSocket: SOCKET,
    lpPacketArray: readonly TRANSMIT_PACKETS_ELEMENT[] | null,
    nElementCount: number,
    nSendSize: number,
    lpOverlapped: OVERLAPPED,
    dwFlags: number,
  ): number;
  (
    hSocket: SOCKET,
    lpPacketArray: readonly TRANSMIT_PACKETS_ELEMENT[] | null,
    nElementCount: number,
    nSendSize: number,
    lpOverlapped: null,
    dwFlags: number,
  ): Promise<number>;
}

/**
 * Sends pieces of memory and of files, in order. On a stream it is as if they were one; on a connected datagram socket they
 * are combined to messages, which end with an element that has TP_ELEMENT_EOP, or when they have nSendSize bytes. Files
 * are read as by TransmitFile. Without an OVERLAPPED it blocks until all is sent, whatever the socket's mode.
 *
 * @param hSocket - a connected socket
 * @param lpPacketArray - the elements; memory that they name must be left alone until completion
 * @param nElementCount - how many of them
 * @param nSendSize - bytes of a block, or of a message; 0 for the default, 0xFFFFFFFF for messages that end only where an
 *   element says so
 * @param lpOverlapped - null, or what reports the completion, with the bytes sent
 * @param dwFlags - as TransmitFile's, without TF_WRITE_BEHIND; datagram sockets cannot disconnect
 * @returns TRUE, or FALSE. Errors: those of TransmitFile; WSAEINVAL also for unknown flags of an element, or one in memory
 *   and in a file at the same time, and for TF_DISCONNECT on a datagram socket; WSAEMSGSIZE (longer than a datagram can be;
 *   nothing is sent)
 * @see https://learn.microsoft.com/windows/win32/api/mswsock/nc-mswsock-lpfn_transmitpackets
 */
export const TransmitPackets = overlappable(
  'TransmitPackets',
  4,
  onSocket(
    FALSE,
    (
      call,
      hSocket,
      lpPacketArray: readonly TRANSMIT_PACKETS_ELEMENT[] | null,
      nElementCount: number,
      nSendSize: number,
      lpOverlapped: OVERLAPPED | null,
      dwFlags: number,
    ) => {
      const transmit = extensionFunction<LPWSPTRANSMITPACKETS>(call, hSocket, WSAID_TRANSMITPACKETS);
      if (transmit === null) return FALSE;
      call.overlapped(lpOverlapped, null);
      const { lpErrno } = call;
      return call.finish(transmit(hSocket, lpPacketArray, nElementCount, nSendSize, lpOverlapped, dwFlags, lpErrno), FALSE);
    },
  ),
) as TransmitPacketsFunction;
