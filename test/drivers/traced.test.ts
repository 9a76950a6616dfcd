// The tracing driver: it keeps the contract while somebody listens, and is not there while nobody does.
import * as vitest from 'vitest';
import { describe, expect, it } from 'vitest';
import { describeDriver } from 'winsock2/testing';
import type { Driver, StreamSink } from '../../src/drivers/contract.js';
import { createNodeDriver } from '../../src/drivers/node/index.js';
import { tracedDriver } from '../../src/drivers/traced.js';
import { systemClock, Trace, type TraceReport } from '../../src/win32/index.js';
import { nodeUnderTest } from './node-setup.js';

function traced(driver: Driver, listener: ((report: TraceReport) => void) | null): Driver {
  const trace = new Trace();
  if (listener !== null) trace.listen(listener);
  return tracedDriver(driver, { trace, clock: systemClock, thread: () => 4 });
}

describe('while somebody listens', () => {
  describeDriver(vitest, 'node, traced', { ...nodeUnderTest(), create: () => traced(createNodeDriver(), () => undefined) });

  it('reports calls with their results', () => {
    const reports: TraceReport[] = [];
    const driver = traced(createNodeDriver(), (report) => reports.push(report));
    const stream = driver.openStream('ipv4', {} as StreamSink);
    if (typeof stream === 'string') throw new Error(stream);
    stream.reset();
    expect(reports.map(({ phase, layer, name, thread }) => [phase, layer, name, thread])).toEqual([
      ['enter', 'driver', 'stream.open', 4],
      ['leave', 'driver', 'stream.open', 4],
      ['enter', 'driver', 'stream.reset', 4],
      ['leave', 'driver', 'stream.reset', 4],
    ]);
  });
});

describe('while nobody listens', () => {
  it('passes transports on as the driver made them', () => {
    const node = createNodeDriver();
    const sinks: StreamSink[] = [];
    const opened: unknown[] = [];
    const spy: Driver = {
      ...node,
      openStream(family, sink) {
        sinks.push(sink);
        const transport = node.openStream(family, sink);
        opened.push(transport);
        return transport;
      },
    };
    const sink = {} as StreamSink;
    const stream = traced(spy, null).openStream('ipv4', sink);
    expect(stream).toBe(opened[0]);
    expect(sinks[0]).toBe(sink);
    if (typeof stream !== 'string') stream.reset();
  });
});
