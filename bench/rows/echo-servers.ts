// The echo servers of examples/, each against a server of raw Node: 500 connections, one small message on its way on each.
import { connect, type Socket } from 'node:net';
import type { EchoServerOptions } from '../../examples/lib/echo-server.js';
import type { Bench, Serve, ServerRow } from '../row.js';
import * as raw from './raw.js';

const connections = 500;
const size = 64;
const message = new Uint8Array(size).fill(0x65);

/** What the client reads into: nothing of it is kept, so one does for all. */
const buffer = new Uint8Array(65_536);

/** A connection of the client. It does as little as it can, for it takes its time from the machine that is measured. */
class Caller {
  readonly socket: Socket;
  readonly connected: Promise<void>;
  #have = 0;
  #left = 0;
  #done = (): void => undefined;

  constructor(port: number) {
    const callback = (length: number): boolean => {
      this.#take(length);
      return true;
    };
    this.socket = connect({ port, host: '127.0.0.1', onread: { buffer, callback } });
    this.connected = new Promise((resolve) => this.socket.once('connect', resolve));
  }

  /** `rounds` messages there and back. */
  run(rounds: number): Promise<void> {
    this.#left = rounds;
    this.socket.write(message);
    return new Promise((resolve) => (this.#done = resolve));
  }

  #take(length: number): void {
    this.#have += length;
    if (this.#have < size) return;
    this.#have -= size;
    this.#left -= 1;
    if (this.#left > 0) this.socket.write(message);
    else this.#done();
  }
}

async function client(port: number): Promise<Bench> {
  const callers = Array.from({ length: connections }, () => new Caller(port));
  await Promise.all(callers.map(({ connected }) => connected));
  return {
    run: async (count) => {
      await Promise.all(callers.map((caller) => caller.run(count)));
    },
    close: () => {
      for (const { socket } of callers) socket.end();
    },
  };
}

const serveRaw: Serve = async (listening) => {
  let left = connections;
  let end = (): void => undefined;
  const over = new Promise<void>((resolve) => (end = resolve));
  const { server, port } = await raw.listening((socket) => {
    raw.echo(socket);
    socket.on('close', () => {
      left -= 1;
      if (left === 0) end();
    });
  });
  listening(port);
  await over;
  server.close();
};

interface Example {
  readonly serve: (options: EchoServerOptions) => Promise<number>;
}

function row(name: string, how: string, example: () => Promise<Example>): ServerRow {
  return {
    name,
    title: `echo server with ${how}, ${connections} connections, ${size} bytes there and back`,
    unit: 'messages/s',
    perCount: connections,
    count: 800,
    // Servers run for long: both sides are measured when the compiler is through with them, after a second or two.
    warmup: 800,
    pinned: false,
    memory: true,
    client,
    serve: {
      raw: serveRaw,
      ours: async (listening) => {
        const { serve } = await example();
        await serve({ clients: connections, print: () => undefined, listening });
      },
    },
  };
}

export const echoServers: readonly ServerRow[] = [
  row('echo-threads', 'a thread per client', () => import('../../examples/echo-threads.js')),
  row('echo-select', 'select', () => import('../../examples/echo-select.js')),
  row('echo-poll', 'WSAPoll', () => import('../../examples/echo-poll.js')),
  row('echo-events', 'network events', () => import('../../examples/echo-events.js')),
  row('echo-routines', 'completion routines', () => import('../../examples/echo-routines.js')),
  row('echo-port', 'a completion port', () => import('../../examples/echo-port.js')),
  row('echo-rio', 'registered I/O', () => import('../../examples/echo-rio.js')),
];
