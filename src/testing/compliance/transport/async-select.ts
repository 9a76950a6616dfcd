// Owns: the cases about WSPAsyncSelect: the messages that it has posted through lpWPUPostMessage, what re-enables them, how
// a selection is replaced and ends.
// Does not own: event objects (event-select.ts).

import {
  CreateWindowExW,
  FD_ACCEPT,
  FD_CLOSE,
  FD_CONNECT,
  FD_MAX_EVENTS,
  FD_OOB,
  FD_READ,
  FD_WRITE,
  HWND_MESSAGE,
  MSG_OOB,
  SD_SEND,
  SOCK_DGRAM,
  WM_USER,
  WSAECONNABORTED,
  WSAECONNREFUSED,
  WSAECONNRESET,
  WSAEINVAL,
  WSAEWOULDBLOCK,
  WSANETWORKEVENTS,
  ref,
  runIn,
  type HWND,
  type SOCKET,
  type WSAEVENT,
} from '../../../index.js';
import { beginAccept } from './connection-steps.js';
import { JUNK, loopback, wsabufs, type Case, type Entries, type TransportNeed } from './host.js';
import {
  accept,
  close,
  connect,
  done,
  drain,
  failed,
  fill,
  receivers,
  reset,
  sendTo,
  sendUrgent,
  setNonBlocking,
  shutdown,
} from './steps.js';
import type { Posted } from './upcalls.js';

const NEEDS: readonly TransportNeed[] = ['lpWSPAsyncSelect'];
const BOTH: readonly TransportNeed[] = ['lpWSPAsyncSelect', 'lpWSPEventSelect', 'lpWSPEnumNetworkEvents'];
const NO_EVENT = 0 as WSAEVENT;
const MESSAGE = WM_USER + 7;

function newWindow({ process, expect }: Entries): HWND {
  const window = runIn(process, () =>
    CreateWindowExW(0, 'Message', null, 0, 0, 0, 0, 0, HWND_MESSAGE, null, null, null),
  );
  expect(window).not.toBe(0);
  return window;
}

function select(entries: Entries, s: SOCKET, window: HWND, events: number, message = MESSAGE): ReturnType<typeof setNonBlocking> {
  return entries.now((e) => entries.table.lpWSPAsyncSelect(s, window, message, events, e));
}

interface Watched {
  readonly window: HWND;
  /** Waits for the next message, of whichever socket, and takes it out. */
  readonly next: () => Promise<Posted | undefined>;
  /** The message that is expected, about the socket. */
  readonly said: (event: number, error?: number) => Posted;
}

/** Selects events for a window of their own. */
function watch(entries: Entries, s: SOCKET, events: number): Watched {
  const window = newWindow(entries);
  entries.expect(select(entries, s, window, events)).toEqual(done);
  const { upcalls } = entries;
  return {
    window,
    next: async () => {
      await upcalls.until(() => upcalls.posted.length > 0);
      return upcalls.posted.shift();
    },
    said: (event, error = 0) => ({ window, message: MESSAGE, socket: s, event, error }),
  };
}

const readCases: readonly Case[] = receivers.map(({ name, needs, datagramOnly, run }) => ({
  name: `a message tells FD_READ once, and again after ${name} has left something`,
  needs: [...NEEDS, ...needs],
  async run(entries) {
    const { expect, upcalls } = entries;
    const [from, to] = [entries.bound(SOCK_DGRAM), entries.bound(SOCK_DGRAM)];
    const { next, said } = watch(entries, to.s, FD_READ);
    for (const text of ['one', 'two']) expect(await sendTo(entries, from.s, to.port, text)).toEqual(done);
    expect(await next()).toEqual(said(FD_READ));
    await entries.readable(to.s);
    expect(upcalls.posted).toEqual([]);
    expect(run(entries, to.s, new Uint8Array(8))).toEqual(done);
    expect(await next()).toEqual(said(FD_READ));
    expect(run(entries, to.s, new Uint8Array(8))).toEqual(done);
    expect(upcalls.posted).toEqual([]);
    if (datagramOnly) return;
    const { client, server } = await entries.pair();
    const stream = watch(entries, server, FD_READ);
    await entries.send(client, 'abc');
    expect(await stream.next()).toEqual(stream.said(FD_READ));
    expect(run(entries, server, new Uint8Array(1))).toEqual(done);
    expect(await stream.next()).toEqual(stream.said(FD_READ));
  },
}));

const tellingCases: readonly Case[] = [
  {
    name: 'messages tell FD_CONNECT, then FD_WRITE; this again only after a send that had no room',
    needs: NEEDS,
    async run(entries) {
      const { expect, upcalls } = entries;
      const { s: listener, port } = entries.listener();
      const client = entries.socket();
      const { next, said } = watch(entries, client, FD_CONNECT | FD_WRITE);
      const connecting = entries.now((e) => entries.table.lpWSPConnect(client, loopback(port), 16, null, null, null, null, e));
      expect(connecting).toEqual(failed(WSAEWOULDBLOCK));
      const server = await accept(entries, listener);
      expect([await next(), await next()]).toEqual([said(FD_CONNECT), said(FD_WRITE)]);
      expect(await entries.send(client, 'some')).toEqual(done);
      await fill(entries, client);
      expect(upcalls.posted).toEqual([]);
      const drained = drain(entries, server);
      expect(await next()).toEqual(said(FD_WRITE));
      expect(await close(entries, client)).toEqual(done);
      await drained;
    },
  },
  {
    name: 'a message tells why a connection was refused, and of the next attempt',
    needs: NEEDS,
    async run(entries) {
      const { expect } = entries;
      const client = entries.socket();
      const { next, said } = watch(entries, client, FD_CONNECT);
      expect((await connect(entries, client, entries.bound().port)).error).toBe(WSAEWOULDBLOCK);
      expect(await next()).toEqual(said(FD_CONNECT, WSAECONNREFUSED));
      expect((await connect(entries, client, entries.listener().port)).error).toBe(WSAEWOULDBLOCK);
      expect(await next()).toEqual(said(FD_CONNECT));
    },
  },
  {
    name: 'a message tells FD_ACCEPT once, and again after WSPAccept has left somebody',
    needs: NEEDS,
    async run(entries) {
      const { expect, upcalls } = entries;
      const { s, port } = entries.listener();
      const { next, said } = watch(entries, s, FD_ACCEPT);
      for (const client of [entries.socket(), entries.socket()]) expect(await connect(entries, client, port)).toEqual(done);
      expect(await next()).toEqual(said(FD_ACCEPT));
      await entries.readable(s);
      expect(upcalls.posted).toEqual([]);
      await accept(entries, s);
      expect(await next()).toEqual(said(FD_ACCEPT));
      await accept(entries, s);
      expect(upcalls.posted).toEqual([]);
    },
  },
  {
    name: 'a message tells FD_ACCEPT again after AcceptEx has left somebody',
    needs: [...NEEDS, 'AcceptEx'],
    async run(entries) {
      const { expect } = entries;
      const { s, port } = entries.listener();
      const { next, said } = watch(entries, s, FD_ACCEPT);
      const clients = [entries.socket(), entries.socket()];
      for (const client of clients) expect(await connect(entries, client, port)).toEqual(done);
      expect(await next()).toEqual(said(FD_ACCEPT));
      beginAccept(entries, s);
      expect(await next()).toEqual(said(FD_ACCEPT));
    },
  },
  {
    name: 'a message tells FD_CLOSE when everything has been read, and how the end was',
    needs: NEEDS,
    async run(entries) {
      const { expect, upcalls } = entries;
      const [one, other] = [await entries.pair(), await entries.pair()];
      const ordered = watch(entries, one.server, FD_READ | FD_CLOSE);
      await entries.send(one.client, 'last');
      expect(await ordered.next()).toEqual(ordered.said(FD_READ));
      expect(shutdown(entries, one.client, SD_SEND)).toEqual(done);
      expect((await entries.recv(one.server)).text).toBe('last');
      expect(await ordered.next()).toEqual(ordered.said(FD_CLOSE));
      const aborted = watch(entries, other.server, FD_CLOSE);
      await reset(entries, other.client);
      const told = await aborted.next();
      expect({ ...told, error: 0 }).toEqual(aborted.said(FD_CLOSE));
      expect([WSAECONNRESET, WSAECONNABORTED]).toContain(told?.error);
      expect(upcalls.posted).toEqual([]);
    },
  },
  {
    name: 'a message tells FD_OOB, and again after a receiving entry',
    needs: [...NEEDS, 'MSG_OOB'],
    async run(entries) {
      const { expect, upcalls } = entries;
      const { client, server } = await entries.pair();
      const { next, said } = watch(entries, server, FD_OOB);
      expect(await sendUrgent(entries, client, '!')).toEqual(done);
      expect(await next()).toEqual(said(FD_OOB));
      const memory = new Uint8Array(4);
      const taken = entries.now((e) =>
        entries.table.lpWSPRecv(server, wsabufs(memory), 1, ref(JUNK), ref(MSG_OOB), null, null, null, e),
      );
      expect([taken, memory[0], upcalls.posted]).toEqual([done, 0x21, []]);
      expect(await sendUrgent(entries, client, '?')).toEqual(done);
      expect(await next()).toEqual(said(FD_OOB));
    },
  },
];

const selectionCases: readonly Case[] = [
  {
    name: 'WSPAsyncSelect makes the socket non-blocking, and it stays so until the selection has ended',
    needs: NEEDS,
    async run(entries) {
      const { expect } = entries;
      const { server } = await entries.pair();
      const { window } = watch(entries, server, FD_READ);
      expect((await entries.recv(server)).error).toBe(WSAEWOULDBLOCK);
      expect(setNonBlocking(entries, server, false)).toEqual(failed(WSAEINVAL));
      expect(select(entries, server, window, 0, 0)).toEqual(done);
      expect((await entries.recv(server)).error).toBe(WSAEWOULDBLOCK);
      expect(setNonBlocking(entries, server, false)).toEqual(done);
    },
  },
  {
    name: 'a selection of messages that has ended posts nothing',
    needs: NEEDS,
    async run(entries) {
      const { expect, upcalls } = entries;
      const { client, server } = await entries.pair();
      const { window } = watch(entries, server, FD_READ);
      expect(select(entries, server, window, 0, 0)).toEqual(done);
      await entries.send(client, 'unheard');
      await entries.readable(server);
      expect(upcalls.posted).toEqual([]);
    },
  },
  {
    name: 'the last selection counts, with its window, its message and its events',
    needs: NEEDS,
    async run(entries) {
      const { expect } = entries;
      const { client, server } = await entries.pair();
      watch(entries, server, FD_READ);
      const { window, next, said } = watch(entries, server, FD_READ);
      expect(select(entries, server, window, FD_CLOSE, MESSAGE + 1)).toEqual(done);
      expect(shutdown(entries, client, SD_SEND)).toEqual(done);
      expect(await next()).toEqual({ ...said(FD_CLOSE), message: MESSAGE + 1 });
    },
  },
  {
    name: 'a selection of messages ends one for an event object',
    needs: BOTH,
    async run(entries) {
      const { expect, upcalls } = entries;
      const { client, server } = await entries.pair();
      const { handle, object } = entries.event();
      expect(entries.now((e) => entries.table.lpWSPEventSelect(server, handle, FD_READ, e))).toEqual(done);
      const { next, said } = watch(entries, server, FD_READ);
      await entries.send(client, 'one');
      expect(await next()).toEqual(said(FD_READ));
      expect([object.isSignaled(), upcalls.posted]).toEqual([false, []]);
    },
  },
  {
    name: 'a selection for an event object ends one of messages',
    needs: BOTH,
    async run(entries) {
      const { expect, upcalls } = entries;
      const { client, server } = await entries.pair();
      watch(entries, server, FD_READ);
      const { handle } = entries.event();
      expect(entries.now((e) => entries.table.lpWSPEventSelect(server, handle, FD_READ, e))).toEqual(done);
      await entries.send(client, 'one');
      await entries.signaled(handle);
      expect(upcalls.posted).toEqual([]);
    },
  },
  {
    name: 'WSPEnumNetworkEvents has no record of what messages told',
    needs: BOTH,
    async run(entries) {
      const { expect } = entries;
      const { client, server } = await entries.pair();
      const { next, said } = watch(entries, server, FD_READ);
      await entries.send(client, 'one');
      expect(await next()).toEqual(said(FD_READ));
      const into = new WSANETWORKEVENTS();
      into.lNetworkEvents = JUNK;
      expect(entries.now((e) => entries.table.lpWSPEnumNetworkEvents(server, NO_EVENT, into, e))).toEqual(done);
      expect(into.lNetworkEvents).toBe(0);
    },
  },
  {
    name: "an accepted socket has its listener's selection of messages, which name it by its own handle",
    needs: NEEDS,
    async run(entries) {
      const { expect } = entries;
      const { s, port } = entries.listener();
      const { next, said } = watch(entries, s, FD_ACCEPT | FD_READ);
      const client = entries.socket();
      expect(await connect(entries, client, port)).toEqual(done);
      expect(await next()).toEqual(said(FD_ACCEPT));
      await entries.send(client, 'hello');
      const server = await accept(entries, s);
      expect(await next()).toEqual({ ...said(FD_READ), socket: server });
    },
  },
  {
    name: 'closing the socket posts nothing',
    needs: NEEDS,
    async run(entries) {
      const { expect, upcalls } = entries;
      const { server } = await entries.pair();
      watch(entries, server, FD_READ | FD_CLOSE);
      expect(await close(entries, server)).toEqual(done);
      expect(upcalls.posted).toEqual([]);
    },
  },
  {
    name: 'a message that finds no room is lost, and nothing else',
    needs: NEEDS,
    async run(entries) {
      const { expect, upcalls } = entries;
      const { client, server } = await entries.pair();
      const { next, said } = watch(entries, server, FD_READ);
      upcalls.queuesFull = true;
      await entries.send(client, 'ab');
      await entries.readable(server);
      upcalls.queuesFull = false;
      expect((await entries.recv(server, 1)).text).toBe('a');
      expect(await next()).toEqual(said(FD_READ));
      expect(upcalls.posted).toEqual([]);
    },
  },
  {
    name: 'WSPAsyncSelect refuses what is no window and unknown events, and keeps the selection',
    needs: NEEDS,
    async run(entries) {
      const { expect, upcalls } = entries;
      const { client, server } = await entries.pair();
      const { window, next, said } = watch(entries, server, FD_READ);
      for (const wrong of [0, server, 0x7ff0_0000]) {
        expect(select(entries, server, wrong as HWND, FD_READ)).toEqual(failed(WSAEINVAL));
      }
      expect(select(entries, server, window, FD_READ | (1 << FD_MAX_EVENTS))).toEqual(failed(WSAEINVAL));
      await entries.send(client, 'heard');
      expect([await next(), upcalls.posted]).toEqual([said(FD_READ), []]);
    },
  },
];

export const asyncSelectCases: readonly Case[] = [...readCases, ...tellingCases, ...selectionCases];
