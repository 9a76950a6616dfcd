// Owns: WSAConnectByName and WSAConnectByList where time passes: hosts that do not answer, addresses on several networks.
import { afterEach, describe, expect, test } from 'vitest';
import { api, endpoint, listenOn, start, World } from './world.js';

const PORT = 7;

let world: World | null = null;
afterEach(() => {
  world?.end();
  world = null;
});

function open(): World {
  world = new World({ seed: 1 }, 'a', 'b', 'c', 'd');
  return world;
}

function list(...addresses: readonly string[]): api.SOCKET_ADDRESS_LIST {
  const Address = addresses.map(
    (address) => new api.SOCKET_ADDRESS({ lpSockaddr: endpoint(address, PORT), iSockaddrLength: api.sockaddr_in.size }),
  );
  return new api.SOCKET_ADDRESS_LIST({ iAddressCount: Address.length, Address });
}

function seconds(tv_sec: number): api.timeval {
  const time = new api.timeval();
  time.tv_sec = tv_sec;
  return time;
}

interface Outcome {
  readonly result: number;
  readonly error: string;
  readonly took: number;
}

/** Has `a` connect to the machines named, of which `silent` are down and `listening` listens. */
async function connecting(silent: readonly string[], listening: string | null, time: api.timeval | null, ...to: string[]): Promise<Outcome> {
  const net = open();
  const { clock } = net.network;
  if (listening !== null) {
    await net.machine(listening).run(async () => {
      await start();
      listenOn(PORT);
    });
  }
  const addresses = list(...to.map((name) => net.machine(name).address));
  for (const name of silent) net.machine(name).crash();
  return await net.machine('a').run(async () => {
    await start();
    const s = api.socket(api.AF_INET, api.SOCK_STREAM, 0);
    const begin = clock.now();
    const result = await api.WSAConnectByList(s, addresses, null, null, null, null, time, null);
    return { result, error: result === 1 ? '' : api.errorName(api.WSAGetLastError()), took: clock.now() - begin };
  });
}

describe('WSAConnectByList', () => {
  test('goes on from a host that is silent and one that refuses', async () => {
    const { result, took } = await connecting(['b'], 'd', null, 'b', 'c', 'd');
    expect(result).toBe(api.TRUE);
    expect(took).toBeGreaterThan(9000);
  });

  test('does not begin another attempt once the time is over, and does not cut one off', async () => {
    const late = await connecting(['b'], 'd', seconds(1), 'b', 'd');
    expect([late.result, late.error]).toEqual([api.FALSE, 'WSAETIMEDOUT']);
    expect(late.took).toBeGreaterThan(9000);
  });

  test('in time, nothing is cut off', async () => {
    expect((await connecting(['b'], 'd', seconds(100), 'b', 'd')).result).toBe(api.TRUE);
  });

  test('nobody answers', async () => {
    expect((await connecting(['b', 'c'], null, null, 'b', 'c')).error).toBe('WSAETIMEDOUT');
  });

  test('a failed attempt ties the socket to no address of its own', async () => {
    const net = open();
    const { network } = net;
    network.segment('other');
    const a = net.machine('a');
    const d = net.machine('d');
    a.host.attach('other');
    d.host.attach('other');
    const far = d.host.addresses.filter(({ family }) => family === 'ipv4').at(-1)?.text ?? '';
    const near = net.machine('b').address;
    await d.run(async () => {
      await start();
      listenOn(PORT);
    });
    await a.run(async () => {
      await start();
      const s = api.socket(api.AF_INET, api.SOCK_STREAM, 0);
      expect(await api.WSAConnectByList(s, list(near, far), null, null, null, null, null, null)).toBe(api.TRUE);
    });
  });
});

test('WSAConnectByName finds hosts by name', async () => {
  const net = open();
  await net.machine('b').run(async () => {
    await start();
    listenOn(PORT);
  });
  await net.machine('a').run(async () => {
    await start();
    const s = api.socket(api.AF_INET, api.SOCK_STREAM, 0);
    const remote = new api.sockaddr_in();
    expect(await api.WSAConnectByNameW(s, 'b', String(PORT), null, null, api.ref(16), remote, null, null)).toBe(api.TRUE);
    expect(remote.bytes).toEqual(endpoint(net.machine('b').address, PORT).bytes);
    const other = api.socket(api.AF_INET, api.SOCK_STREAM, 0);
    expect(await api.WSAConnectByNameW(other, 'nobody', '7', null, null, null, null, null, null)).toBe(api.FALSE);
    expect(api.errorName(api.WSAGetLastError())).toBe('WSAHOST_NOT_FOUND');
  });
});
