// OVERLAPPED and the callbacks of the API. Owns no behaviour: who sets Internal, and when, is afd's business.

import { type HANDLE, NULL_HANDLE } from '../handles.js';
import type { Ref } from '../memory.js';
import { OperationSlot } from '../operation-slot.js';
import type { QOS } from './qos.js';
import type { WSABUF } from './buffer.js';

/**
 * OVERLAPPED (minwinbase.h), also WSAOVERLAPPED: the identity of an overlapped operation. A plain object, because it is
 * known by reference; `size` is what C's sizeof gives on x64. Offset/OffsetHigh and Pointer overlap in C and do not here.
 */
export class OVERLAPPED extends OperationSlot {
  static readonly size = 32;

  /** The status code of the operation; STATUS_PENDING while it runs. */
  Internal = 0;
  /** Bytes transferred. */
  InternalHigh = 0;
  Offset = 0;
  OffsetHigh = 0;
  Pointer: unknown = null;
  /** Set when the operation completes; 0 for none. Its low bit keeps the completion away from the port. */
  hEvent: HANDLE = NULL_HANDLE;

  constructor(init: Partial<OVERLAPPED> = {}) {
    super();
    Object.assign(this, init);
  }
}

export { OVERLAPPED as WSAOVERLAPPED };

/** The routine that an overlapped socket operation calls when it has completed. */
export type LPWSAOVERLAPPED_COMPLETION_ROUTINE = (
  dwError: number,
  cbTransferred: number,
  lpOverlapped: OVERLAPPED,
  dwFlags: number,
) => void;

/** The condition function of WSAAccept; answers CF_ACCEPT, CF_REJECT or CF_DEFER. */
export type LPCONDITIONPROC = (
  lpCallerId: WSABUF,
  lpCallerData: WSABUF | null,
  lpSQOS: QOS | null,
  lpGQOS: QOS | null,
  lpCalleeId: WSABUF,
  lpCalleeData: WSABUF | null,
  g: Ref,
  dwCallbackData: unknown,
) => number;

/** The routine that GetAddrInfoEx calls when an overlapped lookup has completed. */
export type LPLOOKUPSERVICE_COMPLETION_ROUTINE = (dwError: number, dwBytes: number, lpOverlapped: OVERLAPPED) => void;

/** A blocking hook; its answer is a BOOL: nonzero to be called again. */
export type LPBLOCKINGCALLBACK = (dwContext: unknown) => number;

/** An asynchronous procedure call that WPUQueueApc queues. */
export type LPWSAUSERAPC = (dwContext: unknown) => void;
