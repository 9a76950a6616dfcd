// The TCP client of the getting-started pair: sends one text, shuts its side down, receives until the server is done.
// Run it: npx tsx examples/client.ts [host] [port] [text]
import {
  AF_UNSPEC,
  INVALID_SOCKET,
  IPPROTO_TCP,
  MAKEWORD,
  SD_SEND,
  SOCKET_ERROR,
  SOCK_STREAM,
  WSACleanup,
  WSADATA,
  WSAStartup,
  addrinfo,
  closesocket,
  connect,
  freeaddrinfo,
  getaddrinfo,
  recv,
  ref,
  send,
  shutdown,
  socket,
  type SOCKET,
} from 'winsock2';
import { failed, runAsProgram, toConsole, type Print } from './lib/program.js';

const BUFFER_LENGTH = 512;

export interface ClientOptions {
  readonly host?: string;
  /** A port number or a service name. */
  readonly port?: string;
  readonly text?: string;
  readonly print?: Print;
}

/** The whole program. Returns its exit code. */
export async function client({
  host = 'localhost',
  port = '27015',
  text = 'one line to be echoed',
  print = toConsole,
}: ClientOptions = {}): Promise<number> {
  const error = await WSAStartup(MAKEWORD(2, 2), new WSADATA());
  if (error !== 0) return failed(print, 'WSAStartup', error);
  try {
    const server = await connectTo(host, port, print);
    if (server === INVALID_SOCKET) return 1;
    try {
      return await talk(server, text, print);
    } finally {
      await closesocket(server);
    }
  } finally {
    await WSACleanup();
  }
}

/** Tries the addresses of the host in turn; INVALID_SOCKET when none answers. */
async function connectTo(host: string, port: string, print: Print): Promise<SOCKET> {
  const hints = new addrinfo({ ai_family: AF_UNSPEC, ai_socktype: SOCK_STREAM, ai_protocol: IPPROTO_TCP });
  const result = ref<addrinfo | null>(null);
  const error = await getaddrinfo(host, port, hints, result);
  if (error !== 0) {
    failed(print, 'getaddrinfo', error);
    return INVALID_SOCKET;
  }
  let server: SOCKET = INVALID_SOCKET;
  for (let one = result.value; one !== null; one = one.ai_next) {
    const attempt = socket(one.ai_family, one.ai_socktype, one.ai_protocol);
    if (attempt === INVALID_SOCKET) {
      failed(print, 'socket');
      break;
    }
    if ((await connect(attempt, one.ai_addr, one.ai_addrlen)) !== SOCKET_ERROR) {
      server = attempt;
      break;
    }
    failed(print, 'connect');
    await closesocket(attempt);
  }
  freeaddrinfo(result.value);
  return server;
}

async function talk(server: SOCKET, text: string, print: Print): Promise<number> {
  const message = new TextEncoder().encode(text);
  const sent = await send(server, message, message.length, 0);
  if (sent === SOCKET_ERROR) return failed(print, 'send');
  print(`Sent ${sent} bytes`);
  // Nothing more will be sent; the server sees the end and closes when it has answered.
  if (shutdown(server, SD_SEND) === SOCKET_ERROR) return failed(print, 'shutdown');

  const buffer = new Uint8Array(BUFFER_LENGTH);
  const decoder = new TextDecoder();
  let answer = '';
  for (;;) {
    const received = await recv(server, buffer, buffer.length, 0);
    if (received === SOCKET_ERROR) return failed(print, 'recv');
    if (received === 0) break;
    print(`Received ${received} bytes`);
    answer += decoder.decode(buffer.subarray(0, received), { stream: true });
  }
  print(`The server is done; it said "${answer}"`);
  return 0;
}

runAsProgram(import.meta.url, ([host = 'localhost', port = '27015', text = 'one line to be echoed']) =>
  client({ host, port, text }),
);
