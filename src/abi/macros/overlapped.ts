// The macro over OVERLAPPED (winbase.h).

import { STATUS_PENDING } from '../constants/win32.js';
import type { OVERLAPPED } from '../structs/overlapped.js';

/** Whether the operation has completed, successfully or not. */
export function HasOverlappedIoCompleted(lpOverlapped: OVERLAPPED): boolean {
  return lpOverlapped.Internal !== STATUS_PENDING;
}
