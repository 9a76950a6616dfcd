// A UDP echo server and a client that asks it.
// Run the server: npx tsx examples/udp-echo.ts [port] [6]
import {
  AF_INET,
  AF_INET6,
  INVALID_SOCKET,
  MAKEWORD,
  SOCKET_ERROR,
  SOCK_DGRAM,
  WSACleanup,
  WSADATA,
  WSAStartup,
  closesocket,
  freeaddrinfo,
  recvfrom,
  ref,
  sendto,
  sockaddr_storage,
  socket,
} from 'winsock2';
import { addressOf, bound, localPort, loopback } from './lib/addresses.js';
import { failed, runAsProgram, toConsole, type Print } from './lib/program.js';

const BUFFER_LENGTH = 65_507;

export interface UdpServerOptions {
  readonly family?: number;
  readonly port?: number;
  /** How many datagrams to answer before ending; without end if left out. */
  readonly datagrams?: number;
  readonly print?: Print;
  /** Told the port once datagrams can come. */
  readonly listening?: (port: number) => void;
}

/** Sends each datagram back to where it came from. Returns the exit code. */
export async function serve(options: UdpServerOptions = {}): Promise<number> {
  const { family = AF_INET, port = 0, datagrams = Infinity, print = toConsole } = options;
  const error = await WSAStartup(MAKEWORD(2, 2), new WSADATA());
  if (error !== 0) return failed(print, 'WSAStartup', error);
  try {
    const s = await bound(family, SOCK_DGRAM, port, print);
    if (s === INVALID_SOCKET) return 1;
    options.listening?.(localPort(s));
    const buffer = new Uint8Array(BUFFER_LENGTH);
    const from = new sockaddr_storage();
    for (let answered = 0; answered < datagrams; answered++) {
      const fromLength = ref(sockaddr_storage.size);
      const received = await recvfrom(s, buffer, buffer.length, 0, from, fromLength);
      if (received === SOCKET_ERROR) return failed(print, 'recvfrom');
      const sent = await sendto(s, buffer, received, 0, from, fromLength.value);
      if (sent === SOCKET_ERROR) return failed(print, 'sendto');
      print(`Sent ${sent} bytes back`);
    }
    await closesocket(s);
    return 0;
  } finally {
    await WSACleanup();
  }
}

export interface AskOptions {
  readonly family?: number;
  readonly port: number;
  readonly text?: string;
  readonly print?: Print;
}

/** Sends one datagram to the server and waits for the answer. Returns the exit code. */
export async function ask({ family = AF_INET, port, text = 'one datagram', print = toConsole }: AskOptions): Promise<number> {
  const error = await WSAStartup(MAKEWORD(2, 2), new WSADATA());
  if (error !== 0) return failed(print, 'WSAStartup', error);
  try {
    const server = await addressOf(loopback(family), port, SOCK_DGRAM, print);
    if (server === null) return 1;
    const s = socket(family, SOCK_DGRAM, 0);
    if (s === INVALID_SOCKET) return failed(print, 'socket');
    const message = new TextEncoder().encode(text);
    const sent = await sendto(s, message, message.length, 0, server.ai_addr, server.ai_addrlen);
    if (sent === SOCKET_ERROR) return failed(print, 'sendto');
    freeaddrinfo(server);
    const buffer = new Uint8Array(BUFFER_LENGTH);
    const received = await recvfrom(s, buffer, buffer.length, 0, null, null);
    if (received === SOCKET_ERROR) return failed(print, 'recvfrom');
    print(`The server said "${new TextDecoder().decode(buffer.subarray(0, received))}"`);
    await closesocket(s);
    return 0;
  } finally {
    await WSACleanup();
  }
}

runAsProgram(import.meta.url, ([port = '27015', six]) =>
  serve({ port: Number(port), family: six === '6' ? AF_INET6 : AF_INET }),
);
