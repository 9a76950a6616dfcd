// What the echo servers have in common: a listening socket from WSAStartup to WSACleanup. How they wait is their own.
import {
  AF_INET,
  INVALID_SOCKET,
  MAKEWORD,
  SOCKET_ERROR,
  SOCK_STREAM,
  SOMAXCONN,
  WSACleanup,
  WSADATA,
  WSAStartup,
  closesocket,
  listen,
  type SOCKET,
} from 'winsock2';
import { bound, localPort } from './addresses.js';
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

/** What a server works with. */
export interface Service {
  readonly listener: SOCKET;
  readonly family: number;
  /** How many clients to serve before ending. */
  readonly clients: number;
  readonly print: Print;
}

/** Runs a server: `serve` gets a listening socket on loopback, which is closed after it. Returns the exit code of `serve`. */
export async function withListener(
  options: EchoServerOptions & { readonly flags?: number },
  serve: (service: Service) => Promise<number>,
): Promise<number> {
  const { family = AF_INET, port = 0, clients = Infinity, print = toConsole } = options;
  const error = await WSAStartup(MAKEWORD(2, 2), new WSADATA());
  if (error !== 0) return failed(print, 'WSAStartup', error);
  try {
    const listener = await bound(family, SOCK_STREAM, port, print, options.flags);
    if (listener === INVALID_SOCKET) return 1;
    try {
      if (listen(listener, SOMAXCONN) === SOCKET_ERROR) return failed(print, 'listen');
      print(`Listening on port ${localPort(listener)}`);
      options.listening?.(localPort(listener));
      const code = await serve({ listener, family, clients, print });
      if (code === 0) print(`Served ${clients} clients`);
      return code;
    } finally {
      await closesocket(listener);
    }
  } finally {
    await WSACleanup();
  }
}
