// The TCP echo server of the getting-started pair: takes one client, sends back what comes, ends with the client.
// Run it: npx tsx examples/server.ts [port] [host]
import {
  AF_INET,
  AI_PASSIVE,
  INVALID_SOCKET,
  IPPROTO_TCP,
  MAKEWORD,
  SD_SEND,
  SOCKET_ERROR,
  SOCK_STREAM,
  SOMAXCONN,
  WSACleanup,
  WSADATA,
  WSAStartup,
  accept,
  addrinfo,
  bind,
  closesocket,
  freeaddrinfo,
  getaddrinfo,
  listen,
  recv,
  ref,
  send,
  shutdown,
  socket,
  type SOCKET,
} from 'winsock2';
import { localPort } from './lib/addresses.js';
import { failed, runAsProgram, toConsole, type Print } from './lib/program.js';

const BUFFER_LENGTH = 512;

export interface ServerOptions {
  /** Where to listen; all addresses of the family if left out. */
  readonly host?: string | null;
  /** A port number or a service name; '0' lets the system choose. */
  readonly port?: string;
  readonly family?: number;
  readonly print?: Print;
  /** Told the port once clients can connect. */
  readonly listening?: (port: number) => void;
}

/** The whole program. Returns its exit code. */
export async function server(options: ServerOptions = {}): Promise<number> {
  const { print = toConsole } = options;
  const error = await WSAStartup(MAKEWORD(2, 2), new WSADATA());
  if (error !== 0) return failed(print, 'WSAStartup', error);
  try {
    const listener = await openListener(options, print);
    if (listener === INVALID_SOCKET) return 1;
    print(`Listening on port ${localPort(listener)}`);
    options.listening?.(localPort(listener));

    const client = await accept(listener, null, null);
    const code = client === INVALID_SOCKET ? failed(print, 'accept') : 0;
    // One client is all this server takes.
    await closesocket(listener);
    if (code !== 0) return code;
    try {
      return await echo(client, print);
    } finally {
      await closesocket(client);
    }
  } finally {
    await WSACleanup();
  }
}

async function openListener({ host = null, port = '27015', family = AF_INET }: ServerOptions, print: Print): Promise<SOCKET> {
  const hints = new addrinfo({
    ai_family: family,
    ai_socktype: SOCK_STREAM,
    ai_protocol: IPPROTO_TCP,
    ai_flags: AI_PASSIVE,
  });
  const result = ref<addrinfo | null>(null);
  const error = await getaddrinfo(host, port, hints, result);
  if (error !== 0 || result.value === null) {
    failed(print, 'getaddrinfo', error);
    return INVALID_SOCKET;
  }
  const { ai_family, ai_socktype, ai_protocol, ai_addr, ai_addrlen } = result.value;
  const listener = socket(ai_family, ai_socktype, ai_protocol);
  if (listener === INVALID_SOCKET) failed(print, 'socket');
  else if (bind(listener, ai_addr, ai_addrlen) === SOCKET_ERROR) failed(print, 'bind');
  else if (listen(listener, SOMAXCONN) === SOCKET_ERROR) failed(print, 'listen');
  else {
    freeaddrinfo(result.value);
    return listener;
  }
  freeaddrinfo(result.value);
  if (listener !== INVALID_SOCKET) await closesocket(listener);
  return INVALID_SOCKET;
}

/** Sends everything back until the client has shut its side down, then shuts down ours. */
async function echo(client: SOCKET, print: Print): Promise<number> {
  const buffer = new Uint8Array(BUFFER_LENGTH);
  for (;;) {
    const received = await recv(client, buffer, buffer.length, 0);
    if (received === SOCKET_ERROR) return failed(print, 'recv');
    if (received === 0) break;
    print(`Received ${received} bytes`);
    const sent = await send(client, buffer, received, 0);
    if (sent === SOCKET_ERROR) return failed(print, 'send');
    print(`Sent ${sent} bytes back`);
  }
  print('The client is done');
  return shutdown(client, SD_SEND) === SOCKET_ERROR ? failed(print, 'shutdown') : 0;
}

runAsProgram(import.meta.url, ([port = '27015', host = null]) => server({ port, host }));
