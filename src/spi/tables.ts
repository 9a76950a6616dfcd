// What WS2_32 checks about a table that a provider filled, before it trusts it: WSAEINVALIDPROCTABLE. Only the shape;
// whether the entries behave shows when they are called.
import { NSP_ROUTINE_NAMES, NSP_ROUTINE_SIZE, NSP_ROUTINE_SIZE_NO_IOCTL } from './nsp.js';
import { NSPV2_ROUTINE_NAMES, NSPV2_ROUTINE_SIZE } from './nspv2.js';
import { WSPPROC_NAMES } from './wsp.js';

/**
 * Checks a transport provider's table.
 *
 * @param table what the provider filled
 * @returns null when all 30 entries are functions, else the name of the first that is not
 */
export function validateProcTable(table: unknown): string | null {
  return firstNonFunction(table, WSPPROC_NAMES);
}

/**
 * Checks a name space provider's table. A table of the size without NSPIoctl need not have that entry.
 *
 * @param table what the provider filled
 * @returns null when it is complete, else the name of the first field that is wrong
 */
export function validateNspRoutine(table: unknown): string | null {
  const size = field(table, 'cbSize');
  if (size === NSP_ROUTINE_SIZE) return firstNonFunction(table, NSP_ROUTINE_NAMES);
  if (size === NSP_ROUTINE_SIZE_NO_IOCTL) return firstNonFunction(table, NSP_ROUTINE_NAMES.slice(0, -1));
  return 'cbSize';
}

/**
 * Checks a version 2 name space provider's table.
 *
 * @param table what the provider advertised
 * @returns null when it is complete, else the name of the first field that is wrong
 */
export function validateNspv2Routine(table: unknown): string | null {
  if (field(table, 'cbSize') !== NSPV2_ROUTINE_SIZE) return 'cbSize';
  return firstNonFunction(table, NSPV2_ROUTINE_NAMES);
}

function firstNonFunction(table: unknown, names: readonly string[]): string | null {
  return names.find((name) => typeof field(table, name) !== 'function') ?? null;
}

function field(table: unknown, name: string): unknown {
  if (typeof table !== 'object' || table === null) return undefined;
  try {
    return (table as Record<string, unknown>)[name];
  } catch {
    // A getter of the provider's own that throws is a field that is not there.
    return undefined;
  }
}
