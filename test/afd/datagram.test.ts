// Datagram sockets: whole messages, one per receive, with their senders; errors in their place; peers.
import { describe, expect, test } from 'vitest';
import {
  MSG_PEEK,
  WSAEACCES,
  WSAEADDRNOTAVAIL,
  WSAECONNRESET,
  WSAEINTR,
  WSAEINVAL,
  WSAEMSGSIZE,
  WSAENETRESET,
  WSAENETUNREACH,
  WSAENOTCONN,
  WSAETIMEDOUT,
  WSAEWOULDBLOCK,
} from '../../src/abi/index.js';
import { anyAddress, operations as ops, type DatagramEndpoint } from '../../src/afd/index.js';
import { address, AfdBench, JUNK, localOf, must } from './bench.js';

/** Two sockets bound to loopback. */
function two(): AfdBench & { readonly a: DatagramEndpoint; readonly b: DatagramEndpoint } {
  const bench = new AfdBench({ unconnectedPortUnreachable: true });
  return Object.assign(bench, { a: bench.boundDatagram(), b: bench.boundDatagram() });
}

/** `contents` have gone from a to b and have arrived. */
function arrived(...contents: readonly string[]): ReturnType<typeof two> {
  const world = two();
  for (const content of contents) must(world.sendTo(world.a, localOf(world.b), content).state);
  world.pump();
  return world;
}

describe('a datagram', () => {
  test('is received whole, one by one, with its sender', () => {
    const world = arrived('one', '', 'three');
    for (const content of ['one', '', 'three']) {
      const call = world.receive(world.b, 99);
      expect([call.text, call.request.from]).toEqual([content, localOf(world.a)]);
    }
    expect(world.receive(world.b, 99).state).toBe('pending');
  });

  test('goes straight to whoever waits, one for each', () => {
    const world = two();
    const calls = [world.receive(world.b, 99), world.receive(world.b, 99)];
    must(world.sendTo(world.a, localOf(world.b), 'first').state);
    world.pump();
    expect([calls[0]!.text, calls[1]!.state]).toEqual(['first', 'pending']);
    must(world.sendTo(world.a, localOf(world.b), 'second').state);
    world.pump();
    expect([calls[1]!.text, calls.map(({ reports }) => reports)]).toEqual(['second', [1, 1]]);
  });

  test('is made of all the buffers, and spread over all of them', () => {
    const world = two();
    must(world.sendTo(world.a, localOf(world.b), 'ab', '', 'cde').state);
    world.pump();
    const call = world.receive(world.b, [1, 2, 9]);
    expect(call.text).toBe('abcde');
    expect(call.buffers[2]!.subarray(2).every((byte) => byte === JUNK)).toBe(true);
  });

  test('that is too long fills the buffers, fails, and is gone', () => {
    const world = arrived('abcdef', 'next');
    const call = world.receive(world.b, [2, 2]);
    expect([call.state, call.filled, call.request.from]).toEqual([WSAEMSGSIZE, 'abcd', localOf(world.a)]);
    expect(world.receive(world.b, 9).text).toBe('next');
  });

  test('that is too long for whoever waits does the same', () => {
    const world = two();
    const [call, none] = [world.receive(world.b, 2), world.receive(world.b, 0)];
    for (const content of ['abcdef', 'gh']) must(world.sendTo(world.a, localOf(world.b), content).state);
    world.pump();
    expect([call.state, call.filled]).toEqual([WSAEMSGSIZE, 'ab']);
    expect([none.state, none.request.bytes]).toEqual([WSAEMSGSIZE, 0]);
  });

  test('can be looked at and stays, even when it is too long', () => {
    const world = arrived('abcdef');
    expect(world.receive(world.b, 9, MSG_PEEK).text).toBe('abcdef');
    expect(world.receive(world.b, 2, MSG_PEEK).state).toBe(WSAEMSGSIZE);
    expect(world.receive(world.b, 9).text).toBe('abcdef');
    const [peek, take] = [world.receive(world.b, 9, MSG_PEEK), world.receive(world.b, 9)];
    must(world.sendTo(world.a, localOf(world.b), 'later').state);
    world.pump();
    expect([peek.text, take.text]).toEqual(['later', 'later']);
  });
});

describe('a receive', () => {
  test('needs a bound socket', () => {
    const bench = new AfdBench();
    expect(bench.receive(bench.datagram(), 9).state).toBe(WSAEINVAL);
  });

  test('that is non-blocking does not wait', () => {
    const world = two();
    world.b.nonBlocking = true;
    expect(world.receive(world.b, 9).state).toBe(WSAEWOULDBLOCK);
  });

  test('that waits ends with its time, or with the socket', () => {
    const world = two();
    world.b.options.receiveTimeout = 50;
    const timed = world.receive(world.b, 9);
    world.b.options.receiveTimeout = 0;
    const open = world.receive(world.b, 9);
    world.clock.advance(50);
    expect([timed.state, open.state]).toEqual([WSAETIMEDOUT, 'pending']);
    world.b.lastHandleClosed();
    expect([open.state, open.reports]).toEqual([WSAEINTR, 1]);
  });
});

describe('the receive buffer', () => {
  test('loses what comes last when it is full', () => {
    const world = two();
    world.b.options.receiveBuffer = 10;
    for (const content of ['1234', '5678', '9abc', 'de']) must(world.sendTo(world.a, localOf(world.b), content).state);
    world.pump();
    expect(world.b.queuedBytes).toBe(10);
    expect([1, 2, 3].map(() => world.receive(world.b, 9).text)).toEqual(['1234', '5678', 'de']);
    expect([world.receive(world.b, 9).state, world.b.queuedBytes]).toEqual(['pending', 0]);
  });

  test('is not without end for datagrams of nothing', () => {
    const world = two();
    Object.assign(world.b, { nonBlocking: true });
    world.b.options.receiveBuffer = 10;
    for (let i = 0; i < 50; i += 1) must(world.sendTo(world.a, localOf(world.b), '').state);
    world.pump();
    let count = 0;
    while (world.receive(world.b, 9).state === 0) count += 1;
    expect(count).toBe(10);
  });

  test('loses what came first with circular queueing', () => {
    const world = two();
    Object.assign(world.b.options, { receiveBuffer: 10, circularQueue: true });
    for (const content of ['1234', '5678', '9abc']) must(world.sendTo(world.a, localOf(world.b), content).state);
    world.pump();
    expect([1, 2].map(() => world.receive(world.b, 9).text)).toEqual(['5678', '9abc']);
  });

  test('takes any datagram when it is empty', () => {
    const world = two();
    world.b.options.receiveBuffer = 1;
    must(world.sendTo(world.a, localOf(world.b), 'larger').state);
    world.pump();
    expect(world.receive(world.b, 9).text).toBe('larger');
  });

  test('is no limit for whoever waits', () => {
    const world = two();
    world.b.options.receiveBuffer = 1;
    const call = world.receive(world.b, 99);
    must(world.sendTo(world.a, localOf(world.b), 'larger').state);
    world.pump();
    expect(call.text).toBe('larger');
  });
});

describe('an unreachable port', () => {
  /** A socket that has sent to where nobody is, and heard of it. */
  function unheard(): ReturnType<typeof two> {
    const world = two();
    const gone = localOf(world.b);
    world.b.lastHandleClosed();
    must(world.sendTo(world.a, gone, 'anybody?').state);
    world.pump();
    return world;
  }

  test('fails the next receive, once', () => {
    const world = unheard();
    expect(world.receive(world.a, 9).state).toBe(WSAECONNRESET);
    expect(world.receive(world.a, 9).state).toBe('pending');
  });

  test('is not remembered without end for a socket that only sends', () => {
    const world = unheard();
    for (let i = 0; i < 1000; i++) world.a.failed('ECONNREFUSED');
    let told = 0;
    while (world.receive(world.a, 9).state === WSAECONNRESET) told += 1;
    expect(told).toBe(64);
    world.a.failed('ECONNREFUSED');
    expect(world.receive(world.a, 9).state).toBe('pending');
  });

  test('fails a receive that waits, and no other', () => {
    const world = two();
    const gone = localOf(world.b);
    world.b.lastHandleClosed();
    const calls = [world.receive(world.a, 9), world.receive(world.a, 9)];
    must(world.sendTo(world.a, gone, 'anybody?').state);
    world.pump();
    expect(calls.map(({ state }) => state)).toEqual([WSAECONNRESET, 'pending']);
  });

  test('stays in its place between datagrams', () => {
    const world = unheard();
    const other = world.boundDatagram();
    must(world.sendTo(other, localOf(world.a), 'after').state);
    world.pump();
    expect([world.receive(world.a, 9).state, world.receive(world.a, 9).text]).toEqual([WSAECONNRESET, 'after']);
  });

  test('is used up even by looking', () => {
    const world = unheard();
    expect(world.receive(world.a, 9, MSG_PEEK).state).toBe(WSAECONNRESET);
    expect(world.receive(world.a, 9).state).toBe('pending');
  });

  test('is not spoken of when SIO_UDP_CONNRESET is off', () => {
    const world = two();
    const gone = localOf(world.b);
    world.b.lastHandleClosed();
    world.a.options.reportPortUnreachable = false;
    must(world.sendTo(world.a, gone, 'anybody?').state);
    world.pump();
    expect(world.receive(world.a, 9).state).toBe('pending');
  });
});

describe('a send', () => {
  test('binds an unbound socket', () => {
    const world = two();
    const fresh = world.datagram();
    must(world.sendTo(fresh, localOf(world.b), 'hello').state);
    world.pump();
    const call = world.receive(world.b, 9);
    expect([call.text, call.request.from]).toEqual(['hello', address(localOf(fresh).port)]);
    expect([...world.afd.ports.holdings()].map(({ address: { port } }) => port)).toContain(localOf(fresh).port);
  });

  test('needs somebody to go to', () => {
    const world = two();
    expect(world.sendTo(world.a, null, 'x').state).toBe(WSAENOTCONN);
    expect(world.sendTo(world.a, address(0), 'x').state).toBe(WSAEADDRNOTAVAIL);
    expect(world.sendTo(world.a, address(9, '0.0.0.0'), 'x').state).toBe(WSAEADDRNOTAVAIL);
    expect(world.sendTo(world.a, address(9, '255.255.255.255'), 'x').state).toBe(WSAEACCES);
  });

  test.each([
    ['ipv4', '127.0.0.1', 65_507],
    ['ipv6', '::1', 65_527],
  ] as const)('of more than fits into a datagram of %s is refused', (family, host, longest) => {
    const bench = new AfdBench();
    const [from, to] = [bench.datagram(family), bench.datagram(family)];
    must(ops.bind(to, address(0, host)));
    expect(bench.sendTo(from, localOf(to), new Uint8Array(longest + 1)).state).toBe(WSAEMSGSIZE);
    expect(bench.sendTo(from, localOf(to), new Uint8Array(longest), '!').state).toBe(WSAEMSGSIZE);
    expect(bench.sendTo(from, localOf(to), new Uint8Array(longest)).state).toBe(0);
    bench.pump();
    expect(bench.receive(to, longest).request.bytes).toBe(longest);
  });

  test('is done when the driver is done with the memory', () => {
    const world = two();
    world.net.holding = true;
    const call = world.sendTo(world.a, localOf(world.b), 'held');
    expect(call.state).toBe('pending');
    world.net.release();
    world.pump();
    expect([call.state, call.request.bytes, call.reports]).toEqual([0, 4, 1]);
  });

  test("fails with the driver's error", () => {
    const world = two();
    world.net.sendError = 'ENETUNREACH';
    const call = world.sendTo(world.a, localOf(world.b), 'x');
    world.pump();
    expect([call.state, call.reports]).toEqual([WSAENETUNREACH, 1]);
  });

  test('answered with the fate of an earlier one succeeds; the next receive hears of it', () => {
    const world = two();
    world.net.sendError = 'ECONNREFUSED';
    const call = world.sendTo(world.a, localOf(world.b), 'abc');
    world.pump();
    expect([call.state, call.request.bytes]).toEqual([0, 3]);
    expect(world.receive(world.a, 9).state).toBe(WSAECONNRESET);
  });
});

describe('a default peer', () => {
  test('is who is sent to, and the only one who is heard', () => {
    const world = two();
    const stranger = world.boundDatagram();
    must(ops.connectDatagram(world.a, localOf(world.b)));
    expect(world.a.remote).toEqual(localOf(world.b));
    must(world.sendTo(world.a, null, 'to you').state);
    must(world.sendTo(stranger, localOf(world.a), 'ignored').state);
    must(world.sendTo(world.b, localOf(world.a), 'to me').state);
    world.pump();
    expect([world.receive(world.b, 9).text, world.receive(world.a, 9).text]).toEqual(['to you', 'to me']);
    expect(world.receive(world.a, 9).state).toBe('pending');
  });

  test('does not keep a datagram from going elsewhere', () => {
    const world = two();
    const other = world.boundDatagram();
    must(ops.connectDatagram(world.a, localOf(world.b)));
    for (const [to, content] of [[localOf(other), 'other'], [localOf(world.b), 'named'], [null, 'default']] as const) {
      must(world.sendTo(world.a, to, content).state);
    }
    world.pump();
    expect(world.receive(other, 9).text).toBe('other');
    expect([world.receive(world.b, 9).text, world.receive(world.b, 9).text]).toEqual(['named', 'default']);
    expect(world.a.remote).toEqual(localOf(world.b));
  });

  test('can be changed, and taken away', () => {
    const world = two();
    const other = world.boundDatagram();
    const before = localOf(world.a);
    must(ops.connectDatagram(world.a, localOf(world.b)));
    must(ops.connectDatagram(world.a, localOf(other)));
    must(world.sendTo(world.a, null, 'changed').state);
    world.pump();
    expect([world.receive(other, 9).text, localOf(world.a)]).toEqual(['changed', before]);
    must(ops.disconnectDatagram(world.a));
    must(ops.disconnectDatagram(world.a));
    expect([world.a.remote, world.sendTo(world.a, null, 'x').state, localOf(world.a)]).toEqual([null, WSAENOTCONN, before]);
  });

  test('is taken away by the unspecified address, and is nobody without a port', () => {
    const world = two();
    must(ops.connectDatagram(world.a, localOf(world.b)));
    expect(ops.connectDatagram(world.a, address(0))).toBe(WSAEADDRNOTAVAIL);
    expect(world.a.remote).toEqual(localOf(world.b));
    expect([ops.connectDatagram(world.a, anyAddress('ipv4')), world.a.remote]).toEqual([0, null]);
  });

  test('gives an unbound socket its address', () => {
    const world = two();
    const fresh = world.datagram();
    must(ops.connectDatagram(fresh, localOf(world.b)));
    expect(localOf(fresh)).toEqual(address(localOf(fresh).port));
    expect([...world.afd.ports.holdings()]).toHaveLength(3);
  });
});

describe('a hop limit that ran out on the way', () => {
  test('is told to the next receive, in its place among the datagrams', () => {
    const world = arrived('before');
    world.b.failed('ENETRESET');
    expect(world.receive(world.b, 9).text).toBe('before');
    expect(world.receive(world.b, 9).state).toBe(WSAENETRESET);
    expect(world.receive(world.b, 9).state).toBe('pending');
  });

  test('is told whatever SIO_UDP_CONNRESET says, and other errors never', () => {
    const { b } = two();
    b.options.reportPortUnreachable = false;
    b.failed('EHOSTUNREACH');
    b.failed('ECONNREFUSED');
    expect(b.hasArrivals).toBe(false);
    b.failed('ENETRESET');
    expect(b.hasArrivals).toBe(true);
  });
});
