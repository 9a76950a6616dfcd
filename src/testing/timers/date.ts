// A Date whose "now" is the virtual clock's. Everything else about it is the engine's own.
import type { Clock } from '../../index.js';

export function virtualDate(clock: Clock, Original: DateConstructor): DateConstructor {
  const now = (): number => clock.wallTime();
  const Virtual: DateConstructor = new Proxy(Original, {
    construct: (target, args: unknown[], newTarget) =>
      Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget === Virtual ? target : newTarget) as object,
    apply: (target) => new target(now()).toString(),
    get: (target, name) => (name === 'now' ? now : (Reflect.get(target, name) as unknown)),
  });
  return Virtual;
}
