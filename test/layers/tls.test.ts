// The TLS layer between two simulated machines: what programs see of it, and what becomes of handshakes that fail.
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Material, fixture } from './tls-world.js';
import { LayeredWorld, api, bytesAt, dial, listenOn, must, start } from './world.js';

const PORT = 443;
const ADDRESS = '10.0.0.2';

let material: Material;
let world: LayeredWorld;
beforeAll(() => {
  material = new Material();
});
afterAll(() => {
  material.remove();
});
afterEach(() => world.end());

type Bytes = readonly number[];

async function exactly(s: api.SOCKET, count: number): Promise<Uint8Array> {
  const buffer = new Uint8Array(count);
  expect(await api.recv(s, buffer, count, api.MSG_WAITALL)).toBe(count);
  return buffer;
}

const say = (s: api.SOCKET, bytes: Bytes | Uint8Array): Promise<number> =>
  Promise.resolve(api.send(s, Uint8Array.from(bytes), bytes.length, 0));

/** What recv gives: a count, or the error's name. */
async function heard(s: api.SOCKET): Promise<number | string> {
  const count = await api.recv(s, new Uint8Array(100), 100, 0);
  return count === api.SOCKET_ERROR ? api.errorName(api.WSAGetLastError()) : count;
}

/** A world with these layers, and a server that does this with its first connection. */
function serving(client: string, server: string | null, script: (s: api.SOCKET) => Promise<unknown>): Promise<unknown> {
  world = new LayeredWorld([client], server === null ? {} : { serverModules: [server] });
  world.listen();
  expect(world.address('server')).toBe(ADDRESS);
  return Promise.resolve(
    world.server.run(async () => {
      await start();
      return script(await api.accept(listenOn(PORT), null, null));
    }),
  );
}

const notes = (): string => world.notes.flatMap(({ args, name }) => [name, ...args].map(String)).join('\n');

async function error(): Promise<string> {
  return world.client.run(async () => {
    await start();
    const { s, error: code } = await dial(ADDRESS, PORT);
    if (code === 0) await heard(s);
    return api.errorName(code);
  });
}

/** Three connections, one after the other. */
async function threeTimes(): Promise<number[]> {
  return world.client.run(async () => {
    await start();
    const codes: number[] = [];
    for (let i = 0; i < 3; i += 1) codes.push((await dial(ADDRESS, PORT)).error);
    return codes;
  });
}

describe('two machines with the layer', () => {
  it('talk, and each hears the end of the other', async () => {
    const served = serving(material.client('ca', '&servername=server.test'), material.server(), async (s) => {
      await say(s, await exactly(s, 4));
      expect(await heard(s)).toBe(0);
      // The other direction is still open.
      await say(s, [9]);
      must('shutdown', api.shutdown(s, api.SD_SEND));
      expect(await heard(s)).toBe(0);
      must('closesocket', await api.closesocket(s));
    });
    await world.client.run(async () => {
      await start();
      const { s, error: code } = await dial(ADDRESS, PORT);
      expect(code).toBe(0);
      await say(s, [1, 2, 3, 4]);
      expect([...(await exactly(s, 4))]).toEqual([1, 2, 3, 4]);
      must('shutdown', api.shutdown(s, api.SD_SEND));
      expect([...(await exactly(s, 1))]).toEqual([9]);
      expect(await heard(s)).toBe(0);
      must('closesocket', await api.closesocket(s));
    });
    await served;
  });

  it('move more than all buffers hold, both ways at once, and close at once behind it', async () => {
    const LENGTH = 1_000_000;
    const all = async (s: api.SOCKET, stream: number): Promise<void> => {
      const [, got] = await Promise.all([say(s, bytesAt(stream, 0, LENGTH)), exactly(s, LENGTH)]);
      expect(Buffer.compare(got, bytesAt(1 - stream, 0, LENGTH))).toBe(0);
    };
    const served = serving(material.client(), material.server(), async (s) => {
      await all(s, 0);
      await say(s, [7]);
      must('closesocket', await api.closesocket(s));
    });
    await world.client.run(async () => {
      await start();
      const { s } = await dial(ADDRESS, PORT);
      await all(s, 1);
      expect([...(await exactly(s, 1))]).toEqual([7]);
      expect(await heard(s)).toBe(0);
    });
    await served;
  });

  it('lose nothing when the client closes right after its send', async () => {
    const served = serving(material.client(), material.server(), async (s) => {
      await world.sleep(500);
      return [...(await exactly(s, 3)), await heard(s)];
    });
    await world.client.run(async () => {
      await start();
      const { s } = await dial(ADDRESS, PORT);
      await say(s, [1, 2, 3]);
      must('closesocket', await api.closesocket(s));
      must('WSACleanup', await api.WSACleanup());
    });
    expect(await served).toEqual([1, 2, 3, 0]);
  });

  it('end in order when the server says its last before it has the end of the handshake', async () => {
    const served = serving(material.client(), material.server(), async (s) => {
      must('shutdown', api.shutdown(s, api.SD_SEND));
      return heard(s);
    });
    await world.client.run(async () => {
      await start();
      const { s } = await dial(ADDRESS, PORT);
      expect(await heard(s)).toBe(0);
      must('closesocket', await api.closesocket(s));
    });
    expect(await served).toBe(0);
  });

  it('does not wait for accept', async () => {
    world = new LayeredWorld([material.client()], { serverModules: [material.server()] });
    await world.server.run(async () => {
      await start();
      listenOn(PORT);
    });
    expect(await threeTimes()).toEqual([0, 0, 0]);
  });

  it('takes the same time however busy the network is besides', async () => {
    const once = async (busy: boolean): Promise<number> => {
      let isOver = false;
      // There is always something to come, so that time could go on with every turn of the event loop.
      const tick = (): void => {
        if (!isOver) world.network.clock.setTimer(0.01, tick);
      };
      const served = serving(material.client(), material.server(), async (s) => {
        await say(s, await exactly(s, 5));
        must('shutdown', api.shutdown(s, api.SD_SEND));
        await heard(s);
      });
      const ended = await world.client.run(async () => {
        await start();
        if (busy) tick();
        const { s } = await dial(ADDRESS, PORT);
        for (const byte of [1, 2, 3, 4, 5]) await say(s, [byte]);
        await exactly(s, 5);
        expect(await heard(s)).toBe(0);
        const time = world.network.clock.now();
        await api.closesocket(s);
        return time;
      });
      await served;
      isOver = true;
      await world.end();
      return ended;
    };
    const first = await once(false);
    expect(first).toBeLessThan(50);
    expect(await once(true)).toBe(first);
  });
});

describe('connect fails with WSAECONNREFUSED', () => {
  it.each([
    ['the certificate leads nowhere', () => material.client('other-ca'), /unable to verify|self.signed|local issuer/],
    ['the name is another', () => material.client('ca', '&servername=other.test'), /does not match/],
  ])('when %s', async (_what, module, reason) => {
    const served = serving(module(), material.server(), heard);
    expect(await error()).toBe('WSAECONNREFUSED');
    expect(notes()).toMatch(reason);
    await served;
  });

  it('when the server does not speak TLS', async () => {
    const served = serving(material.client(), null, async (s) => {
      await say(s, new TextEncoder().encode('220 mail.example ready\r\n'));
      await heard(s);
    });
    expect(await error()).toBe('WSAECONNREFUSED');
    expect(notes()).toMatch(/wrong version number|packet length/);
    await served;
  });

  it('when the server hangs up', async () => {
    const served = serving(material.client(), null, async (s) => {
      must('closesocket', await api.closesocket(s));
    });
    expect(await error()).toBe('WSAECONNREFUSED');
    await served;
  });
});

it('connect fails with WSAETIMEDOUT when the server says nothing', async () => {
  const served = serving(material.client('ca', '&timeout=3'), null, async (s) => {
    while (typeof (await heard(s)) === 'number') if ((await heard(s)) === 0) break;
  });
  expect(await error()).toBe('WSAETIMEDOUT');
  expect(world.network.clock.now()).toBeGreaterThanOrEqual(3000);
  await served;
});

it('talks to whoever answers with verify=no', async () => {
  const served = serving(material.client('other-ca', '&verify=no'), material.server(), (s) => say(s, [5]));
  await world.client.run(async () => {
    await start();
    const { s, error: code } = await dial(ADDRESS, PORT);
    expect([code, ...(await exactly(s, 1))]).toEqual([0, 5]);
  });
  await served;
});

it('gives an accepted connection without a handshake up with WSAECONNABORTED', async () => {
  // The layers' sides are exchanged: the server of this test has none, and so connects in the clear.
  world = new LayeredWorld([material.server()]);
  const waiting = world.client.run(async () => {
    await start();
    return heard(await api.accept(listenOn(PORT), null, null));
  });
  await world.server.run(async () => {
    await start();
    const { s } = await dial(world.address('client'), PORT);
    await say(s, new TextEncoder().encode('GET / HTTP/1.0\r\n\r\n'));
    await heard(s);
  });
  expect(await waiting).toBe('WSAECONNABORTED');
});

it('gives an accepted connection that says nothing up with WSAETIMEDOUT', async () => {
  world = new LayeredWorld([material.server('&timeout=3')]);
  const waiting = world.client.run(async () => {
    await start();
    return heard(await api.accept(listenOn(PORT), null, null));
  });
  await world.server.run(async () => {
    await start();
    expect(await heard((await dial(world.address('client'), PORT)).s)).toBe(0);
  });
  expect(await waiting).toBe('WSAETIMEDOUT');
});

describe('settings', () => {
  it.each([
    ['a key that others can read', () => material.server().replace('server-key', 'open-key'), /others can read it/],
    ['a certificate that others can change', () => material.client('open-key'), /others can change it/],
    ['a key without a certificate', () => `winsock2/layers/tls?key=${material.path('server-key')}`, /come together/],
    ['a certificate of another key', () => material.server().replace('server.pem', 'ca.pem'), /cannot be used/],
    ['a relative path', () => 'winsock2/layers/tls?ca=ca.pem', /no absolute path/],
    ['a file that is not there', () => material.client('nowhere'), /ENOENT/],
    ['an address for a name', () => material.client('ca', '&servername=10.0.0.2'), /no name/],
    ['a word that is not known', () => material.client('ca', '&verify=perhaps'), /verify/],
  ])('refuse %s', async (_what, module, reason) => {
    material.write('open-key', fixture('server-key'), 0o666);
    world = new LayeredWorld([module()]);
    world.listen();
    await world.client.run(async () => {
      await start();
      expect(api.socket(api.AF_INET, api.SOCK_STREAM, api.IPPROTO_TCP)).toBe(api.INVALID_SOCKET);
      expect(api.errorName(api.WSAGetLastError())).toBe('WSAEPROVIDERFAILEDINIT');
    });
    expect(notes()).toMatch(reason);
  });
});

it('leaves the sockets of a machine without a certificate as they are', async () => {
  world = new LayeredWorld([material.client()]);
  const waiting = world.client.run(async () => {
    await start();
    return exactly(await api.accept(listenOn(PORT), null, null), 2);
  });
  await world.server.run(async () => {
    await start();
    const { s } = await dial(world.address('client'), PORT);
    await say(s, [1, 2]);
  });
  expect([...(await waiting)]).toEqual([1, 2]);
});
