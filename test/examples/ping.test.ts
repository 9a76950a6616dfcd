// The ping program: on the simulated network it pings, on the real one it says why not.
import { describe, expect, it } from 'vitest';
import { ping } from '../../examples/ping.js';
import { WSAEACCES, createProcess } from 'winsock2';
import { createNetwork, type Network } from 'winsock2/testing';
import { collector } from './network.js';

/** Pings from host 'here', with the network's time as the program's; gives what was printed, and the exit code. */
async function pings(net: Network, host: string): Promise<readonly (string | number)[]> {
  const { lines, print } = collector();
  const code = await net.run(async () => {
    using _ = net.installTimers();
    return await net.hosts.get('here')!.run(() => ping({ host, print }));
  });
  return [...lines, code];
}

describe('ping on the simulated network', () => {
  it('hears a host that is there', async () => {
    using net = createNetwork({ latencyMs: 7 });
    for (const name of ['here', 'there']) net.host(name);
    expect(await pings(net, 'there')).toEqual([
      'Pinging there [10.0.0.2] with 32 bytes of data:',
      ...Array<string>(4).fill('Reply from 10.0.0.2: bytes=32 time=14ms TTL=128'),
      'Packets: Sent = 4, Received = 4, Lost = 0 (0% loss)',
      0,
    ]);
    expect(net.clock.now()).toBe(3 * 1014 + 14);
  });

  it('misses what is lost, and waits no longer than it says', async () => {
    using net = createNetwork();
    for (const name of ['here', 'there']) net.host(name);
    net.rule({ name: 'no second answer', from: 'there', skip: 1, times: 1, verdict: 'drop' });
    const lines = await pings(net, '10.0.0.2');
    expect(lines.slice(1, 4).map((line) => String(line).replace(/ from.*/, ''))).toEqual(['Reply', 'Request timed out.', 'Reply']);
    expect(lines.slice(-2)).toEqual(['Packets: Sent = 4, Received = 3, Lost = 1 (25% loss)', 0]);
  });

  it('hears nothing of a host that is down', async () => {
    using net = createNetwork();
    for (const name of ['here', 'there']) net.host(name);
    net.hosts.get('there')?.crash();
    expect((await pings(net, '10.0.0.2')).slice(-2)).toEqual(['Packets: Sent = 4, Received = 0, Lost = 4 (100% loss)', 1]);
  });

  it('is told by a router that there is no such host', async () => {
    using net = createNetwork();
    const [near, far] = [net.segment('near'), net.segment('far')];
    net.host('router', { interfaces: [{ segment: near }, { segment: far }], forwarding: true });
    net.host('here', { segment: near, gateway: 'router' });
    expect((await pings(net, '10.0.1.99'))[1]).toBe('Reply from 10.0.0.1: Destination host unreachable.');
  });

  it('pings its own host', async () => {
    using net = createNetwork();
    net.host('here');
    expect((await pings(net, '127.0.0.1'))[1]).toBe('Reply from 127.0.0.1: bytes=32 time<1ms TTL=128');
  });
});

it('ping on the real network says that raw sockets are refused', async () => {
  const { lines, print } = collector();
  await using host = createProcess();
  expect(await host.run(() => ping({ host: '127.0.0.1', print }))).toBe(1);
  expect(lines).toEqual([expect.stringMatching(new RegExp(`^socket failed: WSAEACCES \\(${WSAEACCES}\\), `))]);
});
