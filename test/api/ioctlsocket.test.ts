// ioctlsocket: the mode of a socket under a call that waits, and codes that only WSAIoctl can wait for.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FIONBIO, SIO_ADDRESS_LIST_CHANGE, ref } from '../../src/abi/index.js';
import { connectedPair, startedWorld, udp, type World } from './world.js';

let world: World;
beforeAll(async () => {
  world = await startedWorld();
});
afterAll(() => world.host.dispose());

describe('ioctlsocket', () => {
  it('lets a receive that waits go on waiting when the socket becomes non-blocking', async () => {
    const { a, b } = await connectedPair(world);
    const buffer = new Uint8Array(4).fill(0xa5);
    const receiving = world.ws.recv(a, buffer, 4, 0);
    expect(world.ws.ioctlsocket(a, FIONBIO, ref(1))).toBe(0);
    await world.ws.send(b, Uint8Array.of(9), 1, 0);
    expect(await receiving).toBe(1);
    expect([...buffer]).toEqual([9, 0xa5, 0xa5, 0xa5]);
    expect(await world.ws.recv(a, buffer, 4, 0)).toBe(-1);
    expect(world.lastError()).toBe('WSAEWOULDBLOCK');
  });

  it('refuses a code that would have to wait, and says so', () => {
    const argument = ref(0xa5);
    expect(world.ws.ioctlsocket(udp(world), SIO_ADDRESS_LIST_CHANGE, argument)).toBe(-1);
    expect(world.lastError()).toBe('WSAEOPNOTSUPP');
    expect(argument.value).toBe(0xa5);
  });
});
