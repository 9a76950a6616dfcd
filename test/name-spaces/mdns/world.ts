// Hosts on one simulated segment, each with the multicast DNS provider in its catalog, and short ways to register and look up.
// Owns nothing of the provider.
import {
  AF_INET,
  CSADDR_INFO,
  LUP_RETURN_ALL,
  NS_ALL,
  NULL_HANDLE,
  RNRSERVICE_REGISTER,
  SOCKET_ADDRESS,
  SVCID_INET_HOSTADDRBYNAME,
  WSAQUERYSETW,
  errorName,
  guid,
  ref,
  sockaddr_in,
  type HANDLE,
} from 'winsock2';
import { Network, type Host, type HostOptions } from 'winsock2/testing';
import { decode, encode, type MdnsMessage, type MessageToSend } from '../../../src/providers/namespaces/mdns/message.js';

export const NS_MDNS = 1300;
export const CLASS = SVCID_INET_HOSTADDRBYNAME;
export const HTTP = '_http._tcp';

/** A network whose hosts say all that they can say by chance alike each time. */
export class MdnsWorld extends Network {
  /** A started host. */
  async speaker(name: string, settings = '', options: HostOptions = {}): Promise<Host> {
    const host = this.host(name, options);
    const id = guid('{5353DA75-0000-4000-8000-000000000001}');
    const { winsock } = host;
    const module = `winsock2/namespaces/mdns?seed=${String(this.seed)}${settings}`;
    const error = await winsock.WSCInstallNameSpace('multicast DNS', module, NS_MDNS, 0, id);
    if (error !== 0) throw new Error(`WSCInstallNameSpace: ${errorName(winsock.WSAGetLastError())}`);
    await host.start();
    return host;
  }

  /** Every message of multicast DNS over IPv4 from now on, once, as it leaves. */
  overhear(): Heard[] {
    const heard: Heard[] = [];
    let last = '';
    this.tap(({ from, us, bytes, link }) => {
      const udp = (bytes[0] ?? 0) >> 4 === 4 && bytes[9] === 17 ? ((bytes[0] ?? 0) & 15) * 4 : 0;
      const message = udp === 0 || link === 'loopback' ? null : decode(bytes.subarray(udp + 8));
      // A multicast packet is shown for each who gets it.
      const same = `${String(us)} ${from} ${bytes.subarray(udp).join()}`;
      if (message !== null && same !== last) heard.push({ from, at: us / 1000, message });
      last = same;
    });
    return heard;
  }
}

/** A message that was sent: by whom, and when. */
export interface Heard {
  readonly from: string;
  readonly at: number;
  readonly message: MdnsMessage;
}

/** Who registers and looks up. */
export type Speaker = Pick<Host, 'winsock'>;

/** An address of a service: any of the host's. */
export function ends(...ports: readonly number[]): CSADDR_INFO[] {
  return ports.map((port) => {
    const bytes = new sockaddr_in();
    bytes.sin_family = AF_INET;
    bytes.bytes.set([port >> 8, port & 0xff], 2);
    const end = new SOCKET_ADDRESS({ lpSockaddr: bytes.bytes, iSockaddrLength: sockaddr_in.size });
    return new CSADDR_INFO({ LocalAddr: end, RemoteAddr: end });
  });
}

/** WSASetService for a service of a host: 0 or the error's name. */
export async function set(
  host: Speaker,
  name: string,
  ports: readonly number[] = [80],
  init: Partial<WSAQUERYSETW> = {},
  operation = RNRSERVICE_REGISTER,
  flags = 0,
): Promise<number | string> {
  const lpcsaBuffer = ends(...ports);
  const info = new WSAQUERYSETW({
    dwSize: WSAQUERYSETW.size,
    lpszServiceInstanceName: name,
    lpServiceClassId: CLASS,
    lpszContext: HTTP,
    dwNameSpace: NS_MDNS,
    dwNumberOfCsAddrs: lpcsaBuffer.length,
    lpcsaBuffer,
    ...init,
  });
  const status = await host.winsock.WSASetServiceW(info, operation, flags);
  return status === 0 ? 0 : errorName(host.winsock.WSAGetLastError());
}

export const asked = (init: Partial<WSAQUERYSETW>): WSAQUERYSETW =>
  new WSAQUERYSETW({ dwSize: WSAQUERYSETW.size, lpServiceClassId: CLASS, dwNameSpace: NS_ALL, ...init });

/** Begins a query. */
export async function begin(host: Speaker, init: Partial<WSAQUERYSETW>, flags = 0): Promise<HANDLE> {
  const handle = ref(NULL_HANDLE);
  const status = await host.winsock.WSALookupServiceBeginW(asked({ dwNameSpace: NS_MDNS, ...init }), LUP_RETURN_ALL | flags, handle);
  if (status !== 0) throw new Error(errorName(host.winsock.WSAGetLastError()));
  return handle.value;
}

/** The next result, or the error's name. */
export async function next(host: Speaker, handle: HANDLE): Promise<WSAQUERYSETW | string> {
  const results = new WSAQUERYSETW();
  const status = await host.winsock.WSALookupServiceNextW(handle, LUP_RETURN_ALL, ref(0x10000), results);
  return status === 0 ? results : errorName(host.winsock.WSAGetLastError());
}

/** The results up to an error, and its name. */
export async function rest(host: Speaker, handle: HANDLE): Promise<{ readonly found: WSAQUERYSETW[]; readonly error: string }> {
  const found: WSAQUERYSETW[] = [];
  for (;;) {
    const result = await next(host, handle);
    if (typeof result === 'string') return { found, error: result };
    found.push(result);
  }
}

/** A whole query. */
export async function lookup(host: Speaker, init: Partial<WSAQUERYSETW>, flags = 0): Promise<{ found: WSAQUERYSETW[]; error: string }> {
  const handle = ref(NULL_HANDLE);
  const status = await host.winsock.WSALookupServiceBeginW(asked({ dwNameSpace: NS_MDNS, ...init }), LUP_RETURN_ALL | flags, handle);
  if (status !== 0) return { found: [], error: errorName(host.winsock.WSAGetLastError()) };
  const all = await rest(host, handle.value);
  host.winsock.WSALookupServiceEnd(handle.value);
  return all;
}

/** Where results lead to over IPv4: address and port. */
export function ways(found: readonly WSAQUERYSETW[]): string[] {
  return found.flatMap(({ lpcsaBuffer }) =>
    (lpcsaBuffer ?? []).flatMap(({ RemoteAddr: { lpSockaddr, iSockaddrLength } }) => {
      const bytes = lpSockaddr instanceof Uint8Array ? lpSockaddr : (lpSockaddr?.bytes ?? new Uint8Array(8));
      if (iSockaddrLength !== sockaddr_in.size) return [];
      return [`${bytes.subarray(4, 8).join('.')}:${String((bytes[2] ?? 0) * 256 + (bytes[3] ?? 0))}`];
    }),
  );
}

export const names = (found: readonly WSAQUERYSETW[]): (string | null)[] => found.map(({ lpszServiceInstanceName }) => lpszServiceInstanceName);

export { decode, encode, type MdnsMessage, type MessageToSend };
