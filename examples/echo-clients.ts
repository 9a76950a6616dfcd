// Clients for the echo servers: each sends a stream of its own in pieces of odd sizes, checks every byte that comes back,
// and ends gracefully.
// Run it beside a server: npx tsx examples/echo-clients.ts [port] [clients] [bytes] [6]
import {
  AF_INET,
  AF_INET6,
  INVALID_SOCKET,
  MAKEWORD,
  SD_SEND,
  SOCKET_ERROR,
  SOCK_STREAM,
  WSACleanup,
  WSADATA,
  WSAStartup,
  closesocket,
  connect,
  freeaddrinfo,
  recv,
  send,
  shutdown,
  socket,
  type SOCKET,
  type addrinfo,
} from 'winsock2';
import { addressOf, loopback } from './lib/addresses.js';
import { failed, runAsProgram, toConsole, type Print } from './lib/program.js';

/** The longest piece. Neither it nor the buffer of the receiving side divides the other. */
const LONGEST_PIECE = 1021;
const BUFFER_LENGTH = 1500;

export interface EchoClientsOptions {
  readonly port: number;
  readonly family?: number;
  readonly clients?: number;
  /** How many each client sends. */
  readonly bytes?: number;
  readonly print?: Print;
}

/** Numbers that look random and are the same for the same seed. */
function generator(seed: number): () => number {
  let state = Math.imul(seed + 1, 0x9e3779b1) | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}

/** What client number `index` sends. */
function stream(index: number, bytes: number): Uint8Array {
  const next = generator(index);
  return Uint8Array.from({ length: bytes }, () => next() >>> 24);
}

/** Runs all clients at once; all are connected before the first one sends. Returns how many got back what they sent. */
export async function echoClients(options: EchoClientsOptions): Promise<number> {
  const { port, family = AF_INET, clients = 500, bytes = 10_000, print = toConsole } = options;
  const error = await WSAStartup(MAKEWORD(2, 2), new WSADATA());
  if (error !== 0) {
    failed(print, 'WSAStartup', error);
    return 0;
  }
  const server = await addressOf(loopback(family), port, SOCK_STREAM, print);
  try {
    if (server === null) return 0;
    const sockets = await Promise.all(Array.from({ length: clients }, () => connected(server, print)));
    const complaints = await Promise.all(sockets.map((s, index) => exchange(s, index, bytes)));
    complaints.forEach((complaint, index) => {
      if (complaint !== '') print(`Client ${index}: ${complaint}`);
    });
    const right = complaints.filter((complaint) => complaint === '').length;
    print(`${right} of ${clients} clients got back what they sent`);
    return right;
  } finally {
    freeaddrinfo(server);
    await WSACleanup();
  }
}

async function connected(server: addrinfo, print: Print): Promise<SOCKET> {
  const s = socket(server.ai_family, SOCK_STREAM, 0);
  if ((await connect(s, server.ai_addr, server.ai_addrlen)) !== SOCKET_ERROR) return s;
  failed(print, 'connect');
  await closesocket(s);
  return INVALID_SOCKET;
}

/** One client's whole conversation. Returns what went wrong, '' for nothing. */
async function exchange(s: SOCKET, index: number, bytes: number): Promise<string> {
  if (s === INVALID_SOCKET) return 'not connected';
  const expected = stream(index, bytes);
  const [sent, received] = await Promise.all([sendPieces(s, index, expected), check(s, expected)]);
  await closesocket(s);
  return sent || received;
}

async function sendPieces(s: SOCKET, index: number, data: Uint8Array): Promise<string> {
  const next = generator(~index);
  for (let position = 0; position < data.length; ) {
    const piece = data.subarray(position, position + ((next() % LONGEST_PIECE) | 1));
    if ((await send(s, piece, piece.length, 0)) !== piece.length) return 'sending failed';
    position += piece.length;
  }
  // The server sees the end, sends what it still has, and closes.
  return shutdown(s, SD_SEND) === SOCKET_ERROR ? 'shutdown failed' : '';
}

async function check(s: SOCKET, expected: Uint8Array): Promise<string> {
  const buffer = new Uint8Array(BUFFER_LENGTH);
  for (let position = 0; ; ) {
    const length = await recv(s, buffer, buffer.length, 0);
    if (length === SOCKET_ERROR) return `receiving failed after ${position} bytes`;
    if (length === 0) return position === expected.length ? '' : `ended after ${position} bytes`;
    for (let i = 0; i < length; i += 1, position += 1) {
      if (buffer[i] !== expected[position]) return `byte ${position} is wrong`;
    }
  }
}

runAsProgram(import.meta.url, async ([port = '27015', clients = '500', bytes = '10000', six]) => {
  const family = six === '6' ? AF_INET6 : AF_INET;
  const right = await echoClients({ port: Number(port), clients: Number(clients), bytes: Number(bytes), family });
  return right === Number(clients) ? 0 : 1;
});
