// A command's arguments as the command functions ask for them. Conversion of single words is in words.ts.
import type { Command } from './parse.js';
import { ScriptError } from './script-error.js';
import { number } from './words.js';

/** The words of one command. */
export class Args {
  readonly #command: Command;

  constructor(command: Command) {
    this.#command = command;
  }

  /** All `key=value` words, in order. */
  get named(): Command['named'] {
    return this.#command.named;
  }

  /** Positional word `index`; its absence is the script's error. */
  word(index: number): string {
    const word = this.#command.words[index];
    if (word === undefined) throw new ScriptError(`${this.#command.name}: argument ${String(index + 1)} is missing`);
    return word;
  }

  /** Positional word `index`, or undefined. */
  optional(index: number): string | undefined {
    return this.#command.words[index];
  }

  /** Whether the bare word `word` stands at position `from` or later. */
  has(word: string, from: number): boolean {
    return this.#command.words.indexOf(word, from) !== -1;
  }

  /** The value of `key=value`, or undefined. */
  value(key: string): string | undefined {
    return this.#command.named.find(([name]) => name === key)?.[1];
  }

  /** Whether `key=NULL` is there. */
  isNull(key: string): boolean {
    return this.value(key) === 'NULL';
  }

  /** Positional word `index` as a number, or `otherwise`; without `otherwise` it has to be there. */
  number(index: number, otherwise?: number): number {
    const word = this.optional(index);
    if (word === undefined && otherwise !== undefined) return otherwise;
    return number(this.word(index));
  }

  /** The same for a C `int`: 0xffffffff is -1. */
  int(index: number, otherwise?: number): number {
    return this.number(index, otherwise) | 0;
  }

  /** `key=NUMBER`, or `otherwise`. */
  namedNumber(key: string, otherwise: number): number {
    const word = this.value(key);
    return word === undefined ? otherwise : number(word);
  }
}
