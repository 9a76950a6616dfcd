// A hundred thousand overlapped operations at random on the simulated network, and a few thousand over Node: each ends once,
// in order, with every byte accounted for, and nothing is left. WINSOCK2_FULL=1 makes it a million; WINSOCK2_SEED chooses.
import { expect, test } from 'vitest';
import { MemoryStore } from '../../src/catalog/index.js';
import { createProcess } from '../../src/winsock.js';
import { OverlappedModel } from './overlapped-model.js';
import { api, start, World } from './world.js';

const full = process.env['WINSOCK2_FULL'] === '1';
const seed = Number(process.env['WINSOCK2_SEED'] ?? 20);

test('on the simulated network', { timeout: 600_000 }, async () => {
  const world = new World({ seed }, 'a');
  const { process: host } = world.machine('a');
  const count = full ? 1_000_000 : 100_000;
  await host.run(async () => {
    await start();
    const model = new OverlappedModel(host, seed);
    const outcome = await model.run(count);
    expect(outcome.operations).toBe(count);
    for (const happened of Object.values(outcome)) expect(happened).toBeGreaterThan(count / 1000);
    await api.WSACleanup();
  });
  expect(host.handles.size).toBe(0);
  world.end();
});

test('over Node', { timeout: 120_000 }, async () => {
  const host = createProcess({ store: new MemoryStore() });
  await host.run(async () => {
    await start();
    const outcome = await new OverlappedModel(host, seed).run(5000);
    expect(outcome.bytes).toBeGreaterThan(0);
    await api.WSACleanup();
  });
  expect(host.handles.size).toBe(0);
  await host.dispose();
});
