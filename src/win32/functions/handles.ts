// CloseHandle: the one function for handles of every kind.
import { ERROR_INVALID_HANDLE, FALSE, TRUE, type HANDLE } from '../../abi/index.js';
import { CURRENT_THREAD } from '../codes.js';
import { currentCell } from '../current.js';

/**
 * Closes a handle of the current process, whatever it stands for. The object lives on while other handles or waits hold
 * it. Closing the pseudo-handle of GetCurrentThread does nothing and succeeds. Never blocks.
 * @param hObject the handle.
 * @returns TRUE, or FALSE with the last error:
 *   ERROR_INVALID_HANDLE: it is no open handle of this process.
 * @see https://learn.microsoft.com/windows/win32/api/handleapi/nf-handleapi-closehandle
 */
export function CloseHandle(hObject: HANDLE): number {
  const cell = currentCell();
  if (hObject === CURRENT_THREAD || cell.thread.process.handles.close(hObject)) return TRUE;
  return cell.fail(ERROR_INVALID_HANDLE, FALSE);
}
