// The export list: every function that Windows' Winsock libraries export, with what is needed to check a call, to
// document it and to refuse it. The rows are in exports/ and generated; this file owns how they are read.
import { WSAEOPNOTSUPP } from '../abi/index.js';
import { MSTCPIP } from './exports/mstcpip.js';
import { MSWSOCK } from './exports/mswsock.js';
import { NSPAPI } from './exports/nspapi.js';
import type { ExportLayer, ExportRow, FunctionRow, ParamKind, ReturnKind } from './exports/row.js';
import { UNDOCUMENTED } from './exports/undocumented.js';
import { WINSOCK2 } from './exports/winsock2.js';
import { WS2SPI } from './exports/ws2spi.js';
import { WS2TCPIP } from './exports/ws2tcpip.js';

export type { ExportLayer, ExportRow, FunctionRow, ParamKind, ReturnKind } from './exports/row.js';

/** The rows by name. */
export const EXPORTS = { ...WINSOCK2, ...WS2TCPIP, ...MSTCPIP, ...MSWSOCK, ...NSPAPI, ...WS2SPI, ...UNDOCUMENTED } as const;

/** A name on the list. */
export type ExportName = keyof typeof EXPORTS;

/** A parameter of a function on the list. */
export interface ExportParam {
  readonly name: string;
  readonly kind: ParamKind;
  /** Whether null is a documented argument; without it, null is an error that the function reports. */
  readonly optional: boolean;
}

/** A function on the list. */
export interface ExportItem {
  readonly name: ExportName;
  /** The function that this is another name of, or null. */
  readonly aliasOf: ExportName | null;
  readonly params: readonly ExportParam[];
  readonly returns: ReturnKind;
  /** What the function returns when it fails; undefined when that is the error itself or when it cannot fail. */
  readonly failure: number | null | undefined;
  /** Where the error code goes: the last error, a final lpErrno parameter, or the return value. */
  readonly errors: 'last' | 'lpErrno' | 'return';
  /** Whether the function returns a promise in the C face. */
  readonly mayBlock: boolean;
  readonly needsStartup: boolean;
  /** Index of the socket to check, or null. */
  readonly socketParam: number | null;
  /** Index of the parameter that, when it is not null, makes the function return at once instead of a promise; or null. */
  readonly overlappedParam: number | null;
  readonly support: 'full' | 'partial' | 'none';
  /** What is missing, or what else there is to know; empty for nothing. */
  readonly note: string;
  /** The code that a refused call reports. */
  readonly unsupportedError: number;
  readonly layer: ExportLayer;
  /** Whether `winsock2` exports it; false for those whose prototype is not public. */
  readonly exported: boolean;
  /** Address of the reference page; empty when there is none. */
  readonly doc: string;
}

const failures: Readonly<Record<ReturnKind, number | null | undefined>> = {
  int: -1,
  socket: -1,
  bool: 0,
  pointer: null,
  handle: 0,
  error: undefined,
  value: undefined,
  void: undefined,
};

// Rows are constants, so what was read of one once is kept: a call looks its function up by name.
const items = new Map<string, ExportItem>();

/**
 * Finds a function by any of its names.
 *
 * @param name the name
 * @returns the function, with all defaults filled in; null when it is not on the list
 */
export function exportNamed(name: string): ExportItem | null {
  const known = items.get(name);
  if (known !== undefined) return known;
  return Object.hasOwn(EXPORTS, name) ? exportItem(name as ExportName) : null;
}

/**
 * Reads one row.
 *
 * @param name a name on the list
 * @returns the function, with all defaults filled in; under an alias its `name` is the alias
 */
export function exportItem(name: ExportName): ExportItem {
  const known = items.get(name);
  if (known !== undefined) return known;

  const row: ExportRow = EXPORTS[name];
  const item = 'aliasOf' in row ? aliasItem(name, row.aliasOf as ExportName) : functionItem(name, row);
  items.set(name, item);
  return item;
}

function aliasItem(name: ExportName, aliasOf: ExportName): ExportItem {
  return { ...exportItem(aliasOf), name, aliasOf };
}

function functionItem(name: ExportName, row: FunctionRow): ExportItem {
  return {
    name,
    aliasOf: null,
    params: readParams(row.params),
    returns: row.returns,
    failure: row.failure ?? failures[row.returns],
    errors: row.returns === 'error' ? 'return' : (row.errors ?? 'last'),
    mayBlock: row.mayBlock ?? false,
    needsStartup: row.needsStartup ?? true,
    socketParam: row.socketParam ?? null,
    overlappedParam: row.overlappedParam ?? null,
    support: row.support,
    note: row.note ?? '',
    unsupportedError: row.unsupportedError ?? WSAEOPNOTSUPP,
    layer: row.layer,
    exported: row.exported ?? true,
    doc: docAddress(row),
  };
}

/**
 * Reads the whole list.
 *
 * @returns every name on it, aliases too, header by header
 */
export function exportItems(): ExportItem[] {
  return (Object.keys(EXPORTS) as ExportName[]).map(exportItem);
}

function readParams(text: string): ExportParam[] {
  if (text === '') return [];
  return text.split(', ').map((param) => {
    const [name = '', kind = ''] = param.split(': ');
    const optional = kind.endsWith('?');
    return { name, kind: (optional ? kind.slice(0, -1) : kind) as ParamKind, optional };
  });
}

// A page is named after its header: nf-winsock2-recv is in the folder winsock2.
function docAddress({ doc }: FunctionRow): string {
  return doc === undefined ? '' : `https://learn.microsoft.com/windows/win32/api/${doc.split('-')[1] ?? ''}/${doc}`;
}
