// Providers that tell twice of an operation's end, or tell of one that has failed: exactly one answer reaches the application.
import { afterEach, describe, expect, it } from 'vitest';
import { MAKEWORD, OVERLAPPED, SOCK_STREAM, WSADATA, WSABUF, ref, type Ref, type SOCKET } from '../../src/abi/index.js';
import { Pending, through, type WSPPROC_TABLE } from '../../src/spi/index.js';
import type { World } from '../api/world.js';
import { FAKE_FAMILY, fakeModule, fakeProvider, worldWith, type Given } from './fake-provider.js';

let world: World;
let notes: string[];
afterEach(() => world.host.dispose());

async function start(change: (given: Given) => Partial<WSPPROC_TABLE>): Promise<SOCKET> {
  world = worldWith([fakeProvider(change).load]);
  notes = [];
  world.host.trace.listen(({ phase, name, args }) => { if (phase === 'note') notes.push(`${name} ${args.map(String).join(' ')}`); });
  await world.ws.WSAStartup(MAKEWORD(2, 2), new WSADATA());
  return world.ws.socket(FAKE_FAMILY, SOCK_STREAM, 0);
}

const buffers = (): WSABUF[] => [new WSABUF(4, new Uint8Array(4))];
const complete = (s: SOCKET, overlapped: OVERLAPPED | null, lpErrno: Ref = ref(0)): number =>
  world.ws.WPUCompleteOverlappedRequest(s, overlapped, 0, 4, lpErrno);

/** Calls WSARecv with a port, and tells how it ended and how many packets came. */
async function packets(s: SOCKET, overlapped = new OVERLAPPED()): Promise<[number, string, number]> {
  const port = world.ws.CreateIoCompletionPort(s, null, 7, 0);
  const status = world.ws.WSARecv(s, buffers(), 1, null, ref(0), overlapped, null);
  const error = status === 0 ? '0' : world.lastError();
  await new Promise((resolve) => setImmediate(resolve));
  let count = 0;
  while ((await world.ws.GetQueuedCompletionStatus(port, ref(0), ref(0), ref<OVERLAPPED | null>(null), 0)) === 1) count += 1;
  return [status, error, count];
}

const pending = (lpErrno: Ref): number => {
  lpErrno.value = 997;
  return -1;
};

describe('WPUCompleteOverlappedRequest', () => {
  it('called twice tells once, and the trace says who did it', async () => {
    const answers: number[] = [];
    const s = await start(() => ({
      lpWSPRecv: (each, _b, _c, _r, _f, overlapped, _routine, _thread, lpErrno) => {
        answers.push(complete(each, overlapped), complete(each, overlapped));
        setImmediate(() => answers.push(complete(each, overlapped)));
        return pending(lpErrno);
      },
    }));
    const overlapped = new OVERLAPPED();
    expect(await packets(s, overlapped)).toEqual([-1, 'WSA_IO_PENDING', 1]);
    expect(answers).toEqual([0, -1, -1]);
    expect(notes.filter((note) => note.includes('a request that was over') && note.includes(fakeModule(0)))).toHaveLength(2);
    // The next operation with the same structure is another one.
    world.ws.WSARecv(s, buffers(), 1, null, ref(0), overlapped, null);
    expect(answers.slice(3)).toEqual([0, -1]);
  });

  it('before a throw or a failure leaves the operation under way', async () => {
    for (const end of [(): never => { throw new Error('boom'); }, (): number => -1, (): unknown => 'text']) {
      const s = await start(() => ({
        lpWSPRecv: ((each: SOCKET, _b: unknown, _c: unknown, _r: unknown, _f: unknown, overlapped: OVERLAPPED) => {
          complete(each, overlapped);
          return end();
        }) as never,
      }));
      expect(await packets(s)).toEqual([-1, 'WSA_IO_PENDING', 1]);
    }
  });

  it('after a throw or a failure tells nobody', async () => {
    const late: number[] = [];
    for (const end of [(): never => { throw new Error('boom'); }, (): number => -1, (): unknown => Promise.resolve(0)]) {
      const s = await start(() => ({
        lpWSPRecv: ((each: SOCKET, _b: unknown, _c: unknown, _r: unknown, _f: unknown, overlapped: OVERLAPPED) => {
          setImmediate(() => late.push(complete(each, overlapped)));
          return end();
        }) as never,
      }));
      expect(await packets(s)).toEqual([-1, 'WSASYSCALLFAILURE', 0]);
    }
    expect(late).toEqual([-1, -1, -1]);
  });
});

it('a routine that is queued twice runs once, and never for a call that has failed', async () => {
  for (const [fails, runs] of [[false, 1], [true, 0]] as const) {
    const s = await start((given) => ({
      lpWSPRecv: (_s, _b, _c, _r, _f, overlapped, routine, thread, lpErrno) => {
        const apc = (): void => { routine?.(0, 4, overlapped as OVERLAPPED, 0); };
        for (let i = 0; i < 2; i++) given.upcalls?.lpWPUQueueApc(thread, apc, 0, lpErrno);
        return fails ? -1 : pending(lpErrno);
      },
    }));
    let count = 0;
    await world.host.run(async () => {
      world.ws.WSARecv(s, buffers(), 1, null, ref(0), new OVERLAPPED(), () => { count += 1; });
      await world.ws.SleepEx(0, 1);
    });
    expect(count).toBe(runs);
  }
});

it('a promise of the kit that is settled twice is settled once', async () => {
  const seen: unknown[] = [];
  const pendingResult = new Pending<number>();
  const result = through(pendingResult.promise, { arrive: (value) => { seen.push(value); return value; }, failed: () => -1 });
  pendingResult.give(1);
  pendingResult.give(2);
  expect([await result, seen]).toEqual([1, [1]]);
});

it('WSACleanup during a call does not wait for it, and what comes later harms nobody', async () => {
  let finish: (value: number) => void = () => undefined;
  const s = await start(() => ({
    lpWSPRecv: () => new Promise<number>((resolve) => { finish = resolve; }),
    lpWSPCloseSocket: () => new Promise<number>(() => undefined),
  }));
  const receiving = world.ws.recv(s, new Uint8Array(1), 1, 0);
  expect(await world.ws.WSACleanup()).toBe(0);
  expect(world.host.handles.get(s)).toBeNull();
  finish(0);
  expect(await receiving).toBe(0);
  expect(await world.ws.recv(s, new Uint8Array(1), 1, 0)).toBe(-1);
  expect(world.lastError()).toBe('WSANOTINITIALISED');
});

it('WSACancelBlockingCall outlives providers that throw, hang or reject', async () => {
  const boom = (): never => { throw new Error('boom'); };
  for (const cancel of [boom, () => Promise.reject(new Error('boom')), () => new Promise(() => undefined), () => 'text']) {
    world = worldWith([fakeProvider(() => ({ lpWSPRecv: () => new Promise(() => undefined), lpWSPCancelBlockingCall: cancel as never })).load]);
    await world.ws.WSAStartup(MAKEWORD(1, 1), new WSADATA());
    const s = world.ws.socket(FAKE_FAMILY, SOCK_STREAM, 0);
    void world.ws.recv(s, new Uint8Array(1), 1, 0);
    expect(typeof world.ws.WSACancelBlockingCall()).toBe('number');
    await new Promise((resolve) => setImmediate(resolve));
  }
});
