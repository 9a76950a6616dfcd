// What a process holds for a peer that never reads, or never stops sending, stays within the socket's buffers; and
// nothing of it is lost or changed when it is read at last.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SOL_SOCKET, SO_RCVBUF, SO_SNDBUF, ref, sockaddr_in, type SOCKET } from '../../src/abi/index.js';
import type { StreamEndpoint } from '../../src/afd/index.js';
import { boundUdp, connectedPair, datagramOf, nameOf, setNonBlocking, startedWorld, streamOf, turn, udp, type World } from './world.js';

/** The most that a driver reads at a time. */
const READ_CHUNK = 65536;
const CHUNK = 16384;
/** Turns of the loop without any progress after which nothing will move any more. */
const STILL = 30;

/** The byte at a position of the stream; its period is no power of two, so that a lost block shows. */
const byteAt = (position: number): number => (position * 31 + (position >> 8)) % 251;

function pattern(start: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i++) bytes[i] = byteAt(start + i);
  return bytes;
}

function setSize(world: World, s: SOCKET, option: number, size: number): void {
  const value = new Uint8Array(4);
  new DataView(value.buffer).setInt32(0, size, true);
  expect(world.ws.setsockopt(s, SOL_SOCKET, option, value, 4)).toBe(0);
}

describe('a stream', () => {
  let world: World;
  beforeAll(async () => {
    world = await startedWorld();
  });
  afterAll(() => world.host.dispose());

  /** Sends on a non-blocking socket until nothing goes any more, watching both ends; tells how much went. */
  async function fill(a: SOCKET, watch: () => void): Promise<number> {
    let sent = 0;
    for (let still = 0; still < STILL; still++) {
      const taken = await world.ws.send(a, pattern(sent, CHUNK), CHUNK, 0);
      watch();
      if (taken === -1) {
        expect(world.lastError()).toBe('WSAEWOULDBLOCK');
        await turn();
        continue;
      }
      sent += taken;
      still = 0;
    }
    return sent;
  }

  /** Reads everything there is, checking each byte. */
  async function drain(b: SOCKET, expected: number): Promise<void> {
    const buffer = new Uint8Array(100_003);
    for (let position = 0; position < expected; ) {
      const count = await world.ws.recv(b, buffer, buffer.length, 0);
      expect(count).toBeGreaterThan(0);
      expect(Buffer.compare(buffer.subarray(0, count), pattern(position, count))).toBe(0);
      position += count;
    }
  }

  it.each([
    [4096, 4096],
    [65536, 8192],
    [8192, 262144],
    [0, 65536],
  ])('with SO_SNDBUF %i and SO_RCVBUF %i holds no more than that and a chunk', async (sendBuffer, receiveBuffer) => {
    const { a, b } = await connectedPair(world);
    setSize(world, a, SO_SNDBUF, sendBuffer);
    setSize(world, b, SO_RCVBUF, receiveBuffer);
    setNonBlocking(world, a);
    const out: StreamEndpoint = streamOf(world, a);
    const into: StreamEndpoint = streamOf(world, b);
    let mostOut = 0;
    let mostIn = 0;
    const sent = await fill(a, () => {
      mostOut = Math.max(mostOut, out.unsent);
      mostIn = Math.max(mostIn, into.inbox.length);
    });
    expect(mostOut).toBeLessThanOrEqual(sendBuffer + CHUNK);
    expect(mostIn).toBeLessThanOrEqual(receiveBuffer + READ_CHUNK);
    // Both limits were reached: the test has seen the bound hold, not an idle connection.
    expect(mostOut).toBeGreaterThan(0);
    expect(mostIn).toBeGreaterThan(0);
    await drain(b, sent);
    expect([out.unsent, into.inbox.length]).toEqual([0, 0]);
    expect(await world.ws.send(a, pattern(0, 5), 5, 0)).toBe(5);
    await drain(b, 5);
    await Promise.all([world.ws.closesocket(a), world.ws.closesocket(b)]);
  });

  it('holds one blocking send at a time for a peer that never reads', async () => {
    const { a, b } = await connectedPair(world);
    setSize(world, b, SO_RCVBUF, 8192);
    const big = pattern(0, 12_000_000);
    const sending = world.ws.send(a, big, big.length, 0);
    for (let i = 0; i < STILL; i++) await turn();
    expect(streamOf(world, a).unsent).toBe(big.length);
    expect(streamOf(world, b).inbox.length).toBeLessThanOrEqual(8192 + READ_CHUNK);
    await drain(b, big.length);
    expect(await sending).toBe(big.length);
    await Promise.all([world.ws.closesocket(a), world.ws.closesocket(b)]);
  });

  it('goes on reading for a receive that is larger than the buffer', async () => {
    const { a, b } = await connectedPair(world);
    setSize(world, b, SO_RCVBUF, 1000);
    const wanted = 600_000;
    const received = new Uint8Array(wanted);
    const receiving = world.ws.recv(b, received, wanted, 8);
    await world.ws.send(a, pattern(0, wanted), wanted, 0);
    expect(await receiving).toBe(wanted);
    expect(Buffer.compare(received, pattern(0, wanted))).toBe(0);
    await Promise.all([world.ws.closesocket(a), world.ws.closesocket(b)]);
  });
});

describe('datagrams', () => {
  let world: World;
  beforeAll(async () => {
    world = await startedWorld();
  });
  afterAll(() => world.host.dispose());

  async function flood(s: SOCKET, size: number, count: number): Promise<number> {
    const from = udp(world);
    const name = nameOf(world, s);
    let most = 0;
    for (let i = 0; i < count; i++) {
      const data = new Uint8Array(size).fill(i);
      expect(await world.ws.sendto(from, data, size, 0, name, sockaddr_in.size)).toBe(size);
      await turn();
      most = Math.max(most, datagramOf(world, s).queuedBytes);
    }
    await world.ws.closesocket(from);
    return most;
  }

  it('that nobody reads are kept up to SO_RCVBUF and the latest are lost', async () => {
    const s = boundUdp(world);
    setSize(world, s, SO_RCVBUF, 5000);
    expect(await flood(s, 1000, 40)).toBe(5000);
    setNonBlocking(world, s);
    const got: (number | undefined)[] = [];
    const buffer = new Uint8Array(2000);
    while ((await world.ws.recv(s, buffer, buffer.length, 0)) === 1000) got.push(buffer[0]);
    expect(world.lastError()).toBe('WSAEWOULDBLOCK');
    expect(got).toEqual([0, 1, 2, 3, 4]);
    expect(datagramOf(world, s).queuedBytes).toBe(0);
    await world.ws.closesocket(s);
  });

  it('larger than the whole buffer are kept one at a time', async () => {
    const s = boundUdp(world);
    setSize(world, s, SO_RCVBUF, 100);
    expect(await flood(s, 3000, 5)).toBe(3000);
    const buffer = new Uint8Array(4000);
    expect(await world.ws.recvfrom(s, buffer, buffer.length, 0, null, ref(0))).toBe(3000);
    expect(buffer[0]).toBe(0);
    await world.ws.closesocket(s);
  });

  it('without a byte in them are not kept without end either', async () => {
    const s = boundUdp(world);
    setSize(world, s, SO_RCVBUF, 2000);
    await flood(s, 0, 3000);
    setNonBlocking(world, s);
    let kept = 0;
    while ((await world.ws.recv(s, new Uint8Array(1), 1, 0)) === 0) kept += 1;
    expect(kept).toBeGreaterThan(0);
    expect(kept).toBeLessThanOrEqual(2000);
    await world.ws.closesocket(s);
  });
});
