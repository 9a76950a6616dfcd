// The network of tests: hosts that are processes, time that goes on by itself, and an end for every test.
import { describe, expect, it } from 'vitest';
import {
  AF_INET,
  SOCK_DGRAM,
  SOCK_STREAM,
  Sleep,
  WSACreateEvent,
  WSAECONNREFUSED,
  WSAETIMEDOUT,
  WSAGetLastError,
  WSANOTINITIALISED,
  closesocket,
  connect,
  gethostname,
  recvfrom,
  socket,
} from 'winsock2';
import {
  HostCrashed,
  boundPort,
  clientAndServer,
  createNetwork,
  datagramPair,
  loopbackPair,
  socketAddress,
  withSeeds,
  type Network,
} from 'winsock2/testing';
import './expect.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** The message that `promise` rejects with. */
async function failure(promise: Promise<unknown>): Promise<string> {
  return await promise.then(
    () => expect.unreachable('it did not fail'),
    (error: unknown) => (error as Error).message,
  );
}

describe('a host', () => {
  it('is a process of its own: the functions act there, in `run` and through `winsock`', async () => {
    using net = createNetwork();
    const [one, other] = [net.host('one'), net.host('other')];
    const nameHere = (): string => {
      const name = new Uint8Array(20);
      expect(gethostname(name, 20)).toSucceed();
      return new TextDecoder().decode(name).replaceAll('\0', '');
    };
    await net.run(async () => {
      await Promise.all([one.start(), other.start()]);
      expect(await Promise.all([one.run(nameHere), other.run(nameHere)])).toEqual(['one', 'other']);
      const s = one.winsock.socket(AF_INET, SOCK_STREAM, 0);
      expect(s).toSucceed(one);
      expect(await other.winsock.closesocket(s)).not.toSucceed(other);
      expect(await one.winsock.closesocket(s)).toSucceed(one);
    });
    expect(one.process.id).not.toBe(other.process.id);
  });

  it('has the addresses of its segment in order, or those that it is given', () => {
    using net = createNetwork();
    expect(net.host('one').addresses).toEqual(['10.0.0.1', 'fd00::1']);
    expect(net.host('two').address('ipv6')).toBe('fd00::2');
    expect(net.host('three', { addresses: ['10.0.0.77/24'] }).addresses).toEqual(['10.0.0.77']);
  });

  it('shows its sockets', async () => {
    using net = createNetwork();
    await net.run(async () => {
      const { client, server } = await clientAndServer(net);
      const port = boundPort(server);
      const query = { localAddress: '10.0.0.1', localPort: port, foreignPort: boundPort(client), state: 'ESTABLISHED' };
      expect(server.host.netstat()).toHaveSocket(query);
      expect(client.host.netstat()).toHaveSocket({ foreign: `10.0.0.1:${port}`, state: 'ESTABLISHED' });
    });
  });
});

describe('time', () => {
  it('goes on by itself, and takes none', async () => {
    using net = createNetwork();
    const host = net.host('host');
    await net.run(async () => {
      await net.sleep(200_000);
      await host.run(() => Sleep(100_000));
    });
    expect(net.clock.now()).toBe(300_000);
  });

  it('stands still while real work is done', async () => {
    using net = createNetwork();
    await net.run(async () => {
      const sleeping = net.sleep(1000).then(() => 'slept');
      const work = net.hold(new Promise((resolve) => setTimeout(resolve, 20, 'worked')));
      expect(await Promise.race([sleeping, work])).toBe('worked');
      expect(net.clock.now()).toBe(0);
      await sleeping;
    });
  });
});

describe('run', () => {
  it('gives what the body gives', async () => {
    using net = createNetwork();
    expect(await net.run(() => 5)).toBe(5);
    expect(await net.run(() => Promise.resolve('text'))).toBe('text');
  });

  it('tells who waits instead of hanging', async () => {
    using net = createNetwork({ seed: 77 });
    const message = await failure(
      net.run(async () => {
        const { client } = await datagramPair(net);
        await client.host.run(() => recvfrom(client.socket, new Uint8Array(10), 10, 0, null, null));
      }),
    );
    const lines = message.split('\n');
    expect(lines[0]).toContain('nothing is to come any more');
    expect(lines).toContainEqual(expect.stringMatching(/^ {2}waits since 0\.0\d+ s in recvfrom\(\d+, 10 bytes, 10, 0, null, null\) at .*network\.test\.ts:\d+:\d+$/));
    expect(lines).toContain('server (10.0.0.1, fd00::1)');
    expect(lines).toContain('  waits in no call of Winsock');
    expect(lines).toContainEqual(expect.stringMatching(/^ {2}UDP {4}10\.0\.0\.1:\d+ +\*:\* +$/));
    expect(lines.at(-1)).toBe('(seed 77; WINSOCK2_SEED=77 runs it again)');
  });

  it('tells what is open where calls are not noted', async () => {
    using net = createNetwork({ noteCalls: false });
    const message = await failure(
      net.run(async () => {
        const { client } = await datagramPair(net);
        net.hosts.get('server')?.crash();
        await client.host.winsock.recv(client.socket, new Uint8Array(1), 1, 0);
      }),
    );
    expect(message).toContain('calls that are not known');
    expect(message).toMatch(/ {2}UDP {4}10\.0\.0\.2:\d+ /);
    expect(message).toContain('server (10.0.0.1, fd00::1) is down');
  });

  it('ends a test that goes on for ever', async () => {
    using net = createNetwork();
    const forEver = async (): Promise<void> => {
      for (;;) await net.sleep(1);
    };
    expect(await failure(net.run(forEver, { limitMs: 500 }))).toContain('not ended after 0.500000 s of virtual time');
  });

  it('names the seed in every failure, and leaves the error what it was', async () => {
    using net = createNetwork({ seed: 5 });
    const wrong = Object.assign(new TypeError('wrong'), { extra: 1 });
    const run = net.run(() => Promise.reject(wrong));
    await expect(run).rejects.toBe(wrong);
    expect(wrong.message).toBe('wrong\n(seed 5; WINSOCK2_SEED=5 runs it again)');
  });
});

describe('a crash', () => {
  it('ends what is run there, and the calls that wait never return', async () => {
    using net = createNetwork();
    await net.run(async () => {
      const { server } = await datagramPair(net);
      let returned = false;
      const running = server.host.run(async () => {
        await recvfrom(server.socket, new Uint8Array(1), 1, 0, null, null);
        returned = true;
      });
      const sleeping = server.host.run(async () => {
        await Sleep(10);
        returned = true;
      });
      server.host.crash();
      await expect(running).rejects.toThrow(HostCrashed);
      await expect(sleeping).rejects.toThrow("the host 'server' has crashed");
      await expect(server.host.run(() => 1)).rejects.toThrow(HostCrashed);
      await net.sleep(1000);
      expect(returned).toBe(false);
      expect(server.host.up).toBe(false);
      expect(server.host.netstat().rows).toEqual([]);
    });
  });

  it('that nobody waits for is no unhandled rejection', async () => {
    using net = createNetwork();
    const host = net.host('host');
    await net.run(async () => {
      void host.run(() => new Promise(() => undefined));
      host.crash();
      await net.sleep(1);
    });
  });

  it('is followed by a life that knows nothing of the one before', async () => {
    using net = createNetwork();
    const host = net.host('host');
    await net.run(async () => {
      await host.start();
      const before = { process: host.process, winsock: host.winsock };
      const s = host.winsock.socket(AF_INET, SOCK_DGRAM, 0);
      host.restart();
      expect(host.up).toBe(true);
      expect(host.process).not.toBe(before.process);
      expect(host.process.id).not.toBe(before.process.id);
      expect(host.winsock).not.toBe(before.winsock);
      expect(await host.winsock.closesocket(s)).toFailWith(WSANOTINITIALISED, host);
      await host.start();
      expect(host.winsock.socket(AF_INET, SOCK_DGRAM, 0)).toSucceed(host);
    });
  });

  it('is nothing that others are told of', async () => {
    using net = createNetwork();
    const [client, server] = [net.host('client'), net.host('server')];
    await net.run(async () => {
      await client.start();
      const attempt = (): Promise<number> =>
        client.run(async () => {
          const s = socket(AF_INET, SOCK_STREAM, 0);
          await connect(s, socketAddress(server.address(), 80), 16);
          const error = WSAGetLastError();
          await closesocket(s);
          return error;
        });
      expect(await attempt()).toBe(WSAECONNREFUSED);
      server.crash();
      const before = net.clock.now();
      expect(await attempt()).toBe(WSAETIMEDOUT);
      expect(net.clock.now() - before).toBe(21_000);
      server.restart();
      expect(await attempt()).toBe(WSAECONNREFUSED);
    });
  });
});

describe('the end of a network', () => {
  it('tells of a rule that never fired', () => {
    const net = createNetwork();
    net.host('one');
    net.rule({ name: 'lose every FIN', when: ({ fin }) => fin, verdict: 'drop' });
    expect(() => net.dispose()).toThrow("the rule 'lose every FIN' never fired\n(seed 1; ");
    net.dispose();
  });

  it('does not, where that is allowed', () => {
    using net = createNetwork({ rulesMustFire: false });
    net.rule({ name: 'unused', verdict: 'drop' });
    expect(net.unusedRules()).toHaveLength(1);
  });

  it('takes a partition for used when it has kept back a packet in one direction', async () => {
    const net = createNetwork();
    const [one, two] = [net.host('one'), net.host('two')];
    const partition = net.partition('one', 'two');
    expect(net.unusedRules()).toEqual([partition]);
    await net.run(async () => {
      await one.start();
      const s = one.winsock.socket(AF_INET, SOCK_DGRAM, 0);
      expect(await one.winsock.sendto(s, bytes('x'), 1, 0, socketAddress(two.address(), 9), 16)).toSucceed(one);
      await net.sleep(10);
    });
    expect(partition.hits).toBe(1);
    net.dispose();
  });

  it('tells what the checker has found on each host', async () => {
    const net = createNetwork({ check: true });
    const [tidy, untidy] = [net.host('tidy'), net.host('untidy')];
    await net.run(async () => {
      for (const host of [tidy, untidy]) await host.start();
      await untidy.run(() => void WSACreateEvent());
      expect(await tidy.winsock.closesocket(tidy.winsock.socket(AF_INET, SOCK_DGRAM, 0))).toSucceed(tidy);
    });
    expect(() => net.dispose()).toThrow(/^untidy: 1 found by the checker\n {2}event 0x[0-9a-f]+ was not closed; it was made by WSACreateEvent\(\) at /);
  });

  it('hides no failure before it', async () => {
    const net = createNetwork();
    net.rule({ name: 'unused', verdict: 'drop' });
    await expect(net.run(() => Promise.reject(new Error('first')))).rejects.toThrow('first');
    net.dispose();
  });
});

describe('fixtures', () => {
  const exchange = async (net: Network, pair: Awaited<ReturnType<typeof loopbackPair>>): Promise<void> => {
    const { client, server } = pair;
    const buffer = new Uint8Array(10);
    expect(await client.host.winsock.send(client.socket, bytes('ping'), 4, 0)).toSucceed(client.host);
    expect(await server.host.winsock.recv(server.socket, buffer, 10, 0)).toBe(4);
    expect(await server.host.winsock.send(server.socket, buffer, 4, 0)).toSucceed(server.host);
    expect(await client.host.winsock.recv(client.socket, buffer, 10, 0)).toBe(4);
    expect(buffer.subarray(0, 4)).toEqual(bytes('ping'));
    await pair.close();
    expect(net.clock.now()).toBeLessThan(100);
  };

  it.each(['ipv4', 'ipv6'] as const)('are connected pairs over %s', async (family) => {
    for (const make of [
      (net: Network) => loopbackPair(net.host('one'), family),
      (net: Network) => clientAndServer(net, family),
      (net: Network) => datagramPair(net, family),
      (net: Network) => datagramPair([net.host('a'), net.host('b')], family),
    ]) {
      using net = createNetwork({ check: true });
      await net.run(async () => exchange(net, await make(net)));
    }
  });

  it('fail with the name of the call and of its error', async () => {
    using net = createNetwork();
    await net.run(async () => {
      net.host('client').crash();
      await expect(datagramPair([net.hosts.get('client')!, net.host('server')])).rejects.toThrow(
        "socket on 'client': WSAENETDOWN",
      );
    });
    expect(() => socketAddress('no address', 1)).toThrow("not an address: 'no address'");
  });
});

describe('withSeeds', () => {
  it('runs a test once for each seed', async () => {
    const seeds: number[] = [];
    await withSeeds(3, (net) => void seeds.push(net.seed));
    await withSeeds(2, (net) => void seeds.push(net.seed), { first: 100 });
    expect(seeds).toEqual([1, 2, 3, 100, 101]);
  });

  it('stops at the first failure and names its seed', async () => {
    const seeds: number[] = [];
    const run = withSeeds(9, (net) => {
      seeds.push(net.seed);
      if (net.seed === 4) throw new Error('wrong');
    });
    expect(await failure(run)).toBe('wrong\n(seed 4; WINSOCK2_SEED=4 runs it again)');
    expect(seeds).toEqual([1, 2, 3, 4]);
  });

  it('runs the one seed that the environment names', async () => {
    const seeds: number[] = [];
    process.env['WINSOCK2_SEED'] = '31';
    try {
      await withSeeds(3, (net) => void seeds.push(net.seed));
      using net = createNetwork();
      seeds.push(net.seed);
      process.env['WINSOCK2_SEED'] = 'x';
      expect(() => createNetwork()).toThrow("WINSOCK2_SEED is not a seed: 'x'");
    } finally {
      delete process.env['WINSOCK2_SEED'];
    }
    expect(seeds).toEqual([31, 31]);
  });
});
