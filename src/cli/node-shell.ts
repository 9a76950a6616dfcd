// The shell of a real run: Node's streams, the terminal, Ctrl-C, child programs.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import { createInterface } from 'node:readline/promises';
import { JsonStore } from '../index.js';
import type { ChildProgram, Shell } from './shell.js';

/** The surroundings of this process; `interrupted` is told of Ctrl-C by whoever calls. */
export function nodeShell(interrupted: AbortSignal): Shell {
  const { stdin, stdout, stderr, env, platform } = process;
  return {
    stdout,
    stderr,
    env,
    platform,
    procFolder: '/proc',
    interrupted,
    version: ownVersion(),
    now: () => new Date(),
    confirm: stdin.isTTY && stderr.isTTY ? (question) => ask(question, interrupted) : null,
    openStore: (file) => new JsonStore(file === null ? {} : { file }),
    tracingModule: tracingModule(),
    runProgram,
  };
}

function ownVersion(): string {
  const { version } = createRequire(import.meta.url)('winsock2/package.json') as { version: string };
  return version;
}

/** Of this very package, whichever one the program to trace uses: what it hears comes over a channel of the process. */
function tracingModule(): string | null {
  try {
    return import.meta.resolve('winsock2/tracing/register');
  } catch {
    return null;
  }
}

async function ask(question: string, signal: AbortSignal): Promise<boolean> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await lines.question(`${question} [y/N] `, { signal })).trim());
  } catch {
    // Ctrl-C at the question is a no.
    return false;
  } finally {
    lines.close();
  }
}

function runProgram({ file, args, env }: ChildProgram): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { stdio: 'inherit', env: { ...process.env, ...env } });
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
    });
  });
}
