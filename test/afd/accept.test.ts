// Listening and accepting: the queue of connections, conditions, and what an accepted socket takes over.
import { describe, expect, test } from 'vitest';
import {
  CF_ACCEPT,
  CF_DEFER,
  CF_REJECT,
  SOMAXCONN,
  WSAECONNREFUSED,
  WSAECONNRESET,
  WSAEFAULT,
  WSAEINTR,
  WSAEINVAL,
  WSAEISCONN,
  WSAEOPNOTSUPP,
  WSAEWOULDBLOCK,
  WSATRY_AGAIN,
} from '../../src/abi/index.js';
import { operations as ops, type NetAddress } from '../../src/afd/index.js';
import { address, AfdBench, localOf, must } from './bench.js';

describe('listen', () => {
  test('needs a bound stream that is not connected', () => {
    const bench = new AfdBench();
    expect(ops.listen(bench.stream(), 5)).toBe(WSAEINVAL);
    expect(ops.listen(bench.boundDatagram(), 5)).toBe(WSAEOPNOTSUPP);
    expect(ops.listen(bench.pair().client, 5)).toBe(WSAEISCONN);
  });

  test('may be called again, which changes how many may wait', () => {
    const bench = new AfdBench();
    const listener = bench.listener(5);
    expect([listener.backlogLimit, ops.listen(listener, 2), listener.backlogLimit]).toEqual([5, 0, 2]);
  });

  test.each([
    [SOMAXCONN, 65_535],
    [0, 1],
    [1, 1],
    [70_000, 65_535],
    [-300, 300],
    [-5, 200],
  ])('takes a backlog of %i as %i', (asked, granted) => {
    expect(new AfdBench().listener(asked).backlogLimit).toBe(granted);
  });

  test('fails where somebody else listens', () => {
    const bench = new AfdBench();
    const taken = localOf(bench.listener());
    const second = bench.stream();
    second.options.reuseAddress = true;
    expect(ops.bind(second, taken)).not.toBe(0);
  });
});

describe('accept', () => {
  test('gives connections in the order in which they came', () => {
    const bench = new AfdBench();
    const listener = bench.listener();
    const clients = [1, 2, 3].map(() => bench.dial(listener));
    const peers = clients.map(() => bench.accept(listener).request.connection?.remote);
    expect(peers).toEqual(clients.map(localOf));
  });

  test('waits for a connection, and each that waits gets one', () => {
    const bench = new AfdBench();
    const listener = bench.listener();
    const calls = [bench.accept(listener), bench.accept(listener)];
    expect(calls.map(({ state }) => state)).toEqual(['pending', 'pending']);
    const first = bench.dial(listener);
    expect(calls.map(({ state }) => state)).toEqual([0, 'pending']);
    const second = bench.dial(listener);
    expect(calls.map(({ state }) => state)).toEqual([0, 0]);
    expect(calls.map(({ request }) => request.connection?.remote)).toEqual([localOf(first), localOf(second)]);
  });

  test('has its connection by the time that it is done', () => {
    const bench = new AfdBench();
    const listener = bench.listener();
    const call = bench.accept(listener);
    let atCompletion: unknown = 'not yet';
    call.request.onDone(() => {
      atCompletion = call.request.connection;
    });
    bench.dial(listener);
    expect(atCompletion).not.toBeNull();
    expect(atCompletion).toBe(call.request.connection);
    expect(call.reports).toBe(1);
  });

  test('that is non-blocking says so when there is nobody', () => {
    const bench = new AfdBench();
    const listener = bench.listener();
    listener.nonBlocking = true;
    expect(bench.accept(listener).state).toBe(WSAEWOULDBLOCK);
    bench.dial(listener);
    expect(bench.accept(listener).state).toBe(0);
  });

  test('needs a listener', () => {
    const bench = new AfdBench();
    expect(bench.accept(bench.stream()).state).toBe(WSAEINVAL);
    expect(bench.accept(bench.pair().client).state).toBe(WSAEINVAL);
    expect(bench.accept(bench.boundDatagram()).state).toBe(WSAEOPNOTSUPP);
  });

  test('loses nothing that was sent before', () => {
    const bench = new AfdBench();
    const listener = bench.listener();
    const client = bench.dial(listener);
    must(bench.send(client, 'early').state);
    bench.pump();
    const server = bench.accept(listener).request.connection!;
    bench.pump();
    expect(bench.receive(server, 9).text).toBe('early');
  });

  test('gives a socket with the options and the mode of the listener, and its own from then on', () => {
    const bench = new AfdBench();
    const listener = bench.listener();
    listener.nonBlocking = true;
    listener.options.receiveTimeout = 77;
    bench.dial(listener);
    const server = bench.accept(listener).request.connection!;
    expect([server.nonBlocking, server.options.receiveTimeout]).toEqual([true, 77]);
    server.options.receiveTimeout = 1;
    expect(listener.options.receiveTimeout).toBe(77);
    expect(localOf(server)).toEqual(localOf(listener));
  });
});

describe('the backlog', () => {
  test('turns away whom nobody waits for once it is full', () => {
    const bench = new AfdBench();
    const listener = bench.listener(2);
    const clients = [1, 2, 3].map(() => bench.dial(listener));
    bench.pump();
    expect(listener.backlog.length).toBe(2);
    expect(clients.map((client) => client.abortError)).toEqual([0, 0, WSAECONNRESET]);
    must(bench.accept(listener).state);
    expect(bench.dial(listener).abortError).toBe(0);
  });

  test('is reset with the listener, and whoever waits for it is interrupted', () => {
    const bench = new AfdBench();
    const [full, empty] = [bench.listener(), bench.listener()];
    const client = bench.dial(full);
    const call = bench.accept(empty);
    full.lastHandleClosed();
    empty.lastHandleClosed();
    bench.pump();
    expect(client.abortError).toBe(WSAECONNRESET);
    expect([call.state, call.reports, call.request.connection]).toEqual([WSAEINTR, 1, null]);
  });

  test('takes nobody while accepting is paused', () => {
    const bench = new AfdBench();
    const listener = bench.listener();
    listener.options.pauseAccept = true;
    const client = bench.dial(listener);
    bench.pump();
    expect([client.abortError, listener.backlog.length]).toEqual([WSAECONNRESET, 0]);
  });
});

describe('a condition', () => {
  function offered(): { bench: AfdBench; listener: ReturnType<AfdBench['listener']>; client: ReturnType<AfdBench['dial']> } {
    const bench = new AfdBench();
    const listener = bench.listener();
    return { bench, listener, client: bench.dial(listener) };
  }

  test('is told who calls whom, once', () => {
    const { bench, listener, client } = offered();
    const asked: [NetAddress, NetAddress][] = [];
    const call = bench.accept(listener, (caller, callee) => {
      asked.push([caller, callee]);
      return CF_ACCEPT;
    });
    expect([call.state, asked]).toEqual([0, [[localOf(client), localOf(listener)]]]);
  });

  test('that rejects turns the caller away', () => {
    const { bench, listener, client } = offered();
    expect(bench.accept(listener, () => CF_REJECT).state).toBe(WSAECONNREFUSED);
    bench.pump();
    expect([listener.backlog.length, client.abortError]).toEqual([0, WSAECONNRESET]);
  });

  test('that defers leaves the caller first in line', () => {
    const { bench, listener, client } = offered();
    bench.dial(listener);
    expect(bench.accept(listener, () => CF_DEFER).state).toBe(WSATRY_AGAIN);
    const call = bench.accept(listener);
    expect([call.state, call.request.connection?.remote]).toEqual([0, localOf(client)]);
  });

  test('that closes the listener ends the call, and takes nobody', () => {
    const { bench, listener, client } = offered();
    const call = bench.accept(listener, () => {
      listener.lastHandleClosed();
      return CF_ACCEPT;
    });
    bench.pump();
    expect([call.state, call.request.connection, client.abortError]).toEqual([WSAEINTR, null, WSAECONNRESET]);
  });

  test('that takes the connection itself leaves nothing to take twice', () => {
    const { bench, listener } = offered();
    const inner: unknown[] = [];
    const call = bench.accept(listener, () => {
      inner.push(bench.accept(listener).state);
      return CF_ACCEPT;
    });
    expect([call.state, call.request.connection, inner]).toEqual([WSATRY_AGAIN, null, [0]]);
  });

  test('is not asked about a peer who has gone meanwhile', () => {
    const { bench, listener } = offered();
    Object.assign(listener.backlog[0]!, { remote: null });
    let asked = 0;
    const call = bench.accept(listener, () => {
      asked += 1;
      return CF_ACCEPT;
    });
    expect([call.state, asked, listener.backlog.length]).toEqual([WSAECONNRESET, 0, 0]);
  });

  test('is asked when the connection comes later, with the same outcomes', () => {
    for (const [verdict, error, waiting] of [
      [CF_ACCEPT, 0, 0],
      [CF_REJECT, WSAECONNREFUSED, 0],
      [CF_DEFER, WSATRY_AGAIN, 1],
    ] as const) {
      const bench = new AfdBench();
      const listener = bench.listener();
      const call = bench.accept(listener, () => verdict);
      bench.dial(listener);
      expect([call.state, call.reports, listener.backlog.length]).toEqual([error, 1, waiting]);
    }
  });

  test('is not asked, and nothing is taken, when the address would not fit', () => {
    const { bench, listener, client } = offered();
    let asked = 0;
    const call = bench.accept(listener, () => (asked += 1), () => WSAEFAULT);
    expect([call.state, asked, listener.backlog.length]).toEqual([WSAEFAULT, 0, 1]);
    expect(bench.accept(listener).request.connection?.remote).toEqual(localOf(client));
  });
});

describe('local sockets', () => {
  test('connect by path, and the connecting end has no name', () => {
    const bench = new AfdBench();
    const listener = bench.stream('unix');
    must(ops.bind(listener, address(0, '/run/service')));
    must(ops.listen(listener, 5));
    const client = bench.stream('unix');
    const call = bench.connect(client, address(0, '/run/service'));
    bench.pump();
    const server = bench.accept(listener).request.connection!;
    expect([call.state, server.remote?.address, client.remote?.address]).toEqual([0, '', '/run/service']);
    must(bench.send(client, 'hello').state);
    bench.pump();
    expect(bench.receive(server, 9).text).toBe('hello');
  });
});
