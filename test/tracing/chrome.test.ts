// The Chrome trace format: each event is as the format has it, slices nest on their thread, asynchronous calls and arrows
// have both ends.
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { ChromeTrace, attachChrome, type ChromeEvent } from '../../src/tracing/index.js';
import type { TraceReport } from '../../src/index.js';
import { LATENCY, api, connected, onNetwork, type Net } from './world.js';

const common = {
  name: v.pipe(v.string(), v.minLength(1)),
  cat: v.string(),
  ts: v.pipe(v.number(), v.minValue(0)),
  pid: v.pipe(v.number(), v.integer()),
  tid: v.pipe(v.number(), v.integer()),
};
const args = v.record(v.string(), v.unknown());
const id = v.pipe(v.string(), v.minLength(1));

/** What of "Trace Event Format" is written, and no more. */
const traceFile = v.array(
  v.variant('ph', [
    v.strictObject({ ...common, ph: v.literal('X'), dur: v.pipe(v.number(), v.minValue(0)), args }),
    v.strictObject({ ...common, ph: v.literal('b'), id, args }),
    v.strictObject({ ...common, ph: v.literal('e'), id, args }),
    v.strictObject({ ...common, ph: v.literal('i'), s: v.literal('t'), args }),
    v.strictObject({ ...common, ph: v.literal('s'), id }),
    v.strictObject({ ...common, ph: v.literal('f'), id, bp: v.literal('e') }),
    v.strictObject({ ...common, ph: v.literal('M'), args: v.strictObject({ name: v.string() }) }),
  ]),
);

async function traceOf(work: (net: Net) => Promise<unknown>): Promise<ChromeEvent[]> {
  let text = '';
  const detach = attachChrome((piece) => {
    text += piece;
  }, { level: api.TRACE_LEVEL_INFORMATION });
  await onNetwork(work);
  detach();
  return v.parse(traceFile, JSON.parse(text));
}

/** Several receives under way at once on each side, a refused call, and calls that end in another order than they began. */
async function busy(net: Net): Promise<void> {
  const { client, server } = await connected(net);
  const take = (s: api.SOCKET): Promise<number> => api.recv(s, new Uint8Array(8), 8, 0);
  const byClient = net.a.run(() => [take(client), take(client)]);
  const byServer = net.b.run(() => [take(server), api.recv(1 as api.SOCKET, new Uint8Array(1), 1, 0)]);
  await net.b.run(() => Promise.all([api.send(server, new Uint8Array(8), 8, 0), api.send(server, new Uint8Array(8), 8, 0)]));
  await net.a.run(() => api.send(client, new Uint8Array(8), 8, 0));
  await Promise.all([...byClient, ...byServer]);
}

const of = (events: readonly ChromeEvent[], ph: ChromeEvent['ph']): ChromeEvent[] => events.filter((event) => event.ph === ph);

/** Slices of one thread that overlap and are not one inside the other. */
function crossing(events: readonly ChromeEvent[]): string[] {
  const slices = of(events, 'X').map(({ ts, dur = 0, ...rest }) => ({ ...rest, from: ts, to: ts + dur }));
  return slices.flatMap((one) =>
    slices
      .filter(({ pid, tid }) => pid === one.pid && tid === one.tid)
      .filter((other) => one.from < other.from && other.from < one.to && one.to < other.to)
      .map((other) => `${one.name} and ${other.name}`),
  );
}

describe('a trace', () => {
  it('is valid, and its slices nest', async () => {
    const events = await traceOf(busy);
    expect(of(events, 'X').length).toBeGreaterThan(50);
    expect(crossing(events)).toEqual([]);
    expect(of(events, 'i').some(({ name, cat }) => name === 'AFD_EVENT_CONNECT' && cat === 'event')).toBe(true);
  });

  it('names each process and thread once, before anything of it', async () => {
    const events = await traceOf(busy);
    const named = of(events, 'M').map(({ name, pid, tid, args: { name: text } = {} }) => `${name} ${pid} ${tid} ${String(text)}`);
    expect(named.filter((text) => text.startsWith('process_name'))).toEqual(['process_name 4 0 a', 'process_name 5 0 b']);
    expect(new Set(named).size).toBe(named.length);
    events.forEach(({ pid, tid }, index) => {
      expect(events.slice(0, index + 1).some((event) => event.ph === 'M' && event.pid === pid && event.tid === tid)).toBe(true);
    });
  });

  it('begins and ends asynchronous calls in pairs, the inner ones within the outer ones', async () => {
    const events = await traceOf(busy);
    const open = new Map<string, string[]>();
    for (const { ph, id: call = '', name } of events) {
      const stack = open.get(call) ?? [];
      open.set(call, stack);
      if (ph === 'b') stack.push(name);
      if (ph === 'e') expect(stack.pop()).toBe(name);
    }
    expect(open.size).toBeGreaterThan(4);
    expect([...open.values()].flat()).toEqual([]);
  });

  it('leads an arrow from where a call began to wait to its end, inside slices of its thread', async () => {
    const events = await traceOf(busy);
    const [starts, ends] = [of(events, 's'), of(events, 'f')];
    expect(starts.length).toBeGreaterThan(4);
    expect(ends.map(({ id: call }) => call).sort()).toEqual(starts.map(({ id: call }) => call).sort());
    for (const { ts, pid, tid } of [...starts, ...ends]) {
      const around = of(events, 'X').some(
        (slice) => slice.pid === pid && slice.tid === tid && slice.ts <= ts && ts <= slice.ts + (slice.dur ?? 0),
      );
      expect(around).toBe(true);
    }
  });

  it('has virtual time in microseconds', async () => {
    const events = await traceOf(connected);
    const [begin] = of(events, 'b').filter(({ name }) => name === 'connect');
    const [end] = of(events, 'e').filter(({ name }) => name === 'connect');
    expect((end?.ts ?? 0) - (begin?.ts ?? 0)).toBe(2 * LATENCY * 1000);
    expect(end?.args).toEqual({ result: '0' });
  });

  it('of nothing is an empty array', async () => {
    let text = '';
    attachChrome((piece) => {
      text += piece;
    })();
    expect(JSON.parse(text)).toEqual([]);
    await Promise.resolve();
  });
});

describe('a call', () => {
  const report = (phase: TraceReport['phase'], call: number, time: number, layer = 'api'): TraceReport => ({
    phase,
    id: call,
    layer,
    name: `call ${call}`,
    args: [],
    time,
    thread: 4,
  });

  it('whose beginning nobody heard is left out', () => {
    const events: ChromeEvent[] = [];
    const trace = new ChromeTrace((event) => events.push(event));
    trace.listener(report('leave', 1, 5));
    expect(events).toEqual([]);
  });

  it('that never ends is there all the same', () => {
    const events: ChromeEvent[] = [];
    const trace = new ChromeTrace((event) => events.push(event));
    trace.listener(report('enter', 1, 5));
    trace.finish();
    expect(events.map(({ ph }) => ph)).toEqual(['M', 'M', 'X', 'b', 's']);
  });

  it('that ends before one that it made is no slice around it', () => {
    const events: ChromeEvent[] = [];
    const trace = new ChromeTrace((event) => events.push(event));
    trace.listener(report('enter', 1, 1));
    trace.listener(report('enter', 2, 2, 'afd'));
    trace.listener(report('leave', 1, 3));
    trace.listener(report('leave', 2, 4, 'afd'));
    expect(crossing(events)).toEqual([]);
    expect(v.is(traceFile, events)).toBe(true);
  });
});
