// What can stand where the cursor is: commands, options and their values, ids of what is installed.
import type { Command, Option } from 'commander';
import type { Catalog } from '../../index.js';
import { isGroup, type Candidate, type Candidates, type CommandDefinition, type GroupDefinition } from '../definition.js';

/** What is there to complete from. */
export interface CompletionSource {
  readonly program: Command;
  readonly definitions: readonly (CommandDefinition | GroupDefinition)[];
  /** The catalog, or null when there is none to be had: then ids are not offered. */
  readonly catalog: (file: string | null) => Promise<Catalog | null>;
}

/** Candidates for the last of `words` (which may be empty), in the order of help and catalog. */
export async function complete(words: readonly string[], source: CompletionSource): Promise<Candidate[]> {
  const begun = words.at(-1) ?? '';
  const place = walk(source.program, words.slice(0, -1));
  const offered = await offer(place, begun, source);
  return offered.filter(({ word }) => word.startsWith(begun));
}

/** Where the words before have led. */
interface Place {
  readonly command: Command;
  /** Operands given already. */
  readonly operands: readonly string[];
  /** The option whose value comes next. */
  readonly option: Option | null;
  /** The file after --catalog. */
  readonly file: string | null;
}

function walk(program: Command, words: readonly string[]): Place {
  let command = program;
  let option: Option | null = null;
  let file: string | null = null;
  let operands: string[] = [];
  for (const word of words) {
    if (option !== null) {
      if (option.long === '--catalog') file = word;
      option = null;
    } else if (word.startsWith('-')) {
      option = optionsOf(command).find((one) => takesValue(one) && [one.long, one.short].includes(word)) ?? null;
    } else {
      const child = operands.length === 0 ? command.commands.find((one) => one.name() === word) : undefined;
      if (child === undefined) operands = [...operands, word];
      else command = child;
    }
  }
  return { command, operands, option, file };
}

async function offer(place: Place, begun: string, source: CompletionSource): Promise<Candidate[]> {
  const { command, option, operands, file } = place;
  const definition = definitionOf(command, source.definitions);
  const ask = async (candidates: Candidates | undefined): Promise<Candidate[]> => {
    const catalog = candidates === undefined ? null : await source.catalog(file);
    return catalog === null ? [] : [...(candidates?.(catalog, operands) ?? [])];
  };
  if (option !== null) {
    if (option.argChoices !== undefined) return option.argChoices.map(plain);
    return ask(definition?.options?.find(({ flags }) => flags === option.flags)?.complete);
  }
  if (begun.startsWith('-')) {
    return optionsOf(command).map(({ long, flags, description }) => ({ word: long ?? flags, about: description }));
  }
  if (command.commands.length > 0 && operands.length === 0) {
    const visible = command.createHelp().visibleCommands(command);
    return visible.map((child) => ({ word: child.name(), about: child.summary() || child.description() }));
  }
  const last = command.registeredArguments.at(-1);
  const index = operands.length >= command.registeredArguments.length && last?.variadic === true ? -1 : operands.length;
  const argument = command.registeredArguments.at(index);
  if (argument === undefined) return [];
  const given = new Set(operands);
  const found = argument.argChoices?.map(plain) ?? (await ask(definition?.operands?.at(index)?.complete));
  return found.filter(({ word }) => !given.has(word));
}

function plain(word: string): Candidate {
  return { word, about: '' };
}

function takesValue(option: Option): boolean {
  return option.required || option.optional;
}

/** Its own options, and those of the commands that it is under. */
function optionsOf(command: Command): readonly Option[] {
  const help = command.createHelp();
  return [...help.visibleOptions(command), ...help.visibleGlobalOptions(command)];
}

function definitionOf(
  command: Command,
  definitions: readonly (CommandDefinition | GroupDefinition)[],
): CommandDefinition | undefined {
  const { parent } = command;
  const group = definitions.find((one) => isGroup(one) && one.name === parent?.name());
  const among = group !== undefined && isGroup(group) ? group.commands : definitions;
  return among.find((one): one is CommandDefinition => !isGroup(one) && one.name === command.name());
}
