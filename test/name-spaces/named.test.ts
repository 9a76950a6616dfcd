// The harness itself: a server starts, answers with its zone, and leaves nothing behind.
import { existsSync } from 'node:fs';
import { Resolver } from 'node:dns/promises';
import { describe, expect, it } from 'vitest';
import { noNamed, startNamed } from './named.js';

describe.skipIf(noNamed !== null)(`BIND 9${noNamed === null ? '' : ` (skipped: ${noNamed})`}`, () => {
  it('starts with the zones of a test, and ends', async () => {
    const reverse = { '2.0.192.in-addr.arpa': ['7 PTR web.fleet.test.'] };
    const named = await startNamed({ records: ['web A 192.0.2.7'], zones: reverse });
    const resolver = new Resolver();
    resolver.setServers([`${named.address}:${named.port}`]);
    expect(await resolver.resolve4(`web.${named.zone}`)).toEqual(['192.0.2.7']);
    expect(await resolver.reverse('192.0.2.7')).toEqual(['web.fleet.test']);
    await named.stop();
    expect(existsSync(named.directory)).toBe(false);
  });
});
