// A session that is traced by code: text of its calls, a timeline for Perfetto, and Winsock's own events. The recipe
// docs/recipes/see-what-happens.md shows the part between the marks.
// Run it: npx tsx examples/see-what-happens.ts
import { AF_INET, TRACE_LEVEL_VERBOSE, createProcess } from 'winsock2';
import { client } from './client.js';
import { loopback } from './lib/addresses.js';
import { runAsProgram, toConsole, type Print } from './lib/program.js';
import { server } from './server.js';
// recipe
import { attachChrome, attachEvents, attachText } from 'winsock2/tracing';

export async function traced(app: () => Promise<number>, print: Print, write: (text: string) => void): Promise<number> {
  const ends = [
    attachText(print, { layers: ['api', 'provider'] }),
    attachEvents(print, { level: TRACE_LEVEL_VERBOSE, providers: ['afd'] }),
    attachChrome(write),
  ];
  try {
    return await app();
  } finally {
    for (const end of ends) end();
  }
}
// end of recipe

/** An echo, traced. Returns the exit code. */
export async function session(print: Print, write: (text: string) => void): Promise<number> {
  const host = loopback(AF_INET);
  const quiet: Print = () => undefined;
  await using process = createProcess({ name: 'app' });
  const echo = async (): Promise<number> => {
    let serving: Promise<number> = Promise.resolve(0);
    const port = await new Promise<number>((listening) => {
      serving = server({ host, family: AF_INET, port: '0', listening, print: quiet });
    });
    const code = await client({ host, port: String(port), print: quiet });
    return code || (await serving);
  };
  return await process.run(() => traced(echo, print, write));
}

runAsProgram(import.meta.url, () => session(toConsole, () => undefined));
