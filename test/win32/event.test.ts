// Event objects by themselves; how waits see them is in wait.test.ts.
import { describe, expect, test } from 'vitest';
import { INFINITE, WAIT_OBJECT_0 } from '../../src/abi/index.js';
import { Event, Process, waitForObjects } from '../../src/win32/index.js';
import { outcome } from './turns.js';

const FOREVER = { all: false, milliseconds: INFINITE, alertable: false };

describe.each([true, false])('an event, manual reset %s', (manualReset) => {
  test('is as it was made, set and reset', () => {
    expect(new Event(manualReset).isSignaled()).toBe(false);
    const event = new Event(manualReset, true);
    expect(event.isSignaled()).toBe(true);
    event.reset();
    expect(event.isSignaled()).toBe(false);
    event.set();
    event.set();
    expect(event.isSignaled()).toBe(true);
    event.reset();
    expect(event.isSignaled()).toBe(false);
  });

  test('pulse without waiters leaves it not signaled', () => {
    const event = new Event(manualReset, true);
    event.pulse();
    expect(event.isSignaled()).toBe(false);
  });

  test('pulse lets waiters through and leaves it not signaled', async () => {
    const process = new Process();
    const event = new Event(manualReset);
    const waits = [1, 2].map(() => waitForObjects(process.newThread(), [event], FOREVER));
    event.pulse();
    expect(event.isSignaled()).toBe(false);
    expect(await Promise.all(waits.map(outcome))).toEqual([WAIT_OBJECT_0, manualReset ? WAIT_OBJECT_0 : 'waiting']);
  });
});

test('a pulse of one event does not end a wait for two', async () => {
  const process = new Process();
  const [a, b] = [new Event(true), new Event(true)];
  const wait = waitForObjects(process.mainThread, [a, b], { ...FOREVER, all: true });
  a.pulse();
  b.pulse();
  expect(await outcome(wait)).toBe('waiting');
});

test('a wait in progress outlives the last handle', async () => {
  const process = new Process();
  const event = new Event(false);
  const handle = process.handles.open(event);
  const wait = waitForObjects(process.mainThread, [event], FOREVER);
  process.handles.close(handle);
  event.set();
  expect(await outcome(wait)).toBe(WAIT_OBJECT_0);
});
