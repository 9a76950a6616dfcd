// What a command is to the interpreter, and the words for the kinds of return value that calls have.
import type { Args } from './args.js';
import type { Session } from './session.js';

/** Carries a command out and gives its result as text. */
export type CommandFunction = (session: Session, args: Args) => string | Promise<string>;
/** Commands by name. */
export type CommandTable = Readonly<Record<string, CommandFunction>>;

/** A call that returns 0 or SOCKET_ERROR. */
export function status(session: Session, result: number): string {
  if (result === 0) return 'ok';
  return result === -1 ? `-1 ${session.error}` : `returned ${String(result)}`;
}

/** A call that returns a BOOL. */
export function bool(session: Session, result: number): string {
  if (result === 0) return `FALSE ${session.error}`;
  return result === 1 ? 'TRUE' : `returned ${String(result)}`;
}

/** A call that returns a count. */
export function count(session: Session, result: number): string {
  return result === -1 ? `-1 ${session.error}` : String(result);
}

/** With the word `either`, immediate success and a pending operation look the same. */
export function either(args: Args, from: number, text: string): string {
  if (!args.has('either', from)) return text;
  return /^(?:ok|TRUE)(?: |$)|^(?:-1|FALSE) WSA_IO_PENDING$/.test(text) ? 'started' : text;
}
