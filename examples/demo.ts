// The main job at a glance: an echo server and its client, over TCP and then over UDP, each on a thread of its own in one
// process, while every layer that their calls cross is printed.
// Run it: npm run demo (or npm run demo -- 6 for IPv6)
import {
  AF_INET,
  AF_INET6,
  CloseHandle,
  CreateThread,
  GetCurrentThreadId,
  INFINITE,
  WaitForSingleObject,
  createProcess,
} from 'winsock2';
import { TextTrace } from 'winsock2/tracing';
import { client } from './client.js';
import { loopback } from './lib/addresses.js';
import { runAsProgram, toConsole, type Print } from './lib/program.js';
import { server } from './server.js';
import { ask, serve } from './udp-echo.js';

/** Runs one server on a thread of its own, and its client as soon as the server's port is known. */
async function together(
  run: (listening: (port: number) => void) => Promise<number>,
  use: (port: number) => Promise<number>,
): Promise<number> {
  let code = 0;
  let ready = (_port: number): void => undefined;
  const port = new Promise<number>((resolve) => {
    ready = resolve;
  });
  const thread = CreateThread(
    null,
    0,
    async () => {
      code = await run(ready);
      // A server that could not start has told nobody its port.
      ready(0);
      return code;
    },
    null,
    0,
    null,
  );
  const clientCode = await use(await port);
  await WaitForSingleObject(thread, INFINITE);
  CloseHandle(thread);
  return code || clientCode;
}

/** Both echoes. Returns the exit code. */
export async function demo(family: number = AF_INET, print: Print = toConsole): Promise<number> {
  await using process = createProcess({ name: 'demo' });
  return await process.run(async () => {
    const main = GetCurrentThreadId();
    const threadName = (id: number): string => (id === main ? 'client' : 'server');
    const trace = new TextTrace(print, { threadName });
    process.trace.listen(trace.listener);
    const as = (name: string): Print => (line) => trace.line(`${name.padEnd(7)} says: ${line}`);
    const [ofServer, ofClient] = [as('server'), as('client')];
    const host = loopback(family);

    trace.line('--- TCP');
    const tcp = await together(
      (listening) => server({ host, family, port: '0', listening, print: ofServer }),
      (port) => client({ host, port: String(port), print: ofClient }),
    );
    trace.line('--- UDP');
    const udp = await together(
      (listening) => serve({ family, datagrams: 1, listening, print: ofServer }),
      (port) => ask({ family, port, print: ofClient }),
    );
    trace.line(tcp === 0 && udp === 0 ? '--- both echoes came back' : '--- failed');
    return tcp || udp;
  });
}

runAsProgram(import.meta.url, ([six]) => demo(six === '6' ? AF_INET6 : AF_INET));
