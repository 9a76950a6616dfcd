// Owns: sockets of afd over the in-memory driver, and calls on them as a provider would make them.
// Does not own: the driver (fake-driver.ts), the clock (../win32/fake-clock.ts).

import { IPPROTO_TCP, IPPROTO_UDP, SOCK_DGRAM, SOCK_RAW, SOCK_STREAM, WSAETIMEDOUT } from '../../src/abi/index.js';
import {
  AcceptRequest,
  Afd,
  DatagramEndpoint,
  familyNumber,
  IoRequest,
  operations as ops,
  ReceiveRequest,
  StreamEndpoint,
  type Condition,
  type Endpoint,
  type NetAddress,
  type Waiting,
} from '../../src/afd/index.js';
import type { Capabilities, Family } from '../../src/drivers/contract.js';
import { Process } from '../../src/win32/index.js';
import { FakeClock } from '../win32/fake-clock.js';
import type { FakeNetwork } from './fake-network.js';
import { FakeDriver } from './fake-driver.js';
import { FakeStream } from './fake-stream.js';

/** What a socket's buffers are filled with beforehand. */
export const JUNK = 0xcc;

/** A request that was started: what starting it gave, and what has become of it. */
export class Call<R extends IoRequest = IoRequest> {
  /** The error found at once, 0 when the request was taken. */
  readonly started: number;
  readonly request: R;
  /** How often completion was reported; a request that was done at once counts as one. */
  reports: number;

  constructor(started: number, request: R) {
    this.started = started;
    this.request = request;
    this.reports = request.done ? 1 : 0;
    if (started !== 0 || request.done) return;
    request.onDone(() => {
      this.reports += 1;
    });
  }

  /** 'pending', or the error. */
  get state(): number | 'pending' {
    if (this.started !== 0) return this.started;
    return this.request.done ? this.request.error : 'pending';
  }
}

/** A receive and its memory. */
export class Receive extends Call<ReceiveRequest> {
  readonly buffers: readonly Uint8Array[];

  constructor(started: number, request: ReceiveRequest, buffers: readonly Uint8Array[]) {
    super(started, request);
    this.buffers = buffers;
  }

  /** The text received; throws when there is none to be had. */
  get text(): string {
    if (this.state !== 0) throw new Error(`the receive is ${this.state}`);
    return this.filled;
  }

  /** What the buffers hold, as far as the request says that they were filled. */
  get filled(): string {
    const all = this.buffers.flatMap((buffer) => [...buffer]);
    return text(Uint8Array.from(all.slice(0, this.request.bytes)));
  }
}

export function bytes(content: string): Uint8Array {
  return new TextEncoder().encode(content);
}

export function text(content: Uint8Array): string {
  return new TextDecoder().decode(content);
}

export function address(port = 0, host = '127.0.0.1'): NetAddress {
  const family = host.startsWith('/') ? 'unix' : host.includes(':') ? 'ipv6' : 'ipv4';
  return { family, address: host, port, scopeId: 0 };
}

/** A process with its device. */
export class AfdBench {
  readonly clock = new FakeClock();
  readonly process = new Process({ clock: this.clock });
  readonly driver: FakeDriver;
  readonly afd: Afd;

  constructor(differences: Partial<Capabilities> = {}) {
    this.driver = new FakeDriver(differences);
    this.afd = new Afd(this.driver, this.process);
  }

  get net(): FakeNetwork {
    return this.driver.net;
  }

  /** Lets everything on the wire arrive. */
  pump(): void {
    this.net.pump();
  }

  stream(family: Family = 'ipv4'): StreamEndpoint {
    const made = this.afd.createEndpoint(familyNumber(family), SOCK_STREAM, family === 'unix' ? 0 : IPPROTO_TCP);
    if (made instanceof StreamEndpoint) return made;
    throw new Error(`no stream: ${typeof made === 'number' ? made : made.type}`);
  }

  datagram(family: Family = 'ipv4'): DatagramEndpoint {
    const made = this.afd.createEndpoint(familyNumber(family), SOCK_DGRAM, IPPROTO_UDP);
    if (made instanceof DatagramEndpoint) return made;
    throw new Error(`no datagram socket: ${typeof made === 'number' ? made : made.type}`);
  }

  /** A raw socket of an IP protocol. */
  raw(protocol: number, family: Family = 'ipv4'): DatagramEndpoint {
    const made = this.afd.createEndpoint(familyNumber(family), SOCK_RAW, protocol);
    if (made instanceof DatagramEndpoint) return made;
    throw new Error(`no raw socket: ${typeof made === 'number' ? made : made.type}`);
  }

  /** A datagram socket bound to loopback. */
  boundDatagram(): DatagramEndpoint {
    const endpoint = this.datagram();
    must(ops.bind(endpoint, address()));
    return endpoint;
  }

  listener(backlog = 5): StreamEndpoint {
    const endpoint = this.stream();
    must(ops.bind(endpoint, address()));
    must(ops.listen(endpoint, backlog));
    return endpoint;
  }

  connect(endpoint: StreamEndpoint, to: NetAddress): Call {
    const request = new IoRequest();
    return new Call(ops.connectStream(endpoint, to, request), request);
  }

  accept(
    listener: Endpoint,
    condition: Condition | null = null,
    admit: (caller: NetAddress) => number = () => 0,
  ): Call<AcceptRequest> {
    const request = new AcceptRequest(condition, admit);
    return new Call(ops.accept(listener, request), request);
  }

  /** A client connected to `listener` whose connection waits to be accepted. */
  dial(listener: StreamEndpoint): StreamEndpoint {
    const client = this.stream();
    const call = this.connect(client, localOf(listener));
    this.pump();
    must(call.state);
    return client;
  }

  /** Two connected sockets; `serverTo` is the driver's side of the server. */
  pair(): { readonly client: StreamEndpoint; readonly server: StreamEndpoint } {
    const listener = this.listener();
    const client = this.dial(listener);
    const call = this.accept(listener);
    must(call.state);
    const server = call.request.connection;
    if (server === null) throw new Error('accept gave no connection');
    listener.lastHandleClosed();
    this.pump();
    return { client, server };
  }

  receive(endpoint: Endpoint, sizes: number | readonly number[], flags = 0): Receive {
    const buffers = [sizes].flat().map((size) => new Uint8Array(size).fill(JUNK));
    const request = new ReceiveRequest(buffers, flags);
    return new Receive(ops.receive(endpoint, request, this.#waiting(endpoint)), request, buffers);
  }

  #waiting({ nonBlocking, options }: Endpoint): Waiting {
    return { nonBlocking, timeout: options.receiveTimeout, timeoutError: WSAETIMEDOUT };
  }

  receiveUrgent(endpoint: Endpoint, flags = 0): Receive {
    const buffers = [new Uint8Array(1).fill(JUNK)];
    const request = new ReceiveRequest(buffers, flags);
    const waiting = this.#waiting(endpoint);
    return new Receive(ops.receiveUrgent(endpoint, request, waiting), request, buffers);
  }

  send(endpoint: StreamEndpoint, ...chunks: (string | Uint8Array)[]): Call {
    const request = new IoRequest();
    const { sendTimeout: timeout } = endpoint.options;
    const waiting = { nonBlocking: endpoint.nonBlocking, timeout, timeoutError: WSAETIMEDOUT };
    return new Call(ops.sendStream(endpoint, memory(chunks), request, waiting), request);
  }

  sendUrgent(endpoint: StreamEndpoint, ...chunks: string[]): Call {
    const request = new IoRequest();
    return new Call(ops.sendUrgent(endpoint, memory(chunks), request), request);
  }

  sendTo(endpoint: DatagramEndpoint, to: NetAddress | null, ...chunks: (string | Uint8Array)[]): Call {
    const request = new IoRequest();
    return new Call(ops.sendDatagram(endpoint, memory(chunks), to, request), request);
  }
}

function memory(chunks: readonly (string | Uint8Array)[]): Uint8Array[] {
  return chunks.map((chunk) => (typeof chunk === 'string' ? bytes(chunk) : chunk));
}

/** What a step of a test's preparation gave must be success. */
export function must(state: number | 'pending'): void {
  if (state !== 0) throw new Error(`preparing the test failed: ${state}`);
}

export function localOf(endpoint: Endpoint): NetAddress {
  if (endpoint.local === null) throw new Error('not bound');
  return endpoint.local;
}

/** The driver's side of a stream. */
export function below(endpoint: StreamEndpoint): FakeStream {
  const { transport } = endpoint;
  if (transport instanceof FakeStream) return transport;
  throw new Error('not over the in-memory driver');
}

/** A bench with two connected sockets on it. */
export function connected(): AfdBench & ReturnType<AfdBench['pair']> {
  const bench = new AfdBench();
  return Object.assign(bench, bench.pair());
}
