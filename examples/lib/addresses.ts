// The address work that the examples share: a socket bound to a port of the system's choice, the port it got, loopback
// by family.
import {
  AF_INET6,
  INVALID_SOCKET,
  SOCKET_ERROR,
  WSASocket,
  addrinfo,
  bind,
  closesocket,
  freeaddrinfo,
  getaddrinfo,
  getsockname,
  ntohs,
  ref,
  sockaddr_in,
  sockaddr_storage,
  socket,
  type SOCKET,
} from 'winsock2';
import { failed, type Print } from './program.js';

const NO_GROUP = 0;

/** The loopback address of a family, as text. */
export function loopback(family: number): string {
  return family === AF_INET6 ? '::1' : '127.0.0.1';
}

/** The port that a socket is bound to, in host order. */
export function localPort(s: SOCKET): number {
  const name = new sockaddr_storage();
  if (getsockname(s, name, ref(sockaddr_storage.size)) === SOCKET_ERROR) return 0;
  // The port is at the same place in every internet address.
  return ntohs(new sockaddr_in(name).sin_port);
}

/** The socket address of a numeric address and port; null after a failure that has been printed. */
export async function addressOf(host: string, port: number, type: number, print: Print): Promise<addrinfo | null> {
  const result = ref<addrinfo | null>(null);
  const error = await getaddrinfo(host, String(port), new addrinfo({ ai_socktype: type }), result);
  if (error !== 0) failed(print, 'getaddrinfo', error);
  return result.value;
}

/** A socket bound to loopback, made by WSASocket if it needs flags; INVALID_SOCKET after a failure that has been printed. */
export async function bound(family: number, type: number, port: number, print: Print, flags = 0): Promise<SOCKET> {
  const address = await addressOf(loopback(family), port, type, print);
  if (address === null) return INVALID_SOCKET;
  const s = flags === 0 ? socket(address.ai_family, type, 0) : WSASocket(address.ai_family, type, 0, null, NO_GROUP, flags);
  if (s === INVALID_SOCKET) {
    failed(print, 'socket');
  } else if (bind(s, address.ai_addr, address.ai_addrlen) === SOCKET_ERROR) {
    failed(print, 'bind');
    await closesocket(s);
    freeaddrinfo(address);
    return INVALID_SOCKET;
  }
  freeaddrinfo(address);
  return s;
}

