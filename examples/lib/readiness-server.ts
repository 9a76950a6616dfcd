// What the select and the WSAPoll server have in common: non-blocking sockets, served when a wait says that they are ready.
import {
  FIONBIO,
  INVALID_SOCKET,
  SOCKET_ERROR,
  WSAEWOULDBLOCK,
  WSAGetLastError,
  accept,
  ioctlsocket,
  ref,
  type SOCKET,
} from 'winsock2';
import { EchoConnection } from './echo-connection.js';
import { withListener, type EchoServerOptions, type Service } from './echo-server.js';
import { failed, type Print } from './program.js';

/** The sockets of a server while it runs. */
export interface Sockets {
  readonly listener: SOCKET;
  readonly connections: Map<SOCKET, EchoConnection>;
}

/** Waits until one of the sockets is ready, and tells which; null after a failure that has been printed. */
export type WaitForSockets = (sockets: Sockets, print: Print) => Promise<readonly SOCKET[] | null>;

/** Runs an echo server in one flow of calls; `wait` decides how it waits. Returns the exit code. */
export function serveWith(wait: WaitForSockets, options: EchoServerOptions): Promise<number> {
  return withListener(options, async ({ listener, clients, print }: Service) => {
    // Accepted sockets are non-blocking too: they get this from the listener.
    if (ioctlsocket(listener, FIONBIO, ref(1)) === SOCKET_ERROR) return failed(print, 'ioctlsocket');
    const sockets: Sockets = { listener, connections: new Map() };
    let [taken, served] = [0, 0];
    while (served < clients) {
      const ready = await wait(sockets, print);
      if (ready === null) return 1;
      for (const s of ready) {
        if (s === listener) {
          taken += await takeAll(sockets, clients - taken, print);
        } else if ((await sockets.connections.get(s)?.serve()) === false) {
          sockets.connections.delete(s);
          served += 1;
        }
      }
    }
    return 0;
  });
}

/** Accepts whoever waits, up to `limit`; returns how many that were. */
async function takeAll({ listener, connections }: Sockets, limit: number, print: Print): Promise<number> {
  let taken = 0;
  while (taken < limit) {
    const s = await accept(listener, null, null);
    if (s !== INVALID_SOCKET) {
      connections.set(s, new EchoConnection(s, print));
      taken += 1;
    } else if (WSAGetLastError() === WSAEWOULDBLOCK) {
      break;
    }
  }
  return taken;
}
