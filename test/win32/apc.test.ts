// Asynchronous procedure calls: when they run, where, in which order.
import { describe, expect, test } from 'vitest';
import { INFINITE, WAIT_IO_COMPLETION, WAIT_OBJECT_0, WAIT_TIMEOUT } from '../../src/abi/index.js';
import {
  currentThread,
  Event,
  Process,
  queueApc,
  runIn,
  runOn,
  sleep,
  waitForObjects,
  type Thread,
} from '../../src/win32/index.js';
import { FakeClock } from './fake-clock.js';
import { outcome, settle } from './turns.js';

function setUp(): { clock: FakeClock; thread: Thread; log: string[]; say: (text: string) => () => void } {
  const clock = new FakeClock();
  const log: string[] = [];
  const say = (text: string) => () => {
    log.push(text);
  };
  return { clock, thread: new Process({ clock }).newThread(), log, say };
}

const ALERTABLE = { all: false, milliseconds: INFINITE, alertable: true };

describe('queued before the wait', () => {
  test('all run at once, in order, also those they queue themselves', () => {
    const { thread, log, say } = setUp();
    queueApc(thread, () => {
      log.push('first');
      queueApc(thread, say('third'));
    });
    queueApc(thread, say('second'));
    expect(log).toEqual([]);
    expect(waitForObjects(thread, [new Event(true)], ALERTABLE)).toBe(WAIT_IO_COMPLETION);
    expect(log).toEqual(['first', 'second', 'third']);
  });

  test('a time-out of 0 runs them too', () => {
    const { thread, log, say } = setUp();
    queueApc(thread, say('ran'));
    const look = { ...ALERTABLE, milliseconds: 0 };
    expect(waitForObjects(thread, [new Event(true)], look)).toBe(WAIT_IO_COMPLETION);
    expect(waitForObjects(thread, [new Event(true)], look)).toBe(WAIT_TIMEOUT);
    expect(log).toEqual(['ran']);
  });

  test('a signaled object comes first: they stay queued', () => {
    const { thread, log, say } = setUp();
    queueApc(thread, say('ran'));
    expect(waitForObjects(thread, [new Event(false, true)], ALERTABLE)).toBe(WAIT_OBJECT_0);
    expect(log).toEqual([]);
    expect(thread.apcQueue.length).toBe(1);
  });

  test('a wait that is not alertable leaves them alone', async () => {
    const { clock, thread, log, say } = setUp();
    queueApc(thread, say('ran'));
    const wait = waitForObjects(thread, [new Event(true)], { ...ALERTABLE, milliseconds: 10, alertable: false });
    queueApc(thread, say('ran'));
    clock.advance(10);
    expect(await outcome(wait)).toBe(WAIT_TIMEOUT);
    expect(log).toEqual([]);
  });
});

describe('queued during an alertable wait', () => {
  test('ends it, runs after the queueing call, together with those queued in the same turn', async () => {
    const { clock, thread, log, say } = setUp();
    const event = new Event(false);
    const wait = waitForObjects(thread, [event], { ...ALERTABLE, milliseconds: 100 });
    queueApc(thread, say('first'));
    queueApc(thread, say('second'));
    expect(log).toEqual([]);
    event.set();
    expect(await outcome(wait)).toBe(WAIT_IO_COMPLETION);
    expect(log).toEqual(['first', 'second']);
    expect(event.isSignaled()).toBe(true);
    expect(clock.pending).toBe(0);
  });

  test('ends a sleep', async () => {
    const { thread, log, say } = setUp();
    const slept = sleep(thread, INFINITE, true);
    queueApc(thread, say('ran'));
    expect(await outcome(slept)).toBe(WAIT_IO_COMPLETION);
    expect(log).toEqual(['ran']);
  });

  test('of another thread: nothing happens', async () => {
    const { thread } = setUp();
    const wait = waitForObjects(thread, [new Event(true)], ALERTABLE);
    queueApc(thread.process.newThread(), () => undefined);
    expect(await outcome(wait)).toBe('waiting');
  });

  test('every alertable wait of the thread ends, the procedure runs once', async () => {
    const { thread, log, say } = setUp();
    const waits = [1, 2].map(() => waitForObjects(thread, [new Event(true)], ALERTABLE));
    queueApc(thread, say('ran'));
    expect(await Promise.all(waits.map(outcome))).toEqual([WAIT_IO_COMPLETION, WAIT_IO_COMPLETION]);
    expect(log).toEqual(['ran']);
    expect(thread.alertableWaits.size).toBe(0);
  });

  test('an alertable wait inside a procedure takes those behind it', async () => {
    const { thread, log, say } = setUp();
    const wait = waitForObjects(thread, [new Event(true)], ALERTABLE);
    queueApc(thread, async () => {
      log.push('outer begins');
      log.push(`inner ${String(await sleep(thread, INFINITE, true))}`);
    });
    queueApc(thread, say('second'));
    expect(await outcome(wait)).toBe(WAIT_IO_COMPLETION);
    expect(log).toEqual(['outer begins', 'second', `inner ${String(WAIT_IO_COMPLETION)}`]);
  });
});

test('a procedure runs on its thread, whoever queued it and wherever the wait was started', async () => {
  const { thread } = setUp();
  const elsewhere = new Process({ name: 'elsewhere' });
  const seen: Thread[] = [];
  const note = (): void => {
    seen.push(currentThread());
  };
  queueApc(thread, note);
  runIn(elsewhere, () => void waitForObjects(thread, [], ALERTABLE));
  const wait = runOn(thread, () => waitForObjects(thread, [], ALERTABLE));
  runIn(elsewhere, () => {
    queueApc(thread, note);
  });
  await outcome(wait);
  expect(seen).toEqual([thread, thread]);
});

test('the next procedure waits for the promise of the one before, and so does the wait', async () => {
  const { thread, log, say } = setUp();
  const open = deferred();
  queueApc(thread, async () => {
    await open.promise;
    log.push('slow');
  });
  queueApc(thread, say('next'));
  const wait = waitForObjects(thread, [new Event(true)], ALERTABLE);
  expect(await outcome(wait)).toBe('waiting');
  expect(log).toEqual([]);
  open.resolve();
  expect(await wait).toBe(WAIT_IO_COMPLETION);
  expect(log).toEqual(['slow', 'next']);
});

test('an exception of a procedure comes out of the wait; those behind it run in the next one', async () => {
  const { thread, log, say } = setUp();
  const wait = waitForObjects(thread, [new Event(true)], ALERTABLE);
  queueApc(thread, () => {
    throw new Error('mine');
  });
  queueApc(thread, say('next'));
  await expect(wait).rejects.toThrow('mine');
  await settle();
  expect(log).toEqual([]);
  expect(await sleep(thread, INFINITE, true)).toBe(WAIT_IO_COMPLETION);
  expect(log).toEqual(['next']);
});

function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((settled) => {
    resolve = settled;
  });
  return { promise, resolve };
}
