// The queue against a sorted list, for any order of entering and leaving.
import { fc, test } from '@fast-check/vitest';
import { expect } from 'vitest';
import { EventQueue, type QueuedEvent } from '../../../src/drivers/sim/event-queue.js';

class Event implements QueuedEvent {
  due = 0;
  order = 0;
  place = -1;
  readonly name: number;

  constructor(name: number) {
    this.name = name;
  }

  fire(): void {
    // Only its place in the queue matters here.
  }
}

const steps = fc.array(
  fc.oneof(
    fc.record({ step: fc.constant('enter' as const), at: fc.nat(20), which: fc.nat(30) }),
    fc.record({ step: fc.constant('leave' as const), at: fc.constant(0), which: fc.nat(30) }),
    fc.record({ step: fc.constant('take' as const), at: fc.constant(0), which: fc.constant(0) }),
  ),
  { maxLength: 200 },
);

test.prop([steps])('gives events by time, then in the order they were entered', (script) => {
  const queue = new EventQueue();
  const events = Array.from({ length: 31 }, (_, name) => new Event(name));
  let model: { event: Event; due: number; entered: number }[] = [];
  for (const [entered, { step, at, which }] of script.entries()) {
    const event = events[which] ?? new Event(which);
    if (step === 'enter') {
      model = [...model.filter((other) => other.event !== event), { event, due: at, entered }];
      queue.enter(event, at);
    } else if (step === 'leave') {
      model = model.filter((other) => other.event !== event);
      queue.leave(event);
    } else {
      model.sort((a, b) => a.due - b.due || a.entered - b.entered);
      expect((queue.take() as Event | null)?.name).toBe(model.shift()?.event.name);
    }
    expect(queue.size).toBe(model.length);
  }
});
