// Owns the line format of a scenario and the splitting of a command into words.
// What the words mean is words.ts's business; what the commands do is in commands/.

/** One `> COMMAND` with its recorded result. */
export interface Command {
  /** The command's line number, from 1. */
  readonly line: number;
  /** The command as written, without `> `. */
  readonly text: string;
  readonly name: string;
  /** Positional words, without the command's name. */
  readonly words: readonly string[];
  /** `key=value` words in the order written; a key may be there twice (`poll` allows it). */
  readonly named: readonly (readonly [key: string, value: string])[];
  /** What Windows gives. */
  readonly expected: string;
}

/** A scenario file. */
export interface Scenario {
  /** The path it is reported under. */
  readonly file: string;
  readonly commands: readonly Command[];
}

/** A file that breaks the format: our own mistake or a damaged copy, so it is thrown. */
export class FormatError extends Error {
  constructor(file: string, line: number, problem: string) {
    super(`${file}:${String(line)}: ${problem}`);
    this.name = 'FormatError';
  }
}

const NAMED = /^([A-Za-z0-9_]+)=(.*)$/s;

/** Splits at spaces, except inside string literals. */
export function splitWords(text: string): string[] {
  return text.match(/(?:[^ "]|"(?:\\.|[^"\\])*"?)+/gs) ?? [];
}

function parseCommand(line: number, text: string, expected: string): Command {
  const [name = '', ...rest] = splitWords(text);
  const words: string[] = [];
  const named: [string, string][] = [];
  for (const word of rest) {
    const match = NAMED.exec(word);
    if (match === null) words.push(word);
    else named.push([match[1] ?? '', match[2] ?? '']);
  }
  return { line, text, name, words, named, expected };
}

/**
 * Reads a scenario.
 * @param file the path that mismatches are reported under
 * @param text the file's content
 * @throws FormatError if a command has no result or a result no command
 */
export function parseScenario(file: string, text: string): Scenario {
  const commands: Command[] = [];
  let open: { line: number; text: string } | null = null;
  let number = 0;
  for (const line of text.split('\n')) {
    number += 1;
    if (line.startsWith('> ')) {
      if (open !== null) throw new FormatError(file, open.line, 'a command without a result');
      open = { line: number, text: line.slice(2) };
    } else if (line.startsWith('= ')) {
      if (open === null) throw new FormatError(file, number, 'a result without a command');
      commands.push(parseCommand(open.line, open.text, line.slice(2)));
      open = null;
    }
    // `~` says what another implementation gave; it and every other line are comments to us.
  }
  if (open !== null) throw new FormatError(file, open.line, 'a command without a result');
  return { file, commands };
}
