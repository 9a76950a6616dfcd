// Sleep and SleepEx, over a clock that stands still.
import { expect, test } from 'vitest';
import { INFINITE, WAIT_IO_COMPLETION } from '../../src/abi/index.js';
import { GetCurrentThread, Process, queueApc, QueueUserAPC, runIn, Sleep, SleepEx } from '../../src/win32/index.js';
import { FakeClock } from './fake-clock.js';
import { outcome } from './turns.js';

function setUp(): { clock: FakeClock; process: Process } {
  const clock = new FakeClock();
  return { clock, process: new Process({ clock }) };
}

test.each([0, 1, 250])('%i milliseconds', async (milliseconds) => {
  const { clock, process } = setUp();
  const slept = runIn(process, () => SleepEx(milliseconds, true));
  if (milliseconds > 0) clock.advance(milliseconds - 1);
  expect(await outcome(slept)).toBe('waiting');
  clock.advance(1);
  expect(await outcome(slept)).toBe(0);
  expect(process.mainThread.alertableWaits.size).toBe(0);
});

test('INFINITE, also written as -1, sets no timer', async () => {
  const { clock, process } = setUp();
  const slept = [INFINITE, -1].map((milliseconds) => runIn(process, () => Sleep(milliseconds)));
  expect(clock.pending).toBe(0);
  expect(await Promise.all(slept.map(outcome))).toEqual(['waiting', 'waiting']);
});

test('an APC that is queued already: nothing is slept', async () => {
  const { clock, process } = setUp();
  const ran: number[] = [];
  const result = await runIn(process, () => {
    QueueUserAPC((data: number) => ran.push(data), GetCurrentThread(), 7);
    return SleepEx(INFINITE, true);
  });
  expect([result, ran, clock.pending]).toEqual([WAIT_IO_COMPLETION, [7], 0]);
});

test('Sleep is not alertable', async () => {
  const { clock, process } = setUp();
  const ran: number[] = [];
  const slept = runIn(process, () => Sleep(10));
  queueApc(process.mainThread, () => ran.push(1));
  clock.advance(10);
  expect(await outcome(slept)).toBeUndefined();
  expect(ran).toEqual([]);
});
