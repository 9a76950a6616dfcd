// The simulated network, from C face to C face: what its stack carries on one core, whatever its clock says.
import type { SOCKET } from '../../src/abi/handles.js';
import type { Bench, WorkRow, Testing, Winsock } from '../row.js';
import * as ours from './ours.js';

const size = 64;
const burst = 64;
const block = 65536;
const window = 1048576;

type Network = ReturnType<Testing['createNetwork']>;
type Host = ReturnType<Network['host']>;

const base = {
  pinned: true,
  memory: false,
  raw: null,
};

interface Pair {
  readonly client: Host;
  readonly server: Host;
  readonly network: Network;
}

/** Two hosts on a clean link, with Winsock started on both. */
async function pair(api: Winsock, testing: () => Promise<Testing>): Promise<Pair> {
  const { createNetwork } = await testing();
  const network = createNetwork({ seed: 1, noteCalls: false });
  const client = network.host('client');
  const server = network.host('server');
  for (const host of [client, server]) {
    await host.run(async () => api.WSAStartup(api.MAKEWORD(2, 2), new api.WSADATA()));
  }
  return { client, server, network };
}

/** The address of a host with a port in host order. */
function at(api: Winsock, host: Host, port: number): InstanceType<Winsock['sockaddr_in']> {
  const name = ours.loopback(api, port);
  api.inet_pton(api.AF_INET, host.address(), name.sin_addr);
  return name;
}

function bound(api: Winsock, host: Host, type: number, protocol: number): { s: SOCKET; port: number } {
  const s = api.socket(api.AF_INET, type, protocol);
  ours.check(api, 'bind', api.bind(s, at(api, host, 0), api.sockaddr_in.size));
  const name = new api.sockaddr_in();
  ours.check(api, 'getsockname', api.getsockname(s, name, api.ref<number>(api.sockaddr_in.size)));
  return { s, port: api.ntohs(name.sin_port) };
}

function setInt(api: Winsock, s: SOCKET, option: number, value: number): void {
  ours.check(api, 'setsockopt', api.setsockopt(s, api.SOL_SOCKET, option, new Uint8Array(Uint32Array.of(value).buffer), 4));
}

const udp: WorkRow = {
  ...base,
  name: 'sim-udp',
  title: `simulated network, UDP, ${size} bytes one way, bursts of ${burst}`,
  unit: 'datagrams/s',
  perCount: burst,
  count: 20_000,
  warmup: 2_000,
  ours: async (api, testing) => {
    const { client, server, network } = await pair(api, testing);
    const message = new Uint8Array(size).fill(0x66);
    const receiver = await server.run(() => bound(api, server, api.SOCK_DGRAM, api.IPPROTO_UDP));
    const sender = await client.run(() => bound(api, client, api.SOCK_DGRAM, api.IPPROTO_UDP));
    const to = at(api, server, receiver.port);
    const nameSize: number = api.sockaddr_in.size;
    const receive = async (count: number): Promise<void> => {
      const buffer = new Uint8Array(size);
      const from = new api.sockaddr_in();
      const fromLength = api.ref(nameSize);
      for (let i = 0; i < count * burst; i += 1) {
        ours.check(api, 'recvfrom', await api.recvfrom(receiver.s, buffer, size, 0, from, fromLength));
      }
    };
    const send = async (count: number): Promise<void> => {
      for (let i = 0; i < count; i += 1) {
        for (let j = 0; j < burst; j += 1) {
          ours.check(api, 'sendto', await api.sendto(sender.s, message, size, 0, to, nameSize));
        }
        // The link takes a millisecond: nothing is lost by a full receive buffer.
        await network.sleep(1);
      }
    };
    return {
      run: async (count) => {
        await Promise.all([server.run(() => receive(count)), client.run(() => send(count))]);
      },
      close: () => {
        network.dispose();
      },
    };
  },
};

const bulk: WorkRow = {
  ...base,
  name: 'sim-tcp-bulk',
  title: `simulated network, TCP, ${block / 1024} KiB blocks one way`,
  unit: 'MiB/s',
  perCount: block / 2 ** 20,
  count: 16_000,
  warmup: 1_600,
  ours: async (api, testing) => {
    const { client, server, network } = await pair(api, testing);
    const [from, to] = await connections(api, client, server, 1);
    const sender = from[0];
    const receiver = to[0];
    if (sender === undefined || receiver === undefined) throw new Error('no connection');
    await client.run(() => {
      setInt(api, sender, api.SO_SNDBUF, window);
    });
    const data = new Uint8Array(block).fill(0x66);
    const send = async (count: number): Promise<void> => {
      for (let i = 0; i < count; i += 1) ours.check(api, 'send', await api.send(sender, data, block, 0));
    };
    const receive = async (count: number): Promise<void> => {
      const buffer = new Uint8Array(block);
      for (let left = count * block; left > 0; ) left -= ours.some(api, await api.recv(receiver, buffer, block, 0));
    };
    return {
      run: async (count) => {
        await Promise.all([server.run(() => receive(count)), client.run(() => send(count))]);
      },
      close: () => {
        network.dispose();
      },
    };
  },
};

/** The two ends of `count` connections, each list in its host's process. */
async function connections(api: Winsock, client: Host, server: Host, count: number): Promise<[SOCKET[], SOCKET[]]> {
  const listener = await server.run(() => {
    const made = bound(api, server, api.SOCK_STREAM, api.IPPROTO_TCP);
    ours.check(api, 'listen', api.listen(made.s, api.SOMAXCONN));
    return made;
  });
  const accepting = server.run(async () => {
    const ends: SOCKET[] = [];
    for (let i = 0; i < count; i += 1) ends.push(await api.accept(listener.s, null, null));
    return ends;
  });
  const dialling = client.run(async () => {
    const ends: SOCKET[] = [];
    const to = at(api, server, listener.port);
    for (let i = 0; i < count; i += 1) {
      const s = api.socket(api.AF_INET, api.SOCK_STREAM, api.IPPROTO_TCP);
      ours.check(api, 'connect', await api.connect(s, to, api.sockaddr_in.size));
      ends.push(s);
    }
    return ends;
  });
  return Promise.all([dialling, accepting]);
}

/** How many of the connections talk at any one time. */
const talkers = 10;

async function echoing(api: Winsock, testing: () => Promise<Testing>, count: number): Promise<Bench> {
  const { client, server, network } = await pair(api, testing);
  const [from, to] = await connections(api, client, server, count);
  void server.run(async () => Promise.all(to.map((s) => ours.echo(api, s, size))));
  const message = new Uint8Array(size).fill(0x66);
  // Each talker goes over its share of the connections again and again, so that all are used alike and what is under way
  // at a time is the same for any number of them.
  const talk = async (talker: number, rounds: number): Promise<void> => {
    const buffer = new Uint8Array(size);
    for (let i = 0; i < rounds; i += 1) {
      const s = from[(i * talkers + talker) % count]!;
      await api.send(s, message, size, 0);
      for (let left = size; left > 0; ) left -= ours.some(api, await api.recv(s, buffer, size, 0));
    }
  };
  return {
    run: async (rounds) => {
      const all = Array.from({ length: talkers }, (_, talker) => talker);
      await client.run(async () => Promise.all(all.map((talker) => talk(talker, rounds / talkers))));
    },
    close: () => {
      network.dispose();
    },
  };
}

/** Cost per message must not depend on how many connections there are. */
function many(count: number): WorkRow {
  return {
    ...base,
    name: `sim-tcp-${count}`,
    title: `simulated network, TCP, ${size} bytes there and back on ${count} connections, ${talkers} at a time`,
    unit: 'round trips/s',
    perCount: 1,
    count: 100_000,
    warmup: 20_000,
    ours: (api, testing) => echoing(api, testing, count),
  };
}

const idle: WorkRow = {
  ...base,
  name: 'sim-idle',
  title: 'simulated network, 10,000 idle connections, both ends',
  unit: 'MiB',
  perCount: 1,
  count: 10_000,
  warmup: 10,
  ours: async (api, testing) => {
    const { client, server, network } = await pair(api, testing);
    return {
      run: async (count) => {
        await connections(api, client, server, count);
      },
      close: () => {
        network.dispose();
      },
    };
  },
};

const dayMs = 86_400_000;

const day: WorkRow = {
  ...base,
  name: 'sim-day',
  title: 'simulated network, a day of virtual time with 100 idle connections',
  unit: 'ms',
  perCount: 1,
  count: 10,
  warmup: 1,
  ours: async (api, testing) => {
    const { client, server, network } = await pair(api, testing);
    await connections(api, client, server, 100);
    return {
      run: async (count) => {
        for (let i = 0; i < count; i += 1) await network.sleep(dayMs);
      },
      close: () => {
        network.dispose();
      },
    };
  },
};

/** The rows of the simulated network. */
export const simRows: readonly WorkRow[] = [udp, bulk, many(10), many(100), many(1000), idle, day];
