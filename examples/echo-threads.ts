// The echo server with a thread for each client, whose calls block. It reads like the protocol itself: receive, send, again.
// Each client holds a thread, with a stack on Windows, for as long as it is connected; a few hundred are no trouble.
// Run it: npx tsx examples/echo-threads.ts [port] [6]
import {
  CloseHandle,
  CreateEvent,
  CreateThread,
  FALSE,
  INFINITE,
  INVALID_SOCKET,
  NULL_HANDLE,
  SOCKET_ERROR,
  SetEvent,
  TRUE,
  WaitForSingleObject,
  accept,
  closesocket,
  recv,
  send,
  type SOCKET,
} from 'winsock2';
import { withListener, type EchoServerOptions, type Service } from './lib/echo-server.js';
import { failed, runServer } from './lib/program.js';

const BUFFER_LENGTH = 16_384;

/** The thread of one client. */
async function serveClient(s: SOCKET): Promise<void> {
  const buffer = new Uint8Array(BUFFER_LENGTH);
  for (;;) {
    const received = await recv(s, buffer, buffer.length, 0);
    // 0 is the end of what the client sends, SOCKET_ERROR a connection that broke: it is over either way.
    if (received === 0 || received === SOCKET_ERROR) break;
    // On a blocking socket send takes everything, however long that takes. A client that does not read holds up its own
    // thread and nobody else's.
    if ((await send(s, buffer, received, 0)) === SOCKET_ERROR) break;
  }
  await closesocket(s);
}

/** Accepts clients and gives each its thread, then waits for the last one to end. */
async function acceptClients({ listener, clients, print }: Service): Promise<number> {
  const allServed = CreateEvent(null, TRUE, FALSE, null);
  let served = 0;
  const thread = async (s: SOCKET): Promise<number> => {
    await serveClient(s);
    served += 1;
    if (served === clients) SetEvent(allServed);
    return 0;
  };
  try {
    for (let taken = 0; taken < clients; taken += 1) {
      const s = await accept(listener, null, null);
      if (s === INVALID_SOCKET) return failed(print, 'accept');
      const handle = CreateThread(null, 0, thread, s, 0, null);
      if (handle === NULL_HANDLE) return failed(print, 'CreateThread');
      // A thread runs on without its handle, which nobody here waits for.
      CloseHandle(handle);
    }
    await WaitForSingleObject(allServed, INFINITE);
    return 0;
  } finally {
    CloseHandle(allServed);
  }
}

/** Serves until `clients` have come and gone. Returns the exit code. */
export function serve(options: EchoServerOptions = {}): Promise<number> {
  return withListener(options, acceptClients);
}

runServer(import.meta.url, serve);
