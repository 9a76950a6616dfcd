// The examples of docs/testing.md, run. The page shows pieces of this file; documentation.test.ts holds the two together.
import { describe, expect, it } from 'vitest';
import {
  AF_INET,
  MAKEWORD,
  SOCK_DGRAM,
  SOCK_STREAM,
  SOMAXCONN,
  WSACleanup,
  WSADATA,
  WSAECONNREFUSED,
  WSAECONNRESET,
  WSAETIMEDOUT,
  WSAStartup,
  accept,
  bind,
  closesocket,
  connect,
  listen,
  recv,
  send,
  sendto,
  socket,
} from 'winsock2';
import {
  HostCrashed,
  clientAndServer,
  createNetwork,
  datagramPair,
  describePacket,
  socketAddress,
  watch,
  withSeeds,
  type Host,
} from 'winsock2/testing';
import './expect.js';

/** The program under test: answers one client, in capitals. */
async function shout(port: number): Promise<void> {
  await WSAStartup(MAKEWORD(2, 2), new WSADATA());
  const listener = socket(AF_INET, SOCK_STREAM, 0);
  bind(listener, socketAddress('0.0.0.0', port), 16);
  listen(listener, SOMAXCONN);
  const connection = await accept(listener, null, null);
  const buffer = new Uint8Array(100);
  const length = await recv(connection, buffer, buffer.length, 0);
  if (length > 0) {
    const answer = new TextEncoder().encode(new TextDecoder().decode(buffer.subarray(0, length)).toUpperCase());
    await send(connection, answer, answer.length, 0);
  }
  await closesocket(connection);
  await closesocket(listener);
  await WSACleanup();
}

describe('a network in a box', () => {
  it('two hosts', async () => {
    using net = createNetwork();
    const server = net.host('server');
    const client = net.host('client');

    await net.run(async () => {
      const serving = server.run(() => shout(80));

      await client.run(async () => {
        await WSAStartup(MAKEWORD(2, 2), new WSADATA());
        const s = socket(AF_INET, SOCK_STREAM, 0);
        expect(await connect(s, socketAddress('10.0.0.1', 80), 16)).toSucceed();
        expect(await send(s, new TextEncoder().encode('hello'), 5, 0)).toBe(5);

        const buffer = new Uint8Array(100);
        expect(await recv(s, buffer, 100, 0)).toBe(5);
        expect(new TextDecoder().decode(buffer.subarray(0, 5))).toBe('HELLO');
        expect(await closesocket(s)).toSucceed();
      });

      await serving;
    });
  });

  it('whose error', async () => {
    using net = createNetwork();
    const server = net.host('server');
    const client = net.host('client');

    await net.run(async () => {
      await client.start();
      const s = client.winsock.socket(AF_INET, SOCK_STREAM, 0);
      const address = socketAddress(server.address(), 80);
      expect(await client.winsock.connect(s, address, 16)).toFailWith(WSAECONNREFUSED, client);
    });
  });
});

describe('what goes wrong', () => {
  it('links', async () => {
    using net = createNetwork({ latencyMs: 20 });
    const server = net.host('server');
    const client = net.host('client');
    net.link(server, client, { loss: 0.05, jitterMs: 5, bandwidth: 10_000_000 });
    net.link(client, server, { latencyMs: 300, oneWay: true });

    await net.run(async () => {
      const serving = server.run(() => shout(80));
      await talk(client, server);
      await serving;
    });
  });

  it('rules', async () => {
    using net = createNetwork();
    const server = net.host('server');
    const client = net.host('client');
    const lost = net.rule({ name: 'the first SYN is lost', from: client, when: ({ syn }) => syn, times: 1, verdict: 'drop' });

    await net.run(async () => {
      const serving = server.run(() => shout(80));
      await talk(client, server);
      await serving;
    });

    expect(lost.hits).toBe(1);
    expect(net.clock.now()).toBeGreaterThan(3000); // SYN was sent again after three seconds
  });

  it('partitions', async () => {
    using net = createNetwork();
    const { client, server } = await net.run(() => clientAndServer(net));

    await net.run(async () => {
      const partition = net.partition(client.host, server.host);
      await client.host.winsock.send(client.socket, new Uint8Array(5), 5, 0);
      await net.sleep(2000);
      partition.heal();

      const buffer = new Uint8Array(5);
      expect(await server.host.winsock.recv(server.socket, buffer, 5, 0)).toBe(5);
      expect(partition.hits).toBeGreaterThan(1);
    });
  });

  it('crashes', async () => {
    using net = createNetwork();
    const server = net.host('server');
    const client = net.host('client');

    await net.run(async () => {
      const serving = server.run(() => shout(80));
      await client.start();
      const s = client.winsock.socket(AF_INET, SOCK_STREAM, 0);
      await client.winsock.connect(s, socketAddress(server.address(), 80), 16);

      server.crash();
      await expect(serving).rejects.toThrow(HostCrashed);
      server.restart();

      // The new stack knows nothing of the connection.
      await client.winsock.send(s, new Uint8Array(5), 5, 0);
      expect(await client.winsock.recv(s, new Uint8Array(5), 5, 0)).toFailWith(WSAECONNRESET, client);
    });
  });
});

describe('time', () => {
  it('goes on by itself', async () => {
    using net = createNetwork();
    const client = net.host('client');
    net.host('server').crash();

    await net.run(async () => {
      await client.start();
      const s = client.winsock.socket(AF_INET, SOCK_STREAM, 0);
      const before = net.clock.now();
      expect(await client.winsock.connect(s, socketAddress('10.0.0.2', 80), 16)).toFailWith(WSAETIMEDOUT, client);
      expect(net.clock.now() - before).toBe(21_000);
    });
  });

  it('of the program', async () => {
    using net = createNetwork();

    await net.run(async () => {
      using _ = net.installTimers();
      const start = Date.now();
      await new Promise((resolve) => setTimeout(resolve, 60_000));
      expect(Date.now() - start).toBe(60_000);
    });
  });
});

describe('what can be seen', () => {
  it('netstat', async () => {
    using net = createNetwork();
    const server = net.host('server');

    await net.run(async () => {
      void server.run(() => shout(80));
      await net.sleep(1);
      expect(server.netstat()).toHaveSocket({ localPort: 80, state: 'LISTENING' });
      expect(server.netstat().toString()).toContain('  TCP    0.0.0.0:80             0.0.0.0:0              LISTENING');
    });
  });

  it('every packet', async () => {
    using net = createNetwork();
    const seen: string[] = [];
    net.tap(({ from, bytes }) => seen.push(`${from}: ${describePacket(bytes)}`));

    await net.run(async () => {
      const { client } = await datagramPair(net);
      await client.host.winsock.send(client.socket, new Uint8Array(5), 5, 0);
      await net.sleep(10);
    });

    expect(seen).toEqual([expect.stringMatching(/^client: IP 10\.0\.0\.2\.\d+ > 10\.0\.0\.1\.\d+: UDP, length 5$/)]);
  });

  it('captures', async () => {
    using net = createNetwork();
    const capture = net.capture();

    await net.run(async () => {
      const { client } = await datagramPair(net);
      await client.host.winsock.send(client.socket, new Uint8Array(5), 5, 0);
      await net.sleep(10);
    });

    expect(capture.packets).toHaveLength(1);
    const file = capture.toPcapng(); // for Wireshark: writeFileSync('test.pcapng', file)
    expect(file.length).toBeGreaterThan(100);
  });
});

describe('many seeds', () => {
  it('the answer comes whatever is lost', async () => {
    await withSeeds(
      20,
      async (net) => {
        const server = net.host('server');
        const client = net.host('client');
        const serving = server.run(() => shout(80));
        await talk(client, server);
        await serving;
      },
      { loss: 0.1, duplicate: 0.05, reorder: 0.05, corrupt: 0.02 },
    );
  });
});

describe('the checker', () => {
  it('of a whole network', async () => {
    using net = createNetwork({ check: true });
    const server = net.host('server');
    const client = net.host('client');

    await net.run(async () => {
      const serving = server.run(() => shout(80));
      await talk(client, server);
      await serving;
    });
  });

  it('of one process', async () => {
    using net = createNetwork();
    const host = net.host('host');
    const watched = watch(host.process);

    await host.run(async () => {
      await WSAStartup(MAKEWORD(2, 2), new WSADATA());
      const s = socket(AF_INET, SOCK_DGRAM, 0);
      await sendto(s, new Uint8Array(1), 1, 0, socketAddress('10.0.0.1', 9), 16);
    });

    expect(watched.problems().map(({ kind }) => kind)).toEqual(['handle-leaked', 'startup-unbalanced']);
    expect(watched.report()).toContain('socket 0x100 was not closed; it was made by socket(2, 2, 0) at ');
  });
});

/** The client of the program under test. */
async function talk(client: Host, server: Host): Promise<void> {
  await client.run(async () => {
    await WSAStartup(MAKEWORD(2, 2), new WSADATA());
    const s = socket(AF_INET, SOCK_STREAM, 0);
    expect(await connect(s, socketAddress(server.address(), 80), 16)).toSucceed();
    expect(await send(s, new TextEncoder().encode('hello'), 5, 0)).toBe(5);
    const buffer = new Uint8Array(100);
    expect(await recv(s, buffer, 100, 0)).toBe(5);
    expect(new TextDecoder().decode(buffer.subarray(0, 5))).toBe('HELLO');
    expect(await closesocket(s)).toSucceed();
    expect(await WSACleanup()).toSucceed();
  });
}
