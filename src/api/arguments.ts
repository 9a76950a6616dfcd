// What C's compiler would refuse: an argument of another type than the prototype's. That is a TypeError and the only
// thing that a Winsock function throws; null and wrong values are for the function itself to report.
import { Struct, fd_set } from '../abi/index.js';
import { exportItem, type ExportName, type ParamKind } from './exports.js';

/** Whether an object can be passed where the kind wants a pointer. One function: this is on the way of every call. */
function isPointee(kind: ParamKind, value: object): boolean {
  switch (kind) {
    case 'struct':
      return true;
    case 'ref':
      return 'value' in value;
    case 'array':
      return Array.isArray(value) || ArrayBuffer.isView(value);
    case 'memory':
      return value instanceof Uint8Array || value instanceof Struct;
    case 'chars':
      return value instanceof Uint8Array;
    case 'wchars':
      return value instanceof Uint16Array;
    case 'fdset':
      return value instanceof fd_set;
    default:
      return false;
  }
}

/** Whether a value can be passed for a parameter of the kind. */
function isAccepted(kind: ParamKind, value: unknown): boolean {
  if (typeof value === 'number') return isNumber(kind) || kind === 'word' || kind === 'any';
  if (value === null) return !isNumber(kind) && kind !== 'int64';
  if (typeof value === 'object') return kind === 'any' || isPointee(kind, value);
  if (typeof value === 'function') return kind === 'function' || kind === 'any';
  if (typeof value === 'string') return kind === 'string' || kind === 'any';
  if (typeof value === 'bigint') return kind === 'int64' || kind === 'word' || kind === 'any';
  return kind === 'any';
}

function isNumber(kind: ParamKind): boolean {
  return kind === 'int' || kind === 'socket' || kind === 'handle';
}

/** What to pass instead, for the message. */
const WANTED: Readonly<Record<ParamKind, string>> = {
  socket: 'a SOCKET (number)',
  handle: 'a HANDLE (number)',
  int: 'a number',
  int64: 'a bigint',
  memory: 'a Uint8Array, a structure view or null',
  chars: 'a Uint8Array or null',
  wchars: 'a Uint16Array or null',
  string: 'a string or null',
  ref: 'a Ref ({ value }) or null',
  fdset: 'an fd_set or null',
  function: 'a function or null',
  struct: 'a structure or null',
  array: 'an array or null',
  word: 'a number, a bigint or null',
  any: 'anything',
};

/** The kinds as the language keeps names: comparing those is comparing addresses, which parts of a longer text are not. */
const KINDS = Object.keys(WANTED) as ParamKind[];

/** The check of one function's arguments; it throws the TypeError. Prepared on the first call. */
export function argumentCheck(name: ExportName): (args: readonly unknown[]) => void {
  let kinds: readonly ParamKind[] | null = null;
  return (args) => {
    kinds ??= exportItem(name).params.map((param) => KINDS.find((kind) => kind === param.kind) ?? 'any');
    for (let i = 0; i < kinds.length; i++) {
      if (!isAccepted(kinds[i] ?? 'any', args[i])) throw wrongArgument(name, i, args[i]);
    }
  };
}

/** The TypeError for one argument. */
export function wrongArgument(name: ExportName, index: number, value: unknown): TypeError {
  const param = exportItem(name).params[index];
  const shown = value === null ? 'null' : typeof value === 'object' ? `a ${className(value)}` : typeof value;
  const wanted = param === undefined ? 'nothing' : WANTED[param.kind];
  return new TypeError(`${name}: ${param?.name ?? `argument ${String(index)}`} must be ${wanted}, not ${shown}`);
}

/** An object may have no constructor, or anything under that name. */
function className(value: object): string {
  const { constructor } = value as { constructor?: unknown };
  return typeof constructor === 'function' ? constructor.name : 'object';
}
