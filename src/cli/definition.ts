// How a command is written down: its words, options, examples and body. Turning it into a parser is program.ts's
// business, completing it completion's, and the page about it is made from the parser.
import type { Command } from 'commander';
import type { Catalog } from '../index.js';
import type { Failure } from './failure.js';
import type { Run } from './run.js';

/** What a command ends with: an exit status, or why it failed. */
export type Outcome = number | Failure;

/** A word that completion offers, and what it means. */
export interface Candidate {
  readonly word: string;
  readonly about: string;
}

/** Offers words for an operand or an option's value, by what is installed and what stands before. */
export type Candidates = (catalog: Catalog, before: readonly string[]) => readonly Candidate[];

/** An operand. */
export interface OperandDefinition {
  /** `<id>`, `[ids...]`. */
  readonly usage: string;
  readonly about: string;
  readonly choices?: readonly string[];
  readonly complete?: Candidates;
}

/** An option. */
export interface OptionDefinition {
  /** `--over <ids>`, `-o, --pids`. */
  readonly flags: string;
  readonly about: string;
  readonly choices?: readonly string[];
  readonly fallback?: string;
  /** The options, by their property names, that it cannot stand beside. */
  readonly conflicts?: readonly string[];
  readonly complete?: Candidates;
}

/** A command line and what it does. */
export type Example = readonly [line: string, about: string];

/** A command. */
export interface CommandDefinition {
  readonly name: string;
  readonly summary: string;
  /** More than the summary, for its own help. */
  readonly details?: string;
  readonly operands?: readonly OperandDefinition[];
  readonly options?: readonly OptionDefinition[];
  readonly examples: readonly Example[];
  /** Not in the list of commands. */
  readonly hidden?: boolean;
  /** It ends in its own way when Ctrl-C is pressed; others are simply left. */
  readonly endsItself?: boolean;
  run(run: Run, command: Command): Outcome | Promise<Outcome>;
}

/** Commands under one word. */
export interface GroupDefinition {
  readonly name: string;
  readonly summary: string;
  readonly commands: readonly CommandDefinition[];
}

/** Whether it is a group. */
export function isGroup(definition: CommandDefinition | GroupDefinition): definition is GroupDefinition {
  return 'commands' in definition;
}
