// What the select and the WSAPoll server have in common: the listening socket, taking the connections that wait, the end.
import {
  AF_INET,
  FIONBIO,
  INVALID_SOCKET,
  MAKEWORD,
  SOCKET_ERROR,
  SOCK_STREAM,
  SOMAXCONN,
  WSACleanup,
  WSADATA,
  WSAEWOULDBLOCK,
  WSAGetLastError,
  WSAStartup,
  accept,
  closesocket,
  ioctlsocket,
  listen,
  ref,
  type SOCKET,
} from 'winsock2';
import { bound, localPort } from './addresses.js';
import { EchoConnection } from './echo-connection.js';
import { failed, toConsole, type Print } from './program.js';

export interface EchoServerOptions {
  readonly family?: number;
  /** 0 lets the system choose. */
  readonly port?: number;
  /** How many clients to serve before ending; without end if left out. */
  readonly clients?: number;
  readonly print?: Print;
  /** Told the port once clients can connect. */
  readonly listening?: (port: number) => void;
}

/** The sockets of a server while it runs. */
export interface Sockets {
  readonly listener: SOCKET;
  readonly connections: Map<SOCKET, EchoConnection>;
}

/** Waits until one of the sockets is ready, and tells which; null after a failure that has been printed. */
export type WaitForSockets = (sockets: Sockets, print: Print) => Promise<readonly SOCKET[] | null>;

/** Runs an echo server in one flow of calls; `wait` decides how it waits. Returns the exit code. */
export async function serveWith(wait: WaitForSockets, options: EchoServerOptions): Promise<number> {
  const { family = AF_INET, port = 0, print = toConsole } = options;
  const error = await WSAStartup(MAKEWORD(2, 2), new WSADATA());
  if (error !== 0) return failed(print, 'WSAStartup', error);
  try {
    const listener = await bound(family, SOCK_STREAM, port, print);
    if (listener === INVALID_SOCKET) return 1;
    if (listen(listener, SOMAXCONN) === SOCKET_ERROR) return failed(print, 'listen');
    // Accepted sockets are non-blocking too: they get this from the listener.
    if (ioctlsocket(listener, FIONBIO, ref(1)) === SOCKET_ERROR) return failed(print, 'ioctlsocket');
    print(`Listening on port ${localPort(listener)}`);
    options.listening?.(localPort(listener));
    return await loop(wait, { listener, connections: new Map() }, options.clients ?? Infinity, print);
  } finally {
    await WSACleanup();
  }
}

async function loop(wait: WaitForSockets, sockets: Sockets, clients: number, print: Print): Promise<number> {
  const { listener, connections } = sockets;
  let [taken, served, most] = [0, 0, 0];
  while (served < clients) {
    const ready = await wait(sockets, print);
    if (ready === null) return 1;
    for (const s of ready) {
      if (s === listener) {
        taken += await takeAll(sockets, clients - taken, print);
        most = Math.max(most, connections.size);
        continue;
      }
      if ((await connections.get(s)?.serve()) !== false) continue;
      connections.delete(s);
      served += 1;
    }
  }
  await closesocket(listener);
  print(`Served ${served} clients, ${most} at a time`);
  return 0;
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
