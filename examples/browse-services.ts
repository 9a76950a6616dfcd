// Services of the local links by multicast DNS: one is announced, and those of a type are watched as they come and go. The
// name space is installed in a catalog in memory, so that nothing of this machine's is changed.
// Run it: npx tsx examples/browse-services.ts [type [seconds]]
import {
  AF_INET,
  CSADDR_INFO,
  LUP_RETURN_ADDR,
  LUP_RETURN_COMMENT,
  LUP_RETURN_NAME,
  MAKEWORD,
  MemoryStore,
  NSP_NOTIFY_EVENT,
  NULL_HANDLE,
  OVERLAPPED,
  RESULT_IS_CHANGED,
  RESULT_IS_DELETED,
  RNRSERVICE_REGISTER,
  SIO_NSP_NOTIFY_CHANGE,
  SOCKET_ADDRESS,
  SOCKET_ERROR,
  SVCID_INET_HOSTADDRBYNAME,
  WSACOMPLETION,
  WSADATA,
  WSAQUERYSETW,
  WSA_E_NO_MORE,
  WSA_INFINITE,
  WSA_IO_PENDING,
  WSA_WAIT_EVENT_0,
  WSA_WAIT_FAILED,
  createProcess,
  guid,
  htons,
  ref,
  sockaddr_in,
  type HANDLE,
  type Winsock,
} from 'winsock2';
import { failed, runAsProgram, toConsole, type Print } from './lib/program.js';

/** A number of ours for the name space: Windows has none for multicast DNS. */
const NS_MDNS = 1300;
const MODULE = 'winsock2/namespaces/mdns';
const ID = guid('{5E1B7A1C-2F6D-4B0E-8C11-53534D444E53}');
const WANTED = LUP_RETURN_NAME | LUP_RETURN_ADDR | LUP_RETURN_COMMENT;

/** Makes the name space known to a process, before WSAStartup. Returns 0 or SOCKET_ERROR. */
export function install(ws: Winsock): Promise<number> | number {
  return ws.WSCInstallNameSpace('multicast DNS', MODULE, NS_MDNS, 0, ID);
}

/** Announces a service of this machine, on all of its addresses. Returns 0 or SOCKET_ERROR. */
export function announce(ws: Winsock, name: string, type: string, port: number, comment = ''): Promise<number> | number {
  const any = new sockaddr_in();
  any.sin_family = AF_INET;
  any.sin_port = htons(port);
  const end = new SOCKET_ADDRESS({ lpSockaddr: any, iSockaddrLength: sockaddr_in.size });
  const service = new WSAQUERYSETW({
    dwSize: WSAQUERYSETW.size,
    lpszServiceInstanceName: name,
    // The context says what kind of service it is; the class has to be there, and is not asked.
    lpServiceClassId: SVCID_INET_HOSTADDRBYNAME,
    lpszContext: type,
    lpszComment: comment,
    dwNameSpace: NS_MDNS,
    dwNumberOfCsAddrs: 1,
    lpcsaBuffer: [new CSADDR_INFO({ LocalAddr: end })],
  });
  return ws.WSASetServiceW(service, RNRSERVICE_REGISTER, 0);
}

/** Prints the services of a type, and those that come, change and go until the event `stop` is set. Returns the exit code. */
export async function browse(ws: Winsock, type: string, stop: HANDLE, print: Print): Promise<number> {
  const lookup = ref(NULL_HANDLE);
  const question = new WSAQUERYSETW({
    dwSize: WSAQUERYSETW.size,
    lpServiceClassId: SVCID_INET_HOSTADDRBYNAME,
    lpszContext: type,
    dwNameSpace: NS_MDNS,
  });
  if ((await ws.WSALookupServiceBeginW(question, WANTED, lookup)) === SOCKET_ERROR) {
    return failed(print, 'WSALookupServiceBegin', ws.WSAGetLastError());
  }
  do {
    const error = await printAll(ws, lookup.value, print);
    if (error !== WSA_E_NO_MORE) return failed(print, 'WSALookupServiceNext', error);
  } while (await isChanged(ws, lookup.value, stop));
  ws.WSALookupServiceEnd(lookup.value);
  return 0;
}

/** Prints results up to the error that ends them. */
async function printAll(ws: Winsock, lookup: HANDLE, print: Print): Promise<number> {
  for (;;) {
    const found = new WSAQUERYSETW();
    if ((await ws.WSALookupServiceNextW(lookup, WANTED, ref(0x4000), found)) === SOCKET_ERROR) return ws.WSAGetLastError();
    print(describe(ws, found));
  }
}

/** Waits until the results are other ones; false when `stop` is set first. */
async function isChanged(ws: Winsock, lookup: HANDLE, stop: HANDLE): Promise<boolean> {
  const overlapped = new OVERLAPPED();
  overlapped.hEvent = ws.WSACreateEvent();
  const completion = new WSACOMPLETION({ Type: NSP_NOTIFY_EVENT });
  completion.Parameters.Event.lpOverlapped = overlapped;
  const asked = ws.WSANSPIoctl(lookup, SIO_NSP_NOTIFY_CHANGE, null, 0, null, 0, ref(0), completion);
  const waits = asked === 0 || ws.WSAGetLastError() === WSA_IO_PENDING;
  const first = waits ? await ws.WSAWaitForMultipleEvents(2, [stop, overlapped.hEvent], 0, WSA_INFINITE, 0) : WSA_WAIT_FAILED;
  // What is still under way is over when the look-up ends.
  ws.WSACloseEvent(overlapped.hEvent);
  return first === WSA_WAIT_EVENT_0 + 1;
}

/** `+ name at address:port (comment)`; `*` for one that has changed, `-` for one that is gone. */
function describe(ws: Winsock, { dwOutputFlags, lpszServiceInstanceName: name, lpcsaBuffer, lpszComment }: WSAQUERYSETW): string {
  if ((dwOutputFlags & RESULT_IS_DELETED) !== 0) return `- ${name ?? ''}`;
  const where = (lpcsaBuffer ?? []).map(({ RemoteAddr }) => addressText(ws, RemoteAddr)).join(', ');
  const mark = (dwOutputFlags & RESULT_IS_CHANGED) === 0 ? '+' : '*';
  return `${mark} ${name ?? ''} at ${where}${lpszComment === null || lpszComment === '' ? '' : ` (${lpszComment})`}`;
}

function addressText(ws: Winsock, { lpSockaddr, iSockaddrLength }: SOCKET_ADDRESS): string {
  const text = new Uint16Array(64);
  const length = ref(text.length);
  if (lpSockaddr === null || ws.WSAAddressToStringW(lpSockaddr, iSockaddrLength, null, text, length) !== 0) return '?';
  return String.fromCharCode(...text.subarray(0, length.value - 1));
}

/** Announces a service and watches its type. Returns the exit code. */
export async function session(type: string, seconds: number, print: Print): Promise<number> {
  await using host = createProcess({ store: new MemoryStore() });
  const ws = host.bind();
  if ((await install(ws)) === SOCKET_ERROR) return failed(print, 'WSCInstallNameSpace', ws.WSAGetLastError());
  const error = await ws.WSAStartup(MAKEWORD(2, 2), new WSADATA());
  if (error !== 0) return failed(print, 'WSAStartup', error);
  const announced = await announce(ws, 'An example', type, 8080, 'announced by examples/browse-services.ts');
  if (announced === SOCKET_ERROR) failed(print, 'WSASetService', ws.WSAGetLastError());
  const stop = ws.WSACreateEvent();
  setTimeout(() => ws.WSASetEvent(stop), seconds * 1000);
  const code = await browse(ws, type, stop, print);
  await ws.WSACleanup();
  return code;
}

runAsProgram(import.meta.url, ([type = '_http._tcp', seconds = '10']) => session(type, Number(seconds), toConsole));
