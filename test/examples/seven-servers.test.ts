// The same echo server written in every way that Winsock has to wait: each serves 500 clients that check every byte, over
// real loopback and on the simulated network, and leaves nothing open.
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { createProcess } from 'winsock2';
import { createNetwork } from 'winsock2/testing';
import { echoClients } from '../../examples/echo-clients.js';
import * as events from '../../examples/echo-events.js';
import * as poll from '../../examples/echo-poll.js';
import * as port from '../../examples/echo-port.js';
import * as rio from '../../examples/echo-rio.js';
import * as routines from '../../examples/echo-routines.js';
import * as select from '../../examples/echo-select.js';
import * as threads from '../../examples/echo-threads.js';
import { collector, startOn } from './network.js';

const CLIENTS = 500;
/** A few pieces each, so that they meet in the server's queues in every order. */
const BYTES = 5000;

const servers = [
  { how: 'threads', serve: threads.serve },
  { how: 'select', serve: select.serve },
  { how: 'WSAPoll', serve: poll.serve },
  { how: 'network events', serve: events.serve },
  { how: 'completion routines', serve: routines.serve },
  { how: 'a completion port', serve: port.serve },
  { how: 'registered I/O', serve: rio.serve },
];

describe.each(servers)('the echo server with $how', ({ serve }) => {
  it(`echoes every byte of ${CLIENTS} clients`, async () => {
    const { lines, print } = collector();
    await using server = createProcess({ name: 'server' });
    await using client = createProcess({ name: 'client' });
    const { port: number, ended } = await server.run(() =>
      startOn((listening) => serve({ clients: CLIENTS, print, listening })),
    );
    const right = await client.run(() => echoClients({ port: number, clients: CLIENTS, bytes: BYTES, print }));
    expect(lines.slice(1)).toEqual(expect.arrayContaining([`${CLIENTS} of ${CLIENTS} clients got back what they sent`]));
    expect(right).toBe(CLIENTS);
    expect(await ended).toBe(0);
    expect([...server.handles.entries()]).toEqual([]);
    expect([...client.handles.entries()]).toEqual([]);
  });

  it('does so on the simulated network, and leaves no handle to WSACleanup', async () => {
    // The checker finds what a process leaves open, or closes wrongly.
    using net = createNetwork({ check: true, noteCalls: false });
    const machine = net.host('machine');
    const { print } = collector();
    await net.run(() =>
      machine.run(async () => {
        const { port: number, ended } = await startOn((listening) => serve({ clients: CLIENTS, print, listening }));
        expect(await echoClients({ port: number, clients: CLIENTS, bytes: BYTES, print })).toBe(CLIENTS);
        expect(await ended).toBe(0);
      }),
    );
  });
});

describe('the clients', () => {
  it.each([
    { what: 'a wrong byte', spoil: (data: Buffer) => data.map((byte, index) => (index === 7 ? byte ^ 1 : byte)), said: 'byte 7 is wrong' },
    { what: 'a lost byte', spoil: (data: Buffer) => data.subarray(0, -1), said: 'ended after 99 bytes' },
  ])('notice $what', async ({ spoil, said }) => {
    const server = createServer({ allowHalfOpen: true }, (peer) => {
      const chunks: Buffer[] = [];
      peer.on('data', (chunk: Buffer) => chunks.push(chunk));
      peer.on('end', () => peer.end(spoil(Buffer.concat(chunks))));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { lines, print } = collector();
    const { port: number } = server.address() as AddressInfo;
    expect(await echoClients({ port: number, clients: 1, bytes: 100, print })).toBe(0);
    expect(lines).toEqual([`Client 0: ${said}`, '0 of 1 clients got back what they sent']);
    server.close();
  });
});
