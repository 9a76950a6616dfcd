// The echo server with a completion port: a queue of operations that have ended, and a few threads that take from it. Any
// thread can go on with any connection, the system wakes as many as there are processors, and no cost grows with the
// number of sockets. This is how Windows servers are written that have thousands of clients.
// Run it: npx tsx examples/echo-port.ts [port] [6]
import {
  CloseHandle,
  CreateIoCompletionPort,
  CreateThread,
  FALSE,
  FILE_SKIP_COMPLETION_PORT_ON_SUCCESS,
  GetQueuedCompletionStatusEx,
  INFINITE,
  INVALID_HANDLE_VALUE,
  INVALID_SOCKET,
  NULL_HANDLE,
  OVERLAPPED,
  OVERLAPPED_ENTRY,
  PostQueuedCompletionStatus,
  SOCKET_ERROR,
  SetFileCompletionNotificationModes,
  WSABUF,
  WSAGetLastError,
  WSARecv,
  WSASend,
  WSA_IO_PENDING,
  WaitForSingleObject,
  accept,
  closesocket,
  ref,
  type HANDLE,
  type SOCKET,
} from 'winsock2';
import { withListener, type EchoServerOptions, type Service } from './lib/echo-server.js';
import { failed, runServer } from './lib/program.js';

const BUFFER_LENGTH = 16_384;
/** How many packets a thread takes at a time. */
const BATCH = 64;
const WORKERS = 2;

/** What is kept for each operation. The port gives its OVERLAPPED back, and what C keeps behind that is in the same object. */
class Operation extends OVERLAPPED {
  readonly connection: Connection;
  readonly buffers: readonly [WSABUF];

  constructor(connection: Connection, buffer: Uint8Array) {
    super();
    this.connection = connection;
    this.buffers = [new WSABUF(buffer.length, buffer)];
  }
}

/** What is kept for each socket. One operation at a time would do with one OVERLAPPED; two show the usual way. */
class Connection {
  readonly s: SOCKET;
  readonly receiving: Operation;
  readonly sending: Operation;
  readonly flags = ref(0);

  constructor(s: SOCKET) {
    this.s = s;
    const buffer = new Uint8Array(BUFFER_LENGTH);
    this.receiving = new Operation(this, buffer);
    this.sending = new Operation(this, buffer);
  }
}

/** An operation that has not ended within its call: its packet will bring the connection back. */
const PENDING = -1;
const FAILED = -2;

/** What came of starting an operation: its bytes if it has ended, as no packet will tell of that. */
function outcome(status: number, { InternalHigh }: Operation): number {
  if (status !== SOCKET_ERROR) return InternalHigh;
  return WSAGetLastError() === WSA_IO_PENDING ? PENDING : FAILED;
}

function startReceive(connection: Connection): number {
  const { s, receiving, flags } = connection;
  flags.value = 0;
  return outcome(WSARecv(s, receiving.buffers, 1, null, flags, receiving, null), receiving);
}

function startSend({ s, sending }: Connection, bytes: number): number {
  sending.buffers[0].len = bytes;
  return outcome(WSASend(s, sending.buffers, 1, null, 0, sending, null), sending);
}

/** Goes on from an operation that has ended, for as long as the next one ends at once. False: the connection is over. */
function proceed(operation: Operation, moved: number): boolean {
  const { connection } = operation;
  let received = operation === connection.receiving;
  let bytes = moved;
  while (bytes !== PENDING) {
    if (bytes === FAILED || (received && bytes === 0)) return false;
    bytes = received ? startSend(connection, bytes) : startReceive(connection);
    received = !received;
  }
  return true;
}

/** Tells the workers to stop: by a packet that belongs to no operation, which each hands on to the next. */
function stop(port: HANDLE): void {
  PostQueuedCompletionStatus(port, 0, 0, null);
}

/** A worker: takes packets until it is told to stop. */
async function work(port: HANDLE, over: () => void): Promise<number> {
  const entries = Array.from({ length: BATCH }, () => new OVERLAPPED_ENTRY());
  const count = ref(0);
  while ((await GetQueuedCompletionStatusEx(port, entries, BATCH, count, INFINITE, FALSE)) !== FALSE) {
    for (const { lpOverlapped, dwNumberOfBytesTransferred, Internal } of entries.slice(0, count.value)) {
      if (!(lpOverlapped instanceof Operation)) {
        stop(port);
        return 0;
      }
      if (Internal === 0 && proceed(lpOverlapped, dwNumberOfBytesTransferred)) continue;
      await closesocket(lpOverlapped.connection.s);
      over();
    }
  }
  return 1;
}

async function acceptClients({ listener, clients, print }: Service): Promise<number> {
  const port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL_HANDLE, 0, 0);
  if (port === NULL_HANDLE) return failed(print, 'CreateIoCompletionPort');
  let served = 0;
  const over = (): void => {
    served += 1;
    if (served === clients) stop(port);
  };
  const workers = Array.from({ length: WORKERS }, () => CreateThread(null, 0, () => work(port, over), null, 0, null));
  for (let taken = 0; taken < clients; taken += 1) {
    const s = await accept(listener, null, null);
    if (s === INVALID_SOCKET) return failed(print, 'accept');
    const connection = new Connection(s);
    // From here on every operation on the socket ends at the port, unless it succeeds within its call.
    CreateIoCompletionPort(s as number as HANDLE, port, s, 0);
    SetFileCompletionNotificationModes(s as number as HANDLE, FILE_SKIP_COMPLETION_PORT_ON_SUCCESS);
    if (proceed(connection.sending, 0)) continue;
    await closesocket(s);
    over();
  }
  for (const worker of workers) {
    await WaitForSingleObject(worker, INFINITE);
    CloseHandle(worker);
  }
  CloseHandle(port);
  return 0;
}

/** Serves until `clients` have come and gone. Returns the exit code. */
export function serve(options: EchoServerOptions = {}): Promise<number> {
  return withListener(options, acceptClients);
}

runServer(import.meta.url, serve);
