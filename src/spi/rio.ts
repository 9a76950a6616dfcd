// Registered I/O as a provider writes it: the functions of RIO_EXTENSION_FUNCTION_TABLE with lpErrno at the end, and their
// table in memory, as SIO_GET_MULTIPLE_EXTENSION_FUNCTION_POINTER hands it out. What they do is the provider's business.
import {
  RIO_EXTENSION_FUNCTION_TABLE,
  type HANDLE,
  type Memory,
  type RIORESULT,
  type RIO_BUF,
  type RIO_NOTIFICATION_COMPLETION,
  type Ref,
  type SOCKET,
} from '../abi/index.js';
import type { ExtensionFunction, FunctionPointers } from './function-pointers.js';
import type { BOOL } from './types.js';

/** A context: as wide as a pointer, as RIORESULT hands it back. NULL is 0. */
export type RioContext = number | bigint | null;

/** RIOReceive and RIOSend of a provider. */
export type RioTransfer = (
  SocketQueue: HANDLE,
  pData: readonly RIO_BUF[] | null,
  DataBufferCount: number,
  Flags: number,
  RequestContext: RioContext,
  lpErrno: Ref,
) => BOOL;

/** RIOReceiveEx and RIOSendEx of a provider. */
export type RioTransferEx = (
  SocketQueue: HANDLE,
  pData: readonly RIO_BUF[] | null,
  DataBufferCount: number,
  pLocalAddress: RIO_BUF | null,
  pRemoteAddress: RIO_BUF | null,
  pControlContext: RIO_BUF | null,
  pFlags: RIO_BUF | null,
  Flags: number,
  RequestContext: RioContext,
  lpErrno: Ref,
) => BOOL;

/** The functions of registered I/O; none of them may block. They fail as their pages say, with the error in lpErrno. */
export interface RioFunctions {
  readonly RIOReceive: RioTransfer;
  readonly RIOReceiveEx: RioTransferEx;
  readonly RIOSend: RioTransfer;
  readonly RIOSendEx: RioTransferEx;
  readonly RIOCloseCompletionQueue: (CQ: HANDLE) => void;
  readonly RIOCreateCompletionQueue: (
    QueueSize: number,
    NotificationCompletion: RIO_NOTIFICATION_COMPLETION | null,
    lpErrno: Ref,
  ) => HANDLE;
  readonly RIOCreateRequestQueue: (
    Socket: SOCKET,
    MaxOutstandingReceive: number,
    MaxReceiveDataBuffers: number,
    MaxOutstandingSend: number,
    MaxSendDataBuffers: number,
    ReceiveCQ: HANDLE,
    SendCQ: HANDLE,
    SocketContext: RioContext,
    lpErrno: Ref,
  ) => HANDLE;
  readonly RIODequeueCompletion: (CQ: HANDLE, Array: readonly RIORESULT[] | null, ArraySize: number, lpErrno: Ref) => number;
  readonly RIODeregisterBuffer: (BufferId: HANDLE) => void;
  /** Returns the error itself. */
  readonly RIONotify: (CQ: HANDLE) => number;
  readonly RIORegisterBuffer: (DataBuffer: Memory | null, DataLength: number, lpErrno: Ref) => HANDLE;
  readonly RIOResizeCompletionQueue: (CQ: HANDLE, QueueSize: number, lpErrno: Ref) => BOOL;
  readonly RIOResizeRequestQueue: (
    RQ: HANDLE,
    MaxOutstandingReceive: number,
    MaxOutstandingSend: number,
    lpErrno: Ref,
  ) => BOOL;
}

/** The functions in the order of the table. */
const NAMES: readonly (keyof RioFunctions)[] = [
  'RIOReceive',
  'RIOReceiveEx',
  'RIOSend',
  'RIOSendEx',
  'RIOCloseCompletionQueue',
  'RIOCreateCompletionQueue',
  'RIOCreateRequestQueue',
  'RIODequeueCompletion',
  'RIODeregisterBuffer',
  'RIONotify',
  'RIORegisterBuffer',
  'RIOResizeCompletionQueue',
  'RIOResizeRequestQueue',
];

/** Bytes of RIO_EXTENSION_FUNCTION_TABLE: cbSize, then the pointers, each in eight bytes. */
export const RIO_TABLE_SIZE: number = RIO_EXTENSION_FUNCTION_TABLE.size;
const POINTER_SIZE = 8;

/** Writes the table; `output` has room for it. */
export function writeRioTable(output: Uint8Array, functions: RioFunctions, pointers: FunctionPointers): void {
  const view = new DataView(output.buffer, output.byteOffset, RIO_TABLE_SIZE);
  view.setBigUint64(0, BigInt(RIO_TABLE_SIZE), true);
  for (const [index, name] of NAMES.entries()) {
    const pointer = pointers.to(functions[name]);
    view.setBigUint64((index + 1) * POINTER_SIZE, BigInt(pointer), true);
  }
}

/** The functions that a table in memory points to; null when one of its pointers leads nowhere. */
export function readRioTable(table: Uint8Array, pointers: FunctionPointers): RioFunctions | null {
  const view = new DataView(table.buffer, table.byteOffset, RIO_TABLE_SIZE);
  const found: [string, ExtensionFunction][] = [];
  for (const [index, name] of NAMES.entries()) {
    const target = pointers.at(Number(view.getBigUint64((index + 1) * POINTER_SIZE, true)));
    if (target === null) return null;
    found.push([name, target]);
  }
  return Object.fromEntries(found) as unknown as RioFunctions;
}
