// An echo server for many clients in one flow of calls, waiting with WSAPoll.
// Run it: npx tsx examples/echo-poll.ts [port] [6]
import { AF_INET, AF_INET6, POLLRDNORM, POLLWRNORM, SOCKET_ERROR, WSAPOLLFD, WSAPoll, type SOCKET } from 'winsock2';
import { serveWith, type EchoServerOptions, type WaitForSockets } from './lib/echo-server.js';
import { failed, runAsProgram } from './lib/program.js';

function wish(s: SOCKET, events: number): WSAPOLLFD {
  const entry = new WSAPOLLFD();
  entry.fd = s;
  entry.events = events;
  return entry;
}

const waitWithPoll: WaitForSockets = async ({ listener, connections }, print) => {
  const entries = [wish(listener, POLLRDNORM)];
  for (const { socket, wantsToRead, wantsToWrite } of connections.values()) {
    entries.push(wish(socket, (wantsToRead ? POLLRDNORM : 0) | (wantsToWrite ? POLLWRNORM : 0)));
  }
  const count = await WSAPoll(entries, entries.length, -1);
  if (count === SOCKET_ERROR) {
    failed(print, 'WSAPoll');
    return null;
  }
  // A dead or finished connection shows as POLLHUP or POLLERR, asked for or not.
  return entries.filter(({ revents }) => revents !== 0).map(({ fd }) => fd);
};

/** Serves until `clients` have come and gone. Returns the exit code. */
export function serve(options: EchoServerOptions = {}): Promise<number> {
  return serveWith(waitWithPoll, options);
}

runAsProgram(import.meta.url, ([port = '27015', six]) =>
  serve({ port: Number(port), family: six === '6' ? AF_INET6 : AF_INET }),
);
