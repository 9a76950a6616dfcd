// One row of the export list as it is written down: what is left out has the value given here.

/**
 * What is checked about a parameter at run time, as C's compiler would have checked it. `null` stands for a null pointer
 * wherever C takes a pointer: everything but socket, handle, int, int64, any.
 *
 * socket, handle, int: a number; int64: a bigint; memory: a Uint8Array or a structure view; chars: a Uint8Array that takes
 * text; wchars: a Uint16Array that takes text; string: text that is read; ref: a cell; fdset; function; struct: an object;
 * array: an array or typed array; word: a number or bigint, as wide as a pointer; any: not looked at.
 */
export type ParamKind =
  | 'socket'
  | 'handle'
  | 'int'
  | 'int64'
  | 'memory'
  | 'chars'
  | 'wchars'
  | 'string'
  | 'ref'
  | 'fdset'
  | 'function'
  | 'struct'
  | 'array'
  | 'word'
  | 'any';

/**
 * What the function returns, and with it what says that it failed: int SOCKET_ERROR, socket INVALID_SOCKET, bool FALSE,
 * pointer null, handle 0, error the error itself; value has no failure, or one that the row names; void nothing.
 */
export type ReturnKind = 'int' | 'socket' | 'bool' | 'pointer' | 'handle' | 'error' | 'value' | 'void';

/** The part of Winsock that a function belongs to. */
export type ExportLayer =
  | 'api'
  | 'legacy-1.1'
  | 'extension'
  | 'spi-install'
  | 'spi-namespace'
  | 'spi-upcall'
  | 'undocumented-export';

/** A function of its own. */
export interface FunctionRow {
  /** `name: kind` of each parameter in order, separated by commas; a ? after the kind marks an optional one. */
  readonly params: string;
  readonly returns: ReturnKind;
  /** The value of failure, where `returns` does not tell it. */
  readonly failure?: number;
  /** Default: false. */
  readonly mayBlock?: boolean;
  /** Default: true. */
  readonly needsStartup?: boolean;
  /** Default: none. */
  readonly socketParam?: number;
  /** Default: none. */
  readonly overlappedParam?: number;
  /** Default: the last error. */
  readonly errors?: 'lpErrno';
  /** Default: WSAEOPNOTSUPP. */
  readonly unsupportedError?: number;
  /** Default: true. */
  readonly exported?: boolean;
  readonly support: 'full' | 'partial' | 'none';
  /** Default: nothing to say. */
  readonly note?: string;
  readonly layer: ExportLayer;
  /** The reference page's name, as nf-winsock2-recv. Default: there is none. */
  readonly doc?: string;
}

/** A further name of a function. */
export interface AliasRow {
  readonly aliasOf: string;
}

/** A row of the list. */
export type ExportRow = FunctionRow | AliasRow;
