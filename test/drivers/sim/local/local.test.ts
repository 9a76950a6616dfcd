import { describe, expect, it } from 'vitest';
import type { DriverError, NetAddress, StreamSink, StreamTransport } from '../../../../src/drivers/contract.js';
import { SimClock } from '../../../../src/drivers/sim/clock.js';
import { LocalLayer } from '../../../../src/drivers/sim/local/local-layer.js';
import { SimLocal } from '../../../../src/drivers/sim/sockets/local.js';

const OPTIONS = { v6Only: false, shared: false };

function path(address: string): NetAddress {
  return { family: 'unix', address, port: 0, scopeId: 0 };
}

class Host {
  readonly clock = new SimClock();
  readonly layer = new LocalLayer<SimLocal>(this.clock);

  open(): Probe {
    return new Probe((sink) => new SimLocal(this.layer, sink));
  }

  listener(name: string, backlog = 4): Probe {
    const probe = this.open();
    expect(probe.socket.bind(path(name), OPTIONS)).toBeNull();
    expect(probe.socket.listen(backlog)).toBeNull();
    return probe;
  }

  connect(name: string): Probe {
    const probe = this.open();
    expect(probe.socket.connect(path(name))).toBeNull();
    return probe;
  }

  settle(): Promise<void> {
    return new Promise((resolve) => {
      const stop = this.clock.onIdle(() => {
        stop();
        resolve();
      });
    });
  }
}

/** Writes down what it is told, in words. */
class Probe implements StreamSink {
  readonly socket: StreamTransport;
  readonly told: string[] = [];
  readonly connections: StreamTransport[] = [];
  bytes = 0;

  constructor(make: (sink: StreamSink) => StreamTransport) {
    this.socket = make(this);
  }

  connected(): void {
    this.told.push('connected');
  }
  connectFailed(error: DriverError): void {
    this.told.push(`connectFailed ${error}`);
  }
  accepted(connection: StreamTransport): void {
    this.connections.push(connection);
  }
  received(_buffer: Uint8Array, length: number): boolean {
    this.bytes += length;
    return true;
  }
  urgent(): void {
    this.told.push('urgent');
  }
  ended(): void {
    this.told.push('ended');
  }
  failed(error: DriverError): void {
    this.told.push(`failed ${error}`);
  }

  /** The accepted end of connection number `index`, with a probe for its sink. */
  attach(index = 0): Probe {
    const probe = new Probe(() => this.connections[index]!);
    probe.socket.attach(probe);
    return probe;
  }
}

const nobody = (): void => {
  // Nobody waits for it.
};

describe('paths', () => {
  it('are taken until their socket is closed', async () => {
    const host = new Host();
    const listener = host.listener('/a');
    const second = host.open();
    expect(second.socket.bind(path('/a'), OPTIONS)).toBe('EADDRINUSE');
    listener.socket.close(nobody);
    expect(second.socket.bind(path('/a'), OPTIONS)).toBeNull();
    second.socket.reset();
    host.listener('/a');
    await host.settle();
  });

  it('have at most 107 bytes, and at least one', () => {
    const host = new Host();
    expect(host.open().socket.bind(path('a'.repeat(108)), OPTIONS)).toBe('ENAMETOOLONG');
    expect(host.open().socket.bind(path('ä'.repeat(54)), OPTIONS)).toBe('ENAMETOOLONG');
    expect(host.open().socket.bind(path('a'.repeat(107)), OPTIONS)).toBeNull();
    expect(host.open().socket.bind(path(''), OPTIONS)).toBe('EINVAL');
  });

  it('of different hosts have nothing to do with each other', async () => {
    new Host().listener('/a');
    const other = new Host();
    const client = other.connect('/a');
    await other.settle();
    expect(client.told).toEqual(['connectFailed ECONNREFUSED']);
  });
});

describe('connections', () => {
  it('come about in the same instant', async () => {
    const host = new Host();
    const listener = host.listener('/a');
    const client = host.connect('/a');
    expect(client.told).toEqual([]);
    await host.settle();
    expect(client.told).toEqual(['connected']);
    expect(listener.connections.length).toBe(1);
    expect(host.clock.us).toBe(0);
  });

  it('are refused while too many wait unattached', async () => {
    const host = new Host();
    const listener = host.listener('/a', 2);
    const clients = [host.connect('/a'), host.connect('/a'), host.connect('/a')];
    await host.settle();
    expect(clients.map(({ told }) => told)).toEqual([['connected'], ['connected'], ['connectFailed ECONNREFUSED']]);
    listener.attach(0);
    const fourth = host.connect('/a');
    await host.settle();
    expect(fourth.told).toEqual(['connected']);
    listener.connections[1]!.reset();
    const fifth = host.connect('/a');
    await host.settle();
    expect(fifth.told).toEqual(['connected']);
  });

  it('a refused socket may try again', async () => {
    const host = new Host();
    const client = host.connect('/a');
    expect(client.socket.connect(path('/a'))).toBe('EALREADY');
    await host.settle();
    host.listener('/a');
    expect(client.socket.connect(path('/a'))).toBeNull();
    await host.settle();
    expect(client.told).toEqual(['connectFailed ECONNREFUSED', 'connected']);
    expect(client.socket.connect(path('/a'))).toBe('EISCONN');
  });

  it('held ones are through when attached, and refused when let go', async () => {
    const host = new Host();
    const listener = host.listener('/a');
    listener.socket.set('holdConnections', 1);
    const [first, second, third] = [host.connect('/a'), host.connect('/a'), host.connect('/a')];
    await host.settle();
    expect([first, second, third].flatMap(({ told }) => told)).toEqual([]);
    const server = listener.attach(0);
    listener.connections[1]!.reset();
    listener.connections[2]!.close(nobody);
    await host.settle();
    expect([first.told, second.told, third.told]).toEqual([
      ['connected'],
      ['connectFailed ECONNREFUSED'],
      ['connectFailed ECONNREFUSED'],
    ]);
    first.socket.write([new Uint8Array(3)], nobody);
    await host.settle();
    expect(server.bytes).toBe(3);
  });

  it('a held connection whose client went away is broken', async () => {
    const host = new Host();
    const listener = host.listener('/a');
    listener.socket.set('holdConnections', 1);
    const client = host.connect('/a');
    await host.settle();
    client.socket.close(nobody);
    const server = listener.attach(0);
    await host.settle();
    expect(server.told).toEqual(['failed ECONNRESET']);
    expect(client.told).toEqual([]);
  });

  it('a listener that is closed in the very moment resets what it was to be given', async () => {
    const host = new Host();
    const listener = host.listener('/a');
    const client = host.connect('/a');
    client.connected = () => {
      client.told.push('connected');
      listener.socket.close(nobody);
    };
    await host.settle();
    expect(listener.connections).toEqual([]);
    expect(client.told).toEqual(['connected', 'failed ECONNRESET']);
  });
});

describe('back-pressure', () => {
  it('begins where the send buffer says, and every write is answered in its turn', async () => {
    const host = new Host();
    const listener = host.listener('/a');
    const client = host.connect('/a');
    await host.settle();
    client.socket.set('sendBuffer', 1000);
    const answers: number[] = [];
    const write = (size: number): boolean =>
      client.socket.write([new Uint8Array(size)], (error) => answers.push(error === null ? size : -1));
    expect([write(999), write(500), write(20_000), write(3)]).toEqual([true, true, false, false]);
    await host.settle();
    expect(answers).toEqual([]);
    const server = listener.attach();
    await host.settle();
    expect(answers).toEqual([20_000, 3]);
    expect(server.bytes).toBe(21_502);
  });

  it('what was taken is a copy', async () => {
    const host = new Host();
    const listener = host.listener('/a');
    const client = host.connect('/a');
    await host.settle();
    const bytes = Uint8Array.of(1, 2, 3);
    client.socket.write([bytes], nobody);
    bytes.fill(9);
    const seen: number[] = [];
    const server = listener.attach();
    server.received = (buffer, length) => {
      seen.push(...buffer.subarray(0, length));
      return true;
    };
    await host.settle();
    expect(seen).toEqual([1, 2, 3]);
  });
});

describe('the end', () => {
  it('of the host is silent, and frees its paths', async () => {
    const host = new Host();
    const listener = host.listener('/a');
    const client = host.connect('/a');
    await host.settle();
    const server = listener.attach();
    await host.settle();
    client.socket.write([new Uint8Array(5)], nobody);
    client.socket.reset();
    host.layer.halt();
    await host.settle();
    expect([server.told, server.bytes]).toEqual([[], 0]);
    expect(host.layer.find('/a')).toBeNull();
  });

  it('has neither urgent data nor figures', () => {
    const { socket } = new Host().open();
    expect(socket.writeUrgent(1)).toBe('ENOTSUP');
    expect(socket.figures()).toBeNull();
    expect(socket.pathMtu()).toBeNull();
  });
});
