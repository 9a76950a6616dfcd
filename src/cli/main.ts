#!/usr/bin/env node
// The program `winsock`. It runs only when Node was started with it; importing it does nothing.
import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { commandLine } from './command-line.js';
import { nodeShell } from './node-shell.js';

async function main(args: readonly string[]): Promise<void> {
  const interruption = new AbortController();
  process.on('SIGINT', () => {
    // Whoever presses it twice does not want to wait for anything.
    if (interruption.signal.aborted) process.exit(130);
    interruption.abort();
  });
  // `winsock show catalog | head -1`: the reader has what it wanted.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit();
  });
  process.exitCode = await commandLine(args, nodeShell(interruption.signal));
  if (interruption.signal.aborted) process.exit();
}

const [, program, ...args] = process.argv;
if (program !== undefined && realpathSync(program) === fileURLToPath(import.meta.url)) await main(args);
