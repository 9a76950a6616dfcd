// Receiving from a stream: what a receive gives, when it waits, and what ends the waiting.
import { describe, expect, test } from 'vitest';
import {
  MSG_PEEK,
  MSG_WAITALL,
  SD_RECEIVE,
  SD_SEND,
  WSAECONNABORTED,
  WSAECONNRESET,
  WSAEINTR,
  WSAEINVAL,
  WSAENETRESET,
  WSAENOTCONN,
  WSAEOPNOTSUPP,
  WSAESHUTDOWN,
  WSAETIMEDOUT,
  WSAEWOULDBLOCK,
} from '../../src/abi/index.js';
import { operations as ops, POLL_RECEIVE_EXPEDITED } from '../../src/afd/index.js';
import { AfdBench, below, connected, JUNK, must } from './bench.js';

/** `client` has sent `content` and it has arrived. */
function arrived(content: string): ReturnType<typeof connected> {
  const world = connected();
  must(world.send(world.client, content).state);
  world.pump();
  return world;
}

describe('a receive', () => {
  test('takes what is there, up to its room, and leaves the rest', () => {
    const { receive, server } = bound(arrived('hello world'));
    expect(receive(server, 5).text).toBe('hello');
    expect(receive(server, 100).text).toBe(' world');
  });

  test('waits for what is not there, and takes what comes first', () => {
    const world = connected();
    const waiting = world.receive(world.server, 10);
    expect(waiting.state).toBe('pending');
    must(world.send(world.client, 'one').state);
    must(world.send(world.client, 'two').state);
    world.pump();
    expect(waiting.text).toBe('one');
    expect(waiting.buffers[0]![3]).toBe(JUNK);
    expect(world.receive(world.server, 10).text).toBe('two');
  });

  test('fills several buffers in order', () => {
    const world = arrived('abcdefg');
    const call = world.receive(world.server, [2, 0, 3, 4]);
    expect(call.text).toBe('abcdefg');
    expect(call.buffers.map((buffer) => buffer.length)).toEqual([2, 0, 3, 4]);
    expect([...call.buffers[3]!.subarray(2)]).toEqual([JUNK, JUNK]);
  });

  test('fills several buffers while it waits', () => {
    const world = connected();
    const call = world.receive(world.server, [1, 2, 3]);
    must(world.send(world.client, 'abcdefgh').state);
    world.pump();
    expect(call.text).toBe('abcdef');
    expect(world.receive(world.server, 9).text).toBe('gh');
  });

  test('keeps nothing of the memory that the driver lends', () => {
    const world = connected();
    world.net.segment = 2;
    must(world.send(world.client, 'abcdef').state);
    world.pump();
    expect(world.receive(world.server, 6).text).toBe('abcdef');
  });

  test('waits in line: the first receive takes the first bytes', () => {
    const world = connected();
    const calls = [2, 2, 2].map((size) => world.receive(world.server, size));
    must(world.send(world.client, 'abcd').state);
    world.pump();
    expect(calls.map(({ state }) => state)).toEqual([0, 0, 'pending']);
    expect(calls.slice(0, 2).map(({ text }) => text)).toEqual(['ab', 'cd']);
    must(world.send(world.client, 'e').state);
    world.pump();
    expect(calls[2]!.text).toBe('e');
    expect(calls.map(({ reports }) => reports)).toEqual([1, 1, 1]);
  });

  test('that is non-blocking says so when nothing is there', () => {
    const world = connected();
    world.server.nonBlocking = true;
    expect(world.receive(world.server, 4).state).toBe(WSAEWOULDBLOCK);
    must(world.send(world.client, 'x').state);
    world.pump();
    expect(world.receive(world.server, 4).text).toBe('x');
    expect(world.receive(world.server, 4).state).toBe(WSAEWOULDBLOCK);
  });

  test('needs a connection', () => {
    const bench = new AfdBench();
    expect(bench.receive(bench.stream(), 4).state).toBe(WSAENOTCONN);
    expect(bench.receive(bench.listener(), 4).state).toBe(WSAENOTCONN);
  });
});

describe('a receive of nothing', () => {
  test('is done at once when something is there, and leaves it', () => {
    const world = arrived('abc');
    const call = world.receive(world.server, 0);
    expect([call.state, call.request.bytes]).toEqual([0, 0]);
    expect(world.receive(world.server, 9).text).toBe('abc');
  });

  test('waits until something is there, and leaves it', () => {
    const world = connected();
    const call = world.receive(world.server, 0);
    expect(call.state).toBe('pending');
    must(world.send(world.client, 'abc').state);
    world.pump();
    expect([call.state, call.request.bytes]).toEqual([0, 0]);
    expect(world.receive(world.server, 9).text).toBe('abc');
  });

  test('behind receives that take all there is goes on waiting', () => {
    const world = connected();
    const calls = [world.receive(world.server, 9, MSG_PEEK), world.receive(world.server, 9), world.receive(world.server, 0)];
    must(world.send(world.client, 'abc').state);
    world.pump();
    expect(calls.map(({ state }) => state)).toEqual([0, 0, 'pending']);
  });
});

describe('MSG_PEEK', () => {
  test('shows what is there and leaves it', () => {
    const world = arrived('abc');
    expect(world.receive(world.server, 2, MSG_PEEK).text).toBe('ab');
    expect(world.receive(world.server, 9, MSG_PEEK).text).toBe('abc');
    expect(world.receive(world.server, 9).text).toBe('abc');
  });

  test('waits, and the receive behind it gets the same bytes', () => {
    const world = connected();
    const [peek, take] = [world.receive(world.server, 9, MSG_PEEK), world.receive(world.server, 9)];
    must(world.send(world.client, 'abc').state);
    world.pump();
    expect([peek.text, take.text]).toEqual(['abc', 'abc']);
    expect(world.receive(world.server, 9).state).toBe('pending');
  });
});

describe('MSG_WAITALL', () => {
  test('is done when everything has come', () => {
    const world = connected();
    const call = world.receive(world.server, [4, 2], MSG_WAITALL);
    for (const part of ['abc', 'd', 'efg']) {
      expect(call.state).toBe('pending');
      must(world.send(world.client, part).state);
      world.pump();
    }
    expect(call.text).toBe('abcdef');
    expect(world.receive(world.server, 9).text).toBe('g');
  });

  test('starts with what is there already', () => {
    const world = arrived('abc');
    const call = world.receive(world.server, 5, MSG_WAITALL);
    expect(call.state).toBe('pending');
    must(world.send(world.client, 'defg').state);
    world.pump();
    expect(call.text).toBe('abcde');
    expect(world.receive(world.server, 9).text).toBe('fg');
  });

  test('gives what it has when the stream ends', () => {
    const world = arrived('abc');
    const call = world.receive(world.server, 5, MSG_WAITALL);
    must(ops.shutdown(world.client, 1));
    world.pump();
    expect(call.text).toBe('abc');
    expect(world.receive(world.server, 5, MSG_WAITALL).text).toBe('');
  });

  test('reads on past a full receive buffer', () => {
    const world = connected();
    world.server.options.receiveBuffer = 100;
    world.net.segment = 60;
    must(world.send(world.client, 'x'.repeat(500)).state);
    world.pump();
    expect(world.receive(world.server, 500, MSG_WAITALL).state).toBe('pending');
    world.pump();
    expect(world.server.receives.size).toBe(0);
  });

  test('is refused on a non-blocking socket, and takes nothing away', () => {
    const world = arrived('abc');
    world.server.nonBlocking = true;
    expect(world.receive(world.server, 5, MSG_WAITALL).state).toBe(WSAEOPNOTSUPP);
    expect(world.receive(world.server, 3, MSG_WAITALL).state).toBe(WSAEOPNOTSUPP);
    expect(world.receive(world.server, 9).text).toBe('abc');
  });
});

describe('the end of the stream', () => {
  test('comes after everything that was sent, and stays', () => {
    const world = arrived('abc');
    must(ops.shutdown(world.client, 1));
    world.pump();
    expect(world.receive(world.server, 2).text).toBe('ab');
    expect(world.receive(world.server, 9).text).toBe('c');
    for (const flags of [0, MSG_PEEK, 0]) expect(world.receive(world.server, 9, flags).text).toBe('');
  });

  test('ends every receive that waits', () => {
    const world = connected();
    const calls = [world.receive(world.server, 4), world.receive(world.server, 4, MSG_PEEK), world.receive(world.server, 0)];
    must(ops.shutdown(world.client, 1));
    world.pump();
    expect(calls.map((call) => [call.state, call.request.bytes, call.reports])).toEqual([[0, 0, 1], [0, 0, 1], [0, 0, 1]]);
  });

  test('hides a reset until somebody asks, once something was sent after it', () => {
    const world = connected();
    world.net.deafAfterEnd = true;
    world.client.lastHandleClosed();
    world.pump();
    expect(world.receive(world.server, 4).text).toBe('');
    must(world.send(world.server, 'too late').state);
    world.pump();
    const call = world.receive(world.server, 4);
    world.pump();
    expect(call.state).toBe(WSAECONNABORTED);
    expect(call.reports).toBe(1);
    expect(world.receive(world.server, 4).state).toBe(WSAECONNABORTED);
  });

  test('does not stand in line behind what the peer has not taken yet', () => {
    const world = connected();
    must(ops.shutdown(world.client, 1));
    world.pump();
    world.net.holding = true;
    const sending = world.send(world.server, 'a long answer');
    expect(sending.state).toBe('pending');
    expect(world.receive(world.server, 4).text).toBe('');
    world.net.release();
    world.pump();
    expect([sending.state, world.receive(world.client, 20).text]).toEqual([0, 'a long answer']);
  });

  test('stays the end after something was sent to a peer that still listens', () => {
    const world = connected();
    must(ops.shutdown(world.client, 1));
    world.pump();
    must(world.send(world.server, 'still there?').state);
    world.pump();
    expect(world.receive(world.server, 4).text).toBe('');
    expect(world.receive(world.client, 20).text).toBe('still there?');
  });
});

describe('a broken connection', () => {
  test('fails what waits, and throws away what nobody has read', () => {
    const world = arrived('unread');
    below(world.server).breakWith('ECONNRESET');
    world.pump();
    expect(world.receive(world.server, 9).state).toBe(WSAECONNRESET);
    expect(world.receive(world.server, 9).state).toBe(WSAECONNRESET);
  });

  test('fails each receive in line, once, with the reason', () => {
    const world = connected();
    const calls = [world.receive(world.server, 4), world.receive(world.server, 4, MSG_WAITALL)];
    below(world.server).breakWith('ENETRESET');
    world.pump();
    expect(calls.map((call) => [call.state, call.reports])).toEqual([[WSAENETRESET, 1], [WSAENETRESET, 1]]);
  });
});

describe('a receive timeout', () => {
  test('ends the waiting when it is over, and the bytes that come later are for the next', () => {
    const world = connected();
    world.server.options.receiveTimeout = 500;
    const call = world.receive(world.server, 4);
    world.clock.advance(499);
    expect(call.state).toBe('pending');
    world.clock.advance(1);
    expect([call.state, call.reports]).toEqual([WSAETIMEDOUT, 1]);
    must(world.send(world.client, 'late').state);
    world.pump();
    expect(world.receive(world.server, 4).text).toBe('late');
    expect(call.buffers[0]!.every((byte) => byte === JUNK)).toBe(true);
  });

  test('leaves the others in line', () => {
    const world = connected();
    world.server.options.receiveTimeout = 500;
    const first = world.receive(world.server, 4);
    world.server.options.receiveTimeout = 0;
    const second = world.receive(world.server, 4);
    world.clock.advance(500);
    must(world.send(world.client, 'abcd').state);
    world.pump();
    expect([first.state, second.text]).toEqual([WSAETIMEDOUT, 'abcd']);
  });

  test('leaves no timer behind once bytes came', () => {
    const world = connected();
    world.server.options.receiveTimeout = 500;
    const call = world.receive(world.server, 4);
    must(world.send(world.client, 'abcd').state);
    world.pump();
    expect([call.text, world.clock.pending]).toEqual(['abcd', 0]);
  });
});

describe('closing the socket', () => {
  test('interrupts whoever waits, and what comes then is refused', () => {
    const world = connected();
    const calls = [world.receive(world.server, 4), world.receive(world.server, 4)];
    world.server.lastHandleClosed();
    expect(calls.map((call) => [call.state, call.reports])).toEqual([[WSAEINTR, 1], [WSAEINTR, 1]]);
    must(world.send(world.client, 'abcd').state);
    world.pump();
    expect(world.receive(world.client, 4).state).toBe(WSAECONNABORTED);
  });
});

describe('shutting down receiving', () => {
  test('fails everything after and leaves alone what waits', () => {
    const world = connected();
    const call = world.receive(world.server, 4);
    must(ops.shutdown(world.server, SD_RECEIVE));
    expect([call.state, world.receive(world.server, 4).state, world.receive(world.server, 4, MSG_PEEK).state]).toEqual([
      'pending', WSAESHUTDOWN, WSAESHUTDOWN,
    ]);
    must(world.send(world.client, 'abcd').state);
    world.pump();
    expect([call.state, call.request.bytes]).toEqual([0, 4]);
    must(world.send(world.client, 'e').state);
    world.pump();
    expect(world.receive(world.client, 4).state).toBe(WSAECONNRESET);
  });

  test('resets the connection when unread data is there, or comes', () => {
    const unread = arrived('abc');
    must(ops.shutdown(unread.server, SD_RECEIVE));
    unread.pump();
    expect(unread.receive(unread.client, 4).state).toBe(WSAECONNRESET);
    expect(unread.send(unread.server, 'x').state).toBe(WSAECONNABORTED);

    const later = connected();
    must(ops.shutdown(later.server, SD_RECEIVE));
    must(later.send(later.client, 'abc').state);
    later.pump();
    expect(later.receive(later.client, 4).state).toBe(WSAECONNRESET);
  });
});

describe('the receive buffer', () => {
  test('stops the peer when it is full, and lets it go on when it is read', () => {
    const world = connected();
    Object.assign(world.net, { window: 1000, segment: 100 });
    world.server.options.receiveBuffer = 500;
    const call = world.send(world.client, 'x'.repeat(5000));
    world.pump();
    expect([call.state, world.server.inbox.length, below(world.server).reading]).toEqual(['pending', 500, false]);
    let total = 0;
    while (total < 5000) {
      total += world.receive(world.server, 400).text.length;
      world.pump();
    }
    expect([call.state, total]).toEqual([0, 5000]);
  });

  test('is not refilled by peeking', () => {
    const world = connected();
    Object.assign(world.net, { segment: 100 });
    world.server.options.receiveBuffer = 200;
    must(world.send(world.client, 'x'.repeat(1000)).state);
    world.pump();
    for (let i = 0; i < 5; i += 1) {
      expect(world.receive(world.server, 1000, MSG_PEEK).request.bytes).toBe(200);
      world.pump();
    }
  });

  test('of size 0 still lets bytes through', () => {
    const world = connected();
    world.server.options.receiveBuffer = 0;
    const call = world.receive(world.server, 4);
    must(world.send(world.client, 'abcdef').state);
    world.pump();
    expect(call.text).toBe('abcd');
    expect(world.receive(world.server, 4).text).toBe('ef');
  });
});

describe('urgent data', () => {
  /** What was sent has arrived at the server. */
  function after(...sent: readonly (string | { readonly urgent: string })[]): ReturnType<typeof connected> {
    const world = connected();
    for (const each of sent) {
      must((typeof each === 'string' ? world.send(world.client, each) : world.sendUrgent(world.client, each.urgent)).state);
    }
    world.pump();
    return world;
  }

  test('lies outside the stream, and no receive spans its place', () => {
    const world = after({ urgent: 'ab!' }, 'c');
    expect(world.receive(world.server, 9, MSG_PEEK).text).toBe('ab');
    expect(world.receive(world.server, 1).text).toBe('a');
    expect(world.receiveUrgent(world.server, MSG_PEEK).text).toBe('!');
    expect(world.receiveUrgent(world.server).text).toBe('!');
    expect(world.receive(world.server, 9).text).toBe('b');
    expect(world.receive(world.server, 9).text).toBe('c');
  });

  test('ends a receive that waits for everything', () => {
    const world = connected();
    const waiting = world.receive(world.server, 4, MSG_WAITALL);
    must(world.send(world.client, 'ab').state);
    world.pump();
    expect(waiting.state).toBe('pending');
    must(world.sendUrgent(world.client, '!').state);
    must(world.send(world.client, 'cdef').state);
    world.pump();
    expect(waiting.text).toBe('ab');
    expect(world.receive(world.server, 4, MSG_WAITALL).text).toBe('cdef');
  });

  test('ends a receive for everything that begins before its place, though nothing came after', () => {
    const world = after('ab', { urgent: '!' });
    expect(world.receive(world.server, 4, MSG_WAITALL).text).toBe('ab');
  });

  test('that comes anew takes the place of what nobody has read', () => {
    const world = after('a', { urgent: '1' }, 'b', { urgent: '2' }, 'c');
    expect(world.receive(world.server, 9).text).toBe('ab');
    expect(world.receiveUrgent(world.server).text).toBe('2');
    world.server.nonBlocking = true;
    expect(world.receiveUrgent(world.server).state).toBe(WSAEWOULDBLOCK);
    expect(world.receive(world.server, 9).text).toBe('c');
  });

  test('is waited for, until it comes or the stream ends', () => {
    const world = connected();
    const calls = [world.receiveUrgent(world.server), world.receiveUrgent(world.server)];
    must(world.send(world.client, 'ab').state);
    world.pump();
    expect(calls.map(({ state }) => state)).toEqual(['pending', 'pending']);
    must(world.sendUrgent(world.client, '!').state);
    must(ops.shutdown(world.client, SD_SEND));
    world.pump();
    expect(calls.map((call) => [call.text, call.reports])).toEqual([['!', 1], ['', 1]]);
  });

  test('is waited for no longer than the socket waits, nor beyond its end', () => {
    const world = connected();
    world.server.options.receiveTimeout = 10;
    const late = world.receiveUrgent(world.server);
    world.clock.advance(10);
    world.server.options.receiveTimeout = 0;
    const cut = world.receiveUrgent(world.server);
    world.server.lastHandleClosed();
    expect([late.state, cut.state]).toEqual([WSAETIMEDOUT, WSAEINTR]);
  });

  test('is never waited for where none can come', () => {
    const bench = new AfdBench({ urgentData: false });
    expect(bench.receiveUrgent(bench.pair().server).state).toBe(WSAEINVAL);
  });

  test('is part of the stream with SO_OOBINLINE, and comes by itself', () => {
    const world = connected();
    world.server.options.oobInline = true;
    must(world.send(world.client, 'ab').state);
    must(world.sendUrgent(world.client, '!').state);
    must(world.send(world.client, 'cd').state);
    world.pump();
    expect(world.receiveUrgent(world.server).state).toBe(WSAEINVAL);
    expect([9, 9, 9].map((size) => world.receive(world.server, size).text)).toEqual(['ab', '!', 'cd']);
  });

  test('inside the stream goes to whoever waits', () => {
    const world = connected();
    world.server.options.oobInline = true;
    const calls = [world.receive(world.server, 9), world.receive(world.server, 9)];
    must(world.sendUrgent(world.client, '!').state);
    must(world.send(world.client, 'cd').state);
    world.pump();
    expect(calls.map(({ text }) => text)).toEqual(['!', 'cd']);
  });

  test('is lost with what else has come when receiving is shut down', () => {
    const world = after({ urgent: '!' });
    must(ops.shutdown(world.server, SD_RECEIVE));
    expect(world.server.readiness() & POLL_RECEIVE_EXPEDITED).toBe(0);
  });

  test('needs a connection, one that still receives, and a stream', () => {
    const world = connected();
    expect(world.receiveUrgent(world.stream()).state).toBe(WSAENOTCONN);
    expect(world.receiveUrgent(world.boundDatagram()).state).toBe(WSAEOPNOTSUPP);
    must(ops.shutdown(world.server, SD_RECEIVE));
    expect(world.receiveUrgent(world.server).state).toBe(WSAESHUTDOWN);
  });
});

/** The same world with its methods usable by themselves. */
function bound(world: ReturnType<typeof connected>): { receive: AfdBench['receive']; server: typeof world.server } {
  return { receive: world.receive.bind(world), server: world.server };
}
