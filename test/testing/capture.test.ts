// Captures of the simulated network: what is in them, that they are the same every time, and what Wireshark thinks.
import { describe, expect, it } from 'vitest';
import { clientAndServer, createNetwork, datagramPair, loopbackPair, type NetworkOptions, type Pair } from 'winsock2/testing';
import './expect.js';
import { readPcapng } from './pcapng-reader.js';
import { noTshark, tshark } from './tshark.js';

/** Sends `count` bytes from one end to the other, which closes when it has come to their end. */
async function transfer({ client, server }: Pair, count: number): Promise<void> {
  const data = Uint8Array.from({ length: count }, (_, index) => index % 251);
  const sending = client.host.winsock.send(client.socket, data, count, 0);
  const buffer = new Uint8Array(count);
  let received = 0;
  while (received < count) {
    const more = await server.host.winsock.recv(server.socket, buffer.subarray(received), count - received, 0);
    expect(more).toSucceed(server.host);
    received += more;
  }
  expect(await sending).toSucceed(client.host);
  expect(buffer).toEqual(data);
  expect(await client.host.winsock.closesocket(client.socket)).toSucceed(client.host);
  expect(await server.host.winsock.recv(server.socket, buffer, count, 0)).toBe(0);
  expect(await server.host.winsock.closesocket(server.socket)).toSucceed(server.host);
}

/** A capture of a transfer over TCP, from before its handshake until nobody has anything to send any more. */
async function captured(options: NetworkOptions, count: number): Promise<Uint8Array> {
  using net = createNetwork({ rulesMustFire: false, ...options });
  const capture = net.capture();
  await net.run(async () => {
    await transfer(await clientAndServer(net), count);
    await net.sleep(60_000);
  });
  return capture.toPcapng();
}

describe('a capture', () => {
  it('has each packet once, where and when it was sent', async () => {
    using net = createNetwork();
    const capture = net.capture();
    await net.run(async () => {
      const { client, server } = await datagramPair(net);
      expect(await client.host.winsock.send(client.socket, new Uint8Array(5), 5, 0)).toSucceed(client.host);
      await net.sleep(10);
      expect(await server.host.winsock.send(server.socket, new Uint8Array(7), 7, 0)).toSucceed(server.host);
      await net.sleep(10);
    });
    const { interfaces, packets } = readPcapng(capture.toPcapng());
    expect(interfaces.map(({ name }) => name)).toEqual(['client on lan', 'server on lan']);
    expect(packets.map(({ interface: name, us, bytes, comment }) => [name, us, bytes.length, comment])).toEqual([
      ['client on lan', Date.UTC(2026, 0, 1) * 1000, 33, null],
      ['server on lan', Date.UTC(2026, 0, 1) * 1000 + 10_000, 35, null],
    ]);
  });

  it('says what became of packets that did not arrive as they were sent', async () => {
    using net = createNetwork();
    net.host('server');
    net.host('client');
    net.rule({ name: 'the first is lost', verdict: 'drop', times: 1 });
    net.rule({ name: 'the second comes twice', verdict: 'duplicate', times: 1 });
    const capture = net.capture();
    await net.run(async () => {
      const [server, client] = [net.hosts.get('server')!, net.hosts.get('client')!];
      const pair = await datagramPair([client, server]);
      for (let sent = 0; sent < 2; sent += 1) {
        expect(await client.winsock.send(pair.client.socket, new Uint8Array(5), 5, 0)).toSucceed(client);
      }
      await net.sleep(10);
    });
    expect(readPcapng(capture.toPcapng()).packets.map(({ comment }) => comment)).toEqual([
      'dropped: the first is lost',
      'the second comes twice',
      'duplicate: the second comes twice',
    ]);
  });

  it('can be of one link, one host, or of what one wants', async () => {
    using net = createNetwork();
    const [all, loopback, none, short] = [
      net.capture(),
      net.capture({ link: 'loopback' }),
      net.capture({ host: 'somebody' }),
      net.capture({ when: ({ bytes }) => bytes.length < 30 }),
    ];
    await net.run(async () => {
      const { client } = await datagramPair(net);
      expect(await client.host.winsock.send(client.socket, new Uint8Array(1), 1, 0)).toSucceed(client.host);
      await transfer(await loopbackPair(client.host), 100);
    });
    expect(loopback.packets.length).toBeGreaterThan(3);
    expect(all.packets.length).toBe(loopback.packets.length + 1);
    expect(none.packets).toEqual([]);
    expect(short.packets.map(({ link }) => link)).toEqual(['lan']);
    all.stop();
  });

  it('is the same file for the same seed, and another for another', async () => {
    const faults = { loss: 0.05, duplicate: 0.05, reorder: 0.05, corrupt: 0.02, jitterMs: 2 };
    const [one, again, other] = [
      await captured({ seed: 3, ...faults }, 200_000),
      await captured({ seed: 3, ...faults }, 200_000),
      await captured({ seed: 4, ...faults }, 200_000),
    ];
    expect(Buffer.compare(one, again)).toBe(0);
    expect(Buffer.compare(one, other)).not.toBe(0);
  });
});

/** What its analysis of TCP remarks on at all, and what it finds malformed. */
const BAD_TCP = 'tcp.analysis.flags';
const MALFORMED = '_ws.malformed or ip.checksum.status == 0 or tcp.checksum.status == 0';
/** Every other opinion of its experts from a warning on. */
const WARNING = '_ws.expert.severity >= 0x600000';

describe('Wireshark', () => {
  it('finds nothing wrong with a connection on a clean link', async (context) => {
    context.skip(noTshark !== null, noTshark ?? '');
    for (const family of ['ipv4', 'ipv6'] as const) {
      using net = createNetwork({ latencyMs: 5, bandwidth: 100_000_000 });
      const capture = net.capture();
      await net.run(async () => {
        const pair = await clientAndServer(net, family);
        await transfer(pair, 500_000);
        // Both ends at once.
        await (await loopbackPair(pair.client.host, family)).close();
        await net.sleep(1000);
      });
      const file = capture.toPcapng();
      expect((await tshark(file, 'tcp', ['frame.number'])).length).toBeGreaterThan(400);
      expect(await tshark(file, [MALFORMED, BAD_TCP, WARNING].join(' or '), ['frame.number', '_ws.col.Info'])).toEqual([]);
    }
  });

  it('sees retransmissions where packets were lost, and nothing malformed', async (context) => {
    context.skip(noTshark !== null, noTshark ?? '');
    const file = await captured({ seed: 9, loss: 0.02 }, 500_000);
    const fields = ['frame.number', '_ws.col.Info'];
    expect(await tshark(file, MALFORMED, fields)).toEqual([]);
    expect((await tshark(file, 'tcp.analysis.retransmission', fields)).length).toBeGreaterThan(0);
    expect((await tshark(file, 'frame.comment contains "dropped: loss"', fields)).length).toBeGreaterThan(0);
  });
});
