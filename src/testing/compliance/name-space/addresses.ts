// Owns: addresses of services as the suite registers and finds them: loopback, TCP, told apart by their ports.
// Does not own: the cases.
import { AF_INET, CSADDR_INFO, IPPROTO_TCP, SOCKET_ADDRESS, SOCK_STREAM, sockaddr_in } from '../../../index.js';

function end(port: number): SOCKET_ADDRESS {
  const address = new sockaddr_in();
  address.sin_family = AF_INET;
  address.bytes.set([port >> 8, port & 0xff, 127, 0, 0, 1], 2);
  return new SOCKET_ADDRESS({ lpSockaddr: address.bytes, iSockaddrLength: sockaddr_in.size });
}

/** An address pair for each port. */
export function addresses(ports: readonly number[]): CSADDR_INFO[] {
  return ports.map(
    (port) => new CSADDR_INFO({ LocalAddr: end(port), RemoteAddr: end(port), iSocketType: SOCK_STREAM, iProtocol: IPPROTO_TCP }),
  );
}

/** The ports of what was found. */
export function portsOf(found: readonly CSADDR_INFO[]): number[] {
  return found.map(({ RemoteAddr: { lpSockaddr } }) => {
    const bytes = lpSockaddr instanceof Uint8Array ? lpSockaddr : (lpSockaddr?.bytes ?? new Uint8Array(4));
    return new DataView(bytes.buffer, bytes.byteOffset).getUint16(2);
  });
}
