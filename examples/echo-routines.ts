// The echo server with completion routines: every operation names the function that is to run when it is done. A routine
// runs on the thread that started the operation, and only while that thread waits alertably. So nothing here needs a lock,
// and a thread that works takes no interruptions; but one thread serves one set of sockets, and work cannot move.
// Run it: npx tsx examples/echo-routines.ts [port] [6]
import {
  CloseHandle,
  CreateThread,
  INFINITE,
  INVALID_SOCKET,
  NULL_HANDLE,
  OVERLAPPED,
  QueueUserAPC,
  SOCKET_ERROR,
  SleepEx,
  TRUE,
  WSABUF,
  WSAGetLastError,
  WSARecv,
  WSASend,
  WSA_IO_PENDING,
  WaitForSingleObject,
  accept,
  closesocket,
  ref,
  type SOCKET,
} from 'winsock2';
import { withListener, type EchoServerOptions, type Service } from './lib/echo-server.js';
import { failed, runServer } from './lib/program.js';

const BUFFER_LENGTH = 16_384;

/**
 * A connection. A routine is given the OVERLAPPED of its operation; what C keeps in one structure with it is in the same
 * object here. One OVERLAPPED is enough, as there is only one operation at a time.
 */
class Connection extends OVERLAPPED {
  readonly s: SOCKET;
  readonly buffer = new Uint8Array(BUFFER_LENGTH);
  readonly room = [new WSABUF(BUFFER_LENGTH, this.buffer)];
  readonly data = [new WSABUF(0, this.buffer)];
  readonly flags = ref(0);
  readonly whenOver: () => void;

  constructor(s: SOCKET, whenOver: () => void) {
    super();
    this.s = s;
    this.whenOver = whenOver;
  }
}

/** The connection that an OVERLAPPED belongs to: C's CONTAINING_RECORD. */
function connectionOf(overlapped: OVERLAPPED): Connection {
  if (overlapped instanceof Connection) return overlapped;
  throw new TypeError('an OVERLAPPED of somebody else');
}

/** Starts to receive. That an operation is done at once changes nothing: its routine still runs in the next alertable wait. */
function receive(connection: Connection): void {
  connection.flags.value = 0;
  const { s, room, flags } = connection;
  if (WSARecv(s, room, 1, null, flags, connection, received) === SOCKET_ERROR) giveUpUnlessPending(connection);
}

/** The routine of a receive. */
function received(error: number, bytes: number, overlapped: OVERLAPPED): void {
  const connection = connectionOf(overlapped);
  if (error !== 0 || bytes === 0) {
    end(connection);
    return;
  }
  const { s, data } = connection;
  for (const buffer of data) buffer.len = bytes;
  if (WSASend(s, data, 1, null, 0, connection, sent) === SOCKET_ERROR) giveUpUnlessPending(connection);
}

/** The routine of a send. An overlapped send on a stream is done when all of it is taken. */
function sent(error: number, _bytes: number, overlapped: OVERLAPPED): void {
  if (error === 0) receive(connectionOf(overlapped));
  else end(connectionOf(overlapped));
}

function giveUpUnlessPending(connection: Connection): void {
  // An operation that was refused has no completion.
  if (WSAGetLastError() !== WSA_IO_PENDING) end(connection);
}

function end(connection: Connection): void {
  void closesocket(connection.s);
  connection.whenOver();
}

async function acceptClients({ listener, clients, print }: Service): Promise<number> {
  let served = 0;
  const whenOver = (): void => {
    served += 1;
  };
  // All that the serving thread does by itself is to wait; the routines do the rest.
  const server = CreateThread(
    null,
    0,
    async () => {
      while (served < clients) await SleepEx(INFINITE, TRUE);
      return 0;
    },
    null,
    0,
    null,
  );
  if (server === NULL_HANDLE) return failed(print, 'CreateThread');
  // The first receive must be started by the thread that is to run the routines, so it is sent there as an APC.
  const begin = (s: SOCKET): void => receive(new Connection(s, whenOver));
  for (let taken = 0; taken < clients; taken += 1) {
    const s = await accept(listener, null, null);
    if (s === INVALID_SOCKET) return failed(print, 'accept');
    QueueUserAPC(begin, server, s);
  }
  await WaitForSingleObject(server, INFINITE);
  CloseHandle(server);
  return 0;
}

/** Serves until `clients` have come and gone. Returns the exit code. */
export function serve(options: EchoServerOptions = {}): Promise<number> {
  return withListener(options, acceptClients);
}

runServer(import.meta.url, serve);
