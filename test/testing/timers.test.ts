// A program's own timers on the virtual clock: the order, the context, the shapes that Node gives, and giving them back.
import { AsyncLocalStorage } from 'node:async_hooks';
import { promisify } from 'node:util';
import { setTimeout as realTimeout } from 'node:timers/promises';
import timersModule from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SimClock } from '../../src/drivers/sim/clock.js';
import { installTimerPromises, installTimers, timerFunctions, timerPromises, type InstalledTimers } from '../../src/testing/index.js';

const HOUR = 3_600_000;

let clock: SimClock;
let timers: InstalledTimers;
beforeEach(() => {
  clock = new SimClock();
  timers = installTimers(clock);
});
afterEach(() => {
  timers.restore();
  clock.stop();
});

/** Until the clock says so many milliseconds. */
const until = (ms: number): Promise<void> => new Promise((resolve) => void clock.setTimer(ms - clock.now(), resolve));

describe('setTimeout', () => {
  it('fires in the order of the times, then in the order of setting, and takes no real time', async () => {
    const fired: string[] = [];
    const note = (name: string): void => void fired.push(`${name} ${clock.now()}`);
    setTimeout(note, 2 * HOUR, 'late');
    setTimeout(note, HOUR, 'first');
    setTimeout(note, HOUR, 'second');
    setTimeout(note, 0, 'soon');
    await until(3 * HOUR);
    expect(fired).toEqual(['soon 1', `first ${HOUR}`, `second ${HOUR}`, `late ${2 * HOUR}`]);
  });

  it('can be cleared, by what it returned or by its number', async () => {
    const fired: string[] = [];
    const one = setTimeout(() => fired.push('one'), 10);
    const other = setTimeout(() => fired.push('other'), 10);
    setTimeout(() => fired.push('kept'), 10);
    clearTimeout(one);
    clearTimeout(Number(other));
    clearTimeout(undefined);
    await until(20);
    expect(fired).toEqual(['kept']);
  });

  it('can be cleared by a timer that fires at the same moment', async () => {
    const fired: string[] = [];
    const other: { timer?: NodeJS.Timeout } = {};
    setTimeout(() => clearTimeout(other.timer), 10);
    other.timer = setTimeout(() => fired.push('other'), 10);
    await until(20);
    expect(fired).toEqual([]);
  });

  it('has the members of Node’s', async () => {
    const fired: number[] = [];
    const timer = setTimeout(() => fired.push(clock.now()), 10);
    expect(timer.hasRef()).toBe(true);
    expect(timer.unref().hasRef()).toBe(false);
    expect(timer.ref()).toBe(timer);
    await until(6);
    expect(timer.refresh()).toBe(timer);
    await until(30);
    expect(fired).toEqual([16]);
    timer.refresh();
    await until(50);
    expect(fired).toEqual([16, 40]);
  });

  it('keeps the asynchronous context of whoever set it', async () => {
    const storage = new AsyncLocalStorage<string>();
    const seen: unknown[] = [];
    storage.run('a', () => setTimeout(() => seen.push(storage.getStore()), 10));
    storage.run('b', () => setImmediate(() => seen.push(storage.getStore())));
    const interval = storage.run('c', () => setInterval(() => seen.push(storage.getStore()), 20));
    await until(45);
    clearInterval(interval);
    expect(seen).toEqual(['b', 'a', 'c', 'c']);
  });

  it('makes an exception of the callback an uncaught one, as Node does', async () => {
    const caught = new Promise((resolve) => {
      const others = process.listeners('uncaughtException');
      process.removeAllListeners('uncaughtException');
      process.once('uncaughtException', (error) => {
        for (const other of others) process.on('uncaughtException', other);
        resolve(error.message);
      });
    });
    setTimeout(() => {
      throw new Error('of the callback');
    }, 1);
    expect(await caught).toBe('of the callback');
  });

  it('refuses what is no function', () => {
    const { setTimeout: timeout, setImmediate: immediate } = timerFunctions(clock);
    expect(() => timeout('code' as never, 1)).toThrow(TypeError);
    expect(() => immediate(null as never)).toThrow(TypeError);
  });

  it('can be promisified', async () => {
    expect(await promisify(setTimeout)(HOUR, 'value')).toBe('value');
    expect(clock.now()).toBe(HOUR);
  });
});

describe('setInterval', () => {
  it('goes on until it is cleared, also from within', async () => {
    const fired: number[] = [];
    const interval = setInterval(() => {
      fired.push(clock.now());
      if (fired.length === 3) clearInterval(interval);
    }, 10);
    await until(100);
    expect(fired).toEqual([10, 20, 30]);
  });
});

describe('setImmediate', () => {
  it('comes after promises, before timers, and takes no time', async () => {
    const order: string[] = [];
    setTimeout(() => order.push(`timer ${clock.now()}`), 1);
    setImmediate((text: string) => order.push(`${text} ${clock.now()}`), 'immediate');
    clearImmediate(setImmediate(() => order.push('never')));
    void Promise.resolve().then(() => order.push('promise'));
    await until(10);
    expect(order).toEqual(['promise', 'immediate 0', 'timer 1']);
  });
});

describe('time of day', () => {
  it('is the clock’s', async () => {
    const start = Date.now();
    expect(new Date().toISOString()).toBe('2026-01-01T00:00:00.000Z');
    expect(performance.now()).toBe(0);
    await until(90_000);
    expect(Date.now() - start).toBe(90_000);
    expect(new Date().getTime()).toBe(Date.now());
    expect(performance.now()).toBe(90_000);
  });

  it('leaves the rest of Date alone', () => {
    expect(new Date(2000, 0, 1).getFullYear()).toBe(2000);
    expect(new Date('2020-02-02').getTime()).toBe(Date.UTC(2020, 1, 2));
    expect(new Date()).toBeInstanceOf(Date);
    class Own extends Date {}
    expect(new Own()).toBeInstanceOf(Own);
    expect(new Own().getTime()).toBe(Date.now());
    expect(Date()).toBe(new Date().toString());
  });
});

describe('what is put in place', () => {
  it('is taken away again', () => {
    const here = (): unknown[] => [setTimeout, setInterval, setImmediate, clearTimeout, clearInterval, clearImmediate, Date];
    const during = here();
    timers.restore();
    timers.restore();
    const after = here();
    expect(after.every((one, index) => one !== during[index])).toBe(true);
    expect(new Date().getTime()).toBeGreaterThan(Date.UTC(2026, 0, 1) - HOUR * 24 * 365);
    expect(Object.hasOwn(performance, 'now')).toBe(false);
  });

  it('can be put on any object, and only where there was something', () => {
    const target = { setTimeout: () => 0, other: 1 };
    const before = target.setTimeout;
    {
      using _ = installTimers(clock, target);
      expect(target.setTimeout).not.toBe(before);
      expect(Object.keys(target)).toEqual(['setTimeout', 'other']);
    }
    expect(target.setTimeout).toBe(before);
  });

  it('leaves microtasks alone', () => {
    const { setTimeout: timeout } = timerFunctions(clock);
    expect(Object.keys(timerFunctions(clock))).not.toContain('queueMicrotask');
    expect(timeout(() => undefined, 5).hasRef()).toBe(true);
  });
});

describe('node:timers/promises', () => {
  it('waits in virtual time', async () => {
    const promises = timerPromises(clock);
    expect(await promises.setTimeout(HOUR, 'value')).toBe('value');
    expect(await promises.setImmediate('at once')).toBe('at once');
    await promises.scheduler.wait(HOUR);
    await promises.scheduler.yield();
    const ticks: number[] = [];
    for await (const tick of promises.setInterval(HOUR, 7)) {
      ticks.push(tick, clock.now());
      if (ticks.length === 4) break;
    }
    expect(ticks).toEqual([7, 3 * HOUR, 7, 4 * HOUR]);
  });

  it('can be aborted, as Node’s', async () => {
    const promises = timerPromises(clock);
    const controller = new AbortController();
    const waiting = promises.setTimeout(HOUR, undefined, { signal: controller.signal });
    setTimeout(() => controller.abort('enough'), 10);
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError', code: 'ABORT_ERR', cause: 'enough' });
    expect(clock.now()).toBe(10);
    expect(clock.pending).toBe(0);
    await expect(promises.setImmediate(1, { signal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('can be replaced in the module itself', async () => {
    {
      using _ = installTimerPromises(clock, timersModule);
      await timersModule.setTimeout(HOUR);
      expect(clock.now()).toBe(HOUR);
    }
    expect(timersModule.setTimeout).toBe(realTimeout);
  });
});
