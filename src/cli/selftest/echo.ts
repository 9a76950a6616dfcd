// Echoes through one catalog entry: two sockets made by exactly that entry talk to each other over the machine's loopback.
import {
  AF_INET,
  AF_INET6,
  AF_UNIX,
  INVALID_SOCKET,
  SOCKET_ERROR,
  SOCK_DGRAM,
  SOCK_STREAM,
  SOL_SOCKET,
  SO_PROTOCOL_INFOW,
  WSAPROTOCOL_INFOW,
  errorName,
  inet_pton,
  ref,
  sockaddr_in,
  sockaddr_in6,
  sockaddr_un,
  type SOCKET,
  type Struct,
  type Winsock,
} from '../../index.js';

/** What an echo came to. `skipped` and `failed` say why. */
export interface EchoResult {
  readonly result: 'passed' | 'failed' | 'skipped';
  readonly why: string;
}

const PASSED: EchoResult = { result: 'passed', why: '' };
const MESSAGE = Buffer.from('winsock selftest: does this come back?');

/** A call that failed, on its way out of the echo. */
class CallFailed extends Error {
  readonly call: string;
  readonly code: string;

  constructor(call: string, code: string) {
    super(`${call}: ${code}`);
    this.call = call;
    this.code = code;
  }
}

/** What the echo of one entry needs. */
export interface EchoOptions {
  readonly ws: Winsock;
  readonly info: WSAPROTOCOL_INFOW;
  /** A path that is free, for local sockets. */
  readonly path: string;
}

/** Runs the echo that suits the entry. */
export async function echoThrough({ ws, info, path }: EchoOptions): Promise<EchoResult> {
  const address = loopbackOf(info, path);
  if (address === null) return { result: 'skipped', why: `no echo is known for address family ${info.iAddressFamily}` };
  const body = info.iSocketType === SOCK_STREAM ? streamEcho : info.iSocketType === SOCK_DGRAM ? datagramEcho : null;
  if (body === null) return { result: 'skipped', why: 'raw sockets have no echo of their own' };
  const echo = new Echo(ws, info);
  try {
    await body(echo, address);
    return PASSED;
  } catch (error) {
    if (!(error instanceof CallFailed)) throw error;
    // A machine without IPv6, or a system without local sockets, is no fault of a provider.
    if (error.call === 'bind' && error.code === 'WSAEADDRNOTAVAIL') return { result: 'skipped', why: 'this machine has no such loopback address' };
    return { result: 'failed', why: error.message };
  } finally {
    await echo.close();
  }
}

function loopbackOf({ iAddressFamily }: WSAPROTOCOL_INFOW, path: string): Struct | null {
  if (iAddressFamily === AF_INET) {
    const address = new sockaddr_in();
    address.sin_family = AF_INET;
    inet_pton(AF_INET, '127.0.0.1', address.sin_addr);
    return address;
  }
  if (iAddressFamily === AF_INET6) {
    const address = new sockaddr_in6();
    address.sin6_family = AF_INET6;
    inet_pton(AF_INET6, '::1', address.sin6_addr);
    return address;
  }
  if (iAddressFamily !== AF_UNIX) return null;
  const address = new sockaddr_un();
  address.sun_family = AF_UNIX;
  address.sun_path = path;
  return address;
}

async function streamEcho(echo: Echo, address: Struct): Promise<void> {
  const { ws } = echo;
  const listener = echo.open();
  echo.check('bind', ws.bind(listener, address, address.bytes.length));
  echo.check('listen', ws.listen(listener, 1));
  const name = echo.nameOf(listener, address);
  const client = echo.open();
  const [server] = await Promise.all([
    ws.accept(listener, null, null),
    ws.connect(client, name, name.bytes.length).then((status) => echo.check('connect', status)),
  ]);
  if (server === INVALID_SOCKET) throw echo.failed('accept');
  echo.adopt(server);
  await echo.pass(client, server);
  await echo.pass(server, client);
}

async function datagramEcho(echo: Echo, address: Struct): Promise<void> {
  const { ws } = echo;
  const [a, b] = [echo.open(), echo.open()];
  for (const s of [a, b]) echo.check('bind', ws.bind(s, address, address.bytes.length));
  const names = [echo.nameOf(a, address), echo.nameOf(b, address)] as const;
  echo.check('connect', await ws.connect(a, names[1], names[1].bytes.length));
  echo.check('connect', await ws.connect(b, names[0], names[0].bytes.length));
  await echo.pass(a, b);
  await echo.pass(b, a);
}

/** The sockets of one echo, and its calls with their failures. */
class Echo {
  readonly ws: Winsock;
  readonly #info: WSAPROTOCOL_INFOW;
  readonly #sockets: SOCKET[] = [];

  constructor(ws: Winsock, info: WSAPROTOCOL_INFOW) {
    this.ws = ws;
    this.#info = info;
  }

  /** A socket by the entry, which must really be the one that serves it. */
  open(): SOCKET {
    const { iAddressFamily, iSocketType, iProtocol, dwCatalogEntryId } = this.#info;
    const s = this.ws.WSASocketW(iAddressFamily, iSocketType, iProtocol, this.#info, 0, 0);
    if (s === INVALID_SOCKET) throw this.failed('WSASocket');
    this.adopt(s);
    const told = new WSAPROTOCOL_INFOW();
    this.check('getsockopt', this.ws.getsockopt(s, SOL_SOCKET, SO_PROTOCOL_INFOW, told, ref(WSAPROTOCOL_INFOW.size)));
    if (told.dwCatalogEntryId !== dwCatalogEntryId) {
      throw new CallFailed('WSASocket', `served by entry ${told.dwCatalogEntryId} and not by ${dwCatalogEntryId}`);
    }
    return s;
  }

  adopt(s: SOCKET): void {
    this.#sockets.push(s);
  }

  nameOf(s: SOCKET, like: Struct): Struct {
    const name = like instanceof sockaddr_in6 ? new sockaddr_in6() : like instanceof sockaddr_un ? new sockaddr_un() : new sockaddr_in();
    this.check('getsockname', this.ws.getsockname(s, name, ref(name.bytes.length)));
    return name;
  }

  /** Sends the message one way, and sees it arrive whole. */
  async pass(from: SOCKET, to: SOCKET): Promise<void> {
    this.check('send', await this.ws.send(from, MESSAGE, MESSAGE.length, 0));
    const buffer = new Uint8Array(MESSAGE.length);
    let length = 0;
    while (length < MESSAGE.length) {
      const received = await this.ws.recv(to, buffer.subarray(length), MESSAGE.length - length, 0);
      this.check('recv', received);
      if (received === 0) throw new CallFailed('recv', 'the connection ended early');
      length += received;
    }
    if (!MESSAGE.equals(buffer)) throw new CallFailed('recv', 'other bytes came than were sent');
  }

  check(call: string, status: number): void {
    if (status === SOCKET_ERROR) throw this.failed(call);
  }

  failed(call: string): CallFailed {
    return new CallFailed(call, errorName(this.ws.WSAGetLastError()));
  }

  async close(): Promise<void> {
    for (const s of this.#sockets) await this.ws.closesocket(s);
  }
}
