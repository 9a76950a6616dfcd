// What only the node driver promises: nothing left behind, shared memory, scopes, paths, names.

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createNodeDriver } from '../../src/drivers/node/index.js';
import { nameOfError, nameOfStatus } from '../../src/drivers/node/errors.js';
import { Bench, localOf, pattern, SOLE } from '../../src/testing/compliance/driver/bench.js';
import { StreamProbe } from '../../src/testing/compliance/driver/probes.js';
import { freshPaths, linkLocal, nodeUnderTest } from './node-setup.js';

const under = nodeUnderTest();
const path = freshPaths();
const posix = under.families.includes('unix');
let bench: Bench;

beforeEach(() => {
  bench = new Bench(under, 'ipv4', expect);
});

afterEach(() => {
  bench.watch.finish();
});

/** Sockets and servers that the process still holds. */
function held(): readonly string[] {
  return process.getActiveResourcesInfo().filter((name) => /TCP|UDP|Connect|Write|Shutdown|Send/.test(name)).sort();
}

describe('what is left behind', () => {
  it('is nothing, after connections of every ending and datagrams', async () => {
    // What earlier tests closed is gone after a turn of the loop.
    while (held().length > 0) await setImmediate();
    for (let round = 0; round < 5; round += 1) {
      const { client, server, listener } = await bench.pair();
      const reset = await bench.dial(listener);
      reset.client.transport.reset();
      const unattached = await bench.dial(listener);
      await bench.dial(listener);
      await unattached.server.close();
      await client.write(pattern(100));
      await server.read(100);
      const datagram = bench.boundDatagram();
      expect(held().length).toBeGreaterThan(0);
      datagram.transport.close();
      await Promise.all([client.close(), server.close(), listener.close(), unattached.client.close()]);
      bench.watch.finish();
    }
    // A handle that stays makes this wait for ever.
    while (held().length > 0) await setImmediate();
  });

  it('does not keep a program from ending, which it does only after its bytes are delivered', async () => {
    const program = join(import.meta.dirname, 'fixtures/open-and-close.ts');
    const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', program]);
    expect(stdout).toBe('received 8000000\n');
  });
});

describe('memory', () => {
  it('is one read buffer for all connections of a driver', async () => {
    const seen = new Set<Uint8Array>();
    for (const each of [await bench.pair(), await bench.pair()]) {
      for (const [from, to] of [[each.client, each.server], [each.server, each.client]] as const) {
        const received = to.received.bind(to);
        to.received = (buffer, length) => {
          seen.add(buffer);
          return received(buffer, length);
        };
        await from.write(pattern(10));
        await to.read(10);
      }
    }
    expect(seen.size).toBe(1);
  });

  it('is one address object for a sender that returns', async () => {
    const [a, b] = [bench.boundDatagram(), bench.boundDatagram()];
    await a.send(localOf(b), pattern(1));
    await a.send(localOf(b), pattern(2));
    const first = await b.receive();
    expect((await b.receive()).from).toBe(first.from);
  });
});

describe('settings', () => {
  it('made before there is a socket reach it once there is one, at both ends', async () => {
    const noDelay = vi.spyOn(Socket.prototype, 'setNoDelay');
    const keepAlive = vi.spyOn(Socket.prototype, 'setKeepAlive');
    const client = bench.stream();
    client.transport.set('noDelay', 1);
    const { server } = await bench.dial(bench.listener(), client);
    expect(noDelay.mock.calls).toEqual([[true]]);
    server.transport.set('keepAliveIdleMs', 5000);
    server.transport.set('keepAlive', 1);
    server.transport.attach(server);
    expect(keepAlive.mock.calls).toEqual([[true, 5000]]);
    client.transport.set('noDelay', 0);
    expect(noDelay.mock.lastCall).toEqual([false]);
    vi.restoreAllMocks();
  });
});

describe('scopes', () => {
  const face = linkLocal();

  it.skipIf(face === undefined)('are interface indices, in and out', async () => {
    if (face === undefined) return;
    const address = { family: 'ipv6', address: face.address, port: 0, scopeId: face.index } as const;
    const driver = createNodeDriver();
    const listener = StreamProbe.open(bench.watch, driver, 'ipv6');
    expect(listener.transport.bind(address, SOLE)).toBeNull();
    expect(listener.transport.listen(4)).toBeNull();
    expect(listener.transport.local).toMatchObject({ address: face.address, scopeId: face.index });
    const { client, server } = await bench.dial(listener, StreamProbe.open(bench.watch, driver, 'ipv6'));
    expect(client.transport.local).toMatchObject({ address: face.address, scopeId: face.index });
    expect(server.transport.remote).toEqual(client.transport.local);
  });
});

describe.runIf(posix)('paths', () => {
  beforeEach(() => {
    bench = new Bench({ ...under, path }, 'unix', expect);
  });

  it('go away with the transport that was bound to them', async () => {
    const bound = bench.bound();
    const { address } = localOf(bound);
    expect(existsSync(address)).toBe(true);
    await bound.close();
    expect(existsSync(address)).toBe(false);
  });

  it('that do not fit, that are empty, and that lead nowhere are refused', () => {
    const { transport } = bench.stream();
    const at = (address: string) => transport.bind({ family: 'unix', address, port: 0, scopeId: 0 }, SOLE);
    expect(at('/tmp/'.padEnd(200, 'x'))).toBe('ENAMETOOLONG');
    expect(at('')).toBe('EINVAL');
    expect(at(`${path()}/nobody/here`)).toBe('EACCES');
  });

  it('are no addresses of datagrams', () => {
    expect(bench.driver.openDatagram('unix', { received: () => undefined, failed: () => undefined })).toBe('EAFNOSUPPORT');
  });
});

describe('interfaces', () => {
  it('include loopback, with its index and prefix', () => {
    const loopback = bench.driver.interfaces().find((each) => each.address === '127.0.0.1');
    expect(loopback).toMatchObject({ family: 'ipv4', loopback: true, up: true, netmask: '255.0.0.0', prefixLength: 8 });
    expect(loopback?.index).toBeGreaterThan(0);
  });
});

describe('the resolver', () => {
  it('knows this machine and its own loopback', async () => {
    const { resolver } = bench.driver;
    expect(resolver.hostName()).not.toBe('');
    expect(await resolver.lookup('localhost', 'ipv4')).toEqual({
      ok: true,
      value: [{ family: 'ipv4', address: '127.0.0.1', port: 0, scopeId: 0 }],
    });
    expect(await resolver.lookup('::1', null)).toEqual({
      ok: true,
      value: [{ family: 'ipv6', address: '::1', port: 0, scopeId: 0 }],
    });
  });

  it('answers with error names', async () => {
    const { resolver } = bench.driver;
    expect(await resolver.lookup('localhost', 'unix')).toEqual({ ok: false, error: 'ENOTFOUND' });
    expect(await resolver.lookup('127.0.0.1', 'ipv6')).toMatchObject({ ok: false });
    const nonsense = { family: 'ipv4', address: 'not an address', port: 0, scopeId: 0 } as const;
    expect(await resolver.reverse(nonsense)).toEqual({ ok: false, error: 'EINVAL' });
  });
});

describe('error names', () => {
  it('are the system’s, whether they come as numbers or as exceptions', () => {
    if (posix) expect(nameOfStatus(-constants.errno.ECONNRESET)).toBe('ECONNRESET');
    expect(nameOfError(Object.assign(new Error(), { code: 'ETIMEDOUT' }))).toBe('ETIMEDOUT');
    expect(nameOfError(Object.assign(new Error(), { code: 'ERR_STREAM_WRITE_AFTER_END' }))).toBe('EPIPE');
    expect(nameOfError(Object.assign(new Error(), { code: 'ERR_INVALID_ARG_TYPE' }))).toBe('EINVAL');
    expect(nameOfError(new Error('no code'))).toBe('EIO');
  });
});
