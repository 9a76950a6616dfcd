// The echo server with registered I/O: memory is registered once, requests and results pass through queues that program and
// system share, and nothing but waiting goes through the kernel. It is for many small messages; what it asks for is that the
// program plans ahead: how much memory, how many requests, how many results.
// Run it: npx tsx examples/echo-rio.ts [port] [6]
import {
  FALSE,
  INFINITE,
  INVALID_SOCKET,
  NULL_HANDLE,
  RIOCloseCompletionQueue,
  RIOCreateCompletionQueue,
  RIOCreateRequestQueue,
  RIODequeueCompletion,
  RIODeregisterBuffer,
  RIONotify,
  RIOReceive,
  RIORegisterBuffer,
  RIORESULT,
  RIOSend,
  RIO_BUF,
  RIO_CORRUPT_CQ,
  RIO_EVENT_COMPLETION,
  RIO_NOTIFICATION_COMPLETION,
  TRUE,
  WSACloseEvent,
  WSACreateEvent,
  WSA_FLAG_OVERLAPPED,
  WSA_FLAG_REGISTERED_IO,
  WaitForSingleObject,
  accept,
  closesocket,
  type HANDLE,
  type SOCKET,
} from 'winsock2';
import { withListener, type EchoServerOptions, type Service } from './lib/echo-server.js';
import { failed, runServer } from './lib/program.js';

const SLOT_LENGTH = 4096;
/** Clients at a time: what the memory and the completion queue have room for. */
const SLOTS = 1024;
/** How many results are taken at a time. */
const BATCH = 256;

/** What a result says of its request: the contexts come back in it. */
const RECEIVED = 1;
const SENT = 2;

/** A connection: its request queue, and its slot of the registered memory. */
interface Connection {
  readonly s: SOCKET;
  readonly requests: HANDLE;
  readonly slot: RIO_BUF;
}

/** Starts the next request. A request that is taken has a result, whatever becomes of it. */
function start({ requests, slot }: Connection, operation: number, length: number): boolean {
  slot.Length = length;
  if (operation === SENT) return RIOSend(requests, [slot], 1, 0, SENT) !== FALSE;
  return RIOReceive(requests, [slot], 1, 0, RECEIVED) !== FALSE;
}

/** Goes on after a result. False: the connection is over. A send on a stream is done when all of it is taken. */
function proceed(connection: Connection, { Status, BytesTransferred, RequestContext }: RIORESULT): boolean {
  if (Status !== 0) return false;
  if (Number(RequestContext) === SENT) return start(connection, RECEIVED, SLOT_LENGTH);
  return BytesTransferred > 0 && start(connection, SENT, BytesTransferred);
}

/** Takes results and goes on with their connections, until `clients` have gone. Returns the exit code. */
async function serveResults(
  queue: HANDLE,
  event: HANDLE,
  connections: ReadonlyMap<number, Connection>,
  over: (slot: number, connection: Connection) => Promise<boolean>,
): Promise<number> {
  const memory = new Uint8Array(BATCH * RIORESULT.size);
  const results = Array.from({ length: BATCH }, (_, index) => new RIORESULT(memory, index * RIORESULT.size));
  for (;;) {
    const count = RIODequeueCompletion(queue, results, BATCH);
    if (count === RIO_CORRUPT_CQ) return 1;
    for (const result of results.slice(0, count)) {
      const slot = Number(result.SocketContext);
      const connection = connections.get(slot);
      if (connection === undefined || proceed(connection, result)) continue;
      if (await over(slot, connection)) return 0;
    }
    if (count === BATCH) continue;
    // The one call that waits. The event is signaled once for each RIONotify, at once if results are there already.
    if (RIONotify(queue) !== 0) return 1;
    await WaitForSingleObject(event, INFINITE);
  }
}

async function serveAll(service: Service): Promise<number> {
  const memory = new Uint8Array(SLOTS * SLOT_LENGTH);
  const buffer = RIORegisterBuffer(memory, memory.length);
  const event = WSACreateEvent();
  const notification = new RIO_NOTIFICATION_COMPLETION({
    Type: RIO_EVENT_COMPLETION,
    Event: { EventHandle: event, NotifyReset: TRUE },
  });
  // Room for a receive and a send of each connection: the queue refuses a request queue that could make it overflow.
  const queue = RIOCreateCompletionQueue(2 * SLOTS, notification);
  try {
    if (queue === NULL_HANDLE) return failed(service.print, 'RIOCreateCompletionQueue');
    return await acceptAndServe(service, { queue, event, buffer });
  } finally {
    RIOCloseCompletionQueue(queue);
    WSACloseEvent(event);
    RIODeregisterBuffer(buffer);
  }
}

interface Queues {
  readonly queue: HANDLE;
  readonly event: HANDLE;
  readonly buffer: HANDLE;
}

async function acceptAndServe({ listener, clients, print }: Service, { queue, event, buffer }: Queues): Promise<number> {
  const connections = new Map<number, Connection>();
  const free = Array.from({ length: SLOTS }, (_, slot) => slot);
  let served = 0;
  const serving = serveResults(queue, event, connections, async (slot, { s }) => {
    connections.delete(slot);
    // The request queue goes with its socket.
    await closesocket(s);
    free.push(slot);
    served += 1;
    return served === clients;
  });
  for (let taken = 0; taken < clients; taken += 1) {
    const s = await accept(listener, null, null);
    if (s === INVALID_SOCKET) return failed(print, 'accept');
    const slot = free.pop();
    if (slot === undefined) return failed(print, 'finding room for a client');
    const requests = RIOCreateRequestQueue(s, 1, 1, 1, 1, queue, queue, slot);
    if (requests === NULL_HANDLE) return failed(print, 'RIOCreateRequestQueue');
    const part = new RIO_BUF();
    part.BufferId = buffer;
    part.Offset = slot * SLOT_LENGTH;
    const connection: Connection = { s, requests, slot: part };
    connections.set(slot, connection);
    start(connection, RECEIVED, SLOT_LENGTH);
  }
  return await serving;
}

/** Serves until `clients` have come and gone. Returns the exit code. */
export function serve(options: EchoServerOptions = {}): Promise<number> {
  // Accepted sockets have the listener's flags.
  return withListener({ ...options, flags: WSA_FLAG_OVERLAPPED | WSA_FLAG_REGISTERED_IO }, serveAll);
}

runServer(import.meta.url, serve);
