// SO_CONDITIONAL_ACCEPT: who calls is connected only once the program on the other host has said so.
import { describe, expect, it } from 'vitest';
import {
  CF_ACCEPT,
  CF_DEFER,
  CF_REJECT,
  SOL_SOCKET,
  SO_CONDITIONAL_ACCEPT,
  type SOCKET,
} from 'winsock2';
import type { Host, HostSocket } from 'winsock2/testing';
import { LATENCY, ROUND_TRIP, call, listen, onTwoHosts, open, outcome, receive, send, set } from './tcp-world.js';

async function conditional(host: Host, backlog?: number): Promise<HostSocket> {
  const listener = await open(host, 80);
  set(listener, SOL_SOCKET, SO_CONDITIONAL_ACCEPT, 1);
  expect(host.winsock.listen(listener.socket, backlog ?? 5)).toBe(0);
  return listener;
}

/** WSAAccept with a condition that always says the same. */
async function decide({ host, socket }: HostSocket, verdict: number): Promise<HostSocket | string> {
  const accepted = await outcome(host, host.winsock.WSAAccept(socket, null, null, () => verdict, 0));
  return typeof accepted === 'string' ? accepted : { host, socket: accepted as SOCKET };
}

describe('with SO_CONDITIONAL_ACCEPT', () => {
  it(
    'CF_ACCEPT answers the SYN: connect waits for as long as the program thinks about it',
    onTwoHosts(async ({ net, client, server, wire }) => {
      const listener = await conditional(server);
      const connecting = call(await open(client), server, 80).then((result) => [result, net.clock.now()]);
      await net.sleep(1000);
      expect(wire.take()).toEqual(['0 client S 0']);
      expect(client.netstat().rows.map(({ state }) => state)).toEqual(['SYN_SENT']);
      expect(await decide(listener, CF_ACCEPT)).toBeTypeOf('object');
      expect(await connecting).toEqual([0, 1000 + LATENCY]);
      expect(wire.take()).toEqual(['1000 server S. 0 ack 1', '1010 client . 1 ack 1']);
    }),
  );

  it(
    'CF_REJECT refuses: connect fails with WSAECONNREFUSED, and so does WSAAccept',
    onTwoHosts(async ({ net, client, server, wire }) => {
      const listener = await conditional(server);
      const connecting = call(await open(client), server, 80);
      expect(await decide(listener, CF_REJECT)).toBe('WSAECONNREFUSED');
      expect(await connecting).toBe('WSAECONNREFUSED');
      expect(net.clock.now()).toBe(ROUND_TRIP);
      expect(wire.take()).toEqual(['0 client S 0', expect.stringMatching(/^10 server R\. .* ack 1$/)]);
    }),
  );

  it(
    'CF_DEFER lets the caller wait on, who may be taken later',
    onTwoHosts(async ({ net, client, server, wire }) => {
      const listener = await conditional(server);
      const s = await open(client);
      const connecting = call(s, server, 80);
      expect(await decide(listener, CF_DEFER)).toBe('WSATRY_AGAIN');
      await net.sleep(500);
      expect(wire.take()).toEqual(['0 client S 0']);
      const accepted = (await decide(listener, CF_ACCEPT)) as HostSocket;
      expect(await connecting).toBe(0);
      await send(s, 'at last');
      expect(await receive(accepted)).toBe('at last');
    }),
  );

  it(
    'a program that never decides leaves its caller to WSAETIMEDOUT',
    onTwoHosts(async ({ net, client, server }) => {
      await conditional(server);
      expect(await call(await open(client), server, 80)).toBe('WSAETIMEDOUT');
      expect(net.clock.now()).toBe(21_000);
    }),
  );

  it(
    'what is sent on the accepted socket before the caller knows reaches it',
    onTwoHosts(async ({ client, server }) => {
      const listener = await conditional(server);
      const s = await open(client);
      const connecting = call(s, server, 80);
      const accepted = (await decide(listener, CF_ACCEPT)) as HostSocket;
      await send(accepted, 'welcome');
      expect(await connecting).toBe(0);
      expect(await receive(s)).toBe('welcome');
    }),
  );

  it(
    'callers that wait for a decision fill the backlog',
    onTwoHosts(async ({ client, server }) => {
      await conditional(server, 1);
      const first = call(await open(client), server, 80);
      expect(await call(await open(client), server, 80)).toBe('WSAECONNREFUSED');
      expect(await first).toBe('WSAETIMEDOUT');
    }),
  );
});

describe('without it', () => {
  it(
    'the caller is connected before the condition is asked, and CF_REJECT resets it',
    onTwoHosts(async ({ net, client, server }) => {
      const listener = await listen(server, 80);
      const s = await open(client);
      expect(await call(s, server, 80)).toBe(0);
      await net.sleep(100);
      expect(await decide(listener, CF_REJECT)).toBe('WSAECONNREFUSED');
      expect(await receive(s)).toBe('<WSAECONNRESET>');
    }),
  );
});
