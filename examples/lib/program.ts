// What the examples need as programs and not as Winsock code: being run, printing, reporting a failed call.
import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { WSAGetLastError, errorName, errorText } from 'winsock2';

/** Takes one line of output. */
export type Print = (line: string) => void;

export const toConsole: Print = (line) => {
  console.log(line);
};

/** Runs `main` when the module at `url` is what Node was started with; its result becomes the exit code. */
export function runAsProgram(url: string, main: (args: readonly string[]) => Promise<number>): void {
  const [, program, ...args] = process.argv;
  if (program === undefined || realpathSync(program) !== fileURLToPath(url)) return;
  void main(args).then((code) => {
    process.exitCode = code;
  });
}

/** Prints why the call just made failed, by the last error. Returns 1, the exit code that follows from it. */
export function failed(print: Print, call: string, error: number = WSAGetLastError()): number {
  print(`${call} failed: ${errorName(error)} (${error}), ${errorText(error)}`);
  return 1;
}
