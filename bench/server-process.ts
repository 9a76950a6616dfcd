// A server in a process of its own, as the process with its clients sees it: starting it, asking what it has used.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Bench, ServerRow, Usage } from './row.js';

/** Starts the server of one side of a row, and the row's client. */
export async function startServer(row: ServerRow, side: string): Promise<Bench> {
  // Beside the script that this is built into.
  const script = fileURLToPath(new URL('server.mjs', import.meta.url));
  const server = fork(script, [row.name, side], { execArgv: process.execArgv });
  const answer = async <T>(): Promise<T> => {
    const [message] = (await once(server, 'message')) as [T];
    return message;
  };
  const client = await row.client(await answer<number>());
  return {
    run: (count) => client.run(count),
    usage: () => {
      const usage = answer<Usage>();
      server.send('usage');
      return usage;
    },
    close: async () => {
      const ended = once(server, 'exit');
      await client.close();
      await ended;
    },
  };
}
