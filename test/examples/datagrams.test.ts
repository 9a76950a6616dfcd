// The UDP echo, against itself and against raw Node sockets, and the multicast pair.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { platform } from 'node:os';
import { describe, expect, it } from 'vitest';
import { run } from '../../examples/multicast.js';
import { ask, serve } from '../../examples/udp-echo.js';
import { AF_INET6 } from 'winsock2';
import { collector, families, hasIpv6Link, pattern, startOn } from './network.js';

describe.each(families)('over $name', ({ family, host, skip }) => {
  it('client and server talk to each other', async (test) => {
    test.skip(skip !== null, skip ?? '');
    const { lines, print } = collector();
    const { port, ended } = await startOn((listening) => serve({ family, datagrams: 1, print, listening }));
    expect(await ask({ family, port, text: 'in one piece', print })).toBe(0);
    expect(await ended).toBe(0);
    expect(lines).toContain('The server said "in one piece"');
  });

  it('the server talks to a raw socket, byte for byte', async (test) => {
    test.skip(skip !== null, skip ?? '');
    const { print } = collector();
    const { port, ended } = await startOn((listening) => serve({ family, datagrams: 2, print, listening }));
    const socket = createSocket(family === AF_INET6 ? 'udp6' : 'udp4');
    for (const data of [pattern(1200, 3), new Uint8Array(0)]) {
      socket.send(data, port, host);
      const [back] = (await once(socket, 'message')) as [Buffer];
      expect(back.equals(data)).toBe(true);
    }
    socket.close();
    expect(await ended).toBe(0);
  });

  it('a member of a group hears what is sent to it', async (test) => {
    test.skip(skip !== null, skip ?? '');
    const noWay = family === AF_INET6 && platform() === 'linux' && !hasIpv6Link;
    test.skip(noWay, 'Linux has no way to IPv6 groups over loopback, and this machine no other interface with IPv6');
    const { lines, print } = collector();
    expect(await run({ family, text: 'all of you', print })).toBe(0);
    expect(lines).toEqual(['A member heard "all of you"']);
  });
});
