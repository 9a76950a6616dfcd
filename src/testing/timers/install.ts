// Puts the virtual clock's timers in the place of a program's own, and gives those back.
import type { Clock } from '../../index.js';
import { virtualDate } from './date.js';
import { timerFunctions } from './functions.js';
import { timerPromises } from './promises.js';

/** Timers in place; dispose of it to get the program's own back. */
export interface InstalledTimers extends Disposable {
  restore(): void;
}

/** Where timers can be put: the global object, or one that has some of the same names. */
export type TimerTarget = object;

/**
 * Replaces those of setTimeout, setInterval, setImmediate, their clear functions, Date and performance.now that `target`
 * has. Microtasks stay as they are.
 */
export function installTimers(clock: Clock, target: TimerTarget = globalThis): InstalledTimers {
  const { Date: date, performance: meter } = target as { Date?: DateConstructor; performance?: object };
  const undo = replace(target, {
    ...timerFunctions(clock),
    ...(date === undefined ? {} : { Date: virtualDate(clock, date) }),
  });
  const start = clock.now();
  const undoMeter = meter === undefined ? nothing : replace(meter, { now: () => clock.now() - start });
  return installed(() => {
    undoMeter();
    undo();
  });
}

/**
 * Replaces those of `node:timers/promises`. To be given the module's default export, which is the object that is changed;
 * `syncBuiltinESMExports()` of `node:module` then makes named imports follow.
 */
export function installTimerPromises(clock: Clock, target: TimerTarget): InstalledTimers {
  return installed(replace(target, { ...timerPromises(clock) }));
}

const nothing = (): void => undefined;

function installed(undo: () => void): InstalledTimers {
  let over = false;
  const restore = (): void => {
    if (over) return;
    over = true;
    undo();
  };
  return { restore, [Symbol.dispose]: restore };
}

/** Puts `replacements` in the place of those members that `target` has; the result puts the old ones back. */
function replace(target: object, replacements: Readonly<Record<string, unknown>>): () => void {
  const undo: (() => void)[] = [];
  for (const [name, value] of Object.entries(replacements)) {
    if (!(name in target)) continue;
    const before = Object.getOwnPropertyDescriptor(target, name);
    Object.defineProperty(target, name, { configurable: true, enumerable: before?.enumerable ?? true, writable: true, value });
    undo.push(() => {
      if (before === undefined) Reflect.deleteProperty(target, name);
      else Object.defineProperty(target, name, before);
    });
  }
  return () => {
    for (const one of undo.reverse()) one();
  };
}
