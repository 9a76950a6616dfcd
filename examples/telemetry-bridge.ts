// A bridge from the trace to OpenTelemetry: each connect, accept, send and receive of a process becomes a span, a child of
// the one that its program is in, with attributes by the semantic conventions for networks.
// Run it: npx tsx examples/telemetry-bridge.ts
import {
  AF_INET,
  createProcess,
  errorName,
  inspectSocket,
  runIn,
  type Process,
  type SOCKET,
  type TraceReport,
} from 'winsock2';
import { SpanKind, SpanStatusCode, context, trace, type Attributes, type Span, type Tracer } from '@opentelemetry/api';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { client } from './client.js';
import { loopback } from './lib/addresses.js';
import { useFlows } from './lib/flow-context.js';
import { runAsProgram, toConsole, type Print } from './lib/program.js';
import { server } from './server.js';

type Operation = 'connect' | 'accept' | 'send' | 'receive';

/** The functions that become spans, and what they do. */
const operations: Readonly<Record<string, Operation>> = {
  connect: 'connect',
  WSAConnect: 'connect',
  accept: 'accept',
  WSAAccept: 'accept',
  send: 'send',
  WSASend: 'send',
  sendto: 'send',
  WSASendTo: 'send',
  recv: 'receive',
  WSARecv: 'receive',
  recvfrom: 'receive',
  WSARecvFrom: 'receive',
};

const kinds: Readonly<Record<Operation, SpanKind>> = {
  connect: SpanKind.CLIENT,
  accept: SpanKind.SERVER,
  send: SpanKind.INTERNAL,
  receive: SpanKind.INTERNAL,
};

/** A host and a port out of `127.0.0.1:80` or `[::1]:80`. */
function endOf(side: 'local' | 'peer', text: string | null): Attributes {
  const colon = text?.lastIndexOf(':') ?? -1;
  if (text === null || colon < 0) return {};
  const address = text.slice(0, colon).replace(/^\[|\]$/g, '');
  return { [`network.${side}.address`]: address, [`network.${side}.port`]: Number(text.slice(colon + 1)) };
}

/** What a socket says of itself; nothing is changed by asking, not even the last error. */
function attributesOf(process: Process, s: SOCKET): Attributes {
  const socket = runIn(process, () => inspectSocket(s));
  if (socket === null) return {};
  const transport = { stream: 'tcp', datagram: 'udp', raw: 'raw' }[socket.type];
  return {
    'network.transport': socket.family === 'unix' ? 'unix' : transport,
    ...(socket.family === 'unix' ? {} : { 'network.type': socket.family }),
    ...endOf('local', socket.local),
    ...endOf('peer', socket.remote),
  };
}

/** Ends a span with what became of its call. */
function end(process: Process, span: Span, operation: Operation, s: SOCKET, { result, error = 0, time }: TraceReport): void {
  const failed = error !== 0 && result === -1;
  // What accept returns is the connection, and that has a peer.
  span.setAttributes(attributesOf(process, operation === 'accept' && !failed ? (result as SOCKET) : s));
  if (failed) {
    span.setAttribute('error.type', errorName(error));
    span.setStatus({ code: SpanStatusCode.ERROR, message: errorName(error) });
  } else if ((operation === 'send' || operation === 'receive') && typeof result === 'number') {
    span.setAttributes({ 'network.io.direction': operation === 'send' ? 'transmit' : 'receive', 'winsock.bytes': result });
  }
  span.end(time);
}

/**
 * Makes spans of the calls of one process.
 *
 * @param process - whose calls
 * @param tracer - what makes the spans
 * @returns ends it; calls that are under way leave no span
 */
export function bridge(process: Process, tracer: Tracer): () => void {
  const open = new Map<number, { readonly span: Span; readonly operation: Operation; readonly s: SOCKET }>();
  return process.trace.listen((report) => {
    const operation = operations[report.name];
    if (report.layer !== 'api' || operation === undefined) return;
    if (report.phase === 'enter') {
      // The listener runs within the call: what is active here is active in the program that makes it.
      const options = { kind: kinds[operation], startTime: report.time };
      const span = tracer.startSpan(report.name, options, context.active());
      open.set(report.id, { span, operation, s: report.args[0] as SOCKET });
      return;
    }
    const call = open.get(report.id);
    open.delete(report.id);
    if (call !== undefined) end(process, call.span, call.operation, call.s, report);
  });
}

/** An echo under one span of the program's own; prints the spans as a tree. Returns the exit code. */
export async function demo(print: Print = toConsole): Promise<number> {
  const exporter = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  const tracer = provider.getTracer('winsock2');
  const stopFlows = useFlows();
  await using process = createProcess({ name: 'telemetry' });
  const stop = bridge(process, tracer);
  const quiet: Print = () => undefined;
  const host = loopback(AF_INET);
  const request = tracer.startSpan('echo request');
  const code = await process.run(async () => {
    let serving: Promise<number> = Promise.resolve(0);
    const port = await new Promise<number>((listening) => {
      serving = server({ host, family: AF_INET, port: '0', listening, print: quiet });
    });
    const asked = await context.with(trace.setSpan(context.active(), request), () =>
      client({ host, port: String(port), print: quiet }),
    );
    return asked || (await serving);
  });
  request.end();
  stop();
  stopFlows();
  const spans = exporter.getFinishedSpans();
  const inside = request.spanContext().spanId;
  for (const { name, attributes, parentSpanContext } of spans) {
    print(`${parentSpanContext?.spanId === inside ? '  ' : ''}${name} ${JSON.stringify(attributes)}`);
  }
  return code;
}

runAsProgram(import.meta.url, () => demo());
