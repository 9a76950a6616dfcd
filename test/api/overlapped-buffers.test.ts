// Buffers of an OVERLAPPED that is used again: the same memory, other memory, parts of it, none. Whatever the last operation
// used, bytes come from and go to where the call says.
import { fc, test as property } from '@fast-check/vitest';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { OVERLAPPED, WSABUF, WSAMSG, ref, sockaddr_in, type SOCKET } from '../../src/abi/index.js';
import { FakeDriver } from '../afd/fake-driver.js';
import { boundUdp, connectedPair, nameOf, startedWorld, type World } from './world.js';

const fake = new FakeDriver();
let world: World;
let a: SOCKET;
let b: SOCKET;
beforeAll(async () => {
  fake.net.auto = true;
  world = await startedWorld({ driver: fake });
});
beforeEach(async () => {
  ({ a, b } = await connectedPair(world));
});
afterAll(() => world.host.dispose());

const JUNK = 0xa5;

async function settled(): Promise<void> {
  await Promise.resolve();
  fake.net.pump();
}

function receive(o: OVERLAPPED, buffers: WSABUF[], count = buffers.length): string {
  return world.ws.WSARecv(a, buffers, count, null, ref(0), o, null) === 0 ? 'done' : world.lastError();
}

function send(o: OVERLAPPED, buffers: WSABUF[], count = buffers.length): string {
  return world.ws.WSASend(a, buffers, count, null, 0, o, null) === 0 ? 'done' : world.lastError();
}

/** What a socket has received by now, or receives next. */
async function taken(s: SOCKET): Promise<Uint8Array> {
  const memory = new Uint8Array(256);
  return memory.subarray(0, await world.ws.recv(s, memory, memory.length, 0));
}

/** Parts of two pieces of memory: views that are used again, and the length told for each. */
const WHOLES: readonly Uint8Array[] = [0, 1].map(() => new Uint8Array(64));
const VIEWS = WHOLES.flatMap((whole) => [whole, whole.subarray(8), whole.subarray(8, 24), new Uint8Array(whole.buffer, 32)]);
const buffer = fc.record({ view: fc.nat(VIEWS.length - 1), len: fc.constantFrom(0, 1, 7, 8, 16, 32, 64) });
/** Mostly one buffer, so that the next is often the same again. */
const buffers = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(buffer) },
  fc.array(buffer, { minLength: 2, maxLength: 3 }),
);
const step = fc.record({ sending: fc.boolean(), buffers, repeat: fc.integer({ min: 1, max: 3 }), bytes: fc.integer({ min: 1, max: 80 }) });

function wsabufs(parts: readonly { readonly view: number; readonly len: number }[]): WSABUF[] {
  return parts.map(({ view, len }) => {
    const memory = VIEWS[view] ?? new Uint8Array(0);
    return new WSABUF(Math.min(len, memory.length), memory);
  });
}

/** The places that buffers name, in order: the piece of memory and the index in it. */
function placesOf(list: readonly WSABUF[]): { readonly whole: Uint8Array; readonly at: number }[] {
  return list.flatMap(({ buf, len }) => {
    const whole = WHOLES.find((one) => one.buffer === buf?.buffer) ?? new Uint8Array(0);
    return Array.from({ length: len }, (_, i) => ({ whole, at: (buf?.byteOffset ?? 0) + i }));
  });
}

property.prop([fc.array(step, { minLength: 1, maxLength: 12 })], { numRuns: 60 })(
  'any buffers in any order: what comes is there and nowhere else, what goes is what was there',
  async (steps) => {
    ({ a, b } = await connectedPair(world));
    const o = new OVERLAPPED();
    let next = 1;
    const byte = (): number => (next = (next % 250) + 1);
    for (const { sending, buffers: parts, repeat, bytes } of steps) {
      const list = wsabufs(parts);
      const places = placesOf(list);
      if (places.length === 0) continue;
      for (let i = 0; i < repeat; i += 1) {
        for (const whole of WHOLES) whole.fill(JUNK);
        if (sending) {
          for (const whole of WHOLES) for (let at = 0; at < whole.length; at += 1) whole[at] = byte();
          expect(send(o, list)).toBe('done');
          const got: number[] = [];
          while (got.length < places.length) got.push(...(await taken(b)));
          expect(got).toEqual(places.map(({ whole, at }) => whole[at]));
          expect(o.InternalHigh).toBe(places.length);
          continue;
        }
        const data = new Uint8Array(Math.min(bytes, places.length)).map(byte);
        const expected = WHOLES.map((whole) => whole.slice());
        for (const [index, value] of data.entries()) {
          const place = places[index];
          const copy = place === undefined ? undefined : expected[WHOLES.indexOf(place.whole)];
          if (place !== undefined && copy !== undefined) copy[place.at] = value;
        }
        // As often waiting for the bytes as finding them.
        if (i % 2 === 0) expect(receive(o, list)).toBe('WSA_IO_PENDING');
        await world.ws.send(b, data, data.length, 0);
        await settled();
        if (i % 2 === 1) expect(receive(o, list)).toBe('done');
        expect([o.Internal, o.InternalHigh]).toEqual([0, data.length]);
        expect(WHOLES).toEqual(expected);
      }
    }
  },
);

describe('memory that was given away since', () => {
  const give = (memory: Uint8Array<ArrayBuffer>): unknown => structuredClone(memory, { transfer: [memory.buffer] });

  it.each([['all of it', 8], ['the first part', 3]])('is refused where %s was used before, and the next start is good', async (_name, len) => {
    for (const start of [receive, send]) {
      const o = new OVERLAPPED();
      const memory = new Uint8Array(8);
      await world.ws.send(b, new Uint8Array(len), len, 0);
      await settled();
      for (let i = 0; i < 2; i += 1) {
        if (start === receive && i === 1) await world.ws.send(b, new Uint8Array(len), len, 0);
        await settled();
        expect(start(o, [new WSABUF(len, memory)])).toBe('done');
      }
      give(memory);
      expect(start(o, [new WSABUF(len, memory)])).toBe('WSAEFAULT');
      expect([o.Internal, o.InternalHigh]).toEqual([0, len]);
      expect(send(o, [new WSABUF(2, Uint8Array.of(1, 2))])).toBe('done');
      if (start === receive) await world.ws.recv(b, new Uint8Array(8), 8, 0);
      expect(start(o, [new WSABUF(len, memory)])).toBe('WSAEFAULT');
    }
  });

  it('may still be named with no length', () => {
    const o = new OVERLAPPED();
    const memory = new Uint8Array(8);
    expect(send(o, [new WSABUF(0, memory)])).toBe('done');
    give(memory);
    expect(send(o, [new WSABUF(0, memory)])).toBe('done');
  });
});

describe('the buffers of the call', () => {
  it('are counted, and must be there, whatever was there before', () => {
    const o = new OVERLAPPED();
    const memory = new Uint8Array(8);
    const good = [new WSABUF(8, memory)];
    expect(send(o, good)).toBe('done');
    expect([send(o, good, 0), send(o, good, -1), send(o, good, 2), send(o, [], 1)]).toEqual([
      'WSAEINVAL', 'WSAEINVAL', 'WSAEFAULT', 'WSAEFAULT',
    ]);
    expect([send(o, [new WSABUF(9, memory)]), send(o, [new WSABUF(-8, memory)]), send(o, [new WSABUF(8, null)])]).toEqual([
      'WSAEFAULT', 'WSAEFAULT', 'WSAEFAULT',
    ]);
    expect([send(o, good), send(o, [new WSABUF(0, null)]), send(o, [new WSABUF(0, null)]), send(o, good)]).toEqual([
      'done', 'done', 'done', 'done',
    ]);
  });

  it('are those of the call, though the array has changed by the time that the bytes come', async () => {
    const o = new OVERLAPPED();
    const [first, second] = [new Uint8Array(4), new Uint8Array(4)];
    for (let round = 1; round <= 2; round += 1) {
      const list = [new WSABUF(4, first)];
      expect(receive(o, list)).toBe('WSA_IO_PENDING');
      list[0] = new WSABUF(4, second);
      await world.ws.send(b, Uint8Array.of(round, round), 2, 0);
      await settled();
      expect([...first, ...second]).toEqual([round, round, 0, 0, 0, 0, 0, 0]);
    }
  });
});

it('are those of the call, whichever function it is', async () => {
  const o = new OVERLAPPED();
  const s = boundUdp(world);
  const name = nameOf(world, s);
  await world.ws.connect(s, name, sockaddr_in.size);
  const [mine, other] = [[1, 2, 3], [4, 5, 6]].map((bytes) => [new WSABUF(3, Uint8Array.from(bytes))]);
  if (mine === undefined || other === undefined) throw new Error('no buffers');
  const message = new WSAMSG({ name: null, namelen: 0, lpBuffers: other, dwBufferCount: 1, Control: new WSABUF(0, null), dwFlags: 0 });
  const calls = [
    (list: WSABUF[]) => world.ws.WSASend(s, list, 1, null, 0, o, null),
    (list: WSABUF[]) => world.ws.WSASendTo(s, list, 1, null, 0, name, sockaddr_in.size, o, null),
    () => world.ws.WSASendMsg(s, message, 0, null, o, null),
  ];
  for (const [first, second] of calls.flatMap((one) => calls.map((two) => [one, two] as const))) {
    for (const [call, list] of [[first, mine], [second, other], [first, mine]] as const) {
      expect(await Promise.resolve(call(list))).toBe(0);
      await settled();
      const bytes = call === calls[2] ? other : list;
      expect([...(await taken(s))]).toEqual([...(bytes[0]?.buf ?? [])]);
    }
  }
});
