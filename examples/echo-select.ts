// The echo server with select: the oldest way to serve many sockets from one place, and the one that every system has.
// The sets name every socket that is waited for, and come back with those that are ready; so they are filled anew for each
// wait, and everything that is done grows with the number of sockets.
// Run it: npx tsx examples/echo-select.ts [port] [6]
import { FD_SET, SOCKET_ERROR, fd_set, select } from 'winsock2';
import type { EchoServerOptions } from './lib/echo-server.js';
import { failed, runServer } from './lib/program.js';
import { serveWith, type WaitForSockets } from './lib/readiness-server.js';

/**
 * Room in each set. A set holds FD_SETSIZE sockets by itself, which is 64, and FD_SET leaves out what does not fit. A C
 * program defines FD_SETSIZE before it includes the header; here the room is a parameter.
 */
const SET_SIZE = 1024;

const waitWithSelect: WaitForSockets = async ({ listener, connections }, print) => {
  const readable = new fd_set(SET_SIZE);
  const writable = new fd_set(SET_SIZE);
  FD_SET(listener, readable);
  for (const connection of connections.values()) {
    if (connection.wantsToRead) FD_SET(connection.socket, readable);
    // A socket is writable nearly always: who asks without having something to send never waits.
    if (connection.wantsToWrite) FD_SET(connection.socket, writable);
  }
  // The first parameter is Berkeley's count of descriptors, which Winsock ignores.
  const count = await select(0, readable, writable, null, null);
  if (count === SOCKET_ERROR) {
    failed(print, 'select');
    return null;
  }
  const ready = [readable, writable].flatMap((set) => set.fd_array.slice(0, set.fd_count));
  return [...new Set(ready)];
};

/** Serves until `clients` have come and gone. Returns the exit code. */
export function serve(options: EchoServerOptions = {}): Promise<number> {
  return serveWith(waitWithSelect, options);
}

runServer(import.meta.url, serve);
