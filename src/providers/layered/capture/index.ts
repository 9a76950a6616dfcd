// The entry `winsock2/layers/capture`: a layer that writes what sockets send and receive as a pcapng file, for Wireshark. The
// packets are made up around the data by flow.ts; the file format is pcapng.ts's. It changes nothing.
import {
  FALSE,
  INVALID_SOCKET,
  MSG_OOB,
  MSG_PEEK,
  SD_RECEIVE,
  SOCKET_ERROR,
  WSA_IO_PENDING,
  bytesOf,
  errorName,
  ref,
  type Memory,
  type OVERLAPPED,
  type Ref,
  type SOCKET,
  type WSABUF,
} from '../../../abi/index.js';
import { getAcceptExSockaddrs, through, type LPWSPSTARTUP, type MaybePending, type WSPPROC_TABLE } from '../../../spi/index.js';
import { currentThread, type Process } from '../../../win32/index.js';
import { placeIn } from '../kit/address-rule.js';
import { buffersOf, bytesIn } from '../kit/buffers.js';
import { ioctlWithFunctions } from '../kit/extension-functions.js';
import { OutputFile } from '../kit/output-file.js';
import { SettingError, Settings } from '../kit/settings.js';
import { whenOver } from '../kit/when-over.js';
import { layer } from '../layer.js';
import { pcapng, pcapngPacket } from './pcapng.js';
import { CapturedSockets } from './sockets.js';

export { pcapng, pcapngPacket, type CapturedInterface, type CapturedPacket } from './pcapng.js';

const MODULE = 'winsock2/layers/capture';
const MICROSECONDS = 1000;

/** How a program makes a capture layer of its own. */
export interface CaptureLayerOptions {
  /** Gets the file piece by piece, from its beginning. Without it the setting `file` says where it is. */
  readonly write?: (bytes: Uint8Array) => void;
}

/** Gives a result on, and has `told` hear of the bytes moved once the call, or its operation, has succeeded. */
function observed(
  result: MaybePending<number>,
  failure: number,
  count: Ref | null,
  overlapped: OVERLAPPED | null,
  lpErrno: Ref,
  told: (bytes: number) => void,
): MaybePending<number> {
  const arrive = (value: number): number => {
    if (value !== failure) told(overlapped === null || count !== null ? (count?.value ?? 0) : overlapped.InternalHigh);
    else if (overlapped !== null && lpErrno.value === WSA_IO_PENDING) {
      whenOver(overlapped, () => {
        if (overlapped.Internal === 0) told(overlapped.InternalHigh);
      });
    }
    return value;
  };
  const failed = (error: unknown): never => {
    throw error;
  };
  return result instanceof Promise ? through(result, { arrive, failed }) : arrive(result);
}

/** The entries, each with its data written down. */
function capturing(process: Process, sockets: CapturedSockets, below: WSPPROC_TABLE): Partial<WSPPROC_TABLE> {
  const sends = (s: SOCKET, buffers: readonly WSABUF[] | null, count: number, to: Memory | null, length: number) => {
    const held = buffersOf(buffers, count);
    return (bytes: number): void => {
      sockets.moved(s, true, bytesIn(held, bytes), placeIn(to, length));
    };
  };
  const receives = (s: SOCKET, buffers: readonly WSABUF[] | null, count: number, flags: number, from: Memory | null, length: Ref | null) => {
    const held = buffersOf(buffers, count);
    return (bytes: number): void => {
      // What was only looked at comes again, and urgent data is no part of the stream.
      if ((flags & (MSG_PEEK | MSG_OOB)) !== 0) return;
      const room = held.reduce((sum, { len }) => sum + len, 0);
      if (bytes === 0 && room > 0 && sockets.isStream(s)) sockets.ended(s, false);
      else sockets.moved(s, false, bytesIn(held, bytes), placeIn(from, length?.value ?? 0));
    };
  };
  const lpWSPIoctl = ioctlWithFunctions(process, below.lpWSPIoctl, {
    ConnectEx: (next) => (s, name, length, data, size, sent, overlapped, lpErrno) => {
      const result = next(s, name, length, data, size, sent, overlapped, lpErrno);
      const told = (bytes: number): void => {
        // Its peer is told by name only when the program has updated the socket.
        sockets.connected(s, true, undefined, placeIn(name, length));
        if (bytes > 0 && data !== null) sockets.moved(s, true, bytesOf(data).slice(0, bytes));
      };
      return observed(result, FALSE, sent, overlapped, lpErrno, told) as number;
    },
    AcceptEx: (next) => (listening, accepting, output, data, local, remote, received, overlapped, lpErrno) => {
      const result = next(listening, accepting, output, data, local, remote, received, overlapped, lpErrno);
      const told = (bytes: number): void => {
        const [own, ownLength, name, length] = [ref<Memory | null>(null), ref(0), ref<Memory | null>(null), ref(0)];
        getAcceptExSockaddrs(output, data, local, remote, own, ownLength, name, length);
        sockets.connected(accepting, false, placeIn(own.value, ownLength.value), placeIn(name.value, length.value));
        if (bytes > 0 && output !== null) sockets.moved(accepting, false, bytesOf(output).slice(0, bytes));
      };
      return observed(result, FALSE, received, overlapped, lpErrno, told) as number;
    },
    WSASendMsg: (next) => (s, message, flags, sent, overlapped, routine, threadId, lpErrno) => {
      const told = sends(s, message?.lpBuffers ?? null, message?.dwBufferCount ?? 0, message?.name ?? null, message?.namelen ?? 0);
      const result = next(s, message, flags, sent, overlapped, routine, threadId, lpErrno);
      return observed(result, SOCKET_ERROR, sent, overlapped, lpErrno, told);
    },
    WSARecvMsg: (next) => (s, message, received, overlapped, routine, threadId, lpErrno) => {
      const flags = message?.dwFlags ?? 0;
      const result = next(s, message, received, overlapped, routine, threadId, lpErrno);
      const told = (bytes: number): void => {
        if (message === null) return;
        receives(s, message.lpBuffers, message.dwBufferCount, flags, message.name, ref(message.namelen))(bytes);
      };
      return observed(result, SOCKET_ERROR, received, overlapped, lpErrno, told);
    },
  });
  return {
    lpWSPIoctl,
    lpWSPConnect: (s, name, length, callerData, calleeData, sqos, gqos, lpErrno) => {
      const result = below.lpWSPConnect(s, name, length, callerData, calleeData, sqos, gqos, lpErrno);
      return observed(result, SOCKET_ERROR, null, null, lpErrno, () => {
        sockets.connected(s, true);
      });
    },
    lpWSPAccept: (s, addr, addrlen, condition, callbackData, lpErrno) => {
      const take = (made: SOCKET): SOCKET => {
        if (made !== INVALID_SOCKET) sockets.connected(made, false);
        return made;
      };
      const failed = (error: unknown): never => {
        throw error;
      };
      const result = below.lpWSPAccept(s, addr, addrlen, condition, callbackData, lpErrno);
      return result instanceof Promise ? through(result, { arrive: take, failed }) : take(result);
    },
    lpWSPSend: (s, buffers, count, sent, flags, overlapped, routine, threadId, lpErrno) => {
      const told = sends(s, buffers, count, null, 0);
      const result = below.lpWSPSend(s, buffers, count, sent, flags, overlapped, routine, threadId, lpErrno);
      return observed(result, SOCKET_ERROR, sent, overlapped, lpErrno, told);
    },
    lpWSPSendTo: (s, buffers, count, sent, flags, to, length, overlapped, routine, threadId, lpErrno) => {
      const told = sends(s, buffers, count, to, length);
      const result = below.lpWSPSendTo(s, buffers, count, sent, flags, to, length, overlapped, routine, threadId, lpErrno);
      return observed(result, SOCKET_ERROR, sent, overlapped, lpErrno, told);
    },
    lpWSPRecv: (s, buffers, count, received, flags, overlapped, routine, threadId, lpErrno) => {
      const told = receives(s, buffers, count, flags?.value ?? 0, null, null);
      const result = below.lpWSPRecv(s, buffers, count, received, flags, overlapped, routine, threadId, lpErrno);
      return observed(result, SOCKET_ERROR, received, overlapped, lpErrno, told);
    },
    lpWSPRecvFrom: (s, buffers, count, received, flags, from, length, overlapped, routine, threadId, lpErrno) => {
      const told = receives(s, buffers, count, flags?.value ?? 0, from, length);
      const result = below.lpWSPRecvFrom(s, buffers, count, received, flags, from, length, overlapped, routine, threadId, lpErrno);
      return observed(result, SOCKET_ERROR, received, overlapped, lpErrno, told);
    },
    lpWSPShutdown: (s, how, lpErrno) => {
      const status = below.lpWSPShutdown(s, how, lpErrno);
      if (status === 0 && how !== SD_RECEIVE) sockets.ended(s, true);
      return status;
    },
    lpWSPCloseSocket: (s, lpErrno) => {
      sockets.closed(s);
      return below.lpWSPCloseSocket(s, lpErrno);
    },
  };
}

/**
 * Makes the WSPStartup of a capture layer. Its setting:
 *
 * - `file`: the new file to write; a name that is taken gets a number. The module needs it.
 *
 * @param options - where the bytes go, for a program's own; then there is no setting
 * @returns WSPStartup; a setting that makes no sense is an exception, which fails the start with WSAEPROVIDERFAILEDINIT
 */
export function captureLayer({ write }: CaptureLayerOptions = {}): LPWSPSTARTUP {
  return layer({
    description: 'writes what sockets send and receive',
    change: ({ below, settings }) => {
      const { process } = currentThread();
      const query = new Settings(settings);
      const name = write === undefined ? query.text('file') : null;
      query.done();
      if (write === undefined && name === null) throw new SettingError("there is no setting 'file'");
      const failed = (error: number): void => {
        process.trace.note(MODULE, 'the file cannot be written', [name, errorName(error)], process.clock.now());
      };
      const beginning = pcapng([{ name: process.name }]);
      const file = name === null ? null : OutputFile.open(process, name, failed, beginning);
      const out = (bytes: Uint8Array): void => {
        if (file === null) write?.(bytes);
        else file.write(bytes);
      };
      if (file === null) out(beginning);
      const sockets = new CapturedSockets(below, (bytes) => {
        out(pcapngPacket({ interface: 0, us: Math.round(process.clock.wallTime() * MICROSECONDS), bytes }));
      });
      return {
        ...capturing(process, sockets, below),
        lpWSPCleanup: (lpErrno) => {
          const status = below.lpWSPCleanup(lpErrno);
          file?.close();
          return status;
        },
      };
    },
  });
}

/** Starts the layer for a chain; see `layer`. */
export const WSPStartup = captureLayer();
