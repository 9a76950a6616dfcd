// Running a command for a script: output is shown, a failure ends the script. Owns nothing else.
import { spawnSync } from 'node:child_process';

/**
 * Runs a command and waits for it, with its output shown.
 * @param command the program
 * @param args its arguments
 * @param options where to run it, and variables to add to the environment
 * @returns its exit status; one when it could not be started
 */
export function run(
  command: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>> } = {},
): number {
  console.log(`$ ${[command, ...args].join(' ')}`);
  const result = spawnSync(command, args, {
    stdio: 'inherit',
    cwd: options.cwd ?? process.cwd(),
    env: { ...process.env, ...options.env },
  });
  if (result.error !== undefined) console.error(`${command}: ${result.error.message}`);
  return result.status ?? 1;
}

/** As `run`, but a failing command ends the script with its status. */
export function must(...parameters: Parameters<typeof run>): void {
  const status = run(...parameters);
  if (status !== 0) process.exit(status);
}
