// Binding and connecting: what is refused at once, what later, and that a refused socket may try again.
import { describe, expect, test } from 'vitest';
import {
  WSAEACCES,
  WSAEADDRINUSE,
  WSAEADDRNOTAVAIL,
  WSAEALREADY,
  WSAECONNREFUSED,
  WSAEINTR,
  WSAEINVAL,
  WSAEISCONN,
  WSAENETUNREACH,
  WSAETIMEDOUT,
  WSAEWOULDBLOCK,
} from '../../src/abi/index.js';
import { operations as ops, POLL_CONNECT, POLL_CONNECT_FAIL, POLL_SEND } from '../../src/afd/index.js';
import { address, AfdBench, localOf, must } from './bench.js';

/** An address on which nobody listens. */
function deaf(bench: AfdBench): ReturnType<typeof address> {
  const endpoint = bench.stream();
  must(ops.bind(endpoint, address()));
  return localOf(endpoint);
}

describe('bind', () => {
  test('tells the address at once, and only once', () => {
    const bench = new AfdBench();
    const endpoint = bench.stream();
    expect([ops.bind(endpoint, address()), localOf(endpoint).port > 0]).toEqual([0, true]);
    expect(ops.bind(endpoint, address())).toBe(WSAEINVAL);
    expect(ops.bind(bench.boundDatagram(), address())).toBe(WSAEINVAL);
  });

  test('is refused by the port table, and the port is free again after closing', () => {
    const bench = new AfdBench();
    const [first, second] = [bench.stream(), bench.stream()];
    must(ops.bind(first, address()));
    expect(ops.bind(second, localOf(first))).toBe(WSAEADDRINUSE);
    second.options.reuseAddress = true;
    expect(ops.bind(second, localOf(first))).toBe(WSAEACCES);
    first.lastHandleClosed();
    expect(ops.bind(second, localOf(first))).toBe(0);
  });

  test('is refused by the driver for an address of somebody else', () => {
    expect(ops.bind(new AfdBench().stream(), address(0, '192.0.2.1'))).toBe(WSAEADDRNOTAVAIL);
  });

  test('is not for a socket that is connected, listening, or nameless', () => {
    const bench = new AfdBench();
    for (const endpoint of [bench.pair().client, bench.listener()]) expect(ops.bind(endpoint, address())).toBe(WSAEINVAL);
    expect(ops.bind(bench.stream('unix'), { ...address(0, '/x'), address: '' })).toBe(WSAEINVAL);
  });

  test('that failed leaves the socket as it was', () => {
    const bench = new AfdBench();
    const endpoint = bench.stream();
    ops.bind(endpoint, address(0, '192.0.2.1'));
    expect([endpoint.local, endpoint.state, [...bench.afd.ports.holdings()]]).toEqual([null, 'open', []]);
    expect(ops.bind(endpoint, address())).toBe(0);
  });

  test('of a dual-stack socket reserves the port in both families', () => {
    const bench = new AfdBench();
    const both = bench.stream('ipv6');
    both.options.v6Only = false;
    must(ops.bind(both, address(0, '::')));
    const { port } = localOf(both);
    expect(ops.bind(bench.stream(), address(port, '0.0.0.0'))).toBe(WSAEADDRINUSE);
    both.lastHandleClosed();
    expect(ops.bind(bench.stream(), address(port, '0.0.0.0'))).toBe(0);
  });

  test('done implicitly happens once', () => {
    const endpoint = new AfdBench().datagram();
    expect(ops.bindImplicitly(endpoint)).toBe(0);
    const { port } = localOf(endpoint);
    expect([ops.bindImplicitly(endpoint), localOf(endpoint).port, port > 0]).toEqual([0, port, true]);
  });
});

describe('connect', () => {
  test('waits for the connection', () => {
    const bench = new AfdBench();
    const listener = bench.listener();
    const client = bench.stream();
    const call = bench.connect(client, localOf(listener));
    expect([call.state, client.remote, client.isConnected]).toEqual(['pending', null, false]);
    bench.pump();
    expect([call.state, call.reports, client.remote]).toEqual([0, 1, localOf(listener)]);
    expect(client.connectedAt).toBe(bench.clock.now());
  });

  test('starts from the address that the socket was bound to', () => {
    const bench = new AfdBench();
    const client = bench.stream();
    must(ops.bind(client, address(0, '0.0.0.0')));
    const { port } = localOf(client);
    const listener = bench.listener();
    bench.connect(client, localOf(listener));
    bench.pump();
    expect(localOf(client)).toEqual(address(port));
    expect(bench.accept(listener).request.connection?.remote).toEqual(address(port));
  });

  test('is one at a time, and once', () => {
    const bench = new AfdBench();
    const to = localOf(bench.listener());
    const client = bench.stream();
    const call = bench.connect(client, to);
    expect(bench.connect(client, to).state).toBe(WSAEALREADY);
    bench.pump();
    expect([call.state, bench.connect(client, to).state]).toEqual([0, WSAEISCONN]);
  });

  test('is not for a listener, nor to nowhere', () => {
    const bench = new AfdBench();
    const listener = bench.listener();
    expect(bench.connect(listener, localOf(bench.listener())).state).toBe(WSAEINVAL);
    expect(bench.connect(bench.stream(), address(0)).state).toBe(WSAEADDRNOTAVAIL);
    expect(bench.connect(bench.stream(), address(80, '0.0.0.0')).state).toBe(WSAEADDRNOTAVAIL);
    expect(bench.connect(bench.stream('unix'), { ...address(0, '/x'), address: '' }).state).toBe(WSAEADDRNOTAVAIL);
  });

  test('to a mapped address needs a dual-stack socket', () => {
    const bench = new AfdBench();
    const mapped = { ...localOf(bench.listener()), family: 'ipv6' as const, address: '::ffff:127.0.0.1' };
    expect(bench.connect(bench.stream('ipv6'), mapped).state).toBe(WSAENETUNREACH);
    const both = bench.stream('ipv6');
    both.options.v6Only = false;
    const call = bench.connect(both, mapped);
    bench.pump();
    expect(call.state).toBe(0);
  });

  test('is interrupted by closing the socket', () => {
    const bench = new AfdBench();
    const client = bench.stream();
    const call = bench.connect(client, localOf(bench.listener()));
    client.lastHandleClosed();
    bench.pump();
    expect([call.state, call.reports]).toEqual([WSAEINTR, 1]);
  });
});

describe('a refused connect', () => {
  test('tells why, and SO_ERROR keeps it', () => {
    const bench = new AfdBench();
    const client = bench.stream();
    const call = bench.connect(client, deaf(bench));
    bench.pump();
    expect([call.state, call.reports, client.lastError]).toEqual([WSAECONNREFUSED, 1, WSAECONNREFUSED]);
  });

  test.each([
    ['ETIMEDOUT', WSAETIMEDOUT],
    ['ENETUNREACH', WSAENETUNREACH],
  ])('of %s is that error', (name, error) => {
    const bench = new AfdBench();
    bench.net.connectError = name;
    const call = bench.connect(bench.stream(), address(80));
    bench.pump();
    expect(call.state).toBe(error);
  });

  test('may be tried again on the same socket, which keeps its address', () => {
    const bench = new AfdBench();
    const client = bench.stream();
    must(ops.bind(client, address()));
    const before = localOf(client);
    const refused = bench.connect(client, deaf(bench));
    bench.pump();
    expect([refused.state, localOf(client)]).toEqual([WSAECONNREFUSED, before]);
    const listener = bench.listener();
    const call = bench.connect(client, localOf(listener));
    bench.pump();
    expect([call.state, client.lastError, localOf(client)]).toEqual([0, 0, before]);
    const server = bench.accept(listener).request.connection!;
    expect(server.remote).toEqual(before);
    must(bench.send(client, 'at last').state);
    bench.pump();
    expect(bench.receive(server, 9).text).toBe('at last');
  });

  test('may be refused again and again', () => {
    const bench = new AfdBench();
    const client = bench.stream();
    for (let i = 0; i < 3; i += 1) {
      const call = bench.connect(client, deaf(bench));
      bench.pump();
      expect(call.state).toBe(WSAECONNREFUSED);
    }
  });
});

describe('a non-blocking connect', () => {
  test('is under way, then writable and connected', () => {
    const bench = new AfdBench();
    const client = bench.stream();
    client.nonBlocking = true;
    const to = localOf(bench.listener());
    expect(bench.connect(client, to).state).toBe(WSAEWOULDBLOCK);
    expect([client.readiness(), bench.connect(client, to).state]).toEqual([0, WSAEALREADY]);
    bench.pump();
    expect(client.readiness()).toBe(POLL_SEND | POLL_CONNECT);
    expect(bench.connect(client, to).state).toBe(WSAEISCONN);
  });

  test('that fails shows that, and why', () => {
    const bench = new AfdBench();
    const client = bench.stream();
    client.nonBlocking = true;
    bench.connect(client, deaf(bench));
    bench.pump();
    expect([client.readiness(), client.lastError]).toEqual([POLL_CONNECT_FAIL, WSAECONNREFUSED]);
  });
});
