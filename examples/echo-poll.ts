// The echo server with WSAPoll: select without a limit on the number, and with an entry for each socket that says both what
// is wanted (events) and what is there (revents). An entry stays as it is from wait to wait, so a server keeps them.
// Run it: npx tsx examples/echo-poll.ts [port] [6]
import { POLLRDNORM, POLLWRNORM, SOCKET_ERROR, WSAPOLLFD, WSAPoll, type SOCKET } from 'winsock2';
import type { EchoServerOptions } from './lib/echo-server.js';
import { failed, runServer } from './lib/program.js';
import { serveWith, type Sockets, type WaitForSockets } from './lib/readiness-server.js';

const FOR_EVER = -1;

/** A server's way to wait: it keeps an entry for each socket. */
function pollWaiter(): WaitForSockets {
  const entries = new Map<SOCKET, WSAPOLLFD>();
  return async (sockets, print) => {
    update(entries, sockets);
    const list = [...entries.values()];
    const count = await WSAPoll(list, list.length, FOR_EVER);
    if (count === SOCKET_ERROR) {
      failed(print, 'WSAPoll');
      return null;
    }
    // A dead or finished connection shows as POLLHUP or POLLERR, asked for or not.
    return list.filter(({ revents }) => revents !== 0).map(({ fd }) => fd);
  };
}

/** Makes the entries say what is wanted now, and drops those of connections that are over. */
function update(entries: Map<SOCKET, WSAPOLLFD>, { listener, connections }: Sockets): void {
  for (const s of entries.keys()) if (s !== listener && !connections.has(s)) entries.delete(s);
  if (!entries.has(listener)) entries.set(listener, entry(listener));
  for (const { socket, wantsToRead, wantsToWrite } of connections.values()) {
    const known = entries.get(socket) ?? entry(socket);
    known.events = (wantsToRead ? POLLRDNORM : 0) | (wantsToWrite ? POLLWRNORM : 0);
    entries.set(socket, known);
  }
}

function entry(s: SOCKET): WSAPOLLFD {
  const made = new WSAPOLLFD();
  made.fd = s;
  made.events = POLLRDNORM;
  return made;
}

/** Serves until `clients` have come and gone. Returns the exit code. */
export function serve(options: EchoServerOptions = {}): Promise<number> {
  return serveWith(pollWaiter(), options);
}

runServer(import.meta.url, serve);
