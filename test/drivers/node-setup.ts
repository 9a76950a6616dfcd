// Owns: how the compliance suite is run for the node driver, and its known gaps.
// Does not own: the suite (describeDriver of winsock2/testing).

import { mkdtempSync, rmSync } from 'node:fs';
import { platform, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import type { DriverUnderTest, Skip } from 'winsock2/testing';
import { createNodeDriver } from '../../src/drivers/node/index.js';

const unixResets: readonly Skip[] = [
  'a reset by the connecting end breaks the accepting end',
  'a reset by the accepting end breaks the connecting end',
  'resetting a held connection breaks the peer',
].map((name) => ({ case: `stream unix: ${name}`, reason: 'local sockets know no reset: the peer sees the end' }));

const loopDevice: Skip = {
  case: 'datagram ipv4: without loopback the own machine hears nothing',
  reason: 'what the loopback device of Linux sends comes back by it, whatever the option says',
};

/** Linux has no multicast route over IPv6 loopback: any other interface will do, at hop limit 0. */
function multicast(): { ipv4: string; ipv6?: string } {
  const face = linkLocal();
  return face === undefined ? { ipv4: '127.0.0.1' } : { ipv4: '127.0.0.1', ipv6: String(face.index) };
}

/** An interface address with a scope, if this machine has one. */
export function linkLocal(): ReturnType<ReturnType<typeof createNodeDriver>['interfaces']>[number] | undefined {
  return createNodeDriver()
    .interfaces()
    .find((each) => each.family === 'ipv6' && each.multicast && each.address.startsWith('fe80:'));
}

/** A fresh path on each call; the folder goes when the test file is through. */
export function freshPaths(): () => string {
  const folder = mkdtempSync(join(tmpdir(), 'ws2-'));
  let paths = 0;
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return () => join(folder, String((paths += 1)));
}

/** The node driver as the suite wants it. */
export function nodeUnderTest(): DriverUnderTest {
  const { families } = createNodeDriver().capabilities;
  const known = [...(families.includes('unix') ? unixResets : []), ...(platform() === 'linux' ? [loopDevice] : [])];
  return {
    create: createNodeDriver,
    families,
    multicast: multicast(),
    // Test files run beside each other, each in a process of its own.
    groupNumber: process.pid,
    path: freshPaths(),
    skip: known,
  };
}
