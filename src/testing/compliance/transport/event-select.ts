// Owns: the cases about WSPEventSelect and WSPEnumNetworkEvents: what each event tells, what re-enables it, how a selection
// is replaced and ends.
// Does not own: messages (async-select.ts).

import {
  FD_ACCEPT,
  FD_ALL_EVENTS,
  FD_CLOSE,
  FD_CONNECT,
  FD_MAX_EVENTS,
  FD_OOB,
  FD_READ,
  FD_WRITE,
  MSG_OOB,
  SD_SEND,
  SIO_ADDRESS_LIST_CHANGE,
  SOCK_DGRAM,
  WSAECONNABORTED,
  WSAECONNREFUSED,
  WSAECONNRESET,
  WSAEFAULT,
  WSAEINVAL,
  WSAEWOULDBLOCK,
  WSANETWORKEVENTS,
  ref,
  type HANDLE,
  type SOCKET,
  type WSAEVENT,
} from '../../../index.js';
import { beginAccept } from './connection-steps.js';
import { JUNK, loopback, wsabufs, type Case, type Entries, type EventObject, type TransportNeed } from './host.js';
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

const NO_EVENT = 0 as WSAEVENT;
const NEEDS: readonly TransportNeed[] = ['lpWSPEventSelect', 'lpWSPEnumNetworkEvents'];

/** What WSPEnumNetworkEvents gives: the mask, and the errors that it wrote, by event. */
type Recorded = readonly [number, Readonly<Record<number, number>>];

function take(entries: Entries, s: SOCKET, event: WSAEVENT = NO_EVENT): Recorded {
  const into = new WSANETWORKEVENTS();
  into.lNetworkEvents = JUNK;
  into.iErrorCode = new Array<number>(FD_MAX_EVENTS).fill(JUNK);
  entries.expect(entries.now((e) => entries.table.lpWSPEnumNetworkEvents(s, event, into, e))).toEqual(done);
  const written: Record<number, number> = {};
  for (let bit = 0; bit < FD_MAX_EVENTS; bit++) {
    const error = into.iErrorCode[bit] ?? JUNK;
    if (error !== JUNK) written[1 << bit] = error;
  }
  return [into.lNetworkEvents, written];
}

const recorded = (event: number, error = 0): Recorded => [event, { [event]: error }];
const NOTHING: Recorded = [0, {}];

function select(entries: Entries, s: SOCKET, event: WSAEVENT, events: number): ReturnType<typeof setNonBlocking> {
  return entries.now((e) => entries.table.lpWSPEventSelect(s, event, events, e));
}

interface Watched {
  readonly handle: HANDLE;
  readonly object: EventObject;
  /** Waits for the event, and takes what is recorded. */
  readonly next: () => Promise<Recorded>;
}

/** Selects events for an event object of their own. */
function watch(entries: Entries, s: SOCKET, events: number): Watched {
  const { handle, object } = entries.event();
  entries.expect(select(entries, s, handle, events)).toEqual(done);
  const next = async (): Promise<Recorded> => {
    await entries.signaled(handle);
    return take(entries, s, handle);
  };
  return { handle, object, next };
}

const readCases: readonly Case[] = receivers.map(({ name, needs, datagramOnly, run }) => ({
  name: `FD_READ is told once, and again after ${name} has left something`,
  needs: [...NEEDS, ...needs],
  async run(entries) {
    const { expect } = entries;
    const [from, to] = [entries.bound(SOCK_DGRAM), entries.bound(SOCK_DGRAM)];
    const { object, next } = watch(entries, to.s, FD_READ);
    for (const text of ['one', 'two']) expect(await sendTo(entries, from.s, to.port, text)).toEqual(done);
    expect(await next()).toEqual(recorded(FD_READ));
    expect([object.isSignaled(), take(entries, to.s)]).toEqual([false, NOTHING]);
    await entries.readable(to.s);
    expect(run(entries, to.s, new Uint8Array(8))).toEqual(done);
    expect(await next()).toEqual(recorded(FD_READ));
    expect(run(entries, to.s, new Uint8Array(8))).toEqual(done);
    expect([object.isSignaled(), take(entries, to.s)]).toEqual([false, NOTHING]);
    if (datagramOnly) return;
    const { client, server } = await entries.pair();
    const stream = watch(entries, server, FD_READ);
    await entries.send(client, 'abc');
    expect(await stream.next()).toEqual(recorded(FD_READ));
    expect(run(entries, server, new Uint8Array(1))).toEqual(done);
    expect(await stream.next()).toEqual(recorded(FD_READ));
  },
}));

const tellingCases: readonly Case[] = [
  {
    name: 'FD_READ is not told again while nobody receives',
    needs: NEEDS,
    async run(entries) {
      const { expect } = entries;
      const { client, server } = await entries.pair();
      const { next } = watch(entries, server, FD_READ | FD_CLOSE);
      await entries.send(client, 'first');
      expect(await next()).toEqual(recorded(FD_READ));
      await entries.send(client, 'second');
      expect(shutdown(entries, client, SD_SEND)).toEqual(done);
      // The end comes after the second data.
      expect(await next()).toEqual(recorded(FD_CLOSE));
    },
  },
  {
    name: 'FD_CONNECT and FD_WRITE tell of a connection; FD_WRITE again only after a send that had no room',
    needs: NEEDS,
    async run(entries) {
      const { expect } = entries;
      const { s: listener, port } = entries.listener();
      const client = entries.socket();
      const { object, handle } = watch(entries, client, FD_CONNECT | FD_WRITE);
      const connecting = entries.now((e) => entries.table.lpWSPConnect(client, loopback(port), 16, null, null, null, null, e));
      expect(connecting).toEqual(failed(WSAEWOULDBLOCK));
      const server = await accept(entries, listener);
      let told: Recorded = NOTHING;
      while (told[0] !== (FD_CONNECT | FD_WRITE)) {
        await entries.signaled(handle);
        const [events, errors] = take(entries, client, handle);
        told = [told[0] | events, { ...told[1], ...errors }];
      }
      expect(told[1]).toEqual({ [FD_CONNECT]: 0, [FD_WRITE]: 0 });
      expect(await entries.send(client, 'some')).toEqual(done);
      expect([object.isSignaled(), take(entries, client)]).toEqual([false, NOTHING]);
      await fill(entries, client);
      expect(object.isSignaled()).toBe(false);
      const drained = drain(entries, server);
      await entries.signaled(handle);
      expect(take(entries, client, handle)).toEqual(recorded(FD_WRITE));
      expect(await close(entries, client)).toEqual(done);
      await drained;
    },
  },
  {
    name: 'FD_CONNECT tells why a connection was refused, and of the next attempt',
    needs: NEEDS,
    async run(entries) {
      const { expect } = entries;
      const client = entries.socket();
      const { next } = watch(entries, client, FD_CONNECT);
      expect((await connect(entries, client, entries.bound().port)).error).toBe(WSAEWOULDBLOCK);
      expect(await next()).toEqual(recorded(FD_CONNECT, WSAECONNREFUSED));
      expect((await connect(entries, client, entries.listener().port)).error).toBe(WSAEWOULDBLOCK);
      expect(await next()).toEqual(recorded(FD_CONNECT));
    },
  },
  {
    name: 'FD_ACCEPT is told once, and again after WSPAccept has left somebody',
    needs: NEEDS,
    async run(entries) {
      const { expect } = entries;
      const { s, port } = entries.listener();
      const { object, next } = watch(entries, s, FD_ACCEPT);
      for (const client of [entries.socket(), entries.socket()]) expect(await connect(entries, client, port)).toEqual(done);
      expect(await next()).toEqual(recorded(FD_ACCEPT));
      expect(object.isSignaled()).toBe(false);
      await accept(entries, s);
      expect(await next()).toEqual(recorded(FD_ACCEPT));
      await accept(entries, s);
      expect([object.isSignaled(), take(entries, s)]).toEqual([false, NOTHING]);
    },
  },
  {
    name: 'FD_ACCEPT is told again after AcceptEx has left somebody',
    needs: [...NEEDS, 'AcceptEx'],
    async run(entries) {
      const { expect } = entries;
      const { s, port } = entries.listener();
      const { next } = watch(entries, s, FD_ACCEPT);
      const clients = [entries.socket(), entries.socket()];
      for (const client of clients) expect(await connect(entries, client, port)).toEqual(done);
      expect(await next()).toEqual(recorded(FD_ACCEPT));
      beginAccept(entries, s);
      expect(await next()).toEqual(recorded(FD_ACCEPT));
    },
  },
  {
    name: 'FD_CLOSE tells whether the end was in order',
    needs: NEEDS,
    async run(entries) {
      const { expect } = entries;
      const [one, other] = [await entries.pair(), await entries.pair()];
      const ordered = watch(entries, one.server, FD_CLOSE);
      expect(shutdown(entries, one.client, SD_SEND)).toEqual(done);
      expect(await ordered.next()).toEqual(recorded(FD_CLOSE));
      expect([ordered.object.isSignaled(), take(entries, one.server)]).toEqual([false, NOTHING]);
      const aborted = watch(entries, other.server, FD_CLOSE);
      await reset(entries, other.client);
      const [events, errors] = await aborted.next();
      expect([events, Object.keys(errors)]).toEqual([FD_CLOSE, [String(FD_CLOSE)]]);
      expect([WSAECONNRESET, WSAECONNABORTED]).toContain(errors[FD_CLOSE]);
    },
  },
  {
    name: 'FD_OOB tells of urgent data, and again after a receiving entry',
    needs: [...NEEDS, 'MSG_OOB'],
    async run(entries) {
      const { expect } = entries;
      const { client, server } = await entries.pair();
      const { object, next } = watch(entries, server, FD_OOB);
      expect(await sendUrgent(entries, client, '!')).toEqual(done);
      expect(await next()).toEqual(recorded(FD_OOB));
      const memory = new Uint8Array(4);
      const taken = entries.now((e) =>
        entries.table.lpWSPRecv(server, wsabufs(memory), 1, ref(JUNK), ref(MSG_OOB), null, null, null, e),
      );
      expect([taken, memory[0], object.isSignaled()]).toEqual([done, 0x21, false]);
      expect(await sendUrgent(entries, client, '?')).toEqual(done);
      expect(await next()).toEqual(recorded(FD_OOB));
    },
  },
  {
    name: 'all events may be asked for; those with no cause are not told, and a change is not waited for',
    needs: NEEDS,
    async run(entries) {
      const { expect } = entries;
      const { server } = await entries.pair();
      const { next } = watch(entries, server, FD_ALL_EVENTS);
      const change = entries.now((e) =>
        entries.table.lpWSPIoctl(server, SIO_ADDRESS_LIST_CHANGE, null, 0, null, 0, ref(JUNK), null, null, null, e),
      );
      expect(change).toEqual(failed(WSAEWOULDBLOCK));
      expect(await next()).toEqual(recorded(FD_WRITE));
    },
  },
];

const selectionCases: readonly Case[] = [
  {
    name: 'WSPEventSelect makes the socket non-blocking, and it stays so until the selection has ended',
    needs: NEEDS,
    async run(entries) {
      const { expect } = entries;
      const { server } = await entries.pair();
      watch(entries, server, FD_READ);
      expect((await entries.recv(server)).error).toBe(WSAEWOULDBLOCK);
      expect(setNonBlocking(entries, server, false)).toEqual(failed(WSAEINVAL));
      expect(select(entries, server, NO_EVENT, 0)).toEqual(done);
      expect((await entries.recv(server)).error).toBe(WSAEWOULDBLOCK);
      expect(setNonBlocking(entries, server, false)).toEqual(done);
    },
  },
  {
    name: 'what holds already is told when it is selected',
    needs: NEEDS,
    async run(entries) {
      const { client, server } = await entries.pair();
      await entries.send(client, 'early');
      await entries.readable(server);
      entries.expect(await watch(entries, server, FD_READ).next()).toEqual(recorded(FD_READ));
    },
  },
  {
    name: 'a selection that has ended tells nothing and records nothing',
    needs: NEEDS,
    async run(entries) {
      const { expect } = entries;
      const { client, server } = await entries.pair();
      const { handle, object } = watch(entries, server, FD_READ);
      expect(select(entries, server, handle, 0)).toEqual(done);
      await entries.send(client, 'unheard');
      await entries.readable(server);
      expect([object.isSignaled(), take(entries, server)]).toEqual([false, NOTHING]);
    },
  },
  {
    name: 'the last selection counts, with its event object and its events',
    needs: NEEDS,
    async run(entries) {
      const { expect } = entries;
      const { client, server } = await entries.pair();
      const before = watch(entries, server, FD_READ);
      const after = watch(entries, server, FD_CLOSE);
      await entries.send(client, 'unheard');
      expect(shutdown(entries, client, SD_SEND)).toEqual(done);
      expect(await after.next()).toEqual(recorded(FD_CLOSE));
      expect(before.object.isSignaled()).toBe(false);
    },
  },
  {
    name: "an accepted socket has its listener's selection",
    needs: NEEDS,
    async run(entries) {
      const { expect } = entries;
      const { s, port } = entries.listener();
      const { handle, object, next } = watch(entries, s, FD_ACCEPT | FD_READ);
      const client = entries.socket();
      expect(await connect(entries, client, port)).toEqual(done);
      expect(await next()).toEqual(recorded(FD_ACCEPT));
      const server = await accept(entries, s);
      expect([object.isSignaled(), (await entries.recv(server)).error]).toEqual([false, WSAEWOULDBLOCK]);
      await entries.send(client, 'hello');
      await entries.signaled(handle);
      expect([take(entries, s), take(entries, server)]).toEqual([NOTHING, recorded(FD_READ)]);
    },
  },
  {
    name: 'closing the socket tells nothing',
    needs: NEEDS,
    async run(entries) {
      const { expect } = entries;
      const { server } = await entries.pair();
      const { object } = watch(entries, server, FD_READ | FD_CLOSE);
      expect(await close(entries, server)).toEqual(done);
      expect(object.isSignaled()).toBe(false);
    },
  },
  {
    name: 'WSPEventSelect refuses what is no event object and unknown events, and keeps the selection',
    needs: NEEDS,
    async run(entries) {
      const { expect } = entries;
      const { client, server } = await entries.pair();
      const { handle, next } = watch(entries, server, FD_READ);
      for (const wrong of [NO_EVENT, server as number as WSAEVENT, 0x7ff0_0000 as WSAEVENT]) {
        expect(select(entries, server, wrong, FD_CLOSE)).toEqual(failed(WSAEINVAL));
      }
      expect(select(entries, server, handle, FD_READ | (1 << FD_MAX_EVENTS))).toEqual(failed(WSAEINVAL));
      await entries.send(client, 'heard');
      expect(await next()).toEqual(recorded(FD_READ));
    },
  },
  {
    name: 'WSPEnumNetworkEvents resets the event object that it is given, and no other; refused, it takes nothing',
    needs: NEEDS,
    async run(entries) {
      const { expect } = entries;
      const { client, server } = await entries.pair();
      const { handle, object } = watch(entries, server, FD_READ);
      await entries.send(client, 'data');
      await entries.signaled(handle);
      const refused = (event: WSAEVENT, into: WSANETWORKEVENTS | null): unknown =>
        entries.now((e) => entries.table.lpWSPEnumNetworkEvents(server, event, into, e));
      expect(refused(handle, null)).toEqual(failed(WSAEFAULT));
      expect(refused(server as number as WSAEVENT, new WSANETWORKEVENTS())).toEqual(failed(WSAEINVAL));
      expect(object.isSignaled()).toBe(true);
      expect([take(entries, server), object.isSignaled()]).toEqual([recorded(FD_READ), true]);
      expect([take(entries, server, handle), object.isSignaled()]).toEqual([NOTHING, false]);
    },
  },
];

export const eventSelectCases: readonly Case[] = [...readCases, ...tellingCases, ...selectionCases];
