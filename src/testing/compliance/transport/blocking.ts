// Owns: the cases about WSPCancelBlockingCall and the blocking callback of lpWPUQueryBlockingCallback.
// Does not own: what blocking calls do otherwise (sockets.ts, transfer.ts).

import {
  FALSE,
  INVALID_SOCKET,
  OVERLAPPED,
  SOCK_DGRAM,
  SOCKET_ERROR,
  TRUE,
  WSAEINTR,
  WSAEINVAL,
  WSAEWOULDBLOCK,
  ref,
  type Ref,
  type SOCKET,
} from '../../../index.js';
import type { MaybePending } from '../../../spi/index.js';
import { JUNK, setOf, wsabufs, TCP_ENTRY, type Case, type Entries, type Outcome, type TransportNeed } from './host.js';
import { done, failed, nonBlocking, pending } from './steps.js';

const NEEDS: readonly TransportNeed[] = ['lpWSPCancelBlockingCall'];

/** A call that waits on a socket made for it. */
interface Blocking {
  readonly name: string;
  readonly on: (entries: Entries) => SOCKET | Promise<SOCKET>;
  readonly call: (entries: Entries, s: SOCKET) => (lpErrno: Ref) => MaybePending<number>;
  readonly failure: number;
}

const CALLS: readonly Blocking[] = [
  {
    name: 'WSPAccept',
    on: (entries) => entries.listener().s,
    call: ({ table }, s) => (e) => table.lpWSPAccept(s, null, null, null, 0, e),
    failure: INVALID_SOCKET,
  },
  {
    name: 'WSPRecv',
    on: async (entries) => (await entries.pair()).server,
    call: ({ table }, s) => (e) =>
      table.lpWSPRecv(s, wsabufs(new Uint8Array(4)), 1, ref(JUNK), ref(0), null, null, null, e),
    failure: SOCKET_ERROR,
  },
  {
    name: 'WSPRecvFrom',
    on: (entries) => entries.bound(SOCK_DGRAM).s,
    call: ({ table }, s) => (e) =>
      table.lpWSPRecvFrom(s, wsabufs(new Uint8Array(4)), 1, ref(JUNK), ref(0), null, null, null, null, null, e),
    failure: SOCKET_ERROR,
  },
  {
    name: 'WSPSelect',
    on: (entries) => entries.listener().s,
    call: ({ table }, s) => (e) => table.lpWSPSelect(0, setOf(s), null, null, null, e),
    failure: SOCKET_ERROR,
  },
];

const CONTEXT = { of: 'the hook' };

/** Sets a hook that answers as said; gives the contexts that it was called with. */
function hook({ upcalls }: Entries, answer: (calls: number) => number): unknown[] {
  const seen: unknown[] = [];
  upcalls.hook = {
    callback: (context) => {
      seen.push(context);
      return answer(seen.length);
    },
    context: CONTEXT,
  };
  return seen;
}

const cancel = (entries: Entries): Outcome => entries.now((e) => entries.table.lpWSPCancelBlockingCall(e));

const waitingCases: readonly Case[] = CALLS.flatMap(({ name, on, call, failure }) => [
  {
    name: `a blocking callback is called while ${name} waits, and ends it with FALSE`,
    needs: NEEDS,
    async run(entries) {
      const { expect, upcalls } = entries;
      const s = await on(entries);
      upcalls.askedForHook.length = 0;
      const seen = hook(entries, (calls) => (calls < 3 ? TRUE : FALSE));
      const waiting = entries.later(call(entries, s));
      expect(seen).toEqual([]);
      expect(await waiting).toEqual(failed(WSAEINTR, failure));
      expect([seen, upcalls.askedForHook]).toEqual([[CONTEXT, CONTEXT, CONTEXT], [TCP_ENTRY]]);
    },
  },
  {
    name: `WSPCancelBlockingCall from the blocking callback ends ${name}, once`,
    needs: NEEDS,
    async run(entries) {
      const { expect } = entries;
      const s = await on(entries);
      const told: Outcome[] = [];
      const seen = hook(entries, () => {
        told.push(cancel(entries));
        return TRUE;
      });
      expect(await entries.later(call(entries, s))).toEqual(failed(WSAEINTR, failure));
      expect([told, seen.length]).toEqual([[done], 1]);
      expect(cancel(entries)).toEqual(failed(WSAEINVAL));
    },
  },
]);

export const blockingCases: readonly Case[] = [
  {
    name: 'WSPCancelBlockingCall has nothing to cancel while nothing waits',
    needs: NEEDS,
    run(entries) {
      hook(entries, () => TRUE);
      entries.expect(cancel(entries)).toEqual(failed(WSAEINVAL));
    },
  },
  ...waitingCases,
  {
    name: 'a blocking callback is not called for what is done at once, non-blocking or overlapped',
    needs: NEEDS,
    async run(entries) {
      const { expect } = entries;
      const { client, server } = await entries.pair();
      await entries.send(client, 'here');
      await entries.readable(server);
      const seen = hook(entries, () => TRUE);
      expect((await entries.recv(server)).text).toBe('here');
      nonBlocking(entries, server);
      expect((await entries.recv(server)).error).toBe(WSAEWOULDBLOCK);
      const [overlapped, { handle }] = [new OVERLAPPED(), entries.event()];
      overlapped.hEvent = handle;
      const memory = new Uint8Array(4);
      const started = entries.now((e) =>
        entries.table.lpWSPRecv(server, wsabufs(memory), 1, null, ref(0), overlapped, null, null, e),
      );
      expect([started, cancel(entries)]).toEqual([pending, failed(WSAEINVAL)]);
      await entries.send(client, 'late');
      await entries.signaled(handle);
      expect(seen).toEqual([]);
    },
  },
  {
    name: 'a blocking callback is no longer called when the call has what it waited for',
    needs: NEEDS,
    async run(entries) {
      const { expect } = entries;
      const { client, server } = await entries.pair();
      const seen = hook(entries, (calls) => {
        if (calls === 2) void entries.send(client, 'x');
        return TRUE;
      });
      expect((await entries.recv(server)).text).toBe('x');
      const calls = seen.length;
      // The next call's callback takes a while to end it: time for a call of the first one.
      hook(entries, (later) => (later < 3 ? TRUE : FALSE));
      expect((await entries.recv(server)).error).toBe(WSAEINTR);
      expect([seen.length, cancel(entries)]).toEqual([calls, failed(WSAEINVAL)]);
    },
  },
];
