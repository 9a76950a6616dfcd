// The echo server with WSAEventSelect: Winsock notes what happens to a socket and signals an event object, and the program
// asks what it was. One wait takes 64 events at most; a server for more sockets needs more threads, or, as here, lets
// several sockets share an event.
// An occurrence is told once, until a call that re-enables it: FD_READ until the next recv, FD_WRITE until a send did not fit.
// Run it: npx tsx examples/echo-events.ts [port] [6]
import {
  FALSE,
  FD_ACCEPT,
  FD_CLOSE,
  FD_READ,
  FD_WRITE,
  INVALID_SOCKET,
  NULL_HANDLE,
  SOCKET_ERROR,
  WSACloseEvent,
  WSACreateEvent,
  WSAEWOULDBLOCK,
  WSAEnumNetworkEvents,
  WSAEventSelect,
  WSAGetLastError,
  WSANETWORKEVENTS,
  WSAResetEvent,
  WSAWaitForMultipleEvents,
  WSA_INFINITE,
  WSA_MAXIMUM_WAIT_EVENTS,
  WSA_WAIT_EVENT_0,
  WSA_WAIT_FAILED,
  accept,
  closesocket,
  recv,
  send,
  type SOCKET,
  type WSAEVENT,
} from 'winsock2';
import { withListener, type EchoServerOptions, type Service } from './lib/echo-server.js';
import { failed, runServer } from './lib/program.js';

const BUFFER_LENGTH = 16_384;

/** A connection, and the part of its buffer that has yet to go back. */
class Connection {
  readonly s: SOCKET;
  readonly buffer = new Uint8Array(BUFFER_LENGTH);
  start = 0;
  end = 0;
  /** FD_CLOSE has come. It comes once, and nothing tells any more that there is something to receive. */
  ending = false;

  constructor(s: SOCKET) {
    this.s = s;
  }
}

/** Sockets that share an event. */
interface Group {
  readonly event: WSAEVENT;
  readonly members: Map<SOCKET, Connection>;
}

/** Does what the socket is ready for. False: the connection is over. */
async function serveConnection(connection: Connection, occurred: number): Promise<boolean> {
  const { s, buffer } = connection;
  connection.ending ||= (occurred & FD_CLOSE) !== 0;
  // One recv for each FD_READ: if more is there, the recv makes it be told again. After FD_CLOSE nothing is told any more,
  // and while a send waited its FD_READ may have been left: then it is received until nothing is there.
  const once = !connection.ending && (occurred & FD_WRITE) === 0;
  for (;;) {
    while (connection.start < connection.end) {
      const sent = await send(s, buffer.subarray(connection.start), connection.end - connection.start, 0);
      if (sent === SOCKET_ERROR) return WSAGetLastError() === WSAEWOULDBLOCK;
      connection.start += sent;
      if (once && connection.start === connection.end) return true;
    }
    const received = await recv(s, buffer, buffer.length, 0);
    if (received === SOCKET_ERROR) return WSAGetLastError() === WSAEWOULDBLOCK;
    if (received === 0) return false;
    connection.start = 0;
    connection.end = received;
  }
}

/** Asks each socket of a group what has happened to it. Returns how many connections are over. */
async function serveGroup({ event, members }: Group): Promise<number> {
  // Reset before the questions: what happens from here on signals it again.
  WSAResetEvent(event);
  const happened = new WSANETWORKEVENTS();
  let over = 0;
  for (const [s, connection] of members) {
    if (WSAEnumNetworkEvents(s, NULL_HANDLE, happened) === SOCKET_ERROR || happened.lNetworkEvents === 0) continue;
    if (await serveConnection(connection, happened.lNetworkEvents)) continue;
    members.delete(s);
    await closesocket(s);
    over += 1;
  }
  return over;
}

/** Accepts the client that FD_ACCEPT told of, into the group; the next one is told when accept has been called. */
async function takeOne(listener: SOCKET, { event, members }: Group): Promise<number> {
  const s = await accept(listener, null, null);
  if (s === INVALID_SOCKET) return 0;
  // It has the listener's event and interests until it gets its own. What has come already is told at once.
  WSAEventSelect(s, event, FD_READ | FD_WRITE | FD_CLOSE);
  members.set(s, new Connection(s));
  return 1;
}

async function serveAll({ listener, clients, print }: Service): Promise<number> {
  const accepting = WSACreateEvent();
  const groups: Group[] = Array.from({ length: WSA_MAXIMUM_WAIT_EVENTS - 1 }, () => {
    return { event: WSACreateEvent(), members: new Map<SOCKET, Connection>() };
  });
  const events = [accepting, ...groups.map(({ event }) => event)];
  try {
    if (WSAEventSelect(listener, accepting, FD_ACCEPT) === SOCKET_ERROR) return failed(print, 'WSAEventSelect');
    for (let taken = 0, served = 0; served < clients; ) {
      const result = await WSAWaitForMultipleEvents(events.length, events, FALSE, WSA_INFINITE, FALSE);
      if (result === WSA_WAIT_FAILED) return failed(print, 'WSAWaitForMultipleEvents');
      const [event] = events.splice(result - WSA_WAIT_EVENT_0, 1);
      if (event === undefined) continue;
      // The wait tells the first event that is signaled. Whoever was served goes to the end, or the last would wait for ever.
      events.push(event);
      const group = groups.find((one) => one.event === event);
      if (group !== undefined) {
        served += await serveGroup(group);
        continue;
      }
      WSAResetEvent(accepting);
      const next = groups[taken % groups.length];
      if (next !== undefined && taken < clients) taken += await takeOne(listener, next);
    }
    return 0;
  } finally {
    for (const event of events) WSACloseEvent(event);
  }
}

/** Serves until `clients` have come and gone. Returns the exit code. */
export function serve(options: EchoServerOptions = {}): Promise<number> {
  return withListener(options, serveAll);
}

runServer(import.meta.url, serve);
