// An echo server for many clients in one flow of calls, waiting with select.
// Run it: npx tsx examples/echo-select.ts [port] [6]
import { AF_INET, AF_INET6, FD_SET, SOCKET_ERROR, fd_set, select } from 'winsock2';
import { serveWith, type EchoServerOptions, type WaitForSockets } from './lib/echo-server.js';
import { failed, runAsProgram } from './lib/program.js';

/** Room in each set. A set holds 64 by itself, as in C; what C does by defining FD_SETSIZE is a parameter here. */
const SET_SIZE = 1024;

const waitWithSelect: WaitForSockets = async ({ listener, connections }, print) => {
  const readable = new fd_set(SET_SIZE);
  const writable = new fd_set(SET_SIZE);
  FD_SET(listener, readable);
  for (const connection of connections.values()) {
    if (connection.wantsToRead) FD_SET(connection.socket, readable);
    if (connection.wantsToWrite) FD_SET(connection.socket, writable);
  }
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

runAsProgram(import.meta.url, ([port = '27015', six]) =>
  serve({ port: Number(port), family: six === '6' ? AF_INET6 : AF_INET }),
);
