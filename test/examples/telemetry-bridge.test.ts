// The OpenTelemetry bridge: spans with their parents, attributes, errors and times.
import { SpanKind, SpanStatusCode, context, trace } from '@opentelemetry/api';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor, type ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bridge, demo } from '../../examples/telemetry-bridge.js';
import { useFlows } from '../../examples/lib/flow-context.js';
import { LATENCY, api, connected, dial, onNetwork } from '../tracing/world.js';
import { collector } from './network.js';

let exporter: InMemorySpanExporter;
let provider: BasicTracerProvider;
let stop: () => void;
beforeEach(() => {
  exporter = new InMemorySpanExporter();
  provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  stop = useFlows();
});
afterEach(() => {
  stop();
});

const named = (name: string): ReadableSpan => {
  const span = exporter.getFinishedSpans().find((one) => one.name === name);
  if (span === undefined) throw new Error(`no span ${name}`);
  return span;
};
const milliseconds = ({ duration: [seconds, nanos] }: ReadableSpan): number => seconds * 1000 + nanos / 1e6;

describe('on the simulated network', () => {
  it('calls become spans with ends, transport and bytes, as long as the calls took', async () => {
    const tracer = provider.getTracer('test');
    await onNetwork(async (net) => {
      const ends = [bridge(net.a.process, tracer), bridge(net.b.process, tracer)];
      const { client, server } = await connected(net);
      const receiving = net.b.run(() => api.recv(server, new Uint8Array(8), 8, 0));
      await net.a.run(() => api.send(client, new Uint8Array(5), 5, 0));
      await receiving;
      for (const end of ends) end();
      await net.a.run(() => api.send(client, new Uint8Array(5), 5, 0));
      const [connect, accept, recv] = [named('connect'), named('accept'), named('recv')];
      expect(connect.kind).toBe(SpanKind.CLIENT);
      expect(connect.attributes).toMatchObject({
        'network.transport': 'tcp',
        'network.type': 'ipv4',
        'network.peer.address': net.b.address,
        'network.peer.port': 80,
        'network.local.address': net.a.address,
      });
      expect(milliseconds(connect)).toBeCloseTo(2 * LATENCY, 6);
      expect(accept.kind).toBe(SpanKind.SERVER);
      expect(accept.attributes).toMatchObject({ 'network.peer.address': net.a.address, 'network.local.port': 80 });
      expect(recv.attributes).toMatchObject({ 'network.io.direction': 'receive', 'winsock.bytes': 5 });
      expect(named('send').attributes).toMatchObject({ 'network.io.direction': 'transmit', 'winsock.bytes': 5 });
      expect(exporter.getFinishedSpans()).toHaveLength(4);
    });
  });

  it('what fails is an error with its name', async () => {
    await onNetwork(async ({ a, b }) => {
      const end = bridge(a.process, provider.getTracer('test'));
      const { error } = await a.run(() => dial(b.address, 81));
      expect(error).toBe(api.WSAECONNREFUSED);
      end();
    });
    const connect = named('connect');
    expect(connect.status).toEqual({ code: SpanStatusCode.ERROR, message: 'WSAECONNREFUSED' });
    expect(connect.attributes['error.type']).toBe('WSAECONNREFUSED');
  });

  it('the span that a program is in is the parent, call by call', async () => {
    const tracer = provider.getTracer('test');
    await onNetwork(async (net) => {
      const { client } = await connected(net);
      const end = bridge(net.a.process, tracer);
      const parents = ['one', 'two'].map((name) => tracer.startSpan(name));
      await Promise.all(
        parents.map((parent) =>
          context.with(trace.setSpan(context.active(), parent), () =>
            net.a.run(async () => {
              await Promise.resolve();
              await api.send(client, new Uint8Array(1), 1, 0);
            }),
          ),
        ),
      );
      await net.a.run(() => api.send(client, new Uint8Array(1), 1, 0));
      end();
      const sends = exporter.getFinishedSpans().filter(({ name }) => name === 'send');
      const ids = parents.map((parent) => parent.spanContext().spanId);
      expect(sends.map(({ parentSpanContext }) => parentSpanContext?.spanId)).toEqual([...ids, undefined]);
    });
  });
});

it('the program itself shows the client under its request and the server beside it', async () => {
  stop();
  const { lines, print } = collector();
  expect(await demo(print)).toBe(0);
  const shown = lines.map((line) => line.replace(/ \{.*/, ''));
  expect(shown).toEqual(expect.arrayContaining(['accept', '  connect', '  send', '  recv', 'recv']));
});
