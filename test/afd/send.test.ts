// Sending on a stream: when a send is done, what it does with the caller's memory, and what it fails with.
import { describe, expect, test } from 'vitest';
import {
  SD_SEND,
  WSAECONNABORTED,
  WSAECONNRESET,
  WSAEINTR,
  WSAENOTCONN,
  WSAEOPNOTSUPP,
  WSAESHUTDOWN,
  WSAETIMEDOUT,
  WSAEWOULDBLOCK,
} from '../../src/abi/index.js';
import { operations as ops, type StreamEndpoint } from '../../src/afd/index.js';
import { AfdBench, below, bytes, connected, must } from './bench.js';

/** Reads all that comes until the stream ends or nothing more comes. */
function drain(bench: AfdBench, from: StreamEndpoint): string {
  let all = '';
  bench.pump();
  while (from.inbox.length > 0) {
    all += bench.receive(from, 100_000).text;
    bench.pump();
  }
  return all;
}

describe('a blocking send', () => {
  test('is done at once when the transport takes everything', () => {
    const world = connected();
    const call = world.send(world.client, 'ab', '', 'cd');
    expect([call.state, call.request.bytes]).toEqual([0, 4]);
    expect(drain(world, world.server)).toBe('abcd');
  });

  test('is done when the transport has taken everything, not before', () => {
    const world = connected();
    world.net.holding = true;
    const call = world.send(world.client, 'abc');
    world.pump();
    expect(call.state).toBe('pending');
    world.net.release();
    world.pump();
    expect([call.state, call.request.bytes, call.reports]).toEqual([0, 3, 1]);
    expect(world.client.unsent).toBe(0);
  });

  test('passes the memory on as it is, and is done when it may be used again', () => {
    const world = connected();
    world.net.holding = true;
    const memory = bytes('before');
    const call = world.send(world.client, memory);
    // The caller must not do this. That it shows proves that nothing was copied.
    memory.set(bytes('AFTER!'));
    world.net.release();
    expect(drain(world, world.server)).toBe('AFTER!');
    memory.set(bytes('again!'));
    expect([call.state, drain(world, world.server)]).toEqual([0, '']);
  });

  test('waits behind those before it, and keeps the order', () => {
    const world = connected();
    world.net.holding = true;
    const calls = ['one ', 'two ', 'three'].map((each) => world.send(world.client, each));
    expect(calls.map(({ state }) => state)).toEqual(['pending', 'pending', 'pending']);
    world.net.release();
    expect(drain(world, world.server)).toBe('one two three');
    expect(calls.map((call) => [call.state, call.request.bytes])).toEqual([[0, 4], [0, 4], [0, 5]]);
  });

  test('of nothing is done at once, even when others wait', () => {
    const world = connected();
    world.net.holding = true;
    world.send(world.client, 'abc');
    expect([world.send(world.client).state, world.send(world.client, '', '').state]).toEqual([0, 0]);
  });

  test('of much more than fits anywhere arrives whole', () => {
    const world = connected();
    const content = Array.from({ length: 50_000 }, (_, index) => String(index)).join(' ');
    const call = world.send(world.client, content);
    world.pump();
    expect(call.state).toBe('pending');
    expect(drain(world, world.server)).toBe(content);
    expect(call.state).toBe(0);
  });
});

describe('a send timeout', () => {
  test('ends the waiting', () => {
    const world = connected();
    world.net.holding = true;
    world.client.options.sendTimeout = 200;
    const call = world.send(world.client, 'abc');
    world.clock.advance(199);
    expect(call.state).toBe('pending');
    world.clock.advance(1);
    expect([call.state, call.reports]).toEqual([WSAETIMEDOUT, 1]);
    world.net.release();
    world.pump();
    expect([call.state, call.reports, world.client.unsent]).toEqual([WSAETIMEDOUT, 1, 0]);
  });

  test('leaves no timer behind once the send is done', () => {
    const world = connected();
    world.net.holding = true;
    world.client.options.sendTimeout = 200;
    world.send(world.client, 'abc');
    world.net.release();
    world.pump();
    expect(world.clock.pending).toBe(0);
  });
});

describe('a non-blocking send', () => {
  test.each([
    ['one buffer', []],
    ['several buffers', ['!']],
  ])('takes a copy of %s and is done at once while the send buffer has room', (_what, more) => {
    const world = connected();
    world.client.nonBlocking = true;
    world.net.holding = true;
    const memory = bytes('kept');
    const call = world.send(world.client, memory, ...more);
    expect([call.state, call.request.bytes]).toEqual([0, 4 + more.length]);
    memory.fill(0);
    world.net.release();
    expect(drain(world, world.server)).toBe(['kept', ...more].join(''));
  });

  test('is refused when the send buffer is full, and not when it has emptied', () => {
    const world = connected();
    world.client.nonBlocking = true;
    world.client.options.sendBuffer = 8;
    world.net.holding = true;
    expect(world.send(world.client, 'abcd').state).toBe(0);
    expect(world.send(world.client, 'efgh').state).toBe(0);
    expect(world.send(world.client, 'i').state).toBe(WSAEWOULDBLOCK);
    world.net.release();
    expect(drain(world, world.server)).toBe('abcdefgh');
    expect(world.send(world.client, 'i').state).toBe(0);
    expect(drain(world, world.server)).toBe('i');
  });

  test('with SO_SNDBUF 0 goes when nothing is on its way, one at a time', () => {
    const world = connected();
    world.client.nonBlocking = true;
    world.client.options.sendBuffer = 0;
    world.net.holding = true;
    expect(world.send(world.client, 'a').state).toBe(0);
    expect(world.send(world.client, 'b').state).toBe(WSAEWOULDBLOCK);
    world.net.release();
    expect(drain(world, world.server)).toBe('a');
    expect(world.send(world.client, 'b').state).toBe(0);
  });

  test('fills up and drains without losing a byte', () => {
    const world = connected();
    world.client.nonBlocking = true;
    Object.assign(world.net, { window: 300, segment: 50 });
    Object.assign(world.client.options, { sendBuffer: 500 });
    Object.assign(world.server.options, { receiveBuffer: 200 });
    let sent = '';
    let received = '';
    for (let round = 0; round < 40; round += 1) {
      for (let i = 0; ; i += 1) {
        const piece = `${round}:${i},`;
        if (world.send(world.client, piece).state === WSAEWOULDBLOCK) break;
        sent += piece;
        if (i > 1000) throw new Error('it never fills up');
      }
      world.pump();
      received += world.receive(world.server, 150).text;
      world.pump();
    }
    expect(received + drain(world, world.server)).toBe(sent);
  });
});

describe('a send fails', () => {
  test('without a connection', () => {
    const bench = new AfdBench();
    expect([bench.send(bench.stream(), 'a').state, bench.send(bench.stream()).state]).toEqual([WSAENOTCONN, WSAENOTCONN]);
    expect(bench.send(bench.listener(), 'a').state).toBe(WSAENOTCONN);
  });

  test('after sending was shut down, while receiving goes on', () => {
    const world = connected();
    must(ops.shutdown(world.client, SD_SEND));
    expect(world.send(world.client, 'a').state).toBe(WSAESHUTDOWN);
    must(world.send(world.server, 'b').state);
    world.pump();
    expect(world.receive(world.client, 4).text).toBe('b');
  });

  test('when the connection is reset while it waits, once each', () => {
    const world = connected();
    world.net.holding = true;
    const calls = [world.send(world.client, 'a'), world.send(world.client, 'b')];
    below(world.client).breakWith('ECONNRESET');
    world.pump();
    expect(calls.map((call) => [call.state, call.reports])).toEqual([[WSAECONNRESET, 1], [WSAECONNRESET, 1]]);
    expect(world.send(world.client, 'c').state).toBe(WSAECONNRESET);
    expect(world.receive(world.client, 4).state).toBe(WSAECONNRESET);
  });

  test('when the socket is closed while it waits', () => {
    const world = connected();
    world.net.holding = true;
    const call = world.send(world.client, 'a');
    world.client.lastHandleClosed();
    expect([call.state, call.reports]).toEqual([WSAEINTR, 1]);
    world.net.release();
    world.pump();
    expect(call.reports).toBe(1);
  });

  test('when the transport finds out by writing, and the connection is dead from then on', () => {
    const world = connected();
    world.net.deafAfterEnd = true;
    world.client.lastHandleClosed();
    world.pump();
    must(world.send(world.server, 'x').state);
    world.pump();
    const call = world.send(world.server, 'y');
    world.pump();
    expect(call.state).toBe(WSAECONNABORTED);
    expect(world.send(world.server, 'z').state).toBe(WSAECONNABORTED);
  });

  test('with WSAECONNABORTED when the transport says that the other side has ended', () => {
    const world = connected();
    below(world.client).breakWith('EPIPE');
    world.pump();
    expect(world.send(world.client, 'a').state).toBe(WSAECONNABORTED);
  });
});

describe('MSG_OOB', () => {
  test('sends the last byte apart and the others in the stream', () => {
    const world = connected();
    const call = world.sendUrgent(world.client, 'ab', 'c!');
    expect([call.state, call.request.bytes]).toEqual([0, 4]);
    expect(drain(world, world.server)).toBe('abc');
    expect(world.server.urgentByte).toBe(0x21);
  });

  test('of nothing does nothing', () => {
    const world = connected();
    expect(world.sendUrgent(world.client).state).toBe(0);
    world.pump();
    expect(world.server.urgentByte).toBeNull();
  });

  test('is refused whole by a driver without it', () => {
    const bench = new AfdBench({ urgentData: false });
    const { client, server } = bench.pair();
    expect(bench.sendUrgent(client, 'ab!').state).toBe(WSAEOPNOTSUPP);
    expect(drain(bench, server)).toBe('');
  });

  test('fails where a send would', () => {
    const world = connected();
    expect(world.sendUrgent(world.stream(), '!').state).toBe(WSAENOTCONN);
    must(ops.shutdown(world.client, SD_SEND));
    expect(world.sendUrgent(world.client, '!').state).toBe(WSAESHUTDOWN);
  });
});
