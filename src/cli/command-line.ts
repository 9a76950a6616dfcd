// From a command line to an exit status.
import { CommanderError } from 'commander';
import { OK, USAGE } from './exit-codes.js';
import { buildProgram, type Ending } from './program.js';
import type { Shell } from './shell.js';

/**
 * Runs one command line.
 *
 * @param args - the words after the program's name
 * @param shell - what it runs in
 * @returns the exit status
 */
export async function commandLine(args: readonly string[], shell: Shell): Promise<number> {
  const ending: Ending = { exitCode: OK };
  const program = buildProgram(shell, ending);
  try {
    await program.parseAsync(args, { from: 'user' });
    return ending.exitCode;
  } catch (error) {
    // Commander's way to say that help was asked for, or that the words make no sense.
    if (error instanceof CommanderError) return error.exitCode === 0 ? OK : USAGE;
    throw error;
  }
}
