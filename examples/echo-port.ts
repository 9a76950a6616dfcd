// The echo server with a completion port: a queue of operations that have ended, and a few threads that take from it. Any
// thread can go on with any connection, the system wakes as many as there are processors, and no cost grows with the
// number of sockets. This is how Windows servers are written that have thousands of clients.
// Run it: npx tsx examples/echo-port.ts [port] [6]
import {
  AcceptEx,
  CloseHandle,
  CreateIoCompletionPort,
  CreateThread,
  FALSE,
  FILE_SKIP_COMPLETION_PORT_ON_SUCCESS,
  GetQueuedCompletionStatusEx,
  INFINITE,
  INVALID_SOCKET,
  IPPROTO_TCP,
  NULL_HANDLE,
  OVERLAPPED,
  OVERLAPPED_ENTRY,
  PostQueuedCompletionStatus,
  SOCKET_ERROR,
  SOCK_STREAM,
  SOL_SOCKET,
  SO_UPDATE_ACCEPT_CONTEXT,
  SetFileCompletionNotificationModes,
  WSABUF,
  WSAGetLastError,
  WSARecv,
  WSASend,
  WSA_IO_PENDING,
  WaitForSingleObject,
  closesocket,
  ref,
  setsockopt,
  sockaddr_in6,
  socket,
  type HANDLE,
  type SOCKET,
} from 'winsock2';
import { withListener, type EchoServerOptions, type Service } from './lib/echo-server.js';
import { failed, runServer } from './lib/program.js';

const BUFFER_LENGTH = 16_384;
/** How many packets a thread takes at a time. */
const BATCH = 32;
const WORKERS = 2;
const PENDING_ACCEPTS = 16;
/** AcceptEx wants 16 bytes more for each address than the longest one has. */
const ADDRESS_ROOM = sockaddr_in6.size + 16;

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

function startReceive({ s, receiving }: Connection): number {
  return outcome(WSARecv(s, receiving.buffers, 1, null, ref(0), receiving, null), receiving);
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

/** What is kept for each AcceptEx that waits: the socket that is to be the connection, and room for both addresses. */
class Acceptance extends OVERLAPPED {
  readonly s: SOCKET;
  readonly room = new Uint8Array(2 * ADDRESS_ROOM);

  constructor(s: SOCKET) {
    super();
    this.s = s;
  }
}

/** A server at work. */
class Server {
  readonly port: HANDLE;
  readonly #service: Service;
  #started = 0;
  #served = 0;

  constructor(service: Service, port: HANDLE) {
    this.#service = service;
    this.port = port;
  }

  /** Has one more client accepted, unless enough have been. False: it failed. */
  accept(): boolean {
    const { listener, family, clients } = this.#service;
    if (this.#started === clients) return true;
    const s = socket(family, SOCK_STREAM, IPPROTO_TCP);
    if (s === INVALID_SOCKET) return false;
    const acceptance = new Acceptance(s);
    this.#started += 1;
    // It asks for no data: with it, a client that says nothing would not be accepted.
    const done = AcceptEx(listener, s, acceptance.room, 0, ADDRESS_ROOM, ADDRESS_ROOM, ref(0), acceptance);
    return done !== FALSE || WSAGetLastError() === WSA_IO_PENDING;
  }

  /** A client has come. */
  async begin({ s }: Acceptance): Promise<void> {
    this.accept();
    // A socket from AcceptEx has the listener's properties only after this, and shutdown and getpeername need them.
    const listener = new BigUint64Array([BigInt(this.#service.listener)]);
    setsockopt(s, SOL_SOCKET, SO_UPDATE_ACCEPT_CONTEXT, new Uint8Array(listener.buffer), listener.byteLength);
    // From here on every operation on the socket ends at the port, unless it succeeds within its call.
    CreateIoCompletionPort(s as number as HANDLE, this.port, 0, 0);
    SetFileCompletionNotificationModes(s as number as HANDLE, FILE_SKIP_COMPLETION_PORT_ON_SUCCESS);
    const connection = new Connection(s);
    // As after a send that is done: it receives.
    if (!proceed(connection.sending, 0)) await this.end(s);
  }

  async end(s: SOCKET): Promise<void> {
    await closesocket(s);
    this.#served += 1;
    if (this.#served === this.#service.clients) this.stop();
  }

  /** Tells the workers to stop: by a packet that belongs to no operation, which each hands on to the next. */
  stop(): void {
    PostQueuedCompletionStatus(this.port, 0, 0, null);
  }
}

/** A worker: takes packets until it is told to stop. */
async function work(server: Server): Promise<number> {
  const entries = Array.from({ length: BATCH }, () => new OVERLAPPED_ENTRY());
  const count = ref(0);
  while ((await GetQueuedCompletionStatusEx(server.port, entries, BATCH, count, INFINITE, FALSE)) !== FALSE) {
    for (let index = 0; index < count.value; index += 1) {
      const { lpOverlapped, dwNumberOfBytesTransferred, Internal } = entries[index]!;
      if (lpOverlapped instanceof Operation) {
        const alive = Internal === 0 && proceed(lpOverlapped, dwNumberOfBytesTransferred);
        if (!alive) await server.end(lpOverlapped.connection.s);
      } else if (lpOverlapped instanceof Acceptance) {
        if (Internal === 0) await server.begin(lpOverlapped);
        else await server.end(lpOverlapped.s);
      } else {
        server.stop();
        return 0;
      }
    }
  }
  return 1;
}

async function serveAll(service: Service): Promise<number> {
  // A port and, with the listener as its first socket, the place where clients arrive.
  const port = CreateIoCompletionPort(service.listener as number as HANDLE, NULL_HANDLE, 0, 0);
  if (port === NULL_HANDLE) return failed(service.print, 'CreateIoCompletionPort');
  const server = new Server(service, port);
  // Several at a time, so that clients who come together find somebody waiting.
  for (let pending = 0; pending < PENDING_ACCEPTS; pending += 1) {
    if (!server.accept()) return failed(service.print, 'AcceptEx');
  }
  const workers = Array.from({ length: WORKERS }, () => CreateThread(null, 0, work, server, 0, null));
  for (const worker of workers) {
    await WaitForSingleObject(worker, INFINITE);
    CloseHandle(worker);
  }
  CloseHandle(port);
  return 0;
}

/** Serves until `clients` have come and gone. Returns the exit code. */
export function serve(options: EchoServerOptions = {}): Promise<number> {
  return withListener(options, serveAll);
}

runServer(import.meta.url, serve);
