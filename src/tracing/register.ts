// The preload module `winsock2/tracing/register`: traces the program that it is loaded before, as environment variables
// say (settings.ts).
//   node --import winsock2/tracing/register app.js
// The one module of the package whose import does something, and of this folder the one that needs Node.
import { openSync, writeSync } from 'node:fs';
import process from 'node:process';
import { attachChrome, attachEvents, attachText, type Detach } from './attach.js';
import { traceSettings, type TraceSettings } from './settings.js';

const STANDARD_ERROR = 2;

/** Writes at once and waits for it, so that nothing is lost however the program ends. */
function writer(file: string | null): (text: string) => void {
  const fd = file === null ? STANDARD_ERROR : openSync(file, 'w');
  return (text) => {
    // A pipe may take less than everything.
    for (let rest = Buffer.from(text); rest.length > 0; ) rest = rest.subarray(writeAtOnce(fd, rest));
  };
}

function writeAtOnce(fd: number, bytes: Buffer): number {
  try {
    return writeSync(fd, bytes);
  } catch (error) {
    // A full pipe: whoever reads it has to catch up first.
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return 0;
    throw error;
  }
}

function attach({ format, file, level, layers }: TraceSettings): Detach {
  if (format === 'off') return () => undefined;
  const write = writer(file);
  const what = layers === undefined ? {} : { layers };
  if (format === 'chrome') return attachChrome(write, { ...what, level });
  const writeLine = (line: string): void => {
    write(`${line}\n`);
  };
  return format === 'events' ? attachEvents(writeLine, { level }) : attachText(writeLine, what);
}

/** Says why there is no trace; the program itself is not to suffer. */
function complain(why: string): void {
  writeSync(STANDARD_ERROR, `winsock2/tracing: ${why}; nothing is traced\n`);
}

function start(): Detach {
  const settings = traceSettings(process.env, process.pid);
  try {
    if (typeof settings !== 'string') return attach(settings);
    complain(settings);
  } catch (error) {
    complain(String(error));
  }
  return () => undefined;
}

/** Ends the trace before the program does. */
export const detach: Detach = start();
process.on('exit', detach);
