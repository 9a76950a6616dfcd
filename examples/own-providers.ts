// Two providers of one's own at work: a layer over the base provider, and a base provider that is all there is of its address
// family. Their code, and what to know about it, is in docs/recipes/write-a-layered-provider.md and
// docs/recipes/write-a-base-provider.md.
// Run it: npx tsx examples/own-providers.ts
import {
  AF_INET,
  INADDR_LOOPBACK,
  INVALID_SOCKET,
  IPPROTO_TCP,
  MAKEWORD,
  MemoryStore,
  PFL_MATCHES_PROTOCOL_ZERO,
  SOCKET_ERROR,
  SOCK_STREAM,
  WSADATA,
  WSAPROTOCOL_INFOW,
  XP1_GUARANTEED_DELIVERY,
  XP1_GUARANTEED_ORDER,
  XP1_IFS_HANDLES,
  createProcess,
  errorName,
  guid,
  htonl,
  ref,
  sockaddr_in,
  type SOCKET,
  type Winsock,
} from 'winsock2';
import { createModuleLoader } from 'winsock2/spi';
import { runAsProgram, toConsole, type Print } from './lib/program.js';

const QUOTA = guid('{5B2B7D64-2B0C-4F43-9E0B-6E2C9D9A7E01}');
const ECHO = guid('{5B2B7D64-2B0C-4F43-9E0B-6E2C9D9A7E02}');
/** A number that no protocol has. */
export const AF_ECHO = 200;

/** A catalog of this program's own, and a loader that knows the two modules by name: nothing on the machine is touched. */
function host(): ReturnType<typeof createProcess> {
  const loader = createModuleLoader({
    builtin: new Map<string, () => Promise<unknown>>([
      ['winsock2/msafd', () => import('winsock2/msafd')],
      ['quota-layer', () => import('./providers/quota-layer.js')],
      ['echo-provider', () => import('./providers/echo-provider.js')],
    ]),
    importer: (specifier) => import(specifier),
  });
  return createProcess({ store: new MemoryStore(), loader });
}

/** Two connected sockets on loopback. */
async function pair(ws: Winsock): Promise<readonly [SOCKET, SOCKET]> {
  const listener = ws.socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
  const name = new sockaddr_in();
  name.sin_family = AF_INET;
  name.sin_addr.S_un.S_addr = htonl(INADDR_LOOPBACK);
  ws.bind(listener, name, sockaddr_in.size);
  ws.listen(listener, 1);
  ws.getsockname(listener, name, ref(sockaddr_in.size));
  const client = ws.socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
  const [, server] = await Promise.all([ws.connect(client, name, sockaddr_in.size), ws.accept(listener, null, null)]);
  await ws.closesocket(listener);
  return [client, server];
}

/** The layer: eight bytes may be sent, and what is received counts. */
export async function layered(print: Print): Promise<number> {
  await using process = host();
  const ws = process.bind();
  const lpErrno = ref(0);
  const flags = XP1_IFS_HANDLES;
  if ((await ws.WSCInstallProviderAndChains(QUOTA, 'quota-layer?limit=8', 'Quota', flags, null, 0, null, lpErrno)) === SOCKET_ERROR) {
    print(`not installed: ${errorName(lpErrno.value)}`);
    return 1;
  }
  await ws.WSAStartup(MAKEWORD(2, 2), new WSADATA());
  const [client, server] = await pair(ws);
  const say = async (s: SOCKET, text: string): Promise<void> => {
    const sent = await ws.send(s, Buffer.from(text), text.length, 0);
    print(sent === SOCKET_ERROR ? `"${text}": ${errorName(ws.WSAGetLastError())}` : `"${text}": ${sent} bytes sent`);
  };
  await say(client, 'hello');
  await say(client, 'world');
  await say(server, 'twelve bytes');
  await say(server, 'hi');
  print(`${await ws.recv(client, new Uint8Array(16), 16, 0)} bytes received`);
  await say(client, 'world');
  await Promise.all([client, server].map((s) => ws.closesocket(s)));
  await ws.WSACleanup();
  return 0;
}

/** The base provider, found by its address family. */
export async function base(print: Print): Promise<number> {
  await using process = host();
  const ws = process.bind();
  const lpErrno = ref(0);
  // What sockets of it are like; applications see it with WSAEnumProtocols.
  const info = new WSAPROTOCOL_INFOW();
  info.dwServiceFlags1 = XP1_GUARANTEED_DELIVERY | XP1_GUARANTEED_ORDER;
  info.dwProviderFlags = PFL_MATCHES_PROTOCOL_ZERO;
  info.ProtocolChain.ChainLen = 1;
  info.iVersion = 2;
  info.iAddressFamily = AF_ECHO;
  info.iMaxSockAddr = sockaddr_in.size;
  info.iMinSockAddr = sockaddr_in.size;
  info.iSocketType = SOCK_STREAM;
  info.iProtocol = 1;
  info.szProtocol = 'Echo';
  if ((await ws.WSCInstallProvider(ECHO, 'echo-provider', [info], 1, lpErrno)) === SOCKET_ERROR) {
    print(`not installed: ${errorName(lpErrno.value)}`);
    return 1;
  }
  await ws.WSAStartup(MAKEWORD(2, 2), new WSADATA());
  const s = ws.socket(AF_ECHO, SOCK_STREAM, 0);
  if (s === INVALID_SOCKET) {
    print(`no socket: ${errorName(ws.WSAGetLastError())}`);
    return 1;
  }
  await ws.connect(s, new sockaddr_in(), sockaddr_in.size);
  const buffer = Buffer.alloc(16);
  // It waits: nothing has been sent yet.
  const waiting = ws.recv(s, buffer, buffer.length, 0);
  await ws.send(s, Buffer.from('anybody there?'), 14, 0);
  print(`came back: ${buffer.toString('utf8', 0, await waiting)}`);
  ws.shutdown(s, 1);
  print(`after the end: ${await ws.recv(s, buffer, buffer.length, 0)}`);
  print(`bind: ${String(ws.bind(s, new sockaddr_in(), sockaddr_in.size))}, ${errorName(ws.WSAGetLastError())}`);
  await ws.closesocket(s);
  await ws.WSACleanup();
  return 0;
}

runAsProgram(import.meta.url, async () => (await layered(toConsole)) + (await base(toConsole)));
