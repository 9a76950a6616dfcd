// How connections end from this side: shutdown in its three ways, and closing gracefully, hard or with a linger time.
import { describe, expect, test } from 'vitest';
import {
  SD_BOTH,
  SD_RECEIVE,
  SD_SEND,
  WSAECONNABORTED,
  WSAECONNRESET,
  WSAEINVAL,
  WSAENOTCONN,
  WSAESHUTDOWN,
} from '../../src/abi/index.js';
import { operations as ops } from '../../src/afd/index.js';
import { AfdBench, below, connected, localOf, must } from './bench.js';

describe('shutdown', () => {
  test('of sending is the end of the stream for the peer, who goes on', () => {
    const world = connected();
    must(world.send(world.client, 'last words').state);
    expect(ops.shutdown(world.client, SD_SEND)).toBe(0);
    world.pump();
    expect(world.receive(world.server, 20).text).toBe('last words');
    expect(world.receive(world.server, 20).text).toBe('');
    must(world.send(world.server, 'answer').state);
    world.pump();
    expect([world.send(world.client, 'x').state, world.receive(world.client, 9).text]).toEqual([WSAESHUTDOWN, 'answer']);
  });

  test('of sending lets go first what is still on its way', () => {
    const world = connected();
    world.net.holding = true;
    const call = world.send(world.client, 'held');
    must(ops.shutdown(world.client, SD_SEND));
    world.net.release();
    world.pump();
    expect([call.state, world.receive(world.server, 9).text, world.receive(world.server, 9).text]).toEqual([0, 'held', '']);
  });

  test('of receiving leaves sending alone', () => {
    const world = connected();
    expect(ops.shutdown(world.client, SD_RECEIVE)).toBe(0);
    must(world.send(world.client, 'still sending').state);
    world.pump();
    expect(world.receive(world.server, 20).text).toBe('still sending');
    expect(world.receive(world.client, 9).state).toBe(WSAESHUTDOWN);
  });

  test('of both is both', () => {
    const world = connected();
    expect(ops.shutdown(world.client, SD_BOTH)).toBe(0);
    world.pump();
    expect([world.send(world.client, 'x').state, world.receive(world.client, 9).state]).toEqual([WSAESHUTDOWN, WSAESHUTDOWN]);
    expect(world.receive(world.server, 9).text).toBe('');
  });

  test('twice is once', () => {
    const world = connected();
    for (const how of [SD_SEND, SD_SEND, SD_RECEIVE, SD_RECEIVE, SD_BOTH]) expect(ops.shutdown(world.client, how)).toBe(0);
    world.pump();
    expect(world.receive(world.server, 9).text).toBe('');
  });

  test('of receiving with unread data resets the connection', () => {
    const world = connected();
    must(world.send(world.client, 'unread').state);
    world.pump();
    expect(ops.shutdown(world.server, SD_BOTH)).toBe(0);
    world.pump();
    expect(world.client.abortError).toBe(WSAECONNRESET);
    expect(ops.shutdown(world.server, SD_BOTH)).toBe(WSAECONNABORTED);
  });

  test('is refused for what is no way, and without a connection', () => {
    const world = connected();
    for (const how of [-1, 3, 99]) expect(ops.shutdown(world.client, how)).toBe(WSAEINVAL);
    expect([ops.shutdown(world.stream(), SD_SEND), ops.shutdown(world.listener(), SD_BOTH)]).toEqual([WSAENOTCONN, WSAENOTCONN]);
    below(world.client).breakWith('ECONNRESET');
    world.pump();
    expect(ops.shutdown(world.client, SD_SEND)).toBe(WSAECONNRESET);
  });

  test('of a datagram socket needs no peer', () => {
    const bench = new AfdBench();
    const endpoint = bench.boundDatagram();
    const call = bench.receive(endpoint, 9);
    expect(ops.shutdown(endpoint, SD_RECEIVE)).toBe(0);
    expect([call.state, bench.receive(endpoint, 9).state]).toEqual([WSAESHUTDOWN, WSAESHUTDOWN]);
    expect(bench.sendTo(endpoint, localOf(bench.boundDatagram()), 'x').state).toBe(0);
    expect(ops.shutdown(endpoint, SD_SEND)).toBe(0);
    expect(bench.sendTo(endpoint, localOf(bench.boundDatagram()), 'x').state).toBe(WSAESHUTDOWN);
  });
});

describe('closing', () => {
  test('ends the stream for the peer after everything that was sent', () => {
    const world = connected();
    must(world.send(world.client, 'bye').state);
    world.client.lastHandleClosed();
    world.pump();
    expect([world.receive(world.server, 9).text, world.receive(world.server, 9).text]).toEqual(['bye', '']);
    expect(world.server.abortError).toBe(0);
  });

  test('lets go in the background what the transport has not taken', () => {
    const world = connected();
    world.client.nonBlocking = true;
    world.net.holding = true;
    must(world.send(world.client, 'held').state);
    world.client.lastHandleClosed();
    const { lingering } = world.client;
    world.pump();
    expect([lingering?.done, world.receive(world.server, 9).state]).toEqual([false, 'pending']);
    world.net.release();
    world.pump();
    expect([lingering?.done, lingering?.error]).toEqual([true, 0]);
  });

  test('with unread data resets', () => {
    const world = connected();
    must(world.send(world.client, 'unread').state);
    world.pump();
    world.server.lastHandleClosed();
    world.pump();
    expect(world.receive(world.client, 9).state).toBe(WSAECONNRESET);
  });

  test('after everything was read does not', () => {
    const world = connected();
    must(world.send(world.client, 'read').state);
    world.pump();
    world.receive(world.server, 9);
    world.server.lastHandleClosed();
    world.pump();
    expect(world.receive(world.client, 9).text).toBe('');
  });

  test('with a linger time of 0 resets, and loses what is on its way', () => {
    const world = connected();
    Object.assign(world.client.options, { lingerOn: true, lingerSeconds: 0 });
    world.client.nonBlocking = true;
    world.net.holding = true;
    must(world.send(world.client, 'lost').state);
    world.client.lastHandleClosed();
    expect(world.client.lingering).toBeNull();
    world.net.release();
    world.pump();
    expect(world.receive(world.server, 9).state).toBe(WSAECONNRESET);
  });

  test('with a linger time has an end that can be waited for, and that tells of a loss', () => {
    const world = connected();
    Object.assign(world.client.options, { lingerOn: true, lingerSeconds: 5 });
    world.client.nonBlocking = true;
    world.net.holding = true;
    must(world.send(world.client, 'lost').state);
    world.client.lastHandleClosed();
    expect(world.client.lingering?.done).toBe(false);
    below(world.client).breakWith('ECONNRESET');
    world.pump();
    expect(world.client.lingering?.error).toBe(WSAECONNRESET);
  });

  test('happens once, and gives everything back', () => {
    const world = connected();
    for (const endpoint of [world.client, world.server, world.client]) endpoint.lastHandleClosed();
    world.pump();
    expect([...world.afd.endpoints, ...world.afd.ports.holdings(), ...world.driver.streams]).toEqual([]);
    expect(world.clock.pending).toBe(0);
  });

  test('of a connection that is dead already is quiet', () => {
    const world = connected();
    below(world.client).breakWith('ECONNRESET');
    world.pump();
    world.client.lastHandleClosed();
    expect(world.client.lingering).toBeNull();
  });

  test('of sockets that never did anything gives them back', () => {
    const bench = new AfdBench();
    const all = [bench.stream(), bench.stream('unix'), bench.listener(), bench.datagram(), bench.boundDatagram()];
    for (const endpoint of all) endpoint.lastHandleClosed();
    bench.pump();
    expect([...bench.afd.endpoints, ...bench.afd.ports.holdings(), ...bench.driver.streams, ...bench.driver.datagrams]).toEqual([]);
  });
});
