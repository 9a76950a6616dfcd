// Makes a commander program of the definitions. It decides how options and errors look, and nothing of what commands do.
import { Argument, Command, Option } from 'commander';
import { commands } from './commands/index.js';
import { isGroup, type CommandDefinition, type Example, type GroupDefinition, type OptionDefinition } from './definition.js';
import { EXIT_CODES, INTERRUPTED } from './exit-codes.js';
import { Failure } from './failure.js';
import { Run } from './run.js';
import type { Shell } from './shell.js';

/** What is left when a program has run. */
export interface Ending {
  exitCode: number;
}

/** The help column that texts are folded at where nobody is looking. */
const PAGE_WIDTH = 100;

const BEFORE = `The tool for Winsock's catalog: transport providers, layers and name spaces.`;

/**
 * Builds the program.
 *
 * @param shell - what its commands run in
 * @param ending - receives the exit status of the command that ran
 */
export function buildProgram(shell: Shell, ending: Ending): Command {
  const program = new Command('winsock');
  program
    .description(BEFORE)
    .option('--catalog <file>', "the catalog's file; WINSOCK2_CATALOG, else this user's, if left out")
    .option('--json', 'print what programs can read')
    .option('--no-color', 'no colours; NO_COLOR and FORCE_COLOR are obeyed too')
    .version(shell.version, '--version', 'the version of winsock2')
    .helpCommand('help [command]', 'Help for a command')
    .addHelpText('after', `\nExit status:\n${EXIT_CODES.map(([code, text]) => `  ${String(code).padEnd(5)}${text}`).join('\n')}`);
  settle(program, shell);
  for (const definition of commands) {
    const made = isGroup(definition) ? group(definition, shell, ending) : leaf(definition, shell, ending);
    program.addCommand(made, { hidden: !isGroup(definition) && definition.hidden === true });
  }
  return program;
}

function group(definition: GroupDefinition, shell: Shell, ending: Ending): Command {
  const command = new Command(definition.name).description(definition.summary).summary(definition.summary).helpCommand(false);
  settle(command, shell);
  for (const child of definition.commands) command.addCommand(leaf(child, shell, ending));
  return command;
}

function leaf(definition: CommandDefinition, shell: Shell, ending: Ending): Command {
  const { name, summary, details, operands = [], options = [], examples } = definition;
  const command = new Command(name).summary(summary).description(details === undefined ? summary : `${summary}. ${details}`);
  settle(command, shell);
  for (const { usage, about, choices } of operands) {
    const argument = new Argument(usage, about);
    command.addArgument(choices === undefined ? argument : argument.choices(choices));
  }
  for (const option of options) command.addOption(toOption(option));
  command.addHelpText('after', examplesText(examples));
  command.action(async () => {
    ending.exitCode = await perform(definition, shell, command);
  });
  return command;
}

function toOption({ flags, about, choices, fallback, conflicts }: OptionDefinition): Option {
  const option = new Option(flags, about);
  if (choices !== undefined) option.choices(choices);
  if (fallback !== undefined) option.default(fallback);
  if (conflicts !== undefined) option.conflicts([...conflicts]);
  return option;
}

function examplesText(examples: readonly Example[]): string {
  if (examples.length === 0) return '';
  const lines = examples.map(([line, about]) => `  ${line}\n      ${about}`);
  return `\nExamples:\n${lines.join('\n')}`;
}

/** How parsing speaks and ends; each command needs it told, as it does not come down from the program. */
function settle(command: Command, shell: Shell): void {
  const width = (stream: Shell['stdout']) => (): number => (stream.isTTY === true ? (stream.columns ?? PAGE_WIDTH) : PAGE_WIDTH);
  command
    .exitOverride()
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => void shell.stdout.write(text),
      writeErr: (text) => void shell.stderr.write(text),
      getOutHelpWidth: width(shell.stdout),
      getErrHelpWidth: width(shell.stderr),
      getOutHasColors: () => false,
      getErrHasColors: () => false,
      // One line, as every error of this program.
      outputError: (text, write) => {
        const what = text.trim().replace(/^error: /, '').replace(/\s*\n\s*/g, ' ').replace(/\.$/, '');
        write(`winsock: ${what}; see \`${pathOf(command)} --help\`\n`);
      },
    });
}

function pathOf(command: Command): string {
  return command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;
}

async function perform(definition: CommandDefinition, shell: Shell, command: Command): Promise<number> {
  const { catalog, json, color } = command.optsWithGlobals<{ catalog?: string; json?: boolean; color: boolean }>();
  const run = new Run(shell, { catalog: catalog ?? null, json: json === true, color });
  const outcome = await (definition.endsItself === true
    ? definition.run(run, command)
    : Promise.race([definition.run(run, command), interruption(shell.interrupted)]));
  run.out.clearProgress();
  if (!(outcome instanceof Failure)) return outcome;
  run.out.error(outcome.toString());
  return outcome.exitCode;
}

/** Ctrl-C. What is being saved is saved whole or not at all, so a command may be left at any moment. */
function interruption(interrupted: AbortSignal): Promise<Failure> {
  const failure = new Failure('', 'stopped; nothing was left half done', '', INTERRUPTED);
  return new Promise((resolve) => {
    if (interrupted.aborted) resolve(failure);
    else interrupted.addEventListener('abort', () => resolve(failure), { once: true });
  });
}
