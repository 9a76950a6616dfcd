// Registered I/O moves data: datagrams and streams, addresses, flags, deferred requests, on both drivers.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  ERROR_NOT_FOUND,
  MSG_TRUNC,
  RIO_MSG_COMMIT_ONLY,
  RIO_MSG_DEFER,
  RIO_MSG_WAITALL,
  SOCKADDR_INET,
  SOCK_STREAM,
  WSADATA,
  WSAEAFNOSUPPORT,
  WSAECONNRESET,
  WSAEFAULT,
  WSAEINVAL,
  WSAEMSGSIZE,
  WSAENOTCONN,
  WSA_OPERATION_ABORTED,
  type HANDLE,
} from '../../src/abi/index.js';
import { explainSocket, inspectSocket } from '../../src/index.js';
import { AT, DRIVERS, RioWorld } from './rio-world.js';

describe.each(DRIVERS)('on %s', (driver) => {
  let rio: RioWorld;
  let cq: HANDLE;
  beforeEach(async () => {
    rio = await RioWorld.on(driver);
    cq = rio.cq(64);
  });
  afterEach(() => rio.world.host.dispose());

  it('shows its requests and queues, and CancelIoEx does not concern it', async () => {
    const { ws } = rio;
    const { s } = rio.bound();
    const queue = rio.rq(s, cq, 4);
    expect([rio.receive(queue, 0, 8, 1), rio.receive(queue, 8, 9, 2)]).toEqual([1, 1]);
    expect([ws.CancelIo(s as never), ws.CancelIoEx(s as never, null), ws.GetLastError()]).toEqual([1, 0, ERROR_NOT_FOUND]);
    await rio.sendTo(s, 'hi');
    while (rio.world.host.run(() => inspectSocket(s))?.registeredIo?.receives.results === 0) await ws.Sleep(1);
    const facts = rio.world.host.run(() => inspectSocket(s));
    expect(facts?.requests).toEqual([{ kind: 'receive', bytes: 9, overlapped: false, reportsTo: 'queue' }]);
    expect(facts?.registeredIo).toEqual({
      receives: { outstanding: 2, most: 4, results: 1, resultRoom: 64 },
      sends: { outstanding: 0, most: 4, results: 1, resultRoom: 64 },
    });
    expect(rio.world.host.run(() => explainSocket(s))).toContain('registered receives: 2 of 4 outstanding, 1 of 64 results to take');
    expect(await rio.results(cq, 1)).toEqual([{ status: 0, bytes: 2, socket: 7, request: 1 }]);
  });

  describe('datagrams', () => {
    it('are sent and received between registered buffers, with contexts of both kinds', async () => {
      const { ws } = rio;
      const [one, two] = [rio.bound(), rio.bound()];
      const from = rio.rq(one.s, cq, 4, 0x1_0000_0002);
      const to = rio.rq(two.s, cq, 4, 3n);
      expect(rio.receive(to, 512, 64, 11)).toBe(1);
      expect(ws.RIOSendEx(from, [rio.put('hello')], 1, null, rio.addressOf(two.s), null, null, 0, -1)).toBe(1);
      const results = await rio.results(cq, 2);
      const ofSend = { status: 0, bytes: 5, socket: 0x1_0000_0002, request: Number(0xffff_ffff_ffff_ffffn) };
      expect(results).toEqual(expect.arrayContaining([ofSend, { status: 0, bytes: 5, socket: 3, request: 11 }]));
      expect(rio.text(512, 6)).toBe('hello\u{FFFD}');
    });

    it('tell sender, own address and flags', async () => {
      const { ws } = rio;
      const [one, two] = [rio.bound(), rio.bound()];
      const to = rio.rq(two.s, cq);
      const address = rio.slice(AT.address, SOCKADDR_INET.size);
      const local = rio.slice(AT.local, SOCKADDR_INET.size);
      expect(ws.RIOReceiveEx(to, [rio.slice(0, 3)], 1, local, address, null, rio.slice(AT.flags, 4), 0, null)).toBe(1);
      const target = new Uint8Array(two.name.bytes);
      expect(await ws.sendto(one.s, new Uint8Array([1, 2, 3, 4]), 4, 0, target, 16)).toBe(4);
      expect(await rio.results(cq, 1)).toEqual([{ status: WSAEMSGSIZE, bytes: 3, socket: 7, request: 0 }]);
      expect([rio.portAt(AT.address), rio.portAt(AT.local)]).toEqual([one.name.sin_port, two.name.sin_port]);
      expect([...rio.memory.subarray(AT.flags, AT.flags + 5)]).toEqual([MSG_TRUNC & 0xff, MSG_TRUNC >> 8, 0, 0, 0xcc]);
    });

    it('that came before the receive are there at once, in their order', async () => {
      const { s } = rio.bound();
      const to = rio.rq(s, cq);
      for (const text of ['a', 'bb', 'ccc']) await rio.sendTo(s, text);
      await rio.ws.Sleep(20);
      for (const context of [1, 2, 3]) rio.receive(to, context * 64, 64, context);
      const results = await rio.results(cq, 3);
      expect(results.map(({ bytes, request }) => [bytes, request])).toEqual([[1, 1], [2, 2], [3, 3]]);
    });

    it('may be received without their data, and sent without any', async () => {
      const [one, two] = [rio.bound(), rio.bound()];
      const from = rio.rq(one.s, cq);
      const to = rio.rq(two.s, cq);
      expect(rio.ws.RIOReceive(to, null, 0, 0, 1)).toBe(1);
      await rio.sendTo(two.s, 'not wanted');
      expect(await rio.results(cq, 1)).toEqual([{ status: 0, bytes: 0, socket: 7, request: 1 }]);
      rio.receive(to, 0, 8, 2);
      expect(rio.ws.RIOSendEx(from, null, 0, null, rio.addressOf(two.s), null, null, 0, 3)).toBe(1);
      const results = await rio.results(cq, 2);
      expect(results.map(({ status, bytes }) => [status, bytes])).toEqual([[0, 0], [0, 0]]);
    });

    it('go to the peer of a connected socket, whose other errors are results', async () => {
      const [one, two, three] = [rio.bound(), rio.bound(), rio.bound()];
      const [from, lost] = [rio.rq(one.s, cq), rio.rq(three.s, cq)];
      await rio.ws.connect(one.s, two.name, 16);
      expect(rio.ws.RIOSend(from, [rio.put('x')], 1, 0, 1)).toBe(1);
      expect(rio.ws.RIOSend(lost, [rio.put('y')], 1, 0, 2)).toBe(1);
      rio.memory.fill(0xee, AT.address, AT.address + 28);
      expect(rio.ws.RIOSendEx(lost, [rio.put('z')], 1, null, rio.slice(AT.address, 28), null, null, 0, 3)).toBe(1);
      const results = await rio.results(cq, 3);
      const byRequest = Object.fromEntries(results.map(({ request, status }) => [request, status]));
      expect(byRequest).toEqual({ 1: 0, 2: WSAENOTCONN, 3: WSAEAFNOSUPPORT });
    });

    it('without a local address cannot be received', () => {
      const queue = rio.rq(rio.socket(), cq);
      expect(rio.receive(queue, 0, 8)).toBe(1);
      expect(rio.take(cq)).toEqual([{ status: WSAEINVAL, bytes: 0, socket: 7, request: 0 }]);
    });
  });

  describe('streams', () => {
    it('carry bytes, end and break', async () => {
      const { a, b } = await rio.streams();
      const [from, to] = [rio.rq(a, cq, 4, 1), rio.rq(b, cq, 4, 2)];
      rio.receive(to, 512, 3, 1);
      rio.receive(to, 520, 8, 2);
      rio.ws.RIOSend(from, [rio.put('abcdef')], 1, 0, 9);
      const received = (await rio.results(cq, 3)).filter(({ socket }) => socket === 2);
      expect(received.map(({ bytes, request }) => [bytes, request])).toEqual([[3, 1], [3, 2]]);
      expect([rio.text(512, 3), rio.text(520, 3)]).toEqual(['abc', 'def']);
      rio.receive(to, 512, 8, 3);
      rio.ws.shutdown(a, 1);
      expect(await rio.results(cq, 1)).toEqual([{ status: 0, bytes: 0, socket: 2, request: 3 }]);
    });

    it('fill the slice with RIO_MSG_WAITALL, and give what came when the peer ends', async () => {
      const { a, b } = await rio.streams();
      const to = rio.rq(b, cq);
      rio.receive(to, 512, 6, 1, RIO_MSG_WAITALL);
      rio.receive(to, 520, 6, 2, RIO_MSG_WAITALL);
      for (const part of ['abc', 'def', 'g']) {
        await rio.ws.send(a, new TextEncoder().encode(part), part.length, 0);
        await rio.ws.Sleep(2);
      }
      expect(await rio.results(cq, 1)).toEqual([{ status: 0, bytes: 6, socket: 7, request: 1 }]);
      rio.ws.shutdown(a, 1);
      expect(await rio.results(cq, 1)).toEqual([{ status: 0, bytes: 1, socket: 7, request: 2 }]);
      expect(rio.text(512, 6) + rio.text(520, 1)).toBe('abcdefg');
    });

    it('that are reset fail what waits and what comes', async () => {
      const { a, b } = await rio.streams();
      const to = rio.rq(b, cq);
      rio.receive(to, 0, 6, 1);
      rio.receive(to, 8, 6, 2);
      const linger = new Uint8Array(4);
      linger[0] = 1;
      expect(rio.ws.setsockopt(a, 0xffff, 0x80, linger, 4)).toBe(0);
      await rio.ws.closesocket(a);
      const results = await rio.results(cq, 2);
      expect(results.map(({ status, request }) => [status, request])).toEqual([[WSAECONNRESET, 1], [WSAECONNRESET, 2]]);
      rio.receive(to, 0, 6, 3);
      rio.ws.RIOSend(to, [rio.put('x')], 1, 0, 4);
      expect((await rio.results(cq, 2)).map(({ status }) => status)).toEqual([WSAECONNRESET, WSAECONNRESET]);
    });

    it('that are not connected say so in the result', () => {
      const queue = rio.rq(rio.socket(SOCK_STREAM), cq);
      rio.receive(queue, 0, 6, 1);
      rio.ws.RIOSend(queue, [rio.put('x')], 1, 0, 2);
      expect(rio.take(cq)).toMatchObject([{ status: WSAENOTCONN }, { status: WSAENOTCONN }]);
    });
  });

  describe('RIO_MSG_DEFER', () => {
    it.each([
      ['a receive without it', (to: HANDLE) => rio.receive(to, 300, 64, 3), 3],
      ['RIO_MSG_COMMIT_ONLY', (to: HANDLE) => rio.ws.RIOReceive(to, null, 0, RIO_MSG_COMMIT_ONLY, null), 2],
      ['RIO_MSG_COMMIT_ONLY of RIOReceiveEx', (to: HANDLE) => rio.ws.RIOReceiveEx(to, null, 0, null, null, null, null, RIO_MSG_COMMIT_ONLY, 0), 2],
    ])('holds receives back until %s', async (_name, commit, count) => {
      const { s } = rio.bound();
      const to = rio.rq(s, cq);
      for (const text of ['a', 'bb', 'ccc']) await rio.sendTo(s, text);
      await rio.ws.Sleep(20);
      rio.receive(to, 100, 64, 1, RIO_MSG_DEFER);
      rio.receive(to, 200, 64, 2, RIO_MSG_DEFER);
      // A send commits sends only.
      expect(rio.ws.RIOSend(to, null, 0, RIO_MSG_COMMIT_ONLY, null)).toBe(1);
      expect(rio.take(cq)).toEqual([]);
      expect(commit(to)).toBe(1);
      const results = await rio.results(cq, count);
      expect(results.map(({ bytes, request }) => [bytes, request])).toEqual([[1, 1], [2, 2], [3, 3]].slice(0, count));
    });

    it('holds sends back in their order, and counts them', async () => {
      const [one, two] = [rio.bound(), rio.bound()];
      const [from, to] = [rio.rq(one.s, cq, 3, 1), rio.rq(two.s, cq, 3, 2)];
      const address = rio.addressOf(two.s);
      for (const context of [1, 2, 3]) {
        rio.receive(to, 512 + 16 * context, 16, context);
        const data = rio.put(String(context), context);
        expect(rio.ws.RIOSendEx(from, [data], 1, null, address, null, null, RIO_MSG_DEFER, context)).toBe(1);
      }
      expect(rio.ws.RIOSendEx(from, [rio.put('4')], 1, null, address, null, null, RIO_MSG_DEFER, 4)).toBe(0);
      expect(rio.world.lastError()).toBe('WSAENOBUFS');
      await rio.ws.Sleep(5);
      expect(rio.take(cq)).toEqual([]);
      expect(rio.ws.RIOSend(from, null, 0, RIO_MSG_COMMIT_ONLY, 0)).toBe(1);
      const results = await rio.results(cq, 6);
      for (const side of [1, 2]) expect(results.filter(({ socket }) => socket === side).map(({ request }) => request)).toEqual([1, 2, 3]);
      expect(['1', '2', '3']).toEqual([1, 2, 3].map((context) => rio.text(512 + 16 * context, 1)));
    });

    it('fails a request whose buffer is deregistered before it starts', () => {
      const { s } = rio.bound();
      const to = rio.rq(s, cq);
      const other = rio.ws.RIORegisterBuffer(new Uint8Array(8), 8);
      rio.ws.RIOReceive(to, [rio.slice(0, 8, other)], 1, RIO_MSG_DEFER, 1);
      rio.ws.RIODeregisterBuffer(other);
      expect(rio.ws.RIOReceive(to, null, 0, RIO_MSG_COMMIT_ONLY, null)).toBe(1);
      expect(rio.take(cq)).toEqual([{ status: WSAEFAULT, bytes: 0, socket: 7, request: 1 }]);
    });
  });

  describe('in the middle', () => {
    it('a closed socket ends what waits and what is held back, and frees its places', async () => {
      const { s } = rio.bound();
      const small = rio.cq(4);
      const to = rio.ws.RIOCreateRequestQueue(s, 3, 1, 1, 1, small, small, 7);
      rio.receive(to, 0, 8, 1);
      rio.receive(to, 8, 8, 2, RIO_MSG_DEFER);
      await rio.ws.closesocket(s);
      expect(rio.receive(to, 0, 8, 3)).toBe(0);
      expect(rio.world.lastError()).toBe('WSAEINVAL');
      // Two places are free, the other two wait for their results to be taken.
      const next = (): HANDLE => rio.ws.RIOCreateRequestQueue(rio.bound().s, 2, 1, 1, 1, small, small, 8);
      expect(next()).toBe(0);
      expect(rio.world.lastError()).toBe('WSAENOBUFS');
      const aborted = { status: WSA_OPERATION_ABORTED, bytes: 0, socket: 7 };
      expect(rio.take(small)).toEqual([{ ...aborted, request: 1 }, { ...aborted, request: 2 }]);
      expect(next()).not.toBe(0);
    });

    it('a deregistered buffer stays good for what is under way, and for nothing else', async () => {
      const { s } = rio.bound();
      const to = rio.rq(s, cq);
      const memory = new Uint8Array(8);
      const other = rio.ws.RIORegisterBuffer(memory, 8);
      rio.ws.RIOReceive(to, [rio.slice(0, 8, other)], 1, 0, 1);
      rio.ws.RIODeregisterBuffer(other);
      await rio.sendTo(s, 'ok');
      expect(await rio.results(cq, 1)).toEqual([{ status: 0, bytes: 2, socket: 7, request: 1 }]);
      expect(new TextDecoder().decode(memory.subarray(0, 2))).toBe('ok');
      expect(rio.ws.RIOReceive(to, [rio.slice(0, 8, other)], 1, 0, 2)).toBe(0);
      expect(rio.world.lastError()).toBe('WSAEFAULT');
    });

    it('a closed completion queue drops what comes; the other direction goes on', async () => {
      const [{ s }, two] = [rio.bound(), rio.bound()];
      const receives = rio.cq();
      const queue = rio.ws.RIOCreateRequestQueue(s, 2, 1, 2, 1, receives, cq, 7);
      rio.receive(queue, 0, 8, 1);
      rio.ws.RIOCloseCompletionQueue(receives);
      await rio.sendTo(s, 'lost');
      await rio.ws.Sleep(20);
      expect(rio.take(receives)).toBe(0xffffffff);
      expect(rio.receive(queue, 0, 8, 2)).toBe(0);
      expect(rio.world.lastError()).toBe('WSAEINVAL');
      expect(rio.ws.RIOSendEx(queue, [rio.put('x')], 1, null, rio.addressOf(two.s), null, null, 0, 3)).toBe(1);
      expect(await rio.results(cq, 1)).toEqual([{ status: 0, bytes: 1, socket: 7, request: 3 }]);
    });

    it('WSACleanup ends everything, and a new start begins afresh', async () => {
      const { s } = rio.bound();
      const to = rio.rq(s, cq);
      rio.receive(to, 0, 8, 1);
      await rio.ws.WSACleanup();
      expect(rio.take(cq)).toBe(0xffffffff);
      expect(rio.receive(to, 0, 8, 2)).toBe(0);
      expect(rio.world.lastError()).toBe('WSAEINVAL');
      expect(await rio.ws.WSAStartup(0x202, new WSADATA())).toBe(0);
      expect(rio.take(cq)).toBe(0xffffffff);
      expect(rio.ws.RIOCreateCompletionQueue(1, null)).not.toBe(0);
    });
  });
});
