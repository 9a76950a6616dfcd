// The clocks: the system's over vitest's timers, and the one that the other tests use.
import { afterEach, describe, expect, test, vi } from 'vitest';
import { systemClock } from '../../src/win32/index.js';
import { FakeClock } from './fake-clock.js';

describe('the system clock', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  test('timers fire once, after their time, unless cancelled', () => {
    vi.useFakeTimers();
    const fired: string[] = [];
    systemClock.setTimer(10, () => fired.push('kept'));
    systemClock.setTimer(5, () => fired.push('cancelled')).cancel();
    vi.advanceTimersByTime(9);
    expect(fired).toEqual([]);
    vi.advanceTimersByTime(100);
    expect(fired).toEqual(['kept']);
  });

  test('delays beyond 31 bits are kept, and can be cancelled in both halves', () => {
    vi.useFakeTimers();
    const fired: string[] = [];
    systemClock.setTimer(0xfffffffe, () => fired.push('kept'));
    const early = systemClock.setTimer(0xfffffffe, () => fired.push('early'));
    const late = systemClock.setTimer(0xfffffffe, () => fired.push('late'));
    vi.advanceTimersByTime(1000);
    early.cancel();
    vi.advanceTimersByTime(0xfffffffd - 1000);
    expect(fired).toEqual([]);
    late.cancel();
    vi.advanceTimersByTime(1);
    expect(fired).toEqual(['kept']);
    expect(vi.getTimerCount()).toBe(0);
  });
});

test('the fake clock fires in order of due time, then of setting, and never inside setTimer', () => {
  const clock = new FakeClock();
  const fired: string[] = [];
  clock.setTimer(20, () => fired.push('c'));
  clock.setTimer(10, () => {
    fired.push(`a at ${String(clock.now())}`);
    clock.setTimer(0, () => fired.push('set meanwhile'));
  });
  clock.setTimer(10, () => fired.push('b'));
  clock.setTimer(0, () => fired.push('at once'));
  expect(fired).toEqual([]);
  clock.advance(15);
  expect(fired).toEqual(['at once', 'a at 1010', 'b', 'set meanwhile']);
  clock.advance(5);
  expect(fired.at(-1)).toBe('c');
  expect([clock.pending, clock.now()]).toEqual([0, 1020]);
});
