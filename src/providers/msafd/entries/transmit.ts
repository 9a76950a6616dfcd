// TransmitFile and TransmitPackets: from the callers' files, buffers and flags to one order for afd.
import {
  ERROR_ACCESS_DENIED,
  ERROR_IO_DEVICE,
  FALSE,
  TF_DISCONNECT,
  TF_REUSE_SOCKET,
  TF_USE_KERNEL_APC,
  TF_USE_SYSTEM_THREAD,
  TF_WRITE_BEHIND,
  TP_ELEMENT_EOP,
  TP_ELEMENT_FILE,
  TP_ELEMENT_MEMORY,
  WSAEFAULT,
  WSAEINVAL,
  WSAENOTCONN,
  WSAENOTSOCK,
  WSA_INVALID_HANDLE,
  bytesOf,
  type HANDLE,
  type Memory,
  type TRANSMIT_FILE_BUFFERS,
  type TRANSMIT_PACKETS_ELEMENT,
} from '../../../abi/index.js';
import {
  DatagramEndpoint,
  StreamEndpoint,
  TransmitRequest,
  memoryPart,
  type Endpoint,
  type TransmitPart,
} from '../../../afd/index.js';
import type { LPWSPTRANSMITFILE, LPWSPTRANSMITPACKETS } from '../../../spi/index.js';
import { FileObject, fileOffset } from '../../../win32/index.js';
import { fail, type Msafd } from '../provider.js';
import { run } from '../run.js';
import { reportOf } from '../overlapped.js';

/** The most bytes that one call sends: the largest signed number less one. */
const MOST = 0x7ffffffe;
/** Which thread works is nobody's business here. */
const THREAD_FLAGS = TF_USE_SYSTEM_THREAD | TF_USE_KERNEL_APC;
const PACKET_FLAGS = TF_DISCONNECT | TF_REUSE_SOCKET | THREAD_FLAGS;
const FILE_FLAGS = PACKET_FLAGS | TF_WRITE_BEHIND;
const ELEMENT_FLAGS = TP_ELEMENT_MEMORY | TP_ELEMENT_FILE | TP_ELEMENT_EOP;
/** nSendSize for messages that end where TP_ELEMENT_EOP says; the page has it with a digit too few. */
const BY_ELEMENTS: readonly number[] = [0xffffffff, 0x0fffffff];

function flagsFit(flags: number, known: number): boolean {
  return (flags & ~known) === 0 && ((flags & TF_REUSE_SOCKET) === 0 || (flags & TF_DISCONNECT) !== 0);
}

/** The caller's memory, or null when it is not there as far as its length says. */
function windowOn(memory: Memory | null, length: number): Uint8Array | null {
  const bytes = memory === null ? null : bytesOf(memory);
  if (bytes === null) return length === 0 ? new Uint8Array(0) : null;
  return length > bytes.length ? null : bytes.subarray(0, length);
}

/** The part of a file that begins at `start` (null: its file pointer); a length of 0 is all that follows. Or the error. */
function filePart(
  provider: Msafd,
  handle: HANDLE,
  start: number | null,
  length: number,
  ends: boolean,
): TransmitPart | number {
  const file = provider.process.handles.get(handle);
  if (!(file instanceof FileObject)) return WSA_INVALID_HANDLE;
  if (!file.readable) return ERROR_ACCESS_DENIED;
  const { size } = file;
  if (size < 0) return ERROR_IO_DEVICE;
  const position = start ?? file.position;
  if (position < 0 || position > size) return WSAEINVAL;
  const rest = size - position;
  return { memory: null, file, position, length: length === 0 ? rest : Math.min(length, rest), ends };
}

function isTooLong(parts: readonly TransmitPart[]): boolean {
  let total = 0;
  for (const { length } of parts) total += length;
  return total > MOST;
}

/** What TransmitFile sends, in order; or the error. */
function partsOfFile(
  provider: Msafd,
  handle: HANDLE,
  start: number | null,
  count: number,
  buffers: TRANSMIT_FILE_BUFFERS | null,
): readonly TransmitPart[] | number {
  const head = windowOn(buffers?.Head ?? null, (buffers?.HeadLength ?? 0) >>> 0);
  const tail = windowOn(buffers?.Tail ?? null, (buffers?.TailLength ?? 0) >>> 0);
  if (head === null || tail === null) return WSAEFAULT;
  if (count > MOST) return WSAEINVAL;
  const body = (handle as number) === 0 ? null : filePart(provider, handle, start, count, false);
  if (typeof body === 'number') return body;
  const parts = [memoryPart(head), ...(body === null ? [] : [body]), memoryPart(tail)];
  return isTooLong(parts) ? WSAEINVAL : parts;
}

/** Why a file cannot be sent on a socket at all; 0 if it can. */
function fileRefusal(endpoint: Endpoint): number {
  if (endpoint instanceof StreamEndpoint) return endpoint.isConnected ? 0 : WSAENOTCONN;
  return endpoint instanceof DatagramEndpoint && endpoint.remote !== null ? WSAEINVAL : WSAENOTCONN;
}

/** TransmitFile of `provider`. */
export function transmitFile(provider: Msafd): LPWSPTRANSMITFILE {
  return (hSocket, hFile, nNumberOfBytesToWrite, nNumberOfBytesPerSend, lpOverlapped, lpTransmitBuffers, dwReserved, lpErrno) => {
    const endpoint = provider.endpoint(hSocket);
    if (endpoint === null) return fail(lpErrno, WSAENOTSOCK, FALSE);
    const refused = fileRefusal(endpoint);
    if (refused !== 0) return fail(lpErrno, refused, FALSE);
    if (!flagsFit(dwReserved, FILE_FLAGS)) return fail(lpErrno, WSAEINVAL, FALSE);
    const start = lpOverlapped === null ? null : fileOffset(lpOverlapped);
    const parts = partsOfFile(provider, hFile, start, nNumberOfBytesToWrite >>> 0, lpTransmitBuffers);
    if (typeof parts === 'number') return fail(lpErrno, parts, FALSE);
    const request = new TransmitRequest(endpoint, {
      parts,
      blockSize: nNumberOfBytesPerSend >>> 0,
      disconnect: (dwReserved & TF_DISCONNECT) !== 0,
      reuse: (dwReserved & TF_REUSE_SOCKET) !== 0,
      atOnce: lpOverlapped === null || (dwReserved & TF_WRITE_BEHIND) !== 0,
    });
    const report = reportOf(endpoint, lpOverlapped, null, null);
    return run(provider, endpoint, report, request, () => provider.afd.ops.transmit(request), null, lpErrno);
  };
}

function partOf(provider: Msafd, element: TRANSMIT_PACKETS_ELEMENT): TransmitPart | number {
  const { dwElFlags, cLength, nFileOffset, hFile, pBuffer } = element;
  const inMemory = (dwElFlags & TP_ELEMENT_MEMORY) !== 0;
  if ((dwElFlags & ~ELEMENT_FLAGS) !== 0 || (inMemory && (dwElFlags & TP_ELEMENT_FILE) !== 0)) return WSAEINVAL;
  const ends = (dwElFlags & TP_ELEMENT_EOP) !== 0;
  const length = cLength >>> 0;
  if (!inMemory) return filePart(provider, hFile, nFileOffset === -1n ? null : Number(nFileOffset), length, ends);
  const memory = windowOn(pBuffer, length);
  return memory === null ? WSAEFAULT : memoryPart(memory, ends);
}

/** What TransmitPackets sends, in order; or the error. */
function partsOfPackets(
  provider: Msafd,
  elements: readonly TRANSMIT_PACKETS_ELEMENT[] | null,
  count: number,
): readonly TransmitPart[] | number {
  if (count > (elements?.length ?? 0)) return WSAEFAULT;
  const parts: TransmitPart[] = [];
  for (const element of elements?.slice(0, count) ?? []) {
    const part = partOf(provider, element);
    if (typeof part === 'number') return part;
    parts.push(part);
  }
  return isTooLong(parts) ? WSAEINVAL : parts;
}

/** TransmitPackets of `provider`. */
export function transmitPackets(provider: Msafd): LPWSPTRANSMITPACKETS {
  return (hSocket, lpPacketArray, nElementCount, nSendSize, lpOverlapped, dwFlags, lpErrno) => {
    const endpoint = provider.endpoint(hSocket);
    if (endpoint === null) return fail(lpErrno, WSAENOTSOCK, FALSE);
    if ((endpoint as StreamEndpoint | DatagramEndpoint).remote === null) return fail(lpErrno, WSAENOTCONN, FALSE);
    if (!flagsFit(dwFlags, PACKET_FLAGS)) return fail(lpErrno, WSAEINVAL, FALSE);
    const parts = partsOfPackets(provider, lpPacketArray, nElementCount >>> 0);
    if (typeof parts === 'number') return fail(lpErrno, parts, FALSE);
    const size = nSendSize >>> 0;
    const request = new TransmitRequest(endpoint, {
      parts,
      blockSize: BY_ELEMENTS.includes(size) ? 0 : size,
      disconnect: (dwFlags & TF_DISCONNECT) !== 0,
      reuse: (dwFlags & TF_REUSE_SOCKET) !== 0,
      atOnce: lpOverlapped === null,
    });
    const report = reportOf(endpoint, lpOverlapped, null, null);
    return run(provider, endpoint, report, request, () => provider.afd.ops.transmit(request), null, lpErrno);
  };
}
