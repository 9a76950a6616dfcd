// Readiness: which bits a socket shows in which state, and the waiting for them.
import { describe, expect, test } from 'vitest';
import { SD_RECEIVE } from '../../src/abi/index.js';
import {
  operations as ops,
  POLL_ABORT,
  POLL_ACCEPT,
  POLL_CONNECT,
  POLL_DISCONNECT,
  POLL_LOCAL_CLOSE,
  POLL_RECEIVE,
  POLL_RECEIVE_EXPEDITED,
  POLL_SEND,
  PollRequest,
  type Endpoint,
} from '../../src/afd/index.js';
import { AfdBench, below, localOf, must } from './bench.js';

const IDLE = POLL_SEND | POLL_CONNECT;
const EVERYTHING = 0x1ff;

function connected(): AfdBench & ReturnType<AfdBench['pair']> {
  const bench = new AfdBench();
  return Object.assign(bench, bench.pair());
}

class Poll {
  readonly request: PollRequest;
  reports = 0;
  constructor(watched: readonly (readonly [Endpoint, number])[], timeout: number | null) {
    this.request = new PollRequest(watched.map(([endpoint, wanted]) => ({ endpoint, wanted, seen: 0 })));
    this.request.onDone(() => {
      this.reports += 1;
    });
    this.request.start(timeout);
  }
  /** 'waiting', or what was seen of each. */
  get seen(): 'waiting' | number[] {
    return this.request.done ? this.request.watched.map(({ seen }) => seen) : 'waiting';
  }
}

/** Whoever waits looks again in the next turn. */
async function turn(): Promise<void> {
  await Promise.resolve();
}

/** Everything on the wire arrives, and the turn is over. */
async function arrive(world: AfdBench): Promise<void> {
  world.pump();
  await turn();
}

describe('a stream shows', () => {
  test('nothing before it is connected, and nothing while it connects', () => {
    const bench = new AfdBench();
    const client = bench.stream();
    expect(client.readiness()).toBe(0);
    bench.connect(client, localOf(bench.listener()));
    expect(client.readiness()).toBe(0);
    bench.pump();
    expect(client.readiness()).toBe(IDLE);
  });

  test('data while there is some', () => {
    const world = connected();
    expect(world.server.readiness()).toBe(IDLE);
    must(world.send(world.client, 'ab').state);
    world.pump();
    expect(world.server.readiness()).toBe(IDLE | POLL_RECEIVE);
    world.receive(world.server, 1);
    expect(world.server.readiness()).toBe(IDLE | POLL_RECEIVE);
    world.receive(world.server, 1);
    expect(world.server.readiness()).toBe(IDLE);
  });

  test('urgent data apart', () => {
    const world = connected();
    must(world.sendUrgent(world.client, '!').state);
    world.pump();
    expect(world.server.readiness()).toBe(IDLE | POLL_RECEIVE_EXPEDITED);
    world.receiveUrgent(world.server);
    expect(world.server.readiness()).toBe(IDLE);
  });

  test('the end of the stream, beside data that is left', () => {
    const world = connected();
    must(world.send(world.client, 'ab').state);
    must(ops.shutdown(world.client, 1));
    world.pump();
    expect(world.server.readiness()).toBe(IDLE | POLL_RECEIVE | POLL_DISCONNECT);
    world.receive(world.server, 9);
    expect(world.server.readiness()).toBe(IDLE | POLL_DISCONNECT);
  });

  test('whether a send would wait', () => {
    const world = connected();
    world.client.options.sendBuffer = 4;
    world.client.nonBlocking = true;
    world.net.holding = true;
    world.send(world.client, 'abc');
    expect(world.client.readiness()).toBe(IDLE);
    world.send(world.client, 'd');
    expect(world.client.readiness()).toBe(0);
    world.net.release();
    world.pump();
    expect(world.client.readiness()).toBe(IDLE);
  });

  test('that the connection was cut, and that asking would tell', () => {
    const world = connected();
    below(world.client).breakWith('ECONNRESET');
    world.pump();
    expect(world.client.readiness()).toBe(POLL_ABORT | POLL_SEND);
  });

  test('no data after receiving was shut down', () => {
    const world = connected();
    must(ops.shutdown(world.server, SD_RECEIVE));
    expect(world.server.readiness() & POLL_RECEIVE).toBe(0);
  });
});

describe('other sockets show', () => {
  test('a listener: that somebody waits', () => {
    const bench = new AfdBench();
    const listener = bench.listener();
    expect(listener.readiness()).toBe(0);
    bench.dial(listener);
    expect(listener.readiness()).toBe(POLL_ACCEPT);
    bench.accept(listener);
    expect(listener.readiness()).toBe(0);
  });

  test('a datagram socket: that it can send, and what has come, errors too', () => {
    const bench = new AfdBench({ unconnectedPortUnreachable: true });
    const [a, b] = [bench.boundDatagram(), bench.boundDatagram()];
    expect(b.readiness()).toBe(POLL_SEND);
    bench.sendTo(a, localOf(b), '');
    bench.pump();
    expect(b.readiness()).toBe(POLL_SEND | POLL_RECEIVE);
    bench.receive(b, 9);
    expect(b.readiness()).toBe(POLL_SEND);
    const gone = localOf(a);
    a.lastHandleClosed();
    bench.sendTo(b, gone, 'x');
    bench.pump();
    expect(b.readiness()).toBe(POLL_SEND | POLL_RECEIVE);
  });
});

describe('waiting', () => {
  test('ends at once when something is there', () => {
    const world = connected();
    const poll = new Poll([[world.server, EVERYTHING], [world.client, POLL_RECEIVE]], null);
    expect([poll.seen, poll.reports]).toEqual([[IDLE, 0], 1]);
  });

  test('ends when something comes that was asked for, and not for anything else', async () => {
    const world = connected();
    const poll = new Poll([[world.server, POLL_RECEIVE_EXPEDITED], [world.server, POLL_DISCONNECT]], null);
    must(world.send(world.client, 'ab').state);
    await arrive(world);
    expect(poll.seen).toBe('waiting');
    must(ops.shutdown(world.client, 1));
    await arrive(world);
    expect([poll.seen, poll.reports]).toEqual([[0, POLL_DISCONNECT], 1]);
  });

  test('tells everything that is there by then', async () => {
    const world = connected();
    const poll = new Poll([[world.server, POLL_RECEIVE], [world.client, POLL_RECEIVE]], null);
    must(world.send(world.client, 'a').state);
    must(world.send(world.server, 'b').state);
    await arrive(world);
    // One arrived after the other, in the same turn.
    expect([poll.seen, poll.reports]).toEqual([[POLL_RECEIVE, POLL_RECEIVE], 1]);
    expect(new Poll([[world.server, POLL_RECEIVE], [world.client, POLL_RECEIVE]], null).seen).toEqual([POLL_RECEIVE, POLL_RECEIVE]);
  });

  test.each(['accept', 'receive', 'send', 'connect', 'abort'] as const)('ends with: %s', async (what) => {
    const world = connected();
    const listener = world.listener();
    const fresh = world.stream();
    const watched = { accept: listener, receive: world.server, send: world.client, connect: fresh, abort: world.server }[what];
    const wanted = { accept: POLL_ACCEPT, receive: POLL_RECEIVE, send: POLL_SEND, connect: POLL_CONNECT, abort: POLL_ABORT }[what];
    if (what === 'send') {
      world.net.holding = true;
      Object.assign(world.client.options, { sendBuffer: 1 });
      world.client.nonBlocking = true;
      world.send(world.client, 'full');
    }
    const poll = new Poll([[watched, wanted]], null);
    expect(poll.seen).toBe('waiting');
    if (what === 'accept') world.dial(listener);
    if (what === 'receive') must(world.send(world.client, 'x').state);
    if (what === 'send') world.net.release();
    if (what === 'connect') world.connect(fresh, localOf(listener));
    if (what === 'abort') below(world.server).breakWith('ECONNRESET');
    await arrive(world);
    expect([poll.seen, poll.reports]).toEqual([[wanted], 1]);
  });

  test('ends with the time, having seen nothing', async () => {
    const world = connected();
    const poll = new Poll([[world.server, POLL_RECEIVE]], 250);
    world.clock.advance(249);
    expect(poll.seen).toBe('waiting');
    world.clock.advance(1);
    expect([poll.seen, poll.reports]).toEqual([[0], 1]);
    must(world.send(world.client, 'x').state);
    await arrive(world);
    expect([poll.seen, poll.reports]).toEqual([[0], 1]);
  });

  test('does not wait with a time of 0', () => {
    const world = connected();
    expect(new Poll([[world.server, POLL_RECEIVE]], 0).seen).toEqual([0]);
    expect(world.clock.pending).toBe(0);
  });

  test('leaves no timer behind when something comes in time', async () => {
    const world = connected();
    const poll = new Poll([[world.server, POLL_RECEIVE]], 250);
    must(world.send(world.client, 'x').state);
    await arrive(world);
    expect([poll.seen, world.clock.pending]).toEqual([[POLL_RECEIVE], 0]);
  });

  test('ends when one of the sockets is closed here, whatever was asked for', async () => {
    const world = connected();
    const poll = new Poll([[world.client, POLL_RECEIVE], [world.server, POLL_RECEIVE]], null);
    world.server.lastHandleClosed();
    await turn();
    expect([poll.seen, poll.reports]).toEqual([[0, POLL_LOCAL_CLOSE], 1]);
    await arrive(world);
    expect(poll.seen).toEqual([0, POLL_LOCAL_CLOSE]);
  });

  test('sees the same as whoever waits beside it, and both are told', async () => {
    const world = connected();
    const polls = [1, 2].map(() => new Poll([[world.server, POLL_RECEIVE]], null));
    must(world.send(world.client, 'x').state);
    await arrive(world);
    expect(polls.map(({ seen, reports }) => [seen, reports])).toEqual([[[POLL_RECEIVE], 1], [[POLL_RECEIVE], 1]]);
  });

  test('goes on when what came was taken before the turn was over', async () => {
    const world = connected();
    const poll = new Poll([[world.server, POLL_RECEIVE]], null);
    must(world.send(world.client, 'x').state);
    world.pump();
    expect(world.receive(world.server, 1).state).toBe(0);
    await turn();
    expect(poll.seen).toBe('waiting');
    must(world.send(world.client, 'y').state);
    await arrive(world);
    expect([poll.seen, poll.reports]).toEqual([[POLL_RECEIVE], 1]);
  });

  test('tells what came in the turn in which the time is up', () => {
    const world = connected();
    const poll = new Poll([[world.server, POLL_RECEIVE]], 250);
    must(world.send(world.client, 'x').state);
    world.pump();
    world.clock.advance(250);
    expect([poll.seen, poll.reports]).toEqual([[POLL_RECEIVE], 1]);
  });

  test('takes nothing away', async () => {
    const world = connected();
    new Poll([[world.server, POLL_RECEIVE]], null);
    must(world.send(world.client, 'abc').state);
    await arrive(world);
    expect(world.receive(world.server, 9).text).toBe('abc');
  });
});
