// Virtual time: it jumps when everybody waits, stands while anybody runs, and never depends on the wall clock.
import { describe, expect, test, vi } from 'vitest';
import { SimClock } from '../../../src/drivers/sim/clock.js';

function sleep(clock: SimClock, ms: number): Promise<void> {
  return new Promise((resolve) => {
    clock.setTimer(ms, resolve);
  });
}

describe('virtual time', () => {
  test('passes only while somebody waits for it', async () => {
    const clock = new SimClock();
    expect(clock.now()).toBe(0);
    await sleep(clock, 86_400_000);
    expect(clock.now()).toBe(86_400_000);
    await new Promise((resolve) => setImmediate(resolve));
    expect(clock.now()).toBe(86_400_000);
  });

  test('is told in whole microseconds, and as a date that every simulation shares', async () => {
    const clock = new SimClock();
    await sleep(clock, 1.0006);
    expect(clock.us).toBe(1001);
    expect(new Date(clock.wallTime()).toISOString()).toBe('2026-01-01T00:00:00.001Z');
  });

  test('timers fire by due time, then by the order in which they were set; a cancelled one does not', async () => {
    const clock = new SimClock();
    const fired: string[] = [];
    const say = (word: string) => (): void => void fired.push(`${word}@${String(clock.now())}`);
    clock.setTimer(5, say('late'));
    clock.setTimer(3, say('first'));
    clock.setTimer(3, say('second'));
    clock.setTimer(4, say('cancelled')).cancel();
    await sleep(clock, 10);
    expect(fired).toEqual(['first@3', 'second@3', 'late@5']);
  });

  test('code that was told something goes on in the same instant, before time does', async () => {
    const clock = new SimClock();
    const seen: number[] = [];
    const program = async (): Promise<void> => {
      for (let i = 0; i < 3; i += 1) {
        await sleep(clock, 10);
        for (let hop = 0; hop < 20; hop += 1) await Promise.resolve();
        seen.push(clock.now());
      }
    };
    await Promise.all([program(), sleep(clock, 10.5), sleep(clock, 11)]);
    expect(seen[0]).toBe(10);
    await sleep(clock, 30);
    expect(seen).toEqual([10, 20, 30]);
  });

  test('a turn comes after what is due now and takes no time', async () => {
    const clock = new SimClock();
    const order: string[] = [];
    clock.setTimer(0, () => order.push('due'));
    await new Promise<void>((resolve) => {
      clock.nextTurn(() => {
        order.push('turn');
        resolve();
      });
    });
    expect(order).toEqual(['due', 'turn']);
    expect(clock.now()).toBe(0);
  });

  test('a loop of turns that finds nothing lets time go on, in small steps', async () => {
    const clock = new SimClock();
    const over = vi.fn();
    clock.setTimer(5, over);
    let polls = 0;
    while (over.mock.calls.length === 0) {
      polls += 1;
      await new Promise<void>((resolve) => {
        clock.nextTurn(resolve);
      });
    }
    expect(polls).toBeLessThan(10);
    expect(clock.now()).toBe(5);
  });

  test('gathering what happens in an instant takes no time, however often', async () => {
    const clock = new SimClock();
    clock.setTimer(5, vi.fn());
    const order: string[] = [];
    for (let i = 0; i < 10; i += 1) {
      clock.setTimer(0, () => order.push('due'));
      await new Promise<void>((resolve) => {
        clock.soon(resolve);
      });
      order.push('gathered');
    }
    expect(order).toEqual(Array.from({ length: 10 }, () => ['due', 'gathered']).flat());
    expect(clock.now()).toBe(0);
  });

  test('stands still while it is held', async () => {
    const clock = new SimClock();
    let fired = false;
    clock.setTimer(1, () => {
      fired = true;
    });
    const goOn = clock.hold();
    for (let i = 0; i < 5; i += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(fired).toBe(false);
    goOn();
    await sleep(clock, 1);
    expect(fired).toBe(true);
  });

  test('whoever asks is told when nothing is to come any more', async () => {
    const clock = new SimClock();
    const idle = vi.fn();
    clock.onIdle(idle);
    await sleep(clock, 7);
    expect(idle).not.toHaveBeenCalled();
    await new Promise((resolve) => setImmediate(resolve));
    expect(idle).toHaveBeenCalledTimes(1);
  });

  test('a watchdog fires in its time, but time does not pass for it', async () => {
    const clock = new SimClock();
    const [barked, idle] = [vi.fn(), vi.fn()];
    clock.watchdog(5, barked);
    clock.onIdle(idle);
    await sleep(clock, 3);
    await new Promise((resolve) => setImmediate(resolve));
    expect([clock.now(), clock.pending, idle.mock.calls.length]).toEqual([3, 0, 1]);
    await sleep(clock, 10);
    expect(barked).toHaveBeenCalledTimes(1);
    clock.watchdog(5, barked).cancel();
    await sleep(clock, 10);
    expect(barked).toHaveBeenCalledTimes(1);
  });

  test('once stopped, nothing comes', async () => {
    const clock = new SimClock();
    const fired = vi.fn();
    clock.setTimer(1, fired);
    clock.stop();
    clock.setTimer(1, fired);
    await new Promise((resolve) => setImmediate(resolve));
    expect(fired).not.toHaveBeenCalled();
    expect(clock.pending).toBe(0);
  });

  test('fake timers of a test do not stop it', async () => {
    vi.useFakeTimers();
    try {
      const clock = new SimClock();
      await sleep(clock, 1000);
      expect(clock.now()).toBe(1000);
    } finally {
      vi.useRealTimers();
    }
  });
});

test('a timer of the stack can be set again while it runs, and moves', async () => {
  const clock = new SimClock();
  const fired: number[] = [];
  const timer = clock.timer(() => fired.push(clock.us));
  timer.set(5000);
  timer.set(2000);
  expect(timer.running).toBe(true);
  await sleep(clock, 10);
  expect(fired).toEqual([2000]);
  expect(timer.running).toBe(false);
});
