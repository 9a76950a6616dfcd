// The functions for window classes: their names, procedures and errors. Text is the same for the A and the W functions.
import { ERROR_INVALID_PARAMETER, ERROR_NOACCESS, FALSE, TRUE, type HANDLE } from '../../abi/index.js';
import { currentCell } from '../current.js';
import type { LastErrorCell } from '../last-error.js';
import { WindowClasses } from '../window-class.js';
import type { WNDPROC } from '../window-messages.js';

const CLASS_NAME_LIMIT = 256;
const ERROR_CLASS_ALREADY_EXISTS = 1410;
const ERROR_CLASS_DOES_NOT_EXIST = 1411;
const ERROR_CLASS_HAS_WINDOWS = 1412;

/** WNDCLASSW, as far as a window that is never shown has use for it; other members are ignored. */
export interface WNDCLASSW {
  lpfnWndProc: WNDPROC | null;
  /** 1 to 256 characters. */
  lpszClassName: string | null;
}

/** WNDCLASSEXW: as WNDCLASSW, and its own size. */
export class WNDCLASSEXW implements WNDCLASSW {
  /** sizeof on x64, as the headers have it. */
  static readonly size = 80;

  cbSize: number = WNDCLASSEXW.size;
  lpfnWndProc: WNDPROC | null = null;
  lpszClassName: string | null = null;

  constructor(init: Partial<WNDCLASSEXW> = {}) {
    Object.assign(this, init);
  }
}

export { WNDCLASSEXW as WNDCLASSEXA };

function register(cell: LastErrorCell, { lpfnWndProc: procedure, lpszClassName }: WNDCLASSW): number {
  const name = lpszClassName ?? '';
  if (procedure === null || name === '' || name.length > CLASS_NAME_LIMIT) return cell.fail(ERROR_INVALID_PARAMETER, 0);
  const atom = WindowClasses.of(cell.thread.process).register(name, procedure);
  return atom ?? cell.fail(ERROR_CLASS_ALREADY_EXISTS, 0);
}

/**
 * Registers a window class for the process. Never blocks.
 * @param lpWndClass the class: its name (case does not count) and window procedure.
 * @returns the class's atom, or 0 with the last error:
 *   ERROR_NOACCESS: lpWndClass is NULL;
 *   ERROR_INVALID_PARAMETER: no procedure, or the name is missing, empty or too long;
 *   ERROR_CLASS_ALREADY_EXISTS (1410): the name is taken.
 * @see https://learn.microsoft.com/windows/win32/api/winuser/nf-winuser-registerclassw
 */
export function RegisterClassW(lpWndClass: WNDCLASSW | null): number {
  const cell = currentCell();
  return lpWndClass === null ? cell.fail(ERROR_NOACCESS, 0) : register(cell, lpWndClass);
}

/**
 * RegisterClassW, under its other name.
 * @see https://learn.microsoft.com/windows/win32/api/winuser/nf-winuser-registerclassa
 */
export function RegisterClassA(lpWndClass: WNDCLASSW | null): number {
  return RegisterClassW(lpWndClass);
}

/**
 * As RegisterClassW, with a structure that tells its size. Never blocks.
 * @param unnamedParam1 the class; `cbSize` is 80, sizeof(WNDCLASSEX) on x64.
 * @returns the class's atom, or 0 with the last error: those of RegisterClassW, and
 *   ERROR_INVALID_PARAMETER: another size.
 * @see https://learn.microsoft.com/windows/win32/api/winuser/nf-winuser-registerclassexw
 */
export function RegisterClassExW(unnamedParam1: WNDCLASSEXW | null): number {
  const cell = currentCell();
  if (unnamedParam1 === null) return cell.fail(ERROR_NOACCESS, 0);
  if (unnamedParam1.cbSize !== WNDCLASSEXW.size) return cell.fail(ERROR_INVALID_PARAMETER, 0);
  return register(cell, unnamedParam1);
}

/**
 * RegisterClassExW, under its other name.
 * @see https://learn.microsoft.com/windows/win32/api/winuser/nf-winuser-registerclassexa
 */
export function RegisterClassExA(unnamedParam1: WNDCLASSEXW | null): number {
  return RegisterClassExW(unnamedParam1);
}

/**
 * Takes a window class back. Its windows must have been destroyed. Never blocks.
 * @param lpClassName the class by name or atom.
 * @param _hInstance ignored: there is one module.
 * @returns TRUE, or FALSE with the last error:
 *   ERROR_CLASS_DOES_NOT_EXIST (1411): no such class, or the system's own;
 *   ERROR_CLASS_HAS_WINDOWS (1412): it has windows.
 * @see https://learn.microsoft.com/windows/win32/api/winuser/nf-winuser-unregisterclassw
 */
export function UnregisterClassW(lpClassName: string | number | null, _hInstance: HANDLE | null): number {
  const cell = currentCell();
  const classes = WindowClasses.of(cell.thread.process);
  const found = lpClassName === null ? null : classes.find(lpClassName);
  if (found === null) return cell.fail(ERROR_CLASS_DOES_NOT_EXIST, FALSE);
  if (found.windows > 0) return cell.fail(ERROR_CLASS_HAS_WINDOWS, FALSE);
  classes.unregister(found);
  return TRUE;
}

/**
 * UnregisterClassW, under its other name.
 * @see https://learn.microsoft.com/windows/win32/api/winuser/nf-winuser-unregisterclassa
 */
export function UnregisterClassA(lpClassName: string | number | null, hInstance: HANDLE | null): number {
  return UnregisterClassW(lpClassName, hInstance);
}
