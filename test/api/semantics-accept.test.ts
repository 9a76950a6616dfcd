// Taking connections: the backlog, WSAAccept's condition function, SO_CONDITIONAL_ACCEPT, WSAConnect's extra data.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  AF_INET,
  CF_ACCEPT,
  CF_DEFER,
  CF_REJECT,
  FD_SET,
  QOS,
  SOL_SOCKET,
  SOMAXCONN,
  SO_CONDITIONAL_ACCEPT,
  WSABUF,
  fd_set,
  ref,
  sockaddr_in,
  type SOCKET,
} from '../../src/abi/index.js';
import { connectedPair, listener, nameOf, setNonBlocking, startedWorld, streamOf, tcp, turn, type Listener, type World } from './world.js';

let world: World;
beforeAll(async () => {
  world = await startedWorld();
});
afterAll(() => world.host.dispose());

/** A client that has connected and waits in the backlog. */
async function waitingClient(from: Listener): Promise<SOCKET> {
  const s = tcp(world);
  const before = streamOf(world, from.s).backlog.length;
  expect(await world.ws.connect(s, from.name, sockaddr_in.size)).toBe(0);
  while (streamOf(world, from.s).backlog.length === before) await turn();
  return s;
}

const recvError = async (s: SOCKET): Promise<string> => {
  const count = await world.ws.recv(s, new Uint8Array(1), 1, 0);
  return count === -1 ? world.lastError() : `received ${String(count)}`;
};

describe('the backlog', () => {
  it('lets in as many as listen said and turns the next away', async () => {
    const from = listener(world, 2);
    await waitingClient(from);
    await waitingClient(from);
    const third = tcp(world);
    await world.ws.connect(third, from.name, sockaddr_in.size);
    // The system below may answer before we turn it away: then it is a reset instead of a refusal.
    expect(await recvError(third)).toMatch(/WSAECONNRESET|WSAENOTCONN|WSAECONNREFUSED/);
    expect(streamOf(world, from.s).backlog.length).toBe(2);
  });

  it('has room again after an accept, and is served in order', async () => {
    const from = listener(world, 2);
    const first = await waitingClient(from);
    await waitingClient(from);
    const name = new sockaddr_in();
    const s = await world.ws.accept(from.s, name, ref(sockaddr_in.size));
    expect(name.sin_port).toBe(nameOf(world, first).sin_port);
    expect(s).not.toBe(-1);
    await waitingClient(from);
    expect(streamOf(world, from.s).backlog.length).toBe(2);
  });

  it('takes everybody with SOMAXCONN, and several accepts may wait', async () => {
    const from = listener(world, SOMAXCONN);
    const accepts = Array.from({ length: 20 }, () => world.ws.accept(from.s, null, null));
    const clients = Array.from({ length: 20 }, () => tcp(world));
    const connected = await Promise.all(clients.map((s) => world.ws.connect(s, from.name, sockaddr_in.size)));
    expect(connected).toEqual(clients.map(() => 0));
    const accepted = await Promise.all(accepts);
    expect(new Set(accepted).size).toBe(20);
    expect(accepted).not.toContain(-1);
  });
});

describe("WSAAccept's condition function", () => {
  it('sees both addresses and its own data, and accepts', async () => {
    const from = listener(world);
    const client = await waitingClient(from);
    const seen: unknown[] = [];
    const s = await world.ws.WSAAccept(
      from.s,
      null,
      null,
      (callerId, callerData, sqos, gqos, calleeId, calleeData, _group, data) => {
        const caller = new sockaddr_in(callerId.buf ?? new Uint8Array(16));
        const callee = new sockaddr_in(calleeId.buf ?? new Uint8Array(16));
        seen.push(caller.sin_family, caller.sin_port, callee.sin_port, callerData, sqos, gqos, calleeData, data);
        return CF_ACCEPT;
      },
      4711,
    );
    expect(s).not.toBe(-1);
    expect(seen).toEqual([AF_INET, nameOf(world, client).sin_port, from.name.sin_port, null, null, null, null, 4711]);
  });

  it('rejects: the call fails and the client is cut off', async () => {
    const from = listener(world);
    const client = await waitingClient(from);
    expect(await world.ws.WSAAccept(from.s, null, null, () => CF_REJECT, 0)).toBe(-1);
    expect(world.lastError()).toBe('WSAECONNREFUSED');
    expect(await recvError(client)).toBe('WSAECONNRESET');
    expect(streamOf(world, from.s).backlog.length).toBe(0);
  });

  it('defers: the connection stays first in line', async () => {
    const from = listener(world);
    const client = await waitingClient(from);
    await waitingClient(from);
    for (let i = 0; i < 3; i++) {
      expect(await world.ws.WSAAccept(from.s, null, null, () => CF_DEFER, 0)).toBe(-1);
      expect(world.lastError()).toBe('WSATRY_AGAIN');
    }
    const name = new sockaddr_in();
    const set = new fd_set();
    FD_SET(from.s, set);
    expect(await world.ws.select(0, set, null, null, null)).toBe(1);
    expect(await world.ws.WSAAccept(from.s, name, ref(sockaddr_in.size), () => CF_ACCEPT, 0)).not.toBe(-1);
    expect(name.sin_port).toBe(nameOf(world, client).sin_port);
  });

  it('is asked when the connection comes, for an accept that waits', async () => {
    const from = listener(world);
    const rejecting = world.ws.WSAAccept(from.s, null, null, () => CF_REJECT, 0).then((s) => [s, world.lastError()]);
    const accepting = world.ws.WSAAccept(from.s, null, null, () => CF_ACCEPT, 0);
    const first = tcp(world);
    await world.ws.connect(first, from.name, sockaddr_in.size);
    expect(await rejecting).toEqual([-1, 'WSAECONNREFUSED']);
    // The reset may come before connect has ended: then the connection was never made.
    expect(await recvError(first)).toMatch(/WSAECONNRESET|WSAENOTCONN/);
    const second = tcp(world);
    await world.ws.connect(second, from.name, sockaddr_in.size);
    const s = await accepting;
    await world.ws.send(s, Uint8Array.of(1), 1, 0);
    expect(await recvError(second)).toBe('received 1');
  });

  it('that throws counts as a rejection and takes nobody down', async () => {
    const from = listener(world);
    const client = await waitingClient(from);
    const broken = (): number => {
      throw new Error('broken');
    };
    expect(await world.ws.WSAAccept(from.s, null, null, broken, 0)).toBe(-1);
    expect(world.lastError()).toBe('WSAECONNREFUSED');
    expect(await recvError(client)).toBe('WSAECONNRESET');
  });

  it('is not asked by a listener that is non-blocking and has nobody waiting', async () => {
    const from = listener(world);
    setNonBlocking(world, from.s);
    let asked = 0;
    const condition = (): number => {
      asked += 1;
      return CF_ACCEPT;
    };
    expect(await world.ws.WSAAccept(from.s, null, null, condition, 0)).toBe(-1);
    expect([world.lastError(), asked]).toEqual(['WSAEWOULDBLOCK', 0]);
  });
});

it('a short address buffer leaves the connection in line', async () => {
  const from = listener(world);
  await waitingClient(from);
  const length = ref(sockaddr_in.size - 1);
  const buffer = new Uint8Array(sockaddr_in.size).fill(0xa5);
  expect(await world.ws.accept(from.s, buffer, length)).toBe(-1);
  expect(world.lastError()).toBe('WSAEFAULT');
  expect([...buffer]).toEqual(new Array(sockaddr_in.size).fill(0xa5));
  expect(await world.ws.accept(from.s, null, null)).not.toBe(-1);
});

it('SO_CONDITIONAL_ACCEPT can be set before listen, and rejecting still ends with a reset', async () => {
  const s = tcp(world);
  const on = Uint8Array.of(1, 0, 0, 0);
  expect(world.ws.setsockopt(s, SOL_SOCKET, SO_CONDITIONAL_ACCEPT, on, 4)).toBe(0);
  const back = new Uint8Array(4).fill(0xa5);
  expect(world.ws.getsockopt(s, SOL_SOCKET, SO_CONDITIONAL_ACCEPT, back, ref(4))).toBe(0);
  expect(back[0]).toBe(1);
  const name = new sockaddr_in();
  name.sin_family = AF_INET;
  world.ws.bind(s, name, sockaddr_in.size);
  expect(world.ws.listen(s, 1)).toBe(0);
  const target = nameOf(world, s);
  new DataView(target.bytes.buffer, target.bytes.byteOffset).setUint32(4, 0x7f000001);
  const client = tcp(world);
  const rejecting = world.ws.WSAAccept(s, null, null, () => CF_REJECT, 0);
  await world.ws.connect(client, target, sockaddr_in.size);
  expect(await rejecting).toBe(-1);
  expect(await recvError(client)).toMatch(/WSAECONNRESET|WSAECONNREFUSED|WSAENOTCONN/);
});

describe('WSAConnect', () => {
  const connectWith = async (caller: WSABUF | null, callee: WSABUF | null, sqos: QOS | null, gqos: QOS | null): Promise<string> => {
    const from = listener(world);
    const result = await world.ws.WSAConnect(tcp(world), from.name, sockaddr_in.size, caller, callee, sqos, gqos);
    return result === 0 ? 'connected' : world.lastError();
  };

  it('refuses caller data, which TCP cannot carry', async () => {
    expect(await connectWith(new WSABUF(3, new Uint8Array(3)), null, null, null)).toBe('WSAEPROTONOSUPPORT');
    expect(await connectWith(new WSABUF(0, null), null, null, null)).toBe('connected');
  });

  it('tells that the callee sent no data', async () => {
    const callee = new WSABUF(64, new Uint8Array(64));
    expect(await connectWith(null, callee, null, null)).toBe('connected');
    expect(callee.len).toBe(0);
  });

  it('takes no group quality of service', async () => {
    expect(await connectWith(null, null, new QOS(), null)).toBe('connected');
    expect(await connectWith(null, null, null, new QOS())).toBe('WSAEINVAL');
  });

  it('is connect otherwise', async () => {
    const { a } = await connectedPair(world);
    expect(await world.ws.WSAConnect(a, nameOf(world, a), sockaddr_in.size, null, null, null, null)).toBe(-1);
    expect(world.lastError()).toBe('WSAEISCONN');
  });
});
