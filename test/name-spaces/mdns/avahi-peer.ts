// A process with the multicast DNS provider over Node's own sockets, for the Avahi tests to run in a network of its own: it does
// what lines on its input say, and answers with a line each. Its argument is the provider's settings. No test knowledge.
import { createInterface } from 'node:readline';
import {
  LUP_CONTAINERS,
  MAKEWORD,
  MemoryStore,
  NSP_NOTIFY_EVENT,
  NULL_HANDLE,
  OVERLAPPED,
  RNRSERVICE_DEREGISTER,
  RNRSERVICE_REGISTER,
  SIO_NSP_NOTIFY_CHANGE,
  WSACOMPLETION,
  WSADATA,
  createProcess,
  guid,
  ref,
  type SOCKET_ADDRESS,
  type WSAQUERYSETW,
} from 'winsock2';
import { NS_MDNS, begin, lookup, rest, set } from './world.js';

/** What can be asked for: `begin` keeps a query open, whose news `changes` waits for. */
export type Request =
  | { readonly call: 'register' | 'deregister'; readonly name: string; readonly type: string; readonly port: number; readonly comment?: string }
  | { readonly call: 'lookup' | 'begin'; readonly name?: string; readonly type?: string }
  | { readonly call: 'types' | 'changes' };

/** A result in words. */
export interface Told {
  readonly name: string | null;
  readonly comment: string | null;
  readonly flags: number;
  /** `10.0.0.1:80`, `[fe80::1%2]:80` */
  readonly ways: readonly string[];
}

export interface Reply {
  readonly error: string | number;
  readonly found: readonly Told[];
}

const host = createProcess({ store: new MemoryStore() });
const winsock = host.bind();
const speaker = { winsock };
let open = NULL_HANDLE;

function addressText({ lpSockaddr, iSockaddrLength }: SOCKET_ADDRESS): string {
  const text = new Uint16Array(80);
  const length = ref(text.length);
  if (lpSockaddr === null || winsock.WSAAddressToStringW(lpSockaddr, iSockaddrLength, null, text, length) !== 0) return '?';
  return String.fromCharCode(...text.subarray(0, length.value - 1));
}

const told = ({ lpszServiceInstanceName, lpszComment, dwOutputFlags, lpcsaBuffer }: WSAQUERYSETW): Told => ({
  name: lpszServiceInstanceName,
  comment: lpszComment,
  flags: dwOutputFlags,
  ways: (lpcsaBuffer ?? []).map(({ RemoteAddr }) => addressText(RemoteAddr)),
});

/** Waits until the open query has other results, and gives them. */
async function changes(): Promise<Reply> {
  const overlapped = new OVERLAPPED();
  overlapped.hEvent = winsock.WSACreateEvent();
  const completion = new WSACOMPLETION({ Type: NSP_NOTIFY_EVENT });
  completion.Parameters.Event.lpOverlapped = overlapped;
  winsock.WSANSPIoctl(open, SIO_NSP_NOTIFY_CHANGE, null, 0, null, 0, ref(0), completion);
  await winsock.WaitForSingleObject(overlapped.hEvent, 20_000);
  winsock.WSACloseEvent(overlapped.hEvent);
  const { found, error } = await rest(speaker, open);
  return { found: found.map(told), error };
}

async function answer(request: Request): Promise<Reply> {
  switch (request.call) {
    case 'register':
    case 'deregister': {
      const { name, type, port, comment = '' } = request;
      const operation = request.call === 'register' ? RNRSERVICE_REGISTER : RNRSERVICE_DEREGISTER;
      return { error: await set(speaker, name, [port], { lpszContext: type, lpszComment: comment }, operation), found: [] };
    }
    case 'lookup':
    case 'types': {
      const { name = null, type = null } = request.call === 'lookup' ? request : {};
      const question = { lpszServiceInstanceName: name, lpszContext: type };
      const { found, error } = await lookup(speaker, question, request.call === 'types' ? LUP_CONTAINERS : 0);
      return { found: found.map(told), error };
    }
    case 'begin': {
      open = await begin(speaker, { lpszServiceInstanceName: request.name ?? null, lpszContext: request.type ?? null });
      const { found, error } = await rest(speaker, open);
      return { found: found.map(told), error };
    }
    case 'changes':
      return changes();
  }
}

const [, , settings = ''] = process.argv;
const id = guid('{5353DA75-0000-4000-8000-000000000002}');
await winsock.WSCInstallNameSpace('multicast DNS', `winsock2/namespaces/mdns?${settings}`, NS_MDNS, 0, id);
await winsock.WSAStartup(MAKEWORD(2, 2), new WSADATA());
console.log('ready');
for await (const line of createInterface({ input: process.stdin })) {
  console.log(JSON.stringify(await answer(JSON.parse(line) as Request)));
}
await winsock.WSACleanup();
await host.dispose();
