// Writes of the node driver below what the contract can show: what has been handed to the system, and when.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Bench, pattern } from '../../src/testing/compliance/driver/bench.js';
import { freshPaths, nodeUnderTest } from './node-setup.js';

const under = nodeUnderTest();
const path = freshPaths();
let bench: Bench;

beforeEach(() => {
  bench = new Bench({ ...under, path }, 'unix', expect);
});

afterEach(() => {
  bench.watch.finish();
});

/** So many writes of ten bytes, all of which are taken. */
function writes(probe: { transport: { write: (chunks: Uint8Array[], done: () => void) => boolean } }, count: number): Uint8Array {
  for (let i = 0; i < count; i += 1) expect(probe.transport.write([pattern(10, i)], () => undefined)).toBe(true);
  return Uint8Array.from(Array.from({ length: count }, (_, i) => [...pattern(10, i)]).flat());
}

describe.runIf(under.families.includes('unix'))('over local sockets, which deliver what the system had before a reset', () => {
  it.each([2, 5, 32, 40])('%i small writes have been handed over', async (count) => {
    const { client, server } = await bench.pair();
    await client.write(pattern(1));
    await server.read(1);
    const all = writes(client, count);
    client.transport.reset();
    expect(await server.read(all.length)).toEqual(all);
    expect(await server.next()).toEqual({ type: 'ended' });
  });
});

it.runIf(under.families.includes('unix'))('small writes go out with the run, so that a program that only waits for an answer gets one', async () => {
  const { client, server } = await bench.pair();
  await client.write(pattern(1));
  await server.read(1);
  for (let round = 0; round < 5; round += 1) {
    const all = writes(client, 3);
    expect(await server.read(all.length)).toEqual(all);
    const answer = writes(server, 2);
    expect(await client.read(answer.length)).toEqual(answer);
  }
});
