// Registered I/O over datagrams that are taken before the event loop tells of them: nothing of it shows but that it is
// quick. On the simulated network nothing is taken so, and everything is the same.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  RIO_EVENT_COMPLETION,
  RIO_MSG_DONT_NOTIFY,
  RIO_NOTIFICATION_COMPLETION,
  SOCKADDR_INET,
  WAIT_OBJECT_0,
  WAIT_TIMEOUT,
  WSAECONNRESET,
  WSAEMSGSIZE,
  WSA_OPERATION_ABORTED,
  type HANDLE,
  type SOCKET,
} from '../../src/abi/index.js';
import { AT, DRIVERS, RioWorld, type Result } from './rio-world.js';

describe.each(DRIVERS)('on %s', (driver) => {
  let rio: RioWorld;
  let cq: HANDLE;
  beforeEach(async () => {
    rio = await RioWorld.on(driver);
    cq = rio.cq(2048);
  });
  afterEach(() => rio.world.host.dispose());

  /** Sends each text as a datagram from one socket. */
  async function send(from: SOCKET, name: { readonly bytes: Uint8Array }, texts: readonly string[]): Promise<void> {
    for (const text of texts) {
      const bytes = new TextEncoder().encode(text);
      expect(await rio.ws.sendto(from, bytes, bytes.length, 0, name.bytes, 16)).toBe(bytes.length);
    }
  }

  const inOrder = (results: readonly Result[]): unknown[] => results.map(({ status, bytes, request }) => [status, bytes, request]);

  it('a burst keeps its order, its lengths and its results, whoever wants the sender', async () => {
    const [one, two] = [rio.bound(), rio.bound()];
    const to = rio.rq(two.s, cq, 64);
    for (let i = 0; i < 64; i += 1) {
      const at = [rio.slice(i * 8, 8)];
      // Now and then one wants the sender.
      const from = i % 10 === 9 ? rio.slice(2048 + (i - 9) * 4, SOCKADDR_INET.size) : null;
      expect(rio.ws.RIOReceiveEx(to, at, 1, null, from, null, null, 0, i)).toBe(1);
    }
    const texts = Array.from({ length: 64 }, (_, i) => (i % 7 === 3 ? '' : i % 7 === 5 ? 'far too long' : `no. ${i}`));
    await send(one.s, two.name, texts);
    const results = await rio.results(cq, 64);
    expect(inOrder(results)).toEqual(texts.map(({ length }, i) => [length > 8 ? WSAEMSGSIZE : 0, Math.min(length, 8), i]));
    expect(texts.map(({ length }, i) => rio.text(i * 8, Math.min(length, 8)))).toEqual(texts.map((text) => text.slice(0, 8)));
    expect([9, 19, 59].map((i) => rio.portAt(2048 + (i - 9) * 4))).toEqual([1, 2, 3].map(() => one.name.sin_port));
  });

  it('a conversation that is polled leaves everybody else their turns', async () => {
    const { ws } = rio;
    const [one, two] = [rio.bound(), rio.bound()];
    const event = ws.WSACreateEvent();
    const telling = new RIO_NOTIFICATION_COMPLETION({ Type: RIO_EVENT_COMPLETION, Event: { EventHandle: event, NotifyReset: 1 } });
    const queue = rio.cq(64, telling);
    await ws.connect(one.s, two.name, 16);
    await ws.connect(two.s, one.name, 16);
    const queues = [rio.rq(one.s, queue), rio.rq(two.s, queue)];
    let turns = 0;
    let over = false;
    const turn = (): void => {
      turns += 1;
      if (!over) setImmediate(turn);
    };
    setImmediate(turn);
    rio.put('ball');
    const play = (side: number): void => {
      ws.RIOReceive(queues[side]!, [rio.slice(64 * (side + 1), 8)], 1, 0, side);
    };
    const pass = (side: number): void => {
      expect(ws.RIOSend(queues[side]!, [rio.slice(0, 4)], 1, RIO_MSG_DONT_NOTIFY, 9)).toBe(1);
    };
    play(0);
    play(1);
    pass(0);
    let passes = 0;
    while (passes < 4000) {
      const results = rio.take(queue);
      if (typeof results === 'number') throw new Error('the queue is corrupt');
      if (results.length === 0) {
        expect(ws.RIONotify(queue)).toBe(0);
        expect(await ws.WaitForSingleObject(event, 10_000)).toBe(WAIT_OBJECT_0);
      }
      for (const { request, status } of results) {
        if (request === 9) continue;
        expect(status).toBe(0);
        passes += 1;
        play(request);
        pass(request);
      }
    }
    over = true;
    // 256 and a few more for each that the event loop brings, of which there are 32 in a turn at most.
    expect(turns).toBeGreaterThanOrEqual(Math.floor(4000 / 600));
  });

  it('results that are not to be told of are not, and the others are', async () => {
    const { ws } = rio;
    const [one, two] = [rio.bound(), rio.bound()];
    const event = ws.WSACreateEvent();
    const telling = new RIO_NOTIFICATION_COMPLETION({ Type: RIO_EVENT_COMPLETION, Event: { EventHandle: event, NotifyReset: 1 } });
    const queue = rio.cq(64, telling);
    const to = rio.rq(two.s, queue, 16);
    for (let i = 0; i < 8; i += 1) rio.receive(to, i * 8, 8, i, i === 7 ? 0 : RIO_MSG_DONT_NOTIFY);
    expect(ws.RIONotify(queue)).toBe(0);
    await send(one.s, two.name, ['1', '2', '3', '4', '5', '6', '7']);
    expect(await ws.WaitForSingleObject(event, 20)).toBe(WAIT_TIMEOUT);
    await send(one.s, two.name, ['8']);
    expect(await ws.WaitForSingleObject(event, 10_000)).toBe(WAIT_OBJECT_0);
    expect((await rio.results(queue, 8)).map(({ request }) => request)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it('a port that nobody has is told of in its place', async () => {
    const { ws } = rio;
    const [one, gone] = [rio.bound(), rio.bound()];
    await ws.connect(one.s, gone.name, 16);
    await ws.connect(gone.s, one.name, 16);
    const queue = rio.rq(one.s, cq);
    for (const i of [1, 2, 3]) rio.receive(queue, i * 64, 64, i);
    // What has come before the answer is received before it.
    expect(await ws.send(gone.s, new Uint8Array(5), 5, 0)).toBe(5);
    await ws.closesocket(gone.s);
    expect(ws.RIOSend(queue, [rio.put('anybody?')], 1, 0, 9)).toBe(1);
    const results = (await rio.results(cq, 3)).filter(({ request }) => request !== 9);
    expect(inOrder(results)).toEqual(
      expect.arrayContaining([
        [0, 5, expect.any(Number)],
        [WSAECONNRESET, 0, expect.any(Number)],
      ]),
    );
  });

  it('receives go on into memory that is not registered any more', async () => {
    const [one, two] = [rio.bound(), rio.bound()];
    const to = rio.rq(two.s, cq, 16);
    for (let i = 0; i < 8; i += 1) rio.receive(to, i * 8, 8, i);
    rio.ws.RIODeregisterBuffer(rio.bufferId);
    await send(one.s, two.name, ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']);
    expect((await rio.results(cq, 8)).every(({ status, bytes }) => status === 0 && bytes === 1)).toBe(true);
    expect(rio.text(AT.data, 1) + rio.text(56, 1)).toBe('ah');
  });

  it('closing the socket in the middle of a burst gives each receive one result', async () => {
    const [one, two] = [rio.bound(), rio.bound()];
    const to = rio.rq(two.s, cq, 16);
    for (let i = 0; i < 12; i += 1) rio.receive(to, i * 8, 8, i);
    await send(one.s, two.name, ['1', '2', '3', '4', '5', '6']);
    const first = await rio.results(cq, 1);
    await rio.ws.closesocket(two.s);
    const all = [...first, ...(await rio.results(cq, 12 - first.length))];
    expect(all.map(({ request }) => request)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    expect(all.slice(6).every(({ status }) => status === WSA_OPERATION_ABORTED)).toBe(true);
    expect(rio.take(cq)).toEqual([]);
  });
});
