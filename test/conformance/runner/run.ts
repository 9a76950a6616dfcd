// Runs one scenario: command by command, comparing what it gives with what was recorded.
import { MAKEWORD, WSADATA } from '../../../src/abi/index.js';
import { Args } from './args.js';
import type { CommandTable } from './command.js';
import { catalogCommands } from './commands/catalog.js';
import { eventCommands } from './commands/events.js';
import { extensionCommands } from './commands/extensions.js';
import { nameCommands } from './commands/names.js';
import { optionCommands } from './commands/options.js';
import { overlappedCommands } from './commands/overlapped.js';
import { portCommands } from './commands/ports.js';
import { readinessCommands } from './commands/readiness.js';
import { socketCommands } from './commands/sockets.js';
import { startupCommands } from './commands/startup.js';
import { transferCommands } from './commands/transfers.js';
import { errorName } from './error-names.js';
import type { Host } from './host.js';
import type { Command, Scenario } from './parse.js';
import { MissingFunction, ScriptError } from './script-error.js';
import { Session } from './session.js';
import { HANG } from './time.js';

/** A command whose result was not the recorded one. */
export interface Mismatch {
  readonly file: string;
  readonly line: number;
  readonly command: string;
  readonly expected: string;
  readonly got: string;
}

/** A command that takes longer than this hangs. */
const DEADLINE_MS = 5000;
const NO_START = 'nostartup';

const COMMANDS: CommandTable = {
  ...startupCommands,
  ...socketCommands,
  ...transferCommands,
  ...overlappedCommands,
  ...eventCommands,
  ...readinessCommands,
  ...optionCommands,
  ...portCommands,
  ...extensionCommands,
  ...nameCommands,
  ...catalogCommands,
};

/** The names of all commands. */
export const commandNames: readonly string[] = Object.keys(COMMANDS);

/** A failure that is no result becomes one, so that the scenario goes on and the report shows it. */
function failureText(error: unknown): string {
  if (error instanceof ScriptError) return `script-error ${error.message}`;
  if (error instanceof MissingFunction) return error.message;
  return `threw ${String(error)}`;
}

async function carryOut(session: Session, command: Command): Promise<string> {
  try {
    const run = Object.hasOwn(COMMANDS, command.name) ? COMMANDS[command.name] : undefined;
    if (run === undefined) throw new ScriptError(`unknown command ${command.name}`);
    const text = await run(session, new Args(command));
    session.ports.discover();
    return text;
  } catch (error) {
    return failureText(error);
  }
}

async function startup(session: Session): Promise<string> {
  try {
    const result = await session.call('WSAStartup', MAKEWORD(2, 2), new WSADATA());
    session.lastError = 0;
    return result === 0 ? 'ok' : errorName(result);
  } catch (error) {
    return failureText(error);
  }
}

/**
 * Runs a scenario to its end, or to the first command that hangs.
 * @param host a fresh process; the caller disposes of it
 * @returns every command whose result was not the recorded one, in order
 */
export async function runScenario(host: Host, scenario: Scenario): Promise<Mismatch[]> {
  const { time } = host;
  const session = new Session(host, time);
  const mismatches: Mismatch[] = [];
  const compare = (line: number, command: string, expected: string, got: string): void => {
    if (got !== expected) mismatches.push({ file: scenario.file, line, command, expected, got });
  };
  if (scenario.commands[0]?.name !== NO_START) {
    const started = await time.within(startup(session), DEADLINE_MS);
    compare(1, 'WSAStartup before the first command', 'ok', started === HANG ? 'hang' : started);
    if (started === HANG) return mismatches;
  }
  for (const command of scenario.commands) {
    const result = await time.within(carryOut(session, command), DEADLINE_MS);
    const got = result === HANG ? 'hang' : result;
    compare(command.line, command.text, command.expected, got);
    if (result === HANG) break;
  }
  return mismatches;
}
