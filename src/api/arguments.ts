// What C's compiler would refuse: an argument of another type than the prototype's. That is a TypeError and the only
// thing that a Winsock function throws; null and wrong values are for the function itself to report.
import { Struct, fd_set } from '../abi/index.js';
import { exportItem, type ExportName, type ParamKind } from './exports.js';

const isPointerTo =
  (test: (value: object) => boolean) =>
  (value: unknown): boolean =>
    value === null || (typeof value === 'object' && test(value));

const isArrayLike = (value: object): boolean => Array.isArray(value) || ArrayBuffer.isView(value);
const isBytes = (value: object): boolean => value instanceof Uint8Array || value instanceof Struct;

/** Whether a value can be passed for a parameter of the kind. */
const ACCEPTS: Readonly<Record<ParamKind, (value: unknown) => boolean>> = {
  socket: (value) => typeof value === 'number',
  handle: (value) => typeof value === 'number',
  int: (value) => typeof value === 'number',
  int64: (value) => typeof value === 'bigint',
  memory: isPointerTo(isBytes),
  chars: isPointerTo((value) => value instanceof Uint8Array),
  wchars: isPointerTo((value) => value instanceof Uint16Array),
  string: (value) => value === null || typeof value === 'string',
  ref: isPointerTo((value) => 'value' in value),
  fdset: isPointerTo((value) => value instanceof fd_set),
  function: (value) => value === null || typeof value === 'function',
  struct: isPointerTo(() => true),
  array: isPointerTo(isArrayLike),
  word: (value) => value === null || typeof value === 'number' || typeof value === 'bigint',
  any: () => true,
};

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

/** The check of one function's arguments; it throws the TypeError. Prepared on the first call. */
export function argumentCheck(name: ExportName): (args: readonly unknown[]) => void {
  let accepts: readonly ((value: unknown) => boolean)[] | null = null;
  return (args) => {
    accepts ??= exportItem(name).params.map(({ kind }) => ACCEPTS[kind]);
    for (let i = 0; i < accepts.length; i++) {
      if (accepts[i]?.(args[i]) === false) throw wrongArgument(name, i, args[i]);
    }
  };
}

/** The TypeError for one argument. */
export function wrongArgument(name: ExportName, index: number, value: unknown): TypeError {
  const param = exportItem(name).params[index];
  const shown = value === null ? 'null' : typeof value === 'object' ? `a ${value.constructor.name}` : typeof value;
  const wanted = param === undefined ? 'nothing' : WANTED[param.kind];
  return new TypeError(`${name}: ${param?.name ?? `argument ${String(index)}`} must be ${wanted}, not ${shown}`);
}
