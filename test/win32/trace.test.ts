// The tracing seam.
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { expect, test } from 'vitest';
import { Trace, TRACE_CHANNEL, type TraceReport } from '../../src/win32/index.js';

test('listeners hear calls with their ids, until they leave', () => {
  const trace = new Trace();
  expect(trace.on).toBe(false);
  const heard: TraceReport[] = [];
  const leave = trace.listen((report) => heard.push(report));
  expect(trace.on).toBe(true);
  const outer = trace.enter('api', 'recv', [1], 10, 4);
  const inner = trace.enter('afd', 'read', [], 11, 4);
  trace.leave(inner, 'afd', 'read', 0, 0, 12, 4);
  trace.leave(outer, 'api', 'recv', -1, 10035, 13, 4);
  trace.note('afd', 'fallback', ['why'], 14);
  expect(inner).not.toBe(outer);
  expect(heard).toEqual([
    { phase: 'enter', id: outer, layer: 'api', name: 'recv', args: [1], time: 10, thread: 4 },
    { phase: 'enter', id: inner, layer: 'afd', name: 'read', args: [], time: 11, thread: 4 },
    { phase: 'leave', id: inner, layer: 'afd', name: 'read', args: [], time: 12, thread: 4, result: 0, error: 0 },
    { phase: 'leave', id: outer, layer: 'api', name: 'recv', args: [], time: 13, thread: 4, result: -1, error: 10035 },
    { phase: 'note', id: 0, layer: 'afd', name: 'fallback', args: ['why'], time: 14, thread: 0 },
  ]);
  leave();
  trace.note('afd', 'unheard', [], 15);
  expect(heard.length).toBe(5);
  expect(trace.on).toBe(false);
});

test('a subscriber of the channel hears every trace', () => {
  const heard: unknown[] = [];
  const hear = (message: unknown): void => {
    heard.push(message);
  };
  const traces = [new Trace(), new Trace()];
  subscribe(TRACE_CHANNEL, hear);
  try {
    for (const trace of traces) {
      expect(trace.on).toBe(true);
      trace.note('afd', 'x', [], 0);
    }
  } finally {
    unsubscribe(TRACE_CHANNEL, hear);
  }
  expect(heard.length).toBe(2);
  expect(traces[0]?.on).toBe(false);
});
