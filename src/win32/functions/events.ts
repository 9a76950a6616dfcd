// The event functions of Windows. The WSA ones are the api layer's.
import {
  ERROR_ALREADY_EXISTS,
  ERROR_INVALID_HANDLE,
  FALSE,
  NO_ERROR,
  NULL_HANDLE,
  TRUE,
  type HANDLE,
} from '../../abi/index.js';
import { currentCell } from '../current.js';
import { Event } from '../event.js';
import { NamedObjects } from '../named-objects.js';
import type { BOOL } from './types.js';

/**
 * Creates an event, or opens the one of that name. Never blocks.
 * @param _lpEventAttributes NULL: security descriptors and inheritance have nothing here to act on.
 * @param bManualReset TRUE: stays signaled until ResetEvent. FALSE: each signal releases one wait.
 * @param bInitialState whether it is signaled at first.
 * @param lpName its name in this process, case-sensitive, 260 characters at most, with an optional `Local\` or `Global\`
 *   before it; NULL or empty for none. Of an existing event the two parameters before are ignored.
 * @returns the handle. The last error is 0 for a new event and ERROR_ALREADY_EXISTS for one that was there. Or NULL:
 *   ERROR_FILENAME_EXCED_RANGE (206): the name is too long;
 *   ERROR_PATH_NOT_FOUND: it has a backslash elsewhere than in the prefix.
 * @see https://learn.microsoft.com/windows/win32/api/synchapi/nf-synchapi-createeventw
 */
export function CreateEventW(
  _lpEventAttributes: null,
  bManualReset: BOOL,
  bInitialState: BOOL,
  lpName: string | null,
): HANDLE {
  const cell = currentCell();
  const { process } = cell.thread;
  const name = lpName ?? '';
  const wrong = NamedObjects.check(name);
  if (wrong !== NO_ERROR) return cell.fail(wrong, NULL_HANDLE);
  const existing = name === '' ? null : NamedObjects.of(process).find(name);
  if (existing !== null) {
    cell.value = ERROR_ALREADY_EXISTS;
    return process.handles.openAnother(existing);
  }
  cell.value = NO_ERROR;
  const event = new Event(Boolean(bManualReset), Boolean(bInitialState));
  if (name !== '') NamedObjects.of(process).add(name, event);
  return process.handles.open(event);
}

/**
 * CreateEventW, for programs that name it so; text is the same here.
 * @see https://learn.microsoft.com/windows/win32/api/synchapi/nf-synchapi-createeventa
 */
export function CreateEventA(
  lpEventAttributes: null,
  bManualReset: BOOL,
  bInitialState: BOOL,
  lpName: string | null,
): HANDLE {
  return CreateEventW(lpEventAttributes, bManualReset, bInitialState, lpName);
}

/**
 * CreateEventA, under the name of the header's macro.
 * @see https://learn.microsoft.com/windows/win32/api/synchapi/nf-synchapi-createeventa
 */
export const CreateEvent = CreateEventA;

/**
 * Signals an event. Waits that this satisfies take it before the function returns. Never blocks.
 * @param hEvent the event.
 * @returns TRUE, or FALSE with the last error:
 *   ERROR_INVALID_HANDLE: it is no handle to an event.
 * @see https://learn.microsoft.com/windows/win32/api/synchapi/nf-synchapi-setevent
 */
export function SetEvent(hEvent: HANDLE): number {
  const event = eventOf(hEvent);
  event?.set();
  return event === null ? FALSE : TRUE;
}

/**
 * Makes an event nonsignaled. Never blocks.
 * @param hEvent the event.
 * @returns TRUE, or FALSE with the last error:
 *   ERROR_INVALID_HANDLE: it is no handle to an event.
 * @see https://learn.microsoft.com/windows/win32/api/synchapi/nf-synchapi-resetevent
 */
export function ResetEvent(hEvent: HANDLE): number {
  const event = eventOf(hEvent);
  event?.reset();
  return event === null ? FALSE : TRUE;
}

/**
 * Releases the waits of this moment (one, for an auto-reset event) and leaves the event nonsignaled. Never blocks.
 * @param hEvent the event.
 * @returns TRUE, or FALSE with the last error:
 *   ERROR_INVALID_HANDLE: it is no handle to an event.
 * @see https://learn.microsoft.com/windows/win32/api/winbase/nf-winbase-pulseevent
 */
export function PulseEvent(hEvent: HANDLE): number {
  const event = eventOf(hEvent);
  event?.pulse();
  return event === null ? FALSE : TRUE;
}

function eventOf(handle: HANDLE): Event | null {
  const cell = currentCell();
  const object = cell.thread.process.handles.get(handle);
  return object instanceof Event ? object : cell.fail(ERROR_INVALID_HANDLE, null);
}
