// Datagrams that a socket takes before its transport tells of them: for whom, in what order, and how often it is tried.
import { describe, expect, test } from 'vitest';
import { MSG_PEEK, WSAECONNRESET, WSAEINTR, WSAEMSGSIZE } from '../../src/abi/index.js';
import { operations as ops, PolledSockets, ReceiveRequest, type DatagramEndpoint } from '../../src/afd/index.js';
import { listenToEvents } from '../../src/win32/index.js';
import { TRACE_LEVEL_VERBOSE } from '../../src/win32/tracing-events/table.js';
import { AfdBench, bytes, Call, localOf, type Receive } from './bench.js';
import { FakeDatagram } from './fake-datagram.js';

const QUANTUM = 256;
const FOREVER = { nonBlocking: false, timeout: 0, timeoutError: 0 };

class Addressed extends ReceiveRequest {
  override get form(): 'addressed' {
    return 'addressed';
  }
}

class World extends AfdBench {
  readonly a = this.boundDatagram();
  readonly b = this.boundDatagram();

  constructor() {
    super({ pullDatagrams: true });
  }

  /** `contents` have come from a and lie there, not told of yet. */
  lie(contents: readonly string[], to: DatagramEndpoint = this.b): void {
    for (const content of contents) transportOf(to).arrive({ data: bytes(content), from: localOf(this.a), info: null });
  }

  receives(count: number, size = 99): Receive[] {
    return Array.from({ length: count }, () => this.receive(this.b, size));
  }

  /** How often the driver was asked, since the last time. */
  asked(endpoint: DatagramEndpoint = this.b): number {
    const transport = transportOf(endpoint);
    const { pulls } = transport;
    transport.pulls = 0;
    return pulls;
  }
}

function transportOf({ transport }: DatagramEndpoint): FakeDatagram {
  if (transport instanceof FakeDatagram) return transport;
  throw new Error('not over the in-memory driver');
}

const numbers = (count: number): string[] => Array.from({ length: count }, (_, index) => `number ${index}`);
const texts = (calls: readonly Receive[]): string[] => calls.map((call) => call.text);

describe('a burst', () => {
  test('is taken in its order by those who wait, and what is left waits in its order', () => {
    const world = new World();
    const calls = world.receives(20);
    const sent = numbers(30);
    world.lie(sent);
    world.pump();
    expect(world.asked()).toBeGreaterThan(10);
    expect(texts(calls)).toEqual(sent.slice(0, 20));
    expect(texts(world.receives(10))).toEqual(sent.slice(20));
  });

  test('keeps lengths: nothing, and too much', () => {
    const world = new World();
    const calls = world.receives(5, 3);
    world.lie(['a', '', 'too long', '', 'abc']);
    world.pump();
    expect(world.asked()).toBeGreaterThan(2);
    expect(calls.map(({ state, filled }) => [state, filled])).toEqual([
      [0, 'a'],
      [0, ''],
      [WSAEMSGSIZE, 'too'],
      [0, ''],
      [0, 'abc'],
    ]);
  });

  test('may hold an error, which is its receive’s', () => {
    const world = new World();
    const calls = world.receives(4);
    world.lie(['one']);
    transportOf(world.b).arrive('ECONNREFUSED');
    world.lie(['two']);
    world.pump();
    expect(world.asked()).toBeGreaterThan(1);
    expect(calls.map(({ state }) => state)).toEqual([0, WSAECONNRESET, 0, 'pending']);
    expect(calls[2]?.text).toBe('two');
  });

  test('ends with the socket, whoever closes it', () => {
    const world = new World();
    const calls = world.receives(5);
    calls[2]?.request.onDone(() => {
      world.b.lastHandleClosed();
    });
    world.lie(numbers(5));
    world.pump();
    expect(calls.map(({ state, reports }) => [state, reports])).toEqual([
      [0, 1],
      [0, 1],
      [0, 1],
      [WSAEINTR, 1],
      [WSAEINTR, 1],
    ]);
  });

  test('of more than a turn takes is left to the next one', async () => {
    const world = new World();
    const sent = numbers(QUANTUM * 2);
    const calls = world.receives(sent.length);
    world.lie(sent);
    const transport = transportOf(world.b);
    const polled = new PolledSockets();
    world.b.pulling?.pollBy(polled);
    transport.tell();
    for (let i = 0; i < 99; i += 1) polled.poll(QUANTUM);
    expect(world.asked()).toBe(QUANTUM);
    // What the event loop delivers in the same turn gives a few more.
    transport.tell();
    for (let i = 0; i < 99; i += 1) polled.poll(QUANTUM);
    expect(world.asked()).toBe(8);
    await Promise.resolve();
    polled.poll(QUANTUM);
    expect(world.asked()).toBeGreaterThan(0);
    world.pump();
    expect(texts(calls)).toEqual(sent);
  });
});

describe('nothing is pulled', () => {
  test('for a receive that wants the sender', () => {
    const world = new World();
    const requests = [1, 2, 3].map(() => new Addressed([new Uint8Array(9)], 0));
    const calls = requests.map((request) => new Call(ops.receive(world.b, request, FOREVER), request));
    world.lie(numbers(3));
    world.pump();
    expect(world.asked()).toBe(0);
    expect(calls.map(({ request }) => request.from)).toEqual([1, 2, 3].map(() => localOf(world.a)));
  });

  /** A socket that is asked whenever it is polled. */
  function asked(): { world: World; poll: () => void } {
    const world = new World();
    const polled = new PolledSockets();
    world.b.pulling?.pollBy(polled);
    world.receives(1);
    world.lie(['first']);
    world.pump();
    world.asked();
    return { world, poll: () => polled.poll(9) };
  }

  test('for one that looks only', () => {
    const { world, poll } = asked();
    const look = world.receive(world.b, 9, MSG_PEEK);
    world.lie(['second']);
    poll();
    expect([world.asked(), look.state]).toEqual([0, 'pending']);
    world.pump();
    expect([look.text, texts(world.receives(1))]).toEqual(['second', ['second']]);
  });

  test('past what waits to be received', () => {
    const { world, poll } = asked();
    const look = world.receive(world.b, 9, MSG_PEEK);
    // Between the two the first datagram waits for the second receive, and the second one lies there.
    look.request.onDone(poll);
    const [call] = world.receives(1);
    world.lie(numbers(2));
    world.pump();
    expect([look.text, call?.text]).toEqual(['number 0', 'number 0']);
    expect(texts(world.receives(1))).toEqual(['number 1']);
  });

  test('while somebody wants to hear of every datagram', () => {
    const world = new World();
    world.receives(3);
    const end = listenToEvents(() => undefined, { level: TRACE_LEVEL_VERBOSE });
    world.lie(numbers(3));
    world.pump();
    end();
    expect(world.asked()).toBe(0);
  });

  test('where the driver cannot', () => {
    const bench = new AfdBench();
    expect(bench.boundDatagram().pulling).toBeNull();
  });
});

describe('trying', () => {
  test('in vain becomes ever more seldom, and pays again at the next burst', () => {
    const world = new World();
    world.receives(200);
    for (let i = 0; i < 100; i += 1) {
      world.lie(['one']);
      world.pump();
    }
    expect(world.asked()).toBeLessThan(10);
    world.lie(numbers(99));
    world.pump();
    expect(world.asked()).toBeGreaterThan(60);
  });
});

describe('polling', () => {
  /** Two sockets that answer each other, and one list of both. */
  function conversation(): { world: World; polled: PolledSockets } {
    const world = new World();
    const polled = new PolledSockets();
    for (const one of [world.a, world.b]) one.pulling?.pollBy(polled);
    return { world, polled };
  }

  test('finds what two sockets send to each other, without a miss', () => {
    const { world, polled } = conversation();
    const waiting = new Map([world.a, world.b].map((one) => [one, world.receive(one, 9)]));
    /** Something comes to a socket, by the event loop or by a poll, and it waits for more. */
    const comes = (to: DatagramEndpoint, by: () => void): void => {
      world.lie(['x'], to);
      by();
      expect(waiting.get(to)?.text).toBe('x');
      waiting.set(to, world.receive(to, 9));
    };
    comes(world.a, () => world.pump());
    // It has sent something to the other, which can have answered nothing yet.
    polled.poll(1);
    comes(world.b, () => world.pump());
    for (const one of [world.a, world.b]) world.asked(one);
    for (let i = 0; i < 50; i += 1) for (const to of [world.a, world.b]) comes(to, () => polled.poll(1));
    expect([world.asked(world.a), world.asked(world.b)]).toEqual([50, 50]);
  });

  test('asks nobody whom the event loop has told nothing, nor a socket that is closed', () => {
    const { world, polled } = conversation();
    world.receives(2);
    world.lie(numbers(2));
    polled.poll(9);
    expect(world.asked()).toBe(0);
    world.pump();
    world.b.lastHandleClosed();
    world.asked();
    polled.poll(9);
    expect(world.asked()).toBe(0);
  });
});
