// A call as a report shows it: name, arguments, and where in the program it was made. Noting one is cheap; the text is
// made when somebody wants to read it.
import { Struct } from '../../index.js';

/** The folder that this library's files are in, as stack frames write it: `src/` in the repository, `dist/` in a package. */
const OWN = import.meta.url.replace(/^file:\/\//, '').replace(/(\/testing\/calls)?\/[^/]*$/, '/');
/** What frames have in them that are not the program's. */
const FOREIGN = [OWN, 'eventemitter3', 'node:'];
/** Where a frame is: `at f (place)` and `at place` in V8, `f@place` in other engines. */
const PLACES = [/\((?:file:\/\/)?([^()]+:\d+:\d+)\)$/, /^\s*at (?:async )?(?:file:\/\/)?(.+:\d+:\d+)$/, /^[^@]*@(.+:\d+:\d+)$/];
/** More than the library's own frames, which V8 would show nothing but otherwise. */
const FRAMES = 40;

/** One call; to be made inside it, for it keeps the stack. */
export class CallNote {
  readonly name: string;
  readonly #args: readonly unknown[];
  readonly #stack = stackHere();

  constructor(name: string, args: readonly unknown[]) {
    this.name = name;
    this.#args = args;
  }

  toString(): string {
    const site = siteIn(this.#stack.stack ?? '');
    const call = `${this.name}(${this.#args.map(argumentText).join(', ')})`;
    return site === null ? call : `${call} at ${site}`;
  }
}

function stackHere(): Error {
  const engine = Error as { stackTraceLimit?: number };
  const before = engine.stackTraceLimit;
  if (before !== undefined) engine.stackTraceLimit = FRAMES;
  const stack = new Error('here');
  if (before !== undefined) engine.stackTraceLimit = before;
  return stack;
}

/** `file:line:column` of the first frame that is neither this library's nor its helpers'; null if no frame tells. */
function siteIn(stack: string): string | null {
  for (const line of stack.split('\n')) {
    const place = FOREIGN.some((part) => line.includes(part)) ? null : placeOf(line);
    if (place !== null) return place;
  }
  return null;
}

function placeOf(line: string): string | null {
  for (const pattern of PLACES) {
    const place = pattern.exec(line)?.[1];
    if (place !== undefined) return place;
  }
  return null;
}

function argumentText(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  if (value instanceof Struct) return value.constructor.name;
  if (Array.isArray(value)) return `[${value.map(argumentText).join(', ')}]`;
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'object' && value !== null) return 'value' in value ? '&' : value.constructor.name;
  return String(value);
}
