// Which arguments of which call are memory that the call uses until it is done, and which one is its OVERLAPPED.
import { WSAMSG } from '../../index.js';
import { rangeOf, rangesOf, type Range } from './memory.js';

type Args = readonly unknown[];

/** What a call does with memory. */
export interface Transfer {
  /** Memory that it reads: to be left alone. */
  readonly reads?: (args: Args) => readonly Range[];
  /** Memory that it writes: to be used by nothing else. */
  readonly writes?: (args: Args) => readonly Range[];
  /** The place of its OVERLAPPED among the arguments. */
  readonly overlapped?: number;
}

const buffer = (args: Args): readonly Range[] => rangeOf(args[1], args[2]);
const buffers = (args: Args): readonly Range[] => rangesOf(args[1], args[2]);

function message({ 1: lpMsg }: Args): readonly Range[] {
  return lpMsg instanceof WSAMSG ? rangesOf(lpMsg.lpBuffers, lpMsg.dwBufferCount) : [];
}

/** AcceptEx: one buffer for the first data and both addresses. */
function accepted({ 2: output, 3: data, 4: local, 5: remote }: Args): readonly Range[] {
  return rangeOf(output, Number(data) + Number(local) + Number(remote));
}

/** The calls that use memory for a while, by name. */
export const transfers: ReadonlyMap<string, Transfer> = new Map<string, Transfer>([
  ['send', { reads: buffer }],
  ['sendto', { reads: buffer }],
  ['recv', { writes: buffer }],
  ['recvfrom', { writes: buffer }],
  ['WSASend', { reads: buffers, overlapped: 5 }],
  ['WSASendTo', { reads: buffers, overlapped: 7 }],
  ['WSARecv', { writes: buffers, overlapped: 5 }],
  ['WSARecvFrom', { writes: buffers, overlapped: 7 }],
  ['WSASendMsg', { reads: message, overlapped: 4 }],
  ['WSARecvMsg', { writes: message, overlapped: 3 }],
  ['WSAIoctl', { reads: (args) => rangeOf(args[2], args[3]), writes: (args) => rangeOf(args[4], args[5]), overlapped: 7 }],
  ['AcceptEx', { writes: accepted, overlapped: 7 }],
  ['ConnectEx', { reads: (args) => rangeOf(args[3], args[4]), overlapped: 6 }],
  ['DisconnectEx', { overlapped: 1 }],
  ['TransmitFile', { overlapped: 4 }],
  ['TransmitPackets', { overlapped: 4 }],
]);
