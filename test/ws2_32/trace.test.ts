// The tracing seam: one call seen on each layer that it crosses, in order, and nothing at all while nobody listens.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type WSABUF, type SOCKET } from '../../src/abi/index.js';
import type { TraceReport } from '../../src/win32/index.js';
import { boundUdp, connectedPair, listener, startedWorld, tcp, type World } from '../api/world.js';

const LAYERS = ['api', 'ws2_32', 'winsock2/msafd', 'afd'];

let world: World;
let reports: TraceReport[];
let stop: () => void;
beforeEach(async () => {
  world = await startedWorld();
  reports = [];
  stop = world.host.trace.listen((report) => reports.push(report));
});
afterEach(() => world.host.dispose());

/** The reports of the four layers as '+api recv' and '-api recv'. */
function crossings(): string[] {
  const marks = { enter: '+', leave: '-', note: '!' };
  return reports.filter(({ layer }) => LAYERS.includes(layer)).map(({ phase, layer, name }) => `${marks[phase]}${layer} ${name}`);
}

describe('a call', () => {
  it('that is answered at once is reported down and up again', () => {
    const { s, name } = { s: tcp(world), name: new Uint8Array(16) };
    name.set([2, 0, 0, 0, 127, 0, 0, 1]);
    reports.length = 0;
    world.ws.bind(s, name, 16);
    expect(crossings()).toEqual([
      '+api bind',
      '+ws2_32 route',
      '+winsock2/msafd WSPBind',
      '+afd bind',
      '-afd bind',
      '-winsock2/msafd WSPBind',
      '-ws2_32 route',
      '-api bind',
    ]);
  });

  it('that waits leaves each layer when it is done', async () => {
    const { a, b } = await connectedPair(world);
    reports.length = 0;
    const receiving = world.ws.recv(a, new Uint8Array(4), 4, 0);
    expect(crossings().filter((line) => line.startsWith('-')).map((line) => line.split(' ')[0])).not.toContain('-api');
    await world.ws.send(b, new Uint8Array(2), 2, 0);
    expect(await receiving).toBe(2);
    const left = reports.filter(({ phase, name }) => phase === 'leave' && /recv/i.test(name));
    expect(left.map(({ layer, result }) => [layer, result])).toEqual([['winsock2/msafd', 0], ['api', 2]]);
  });

  it('carries its arguments, result, error, thread and time, and one id down and up', async () => {
    const s = boundUdp(world);
    reports.length = 0;
    const buffer = new Uint8Array(4);
    await world.ws.send(s, buffer, 4, 0);
    const [enter, leave] = reports.filter(({ layer }) => layer === 'api');
    expect(enter).toMatchObject({ phase: 'enter', name: 'send', args: [s, buffer, 4, 0], thread: world.host.mainThread.id });
    expect(leave).toMatchObject({ phase: 'leave', id: enter?.id, result: -1, error: 10057 });
    expect(leave?.time).toBeGreaterThanOrEqual(enter?.time ?? Infinity);
    const provider = reports.find(({ layer }) => layer === 'winsock2/msafd');
    expect(provider?.name).toBe('WSPSend');
    expect((provider?.args[1] as WSABUF[])[0]?.len).toBe(4);
    const ids = reports.filter(({ phase }) => phase === 'enter').map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(reports.filter((report) => report.id === id && report.phase === 'leave')).toHaveLength(1);
  });

  it('that WS2_32 refuses itself goes no further', async () => {
    await world.ws.recv(3 as SOCKET, new Uint8Array(1), 1, 0);
    expect(crossings()).toEqual(['+api recv', '-api recv']);
    expect(reports.at(-1)).toMatchObject({ result: -1, error: 10038 });
  });
});

it('nothing is reported once nobody listens, and results are the same', async () => {
  const from = listener(world);
  const seen = reports.length;
  expect(seen).toBeGreaterThan(0);
  stop();
  expect(world.host.trace.on).toBe(false);
  const { a, b } = await connectedPair(world, from);
  await world.ws.send(a, Uint8Array.of(9), 1, 0);
  const buffer = new Uint8Array(1);
  expect(await world.ws.recv(b, buffer, 1, 0)).toBe(1);
  expect([buffer[0], reports.length]).toEqual([9, seen]);
});

it('a process reports its own calls only', async () => {
  const other = await startedWorld();
  reports.length = 0;
  tcp(other);
  expect(reports).toEqual([]);
  await other.host.dispose();
});
