// A link in the middle of a chain that breaks its contract: the caller gets the documented error, the trace shows in which
// link it began, and the sockets of others go on.
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { SOCKET_ERROR, type SOCKET } from '../../src/abi/index.js';
import { MemoryStore } from '../../src/catalog/index.js';
import { layer } from '../../src/providers/layered/index.js';
import * as msafd from '../../src/providers/msafd/index.js';
import { createModuleLoader } from '../../src/spi/index.js';
import { boundUdp, connectedPair, nameOf, startedWorld, turn, type World } from '../api/world.js';
import { stackCatalog } from './world.js';

type Name = 'lpWSPSend' | 'lpWSPRecv' | 'lpWSPListen' | 'lpWSPGetSockName' | 'lpWSPSetSockOpt';

/** What the link does now in place of an entry. */
let fault: { readonly entry: Name; readonly does: (...args: unknown[]) => unknown } | null = null;
/** Who ended its part of a call, the deepest first. */
let ends: { readonly layer: string }[] = [];
let world: World;
let pair: { a: SOCKET; b: SOCKET };
let other: SOCKET;
let plain: SOCKET;

const NAMES: readonly Name[] = ['lpWSPSend', 'lpWSPRecv', 'lpWSPListen', 'lpWSPGetSockName', 'lpWSPSetSockOpt'];

/** A layer that passes everything through, until it is told not to. */
const faulty = layer({
  description: 'faulty',
  change: ({ below }) =>
    Object.fromEntries(
      NAMES.map((name) => [
        name,
        (...args: unknown[]) => (fault?.entry === name ? fault.does : (below[name] as (...args: unknown[]) => unknown))(...args),
      ]),
    ),
});
const sound = layer({ description: 'sound' });

beforeAll(async () => {
  const loader = createModuleLoader({
    builtin: new Map<string, () => Promise<unknown>>([
      ['winsock2/msafd', () => Promise.resolve(msafd)],
      ['top', () => Promise.resolve({ WSPStartup: sound })],
      ['faulty', () => Promise.resolve({ WSPStartup: faulty })],
      ['lowest', () => Promise.resolve({ WSPStartup: sound })],
    ]),
    importer: () => Promise.reject(new Error('not here')),
  });
  const over = ({ szProtocol }: { szProtocol: string }) => szProtocol === 'MSAFD Tcpip [TCP/IP]';
  world = await startedWorld({ loader, store: new MemoryStore(stackCatalog(['top', 'faulty', 'lowest'], { over })) });
  pair = await connectedPair(world);
  other = boundUdp(world);
  plain = boundUdp(world);
  world.host.trace.listen((report) => {
    if (report.phase === 'leave') ends.push({ layer: report.layer });
  });
});
afterEach(() => {
  fault = null;
  ends = [];
});
afterAll(async () => {
  await world.host.dispose();
});

const bytes = (): Uint8Array => new Uint8Array(4);

const calls: readonly [Name, () => unknown][] = [
  ['lpWSPSend', () => world.ws.send(pair.a, bytes(), 4, 0)],
  ['lpWSPRecv', () => world.ws.recv(pair.a, bytes(), 4, 0)],
  ['lpWSPListen', () => world.ws.listen(pair.a, 1)],
  ['lpWSPGetSockName', () => world.ws.getsockname(pair.a, new Uint8Array(16), { value: 16 })],
  ['lpWSPSetSockOpt', () => world.ws.setsockopt(pair.a, 0xffff, 0x1002, new Uint8Array(4), 4)],
];

const faults: readonly [string, () => unknown][] = [
  ['throws', () => { throw new Error('a bug'); }],
  ['answers with a text', () => 'all right'],
  ['fails without saying why', () => SOCKET_ERROR],
  ['answers with nothing', () => undefined],
];

/** A byte goes from one datagram socket, which has no layer above it, to another. */
async function othersLive(): Promise<void> {
  const { ws } = world;
  const at = nameOf(world, other);
  expect(await ws.sendto(plain, bytes(), 4, 0, at, 16)).toBe(4);
  expect(await ws.recv(other, bytes(), 4, 0)).toBe(4);
}

describe.each(faults)('a link that %s', (_what, does) => {
  it.each(calls)('in %s costs that call only', async (entry, call) => {
    fault = { entry, does };
    expect(await call()).toBe(SOCKET_ERROR);
    expect(world.lastError()).toBe('WSASYSCALLFAILURE');
    // The deepest one that was asked: what is below it never heard of the call.
    expect(ends[0]?.layer).toBe('faulty');
    fault = null;
    await othersLive();
    expect(await world.ws.send(pair.a, bytes(), 4, 0)).toBe(4);
    expect(await world.ws.recv(pair.b, bytes(), 4, 0)).toBe(4);
  });
});

it('a link whose promise is rejected fails the call that waits', async () => {
  fault = { entry: 'lpWSPRecv', does: () => Promise.reject(new Error('too late')) };
  expect(await world.ws.recv(pair.a, bytes(), 4, 0)).toBe(SOCKET_ERROR);
  expect(world.lastError()).toBe('WSASYSCALLFAILURE');
  await othersLive();
});

it('a link that never answers keeps its caller, and nobody else', async () => {
  fault = { entry: 'lpWSPRecv', does: () => new Promise(() => undefined) };
  let ended = false;
  void Promise.resolve(world.ws.recv(pair.a, bytes(), 4, 0)).then(() => {
    ended = true;
  });
  await othersLive();
  expect(await world.ws.send(pair.a, bytes(), 4, 0)).toBe(4);
  await turn();
  expect(ended).toBe(false);
});
