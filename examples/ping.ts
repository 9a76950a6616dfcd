// ping: asks a host whether it is there, with ICMP over a raw socket.
// Run it: npx tsx examples/ping.ts host [count]
// Node has no raw sockets, so that this ends at once, with the error that Windows gives without the privilege. On the
// simulated network it works: see test/examples/ping.test.ts.
import {
  AF_INET,
  INVALID_SOCKET,
  IPPROTO_ICMP,
  MAKEWORD,
  SOCKET_ERROR,
  SOCK_RAW,
  SOL_SOCKET,
  SO_RCVTIMEO,
  Sleep,
  WSACleanup,
  WSADATA,
  WSAETIMEDOUT,
  WSAGetLastError,
  WSAStartup,
  GetCurrentProcessId,
  closesocket,
  freeaddrinfo,
  inet_ntoa,
  recvfrom,
  ref,
  sendto,
  setsockopt,
  sockaddr_in,
  socket,
  type SOCKET,
  type addrinfo,
} from 'winsock2';
import { addressOf } from './lib/addresses.js';
import { failed, runAsProgram, toConsole, type Print } from './lib/program.js';

const ECHO_REPLY = 0;
const DESTINATION_UNREACHABLE = 3;
const ECHO_REQUEST = 8;
const TIME_EXCEEDED = 11;
const ICMP_HEADER = 8;
const IPV4_HEADER = 20;

const DATA_LENGTH = 32;
const TIMEOUT = 4000;
const INTERVAL = 1000;

export interface PingOptions {
  readonly host: string;
  readonly count?: number;
  readonly print?: Print;
}

/** What came of one question. */
type Answer = { readonly from: string; readonly ttl: number; readonly type: number } | 'nothing' | 'failed';

/** Sends echo requests and tells of the answers, as Windows' ping does. Returns the exit code: 0 if there was one. */
export async function ping({ host, count = 4, print = toConsole }: PingOptions): Promise<number> {
  const error = await WSAStartup(MAKEWORD(2, 2), new WSADATA());
  if (error !== 0) return failed(print, 'WSAStartup', error);
  try {
    const s = socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);
    if (s === INVALID_SOCKET) return failed(print, 'socket');
    const found = await addressOf(host, 0, SOCK_RAW, print);
    const code = found === null ? 1 : await pingAddress(s, host, found, count, print);
    freeaddrinfo(found);
    await closesocket(s);
    return code;
  } finally {
    await WSACleanup();
  }
}

async function pingAddress(s: SOCKET, host: string, target: addrinfo, count: number, print: Print): Promise<number> {
  const timeout = new Uint8Array(Uint32Array.of(TIMEOUT).buffer);
  if (setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, timeout, timeout.length) === SOCKET_ERROR) return failed(print, 'setsockopt');
  const address = inet_ntoa(new sockaddr_in(target.ai_addr ?? undefined).sin_addr) ?? '';
  print(`Pinging ${host} [${address}] with ${DATA_LENGTH} bytes of data:`);
  let received = 0;
  for (let sequence = 1; sequence <= count; sequence += 1) {
    const start = performance.now();
    const request = echoRequest(sequence);
    if ((await sendto(s, request, request.length, 0, target.ai_addr, target.ai_addrlen)) === SOCKET_ERROR) {
      return failed(print, 'sendto');
    }
    const answer = await answerTo(s, sequence, print);
    if (answer === 'failed') return 1;
    if (answer !== 'nothing' && answer.type === ECHO_REPLY) received += 1;
    print(answerText(answer, Math.round(performance.now() - start)));
    if (sequence < count) await Sleep(INTERVAL);
  }
  const lost = count - received;
  print(`Packets: Sent = ${count}, Received = ${received}, Lost = ${lost} (${Math.round((100 * lost) / count)}% loss)`);
  return received > 0 ? 0 : 1;
}

function answerText(answer: Exclude<Answer, 'failed'>, ms: number): string {
  if (answer === 'nothing') return 'Request timed out.';
  const { from, ttl, type } = answer;
  if (type === TIME_EXCEEDED) return `Reply from ${from}: TTL expired in transit.`;
  if (type === DESTINATION_UNREACHABLE) return `Reply from ${from}: Destination host unreachable.`;
  return `Reply from ${from}: bytes=${DATA_LENGTH} time${ms < 1 ? '<1' : `=${ms}`}ms TTL=${ttl}`;
}

/** Waits for what belongs to the question of this number; a raw socket hears every ICMP message of the host. */
async function answerTo(s: SOCKET, sequence: number, print: Print): Promise<Answer> {
  const packet = new Uint8Array(1500);
  const from = new sockaddr_in();
  for (;;) {
    const length = await recvfrom(s, packet, packet.length, 0, from, ref(sockaddr_in.size));
    if (length === SOCKET_ERROR) {
      if (WSAGetLastError() === WSAETIMEDOUT) return 'nothing';
      failed(print, 'recvfrom');
      return 'failed';
    }
    const type = typeOfAnswer(packet.subarray(0, length), sequence);
    if (type !== null) return { from: inet_ntoa(from.sin_addr) ?? '', ttl: packet[8] ?? 0, type };
  }
}

/** The ICMP type of an answer to the question of this number; null for a message about something else. */
function typeOfAnswer(packet: Uint8Array, sequence: number): number | null {
  const message = packet.subarray(headerLength(packet));
  const [type = -1] = message;
  if (type === ECHO_REPLY) return isOurs(message, sequence) ? type : null;
  if (type !== TIME_EXCEEDED && type !== DESTINATION_UNREACHABLE) return null;
  // An error carries the beginning of the packet that it is about.
  const about = message.subarray(ICMP_HEADER);
  const question = about.subarray(headerLength(about));
  return question[0] === ECHO_REQUEST && isOurs(question, sequence) ? type : null;
}

/** The length of an IPv4 header, as the header says. */
function headerLength(packet: Uint8Array): number {
  return Math.max(IPV4_HEADER, ((packet[0] ?? 0) & 0xf) * 4);
}

function isOurs(message: Uint8Array, sequence: number): boolean {
  if (message.length < ICMP_HEADER) return false;
  const view = new DataView(message.buffer, message.byteOffset);
  return view.getUint16(4) === identifier() && view.getUint16(6) === sequence;
}

function identifier(): number {
  return GetCurrentProcessId() & 0xffff;
}

function echoRequest(sequence: number): Uint8Array {
  const message = new Uint8Array(ICMP_HEADER + DATA_LENGTH);
  const view = new DataView(message.buffer);
  message[0] = ECHO_REQUEST;
  view.setUint16(4, identifier());
  view.setUint16(6, sequence);
  for (let i = 0; i < DATA_LENGTH; i += 1) message[ICMP_HEADER + i] = 0x61 + (i % 23);
  view.setUint16(2, checksum(view));
  return message;
}

/** The internet checksum (RFC 1071) over whole 16-bit words. */
function checksum(view: DataView): number {
  let sum = 0;
  for (let at = 0; at < view.byteLength; at += 2) sum += view.getUint16(at);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

runAsProgram(import.meta.url, ([host = '127.0.0.1', count = '4']) => ping({ host, count: Number(count) }));
