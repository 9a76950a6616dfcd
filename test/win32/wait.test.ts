// The wait engine over events: what ends a wait, in which order, and what is taken.
import { describe, expect, test } from 'vitest';
import {
  ERROR_INVALID_HANDLE,
  ERROR_INVALID_PARAMETER,
  INFINITE,
  ref,
  WAIT_FAILED,
  WAIT_OBJECT_0,
  WAIT_TIMEOUT,
} from '../../src/abi/index.js';
import { Event, Process, waitFor, waitForObjects, type KernelObject } from '../../src/win32/index.js';
import { FakeClock } from './fake-clock.js';
import { outcome, settle } from './turns.js';

const JUNK = 0xcccc;

function setUp(): { clock: FakeClock; process: Process } {
  const clock = new FakeClock();
  return { clock, process: new Process({ clock }) };
}

/** `m`/`a`: manual-reset or auto-reset; upper case: signaled. */
function makeEvents(text: string): Event[] {
  return Array.from(text, (letter) => new Event(letter.toLowerCase() === 'm', letter === letter.toUpperCase()));
}

function show(events: readonly Event[]): string {
  return events
    .map((event) => (event.manualReset ? 'm' : 'a'))
    .map((letter, index) => (events[index]?.isSignaled() === true ? letter.toUpperCase() : letter))
    .join('');
}

describe('a wait that only looks', () => {
  test.each([
    // before, all, result, after
    ['M', false, WAIT_OBJECT_0, 'M'],
    ['A', false, WAIT_OBJECT_0, 'a'],
    ['m', false, WAIT_TIMEOUT, 'm'],
    ['a', false, WAIT_TIMEOUT, 'a'],
    ['mAA', false, WAIT_OBJECT_0 + 1, 'maA'],
    ['aaM', false, WAIT_OBJECT_0 + 2, 'aaM'],
    ['MA', false, WAIT_OBJECT_0, 'MA'],
    ['MA', true, WAIT_OBJECT_0, 'Ma'],
    ['AA', true, WAIT_OBJECT_0, 'aa'],
    ['AAm', true, WAIT_TIMEOUT, 'AAm'],
    ['aM', true, WAIT_TIMEOUT, 'aM'],
  ])('%s, all %s: %i, leaves %s', (before, all, result, after) => {
    const { clock, process } = setUp();
    const events = makeEvents(before);
    const handles = events.map((event) => process.handles.open(event));
    const error = ref(JUNK);
    expect(waitFor(process.mainThread, handles, { all, milliseconds: 0, alertable: false }, error)).toBe(result);
    expect(show(events)).toBe(after);
    expect(error.value).toBe(JUNK);
    expect(clock.pending).toBe(0);
  });
});

test('a wait for all of nothing is not satisfied', () => {
  const { process } = setUp();
  const look = { all: true, milliseconds: 0, alertable: false };
  expect(waitForObjects(process.mainThread, [], look)).toBe(WAIT_TIMEOUT);
});

test('a wait for one may name an event twice', async () => {
  const { process } = setUp();
  const handle = process.handles.open(new Event(false, true));
  const options = { all: false, milliseconds: INFINITE, alertable: false };
  expect(waitFor(process.mainThread, [handle, handle], options, ref(JUNK))).toBe(WAIT_OBJECT_0);
  expect(await outcome(waitFor(process.mainThread, [handle, handle], options, ref(JUNK)))).toBe('waiting');
});

describe('a wait that ends later', () => {
  test.each([
    // before, all, the events set one by one, result, after
    ['aa', false, [1], WAIT_OBJECT_0 + 1, 'aa'],
    ['am', false, [1], WAIT_OBJECT_0 + 1, 'aM'],
    ['aa', true, [0], 'waiting', 'Aa'],
    ['aa', true, [1, 0], WAIT_OBJECT_0, 'aa'],
    ['mA', true, [0], WAIT_OBJECT_0, 'Ma'],
    ['aam', true, [2, 0, 0], 'waiting', 'AaM'],
  ] as const)('%s, all %s, set %j: %s, leaves %s', async (before, all, set, result, after) => {
    const { process } = setUp();
    const events = makeEvents(before);
    const wait = waitForObjects(process.mainThread, events, { all, milliseconds: INFINITE, alertable: false });
    for (const index of set) events[index]?.set();
    expect(show(events)).toBe(after);
    expect(await outcome(wait)).toBe(result);
  });

  test('takes the signal before set returns, so that nobody who comes later gets it', () => {
    const { process } = setUp();
    const event = new Event(false);
    const options = { all: false, milliseconds: INFINITE, alertable: false };
    void waitForObjects(process.mainThread, [event], options);
    event.set();
    expect(waitForObjects(process.newThread(), [event], { ...options, milliseconds: 0 })).toBe(WAIT_TIMEOUT);
  });

  test('a wait for all loses to a wait for one that comes between its signals, and goes on', async () => {
    const { process } = setUp();
    const [a, b] = [new Event(false), new Event(false)];
    const options = { milliseconds: INFINITE, alertable: false };
    const all = waitForObjects(process.mainThread, [a, b], { ...options, all: true });
    a.set();
    expect(waitForObjects(process.newThread(), [a], { ...options, all: false })).toBe(WAIT_OBJECT_0);
    b.set();
    expect(await outcome(all)).toBe('waiting');
    a.set();
    expect(await outcome(all)).toBe(WAIT_OBJECT_0);
  });
});

describe('several waiters', () => {
  test('an auto-reset event serves them one by one, in the order they came', async () => {
    const { process } = setUp();
    const event = new Event(false);
    const served: number[] = [];
    for (let waiter = 0; waiter < 5; waiter++) {
      const wait = waitForObjects(process.newThread(), [event], { all: false, milliseconds: INFINITE, alertable: false });
      void Promise.resolve(wait).then(() => served.push(waiter));
    }
    for (let round = 1; round <= 5; round++) {
      event.set();
      await settle();
      expect(served).toEqual([0, 1, 2, 3, 4].slice(0, round));
      expect(event.isSignaled()).toBe(false);
    }
    event.set();
    expect(event.isSignaled()).toBe(true);
  });

  test('an auto-reset event asks no further than the one that takes the signal', () => {
    const { process } = setUp();
    const event = new Event(false);
    const asked: number[] = [];
    for (const id of [1, 2, 3]) {
      const retry = (): void => {
        asked.push(id);
        if (id === 2) event.consume();
      };
      event.addWaiter({ thread: process.mainThread, retry });
    }
    event.set();
    expect(asked).toEqual([1, 2]);
  });

  test('a manual-reset event serves all of them', async () => {
    const { process } = setUp();
    const event = new Event(true);
    const waits = Array.from({ length: 5 }, () =>
      waitForObjects(process.newThread(), [event], { all: false, milliseconds: INFINITE, alertable: false }),
    );
    event.set();
    event.reset();
    expect(await Promise.all(waits.map(outcome))).toEqual([0, 0, 0, 0, 0]);
  });

  test('a waiter for all that cannot be served is passed over, not waited for', async () => {
    const { process } = setUp();
    const [a, never] = [new Event(false), new Event(false)];
    const options = { milliseconds: INFINITE, alertable: false };
    const all = waitForObjects(process.mainThread, [a, never], { ...options, all: true });
    const one = waitForObjects(process.newThread(), [a], { ...options, all: false });
    a.set();
    expect(await outcome(one)).toBe(WAIT_OBJECT_0);
    expect(await outcome(all)).toBe('waiting');
  });

  test('a wait that was served at one event has left the others', async () => {
    const { process } = setUp();
    const [a, b] = [new Event(false), new Event(false)];
    const options = { all: false, milliseconds: INFINITE, alertable: false };
    const first = waitForObjects(process.mainThread, [a, b], options);
    const second = waitForObjects(process.newThread(), [b], options);
    a.set();
    b.set();
    expect(await outcome(first)).toBe(WAIT_OBJECT_0);
    expect(await outcome(second)).toBe(WAIT_OBJECT_0);
  });
});

describe('time', () => {
  test('a wait times out when its time is over, not before, and leaves its event', async () => {
    const { clock, process } = setUp();
    const event = new Event(false);
    const wait = waitForObjects(process.mainThread, [event], { all: false, milliseconds: 50, alertable: false });
    clock.advance(49);
    expect(await outcome(wait)).toBe('waiting');
    clock.advance(1);
    expect(await outcome(wait)).toBe(WAIT_TIMEOUT);
    event.set();
    expect(event.isSignaled()).toBe(true);
  });

  test('a wait that is satisfied takes its timer away', async () => {
    const { clock, process } = setUp();
    const event = new Event(true);
    const wait = waitForObjects(process.mainThread, [event], { all: false, milliseconds: 50, alertable: false });
    expect(clock.pending).toBe(1);
    event.set();
    expect(clock.pending).toBe(0);
    clock.advance(100);
    expect(await outcome(wait)).toBe(WAIT_OBJECT_0);
  });

  test('INFINITE sets no timer', () => {
    const { clock, process } = setUp();
    const options = { all: false, milliseconds: INFINITE, alertable: false };
    void waitForObjects(process.mainThread, [new Event(false)], options);
    expect(clock.pending).toBe(0);
  });
});

describe('a wait that fails', () => {
  const port: KernelObject = { kind: 'port', lastHandleClosed: () => undefined };

  test.each([
    ['a number that is no handle', [0x4444], false, ERROR_INVALID_HANDLE],
    ['the null handle', [0], false, ERROR_INVALID_HANDLE],
    ['an object without a signal', ['port'], false, ERROR_INVALID_HANDLE],
    ['one bad handle behind a signaled event', ['event', 0x4444], false, ERROR_INVALID_HANDLE],
    ['an event twice in a wait for all', ['event', 'event'], true, ERROR_INVALID_PARAMETER],
    ['two handles of one event in a wait for all', ['event', 'other'], true, ERROR_INVALID_PARAMETER],
  ])('%s', (_name, names, all, code) => {
    const { process } = setUp();
    const event = new Event(false, true);
    const handles: Record<string, number> = { event: process.handles.open(event) };
    handles['other'] = process.handles.openAnother(event);
    handles['port'] = process.handles.open(port);
    const numbers = names.map((name) => (typeof name === 'number' ? name : (handles[name] ?? 0)));
    const error = ref(JUNK);
    expect(waitFor(process.mainThread, numbers, { all, milliseconds: INFINITE, alertable: false }, error)).toBe(
      WAIT_FAILED,
    );
    expect(error.value).toBe(code);
    expect(event.isSignaled()).toBe(true);
  });

  test("another process's handle is none here", () => {
    const { process } = setUp();
    const handle = new Process().handles.open(new Event(true, true));
    const error = ref(JUNK);
    const options = { all: false, milliseconds: 0, alertable: false };
    expect(waitFor(process.mainThread, [handle], options, error)).toBe(WAIT_FAILED);
    expect(error.value).toBe(ERROR_INVALID_HANDLE);
  });
});
