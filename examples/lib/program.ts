// What the examples need as programs and not as Winsock code: being run, printing, reporting a failed call.
import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { AF_INET, AF_INET6, WSAGetLastError, errorName, errorText } from 'winsock2';
import type { EchoServerOptions } from './echo-server.js';

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

/** As `runAsProgram`, for an echo server whose arguments are a port and, for IPv6, a 6. */
export function runServer(url: string, serve: (options: EchoServerOptions) => Promise<number>): void {
  runAsProgram(url, ([port = '27015', six]) => serve({ port: Number(port), family: six === '6' ? AF_INET6 : AF_INET }));
}
