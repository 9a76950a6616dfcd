// What our sides of several rows have in common, written as a Winsock program would write it.
import type { SOCKET } from '../../src/abi/handles.js';
import type { Winsock as Api } from '../row.js';

/** The loopback address with a port in host order. */
export function loopback(api: Api, port: number): InstanceType<Api['sockaddr_in']> {
  const address = new api.sockaddr_in();
  address.sin_family = api.AF_INET;
  address.sin_port = api.htons(port);
  address.sin_addr.s_addr = api.htonl(api.INADDR_LOOPBACK);
  return address;
}

/** Throws with the last error: for calls whose failure makes the measurement void. */
export function check(api: Api, what: string, result: number): number {
  if (result === api.SOCKET_ERROR) throw new Error(`${what}: ${api.WSAGetLastError()}`);
  return result;
}

/** A new socket bound to a free loopback port, and that port in host order. */
export function boundSocket(api: Api, type: number, protocol: number): { s: SOCKET; port: number } {
  const s = api.socket(api.AF_INET, type, protocol);
  check(api, 'socket', s);
  check(api, 'bind', api.bind(s, loopback(api, 0), api.sockaddr_in.size));
  const name = new api.sockaddr_in();
  check(api, 'getsockname', api.getsockname(s, name, api.ref<number>(api.sockaddr_in.size)));
  return { s, port: api.ntohs(name.sin_port) };
}

/** A listening socket on a free loopback port, and that port in host order. */
export function listening(api: Api): { s: SOCKET; port: number } {
  const bound = boundSocket(api, api.SOCK_STREAM, api.IPPROTO_TCP);
  check(api, 'listen', api.listen(bound.s, api.SOMAXCONN));
  return bound;
}

/** A connected socket. */
export async function connected(api: Api, port: number): Promise<SOCKET> {
  const s = api.socket(api.AF_INET, api.SOCK_STREAM, api.IPPROTO_TCP);
  check(api, 'connect', await api.connect(s, loopback(api, port), api.sockaddr_in.size));
  return s;
}

/** Sends back what comes until the peer is done, then closes. */
export async function echo(api: Api, s: SOCKET, size: number): Promise<void> {
  const buffer = new Uint8Array(size);
  for (;;) {
    const length = await api.recv(s, buffer, size, 0);
    if (length <= 0) break;
    await api.send(s, buffer, length, 0);
  }
  await api.closesocket(s);
}

/** Accepts connections until the listener is closed, and hands each to `serve`, not waiting for it. */
export async function acceptAll(api: Api, listener: SOCKET, serve: (s: SOCKET) => Promise<void>): Promise<void> {
  for (;;) {
    const s = await api.accept(listener, null, null);
    if (s === api.INVALID_SOCKET) return;
    void serve(s);
  }
}

/** Throws unless a receive brought something. Not the receive itself: one more async function would be measured too. */
export function some(api: Api, length: number): number {
  if (length === 0) throw new Error('recv: the peer closed');
  return check(api, 'recv', length);
}
