// WSACreateEvent and its like: events under their Winsock names. The objects and the waiting are win32's.
import {
  FALSE,
  TRUE,
  WSAEFAULT,
  WSANOTINITIALISED,
  WSA_INVALID_EVENT,
  WSA_INVALID_HANDLE,
  WSA_INVALID_PARAMETER,
  WSA_MAXIMUM_WAIT_EVENTS,
  WSA_WAIT_FAILED,
  type HANDLE,
  type WSAEVENT,
} from '../abi/index.js';
import { Event, givingTurns, waitFor, type LastErrorCell } from '../win32/index.js';
import { WinsockProcess } from '../ws2_32/index.js';
import { blocking, immediate, started } from './define.js';

function eventOf(cell: LastErrorCell, handle: WSAEVENT): Event | null {
  const object = cell.thread.process.handles.get(handle);
  return object instanceof Event ? object : cell.fail(WSA_INVALID_HANDLE, null);
}

/**
 * Makes an event: manual reset, not set. Does not block.
 *
 * @returns the event, or WSA_INVALID_EVENT with WSANOTINITIALISED
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsacreateevent
 */
export const WSACreateEvent = immediate(
  'WSACreateEvent',
  started(WSA_INVALID_EVENT, (cell): WSAEVENT => cell.thread.process.handles.open(new Event(true))),
);

/**
 * Sets an event. Does not block.
 *
 * @param hEvent - the event
 * @returns TRUE, or FALSE with WSANOTINITIALISED or WSA_INVALID_HANDLE (no event)
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsasetevent
 */
export const WSASetEvent = immediate(
  'WSASetEvent',
  started(FALSE as number, (cell, _process, hEvent: WSAEVENT): number => {
    const event = eventOf(cell, hEvent);
    if (event === null) return FALSE;
    event.set();
    return TRUE;
  }),
);

/**
 * Resets an event. Does not block.
 *
 * @param hEvent - the event
 * @returns TRUE, or FALSE with WSANOTINITIALISED or WSA_INVALID_HANDLE (no event)
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsaresetevent
 */
export const WSAResetEvent = immediate(
  'WSAResetEvent',
  started(FALSE as number, (cell, _process, hEvent: WSAEVENT): number => {
    const event = eventOf(cell, hEvent);
    if (event === null) return FALSE;
    event.reset();
    return TRUE;
  }),
);

/**
 * Closes an event's handle. Does not block.
 *
 * @param hEvent - the event
 * @returns TRUE, or FALSE with WSANOTINITIALISED or WSA_INVALID_HANDLE (no event)
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsacloseevent
 */
export const WSACloseEvent = immediate(
  'WSACloseEvent',
  started(FALSE as number, (cell, _process, hEvent: WSAEVENT): number => {
    if (eventOf(cell, hEvent) === null) return FALSE;
    return cell.thread.process.handles.close(hEvent) ? TRUE : FALSE;
  }),
);

/**
 * Waits for events. Blocks until one (or all) is set, until a completion routine has run in an alertable wait, or until
 * the time is over.
 *
 * @param cEvents - how many events; 1 to WSA_MAXIMUM_WAIT_EVENTS (64)
 * @param lphEvents - the events
 * @param fWaitAll - TRUE to wait for all at once
 * @param dwTimeout - milliseconds; 0 only looks; WSA_INFINITE waits for ever
 * @param fAlertable - TRUE to let completion routines run
 * @returns WSA_WAIT_EVENT_0 + the lowest index of a set event, WSA_WAIT_IO_COMPLETION, WSA_WAIT_TIMEOUT, or
 *   WSA_WAIT_FAILED. Errors: WSANOTINITIALISED, WSA_INVALID_PARAMETER (too few or many, or twice the same), WSAEFAULT
 *   (null), WSA_INVALID_HANDLE (one of them is no event)
 * @see https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsawaitformultipleevents
 */
export const WSAWaitForMultipleEvents = blocking(
  'WSAWaitForMultipleEvents',
  (
    cell,
    cEvents: number,
    lphEvents: readonly HANDLE[] | null,
    fWaitAll: number,
    dwTimeout: number,
    fAlertable: number,
  ) => {
    if (!WinsockProcess.of(cell.thread.process).started) return cell.fail(WSANOTINITIALISED, WSA_WAIT_FAILED);
    if (cEvents < 1 || cEvents > WSA_MAXIMUM_WAIT_EVENTS) return cell.fail(WSA_INVALID_PARAMETER, WSA_WAIT_FAILED);
    if (lphEvents === null || lphEvents.length < cEvents) return cell.fail(WSAEFAULT, WSA_WAIT_FAILED);
    const options = { all: fWaitAll !== FALSE, milliseconds: dwTimeout >>> 0, alertable: fAlertable !== FALSE };
    return givingTurns(cell.thread, waitFor(cell.thread, lphEvents.slice(0, cEvents), options, cell));
  },
);
