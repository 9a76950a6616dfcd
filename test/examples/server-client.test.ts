// The getting-started pair: against each other, and each against a raw Node peer.
import { describe, expect, it } from 'vitest';
import { client } from '../../examples/client.js';
import { server } from '../../examples/server.js';
import { WSAECONNREFUSED, errorText } from 'winsock2';
import { collector, exchange, families, pattern, rawClient, rawEchoServer, startOn } from './network.js';

const TEXT = 'grüße an den server';
const SIZE = new TextEncoder().encode(TEXT).length;

describe.each(families)('over $name', ({ family, host, skip }) => {
  it('client and server talk to each other', async (test) => {
    test.skip(skip !== null, skip ?? '');
    const [ofServer, ofClient] = [collector(), collector()];
    const { port, ended } = await startOn((listening) =>
      server({ host, family, port: '0', print: ofServer.print, listening }),
    );
    expect(await client({ host, port: String(port), text: TEXT, print: ofClient.print })).toBe(0);
    expect(await ended).toBe(0);
    expect(ofClient.lines).toEqual([
      `Sent ${SIZE} bytes`,
      `Received ${SIZE} bytes`,
      `The server is done; it said "${TEXT}"`,
    ]);
    expect(ofServer.lines).toEqual([
      `Listening on port ${port}`,
      `Received ${SIZE} bytes`,
      `Sent ${SIZE} bytes back`,
      'The client is done',
    ]);
  });

  it('the client talks to a raw server', async (test) => {
    test.skip(skip !== null, skip ?? '');
    const { server: raw, port } = await rawEchoServer(host);
    const { lines, print } = collector();
    expect(await client({ host, port: String(port), text: TEXT, print })).toBe(0);
    expect(lines.at(-1)).toBe(`The server is done; it said "${TEXT}"`);
    raw.close();
  });

  it('the server talks to a raw client, byte for byte', async (test) => {
    test.skip(skip !== null, skip ?? '');
    const { print } = collector();
    const { port, ended } = await startOn((listening) => server({ host, family, port: '0', print, listening }));
    const data = pattern(200_000, 1);
    const back = await exchange(await rawClient(host, port), data);
    expect(back.equals(data)).toBe(true);
    expect(await ended).toBe(0);
  });
});

it('says which call failed and why', async () => {
  const { server: raw, port } = await rawEchoServer('127.0.0.1');
  await new Promise((resolve) => raw.close(resolve));
  const { lines, print } = collector();
  expect(await client({ host: '127.0.0.1', port: String(port), print })).toBe(1);
  expect(lines).toEqual([`connect failed: WSAECONNREFUSED (10061), ${errorText(WSAECONNREFUSED)}`]);
});
