// The code of docs/recipes/share-a-name-space.md: a service registered for a fleet, and found.
// recipe
import {
  AF_INET,
  CSADDR_INFO,
  IPPROTO_TCP,
  LUP_RETURN_ALL,
  NS_DNS,
  NULL_HANDLE,
  RNRSERVICE_REGISTER,
  SOCKET_ADDRESS,
  SOCK_STREAM,
  SVCID_FTP_TCP,
  WSAQUERYSETW,
  htons,
  ref,
  sockaddr_in,
  type Winsock,
} from 'winsock2';

/** Registers a file server of this name at an address; 0 or SOCKET_ERROR. */
export function register(ws: Winsock, name: string, address: readonly number[], port: number): Promise<number> | number {
  const where = new sockaddr_in();
  where.sin_family = AF_INET;
  where.sin_port = htons(port);
  where.bytes.set(address, 4);
  const end = new SOCKET_ADDRESS({ lpSockaddr: where, iSockaddrLength: sockaddr_in.size });
  const info = new WSAQUERYSETW({
    dwSize: WSAQUERYSETW.size,
    lpszServiceInstanceName: name,
    lpServiceClassId: SVCID_FTP_TCP,
    dwNameSpace: NS_DNS,
    dwNumberOfCsAddrs: 1,
    lpcsaBuffer: [new CSADDR_INFO({ LocalAddr: end, RemoteAddr: end, iSocketType: SOCK_STREAM, iProtocol: IPPROTO_TCP })],
  });
  return ws.WSASetServiceW(info, RNRSERVICE_REGISTER, 0);
}

/** The names of all file servers. */
export async function find(ws: Winsock): Promise<(string | null)[]> {
  const wanted = new WSAQUERYSETW({ dwSize: WSAQUERYSETW.size, lpServiceClassId: SVCID_FTP_TCP, dwNameSpace: NS_DNS });
  const lookup = ref(NULL_HANDLE);
  const names: (string | null)[] = [];
  if ((await ws.WSALookupServiceBeginW(wanted, LUP_RETURN_ALL, lookup)) !== 0) return names;
  for (;;) {
    const found = new WSAQUERYSETW();
    if ((await ws.WSALookupServiceNextW(lookup.value, LUP_RETURN_ALL, ref(0x10000), found)) !== 0) break;
    names.push(found.lpszServiceInstanceName);
  }
  ws.WSALookupServiceEnd(lookup.value);
  return names;
}
// end of recipe
