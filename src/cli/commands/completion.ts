// winsock completion, and the hidden command that its scripts ask.
import type { Command } from 'commander';
import { Failure } from '../failure.js';
import { complete } from '../completion/complete.js';
import { SCRIPTS } from '../completion/scripts.js';
import type { CommandDefinition, GroupDefinition } from '../definition.js';
import { OK } from '../exit-codes.js';
import { Run } from '../run.js';

export const completion: CommandDefinition = {
  name: 'completion',
  summary: 'Completion of commands, options and ids for a shell',
  operands: [{ usage: '<shell>', about: 'the shell that is to be taught', choices: Object.keys(SCRIPTS) }],
  examples: [
    ['source <(winsock completion bash)', 'in ~/.bashrc; for zsh likewise in ~/.zshrc'],
    ['winsock completion fish > ~/.config/fish/completions/winsock.fish', 'once'],
  ],
  run({ shell }, command) {
    const [name] = command.processedArgs as [keyof typeof SCRIPTS];
    shell.stdout.write(SCRIPTS[name]);
    return OK;
  },
};

/** Answers completion scripts; `definitions` are the commands that it completes. */
export function completer(definitions: () => readonly (CommandDefinition | GroupDefinition)[]): CommandDefinition {
  return {
    name: '__complete',
    summary: 'Candidates for the last word, each with what it means after a tab',
    operands: [{ usage: '[words...]', about: 'the words after `winsock`, the last one as far as it was typed' }],
    examples: [],
    hidden: true,
    async run({ shell }, command) {
      const [words] = command.processedArgs as [readonly string[]];
      const found = await complete(words, {
        program: rootOf(command),
        definitions: definitions(),
        catalog: async (file) => {
          const catalog = await new Run(shell, { catalog: file, json: false, color: false }).catalog();
          return catalog instanceof Failure ? null : catalog;
        },
      });
      for (const { word, about } of found) shell.stdout.write(about === '' ? `${word}\n` : `${word}\t${about}\n`);
      return OK;
    },
  };
}

function rootOf(command: Command): Command {
  return command.parent === null ? command : rootOf(command.parent);
}
