// What the requests of registered I/O do with the slices beside the data, and which sockets can have requests.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  AF_UNIX,
  IPPROTO_IP,
  IP_PKTINFO,
  MSG_CTRUNC,
  RIO_CMSG_BASE_SIZE,
  RIO_CMSG_BUFFER,
  RIORESULT,
  RIO_INVALID_RQ,
  SOCKADDR_INET,
  SOCK_STREAM,
  WSAEINVAL,
  WSAEMSGSIZE,
  WSA_FLAG_OVERLAPPED,
  WSA_FLAG_REGISTERED_IO,
  type HANDLE,
} from '../../src/abi/index.js';
import { CompletionQueue } from '../../src/providers/msafd/rio/completion-queue.js';
import { AT, DRIVERS, RioWorld } from './rio-world.js';

describe.each(DRIVERS)('on the %s driver', (driver) => {
  let rio: RioWorld;
  let cq: HANDLE;
  beforeEach(async () => {
    rio = await RioWorld.on(driver);
    cq = rio.cq();
  });
  afterEach(() => rio.world.host.dispose());

  it('a receive that names no address leaves that of the receive before alone', async () => {
    const { s } = rio.bound();
    const queue = rio.rq(s, cq);
    const address = rio.slice(AT.address, SOCKADDR_INET.size);
    rio.ws.RIOReceiveEx(queue, [rio.slice(0, 8)], 1, null, address, null, null, 0, 1);
    await rio.sendTo(s, 'one');
    await rio.results(cq, 1);
    expect(rio.portAt(AT.address)).not.toBe(0xcccc);
    rio.memory.fill(0xcc);
    rio.receive(queue, 0, 8, 2);
    await rio.sendTo(s, 'two');
    await rio.results(cq, 1);
    expect([rio.text(0, 3), rio.portAt(AT.address)]).toEqual(['two', 0xcccc]);
  });

  it('a good send writes 0 as its flags', async () => {
    const [one, two] = [rio.bound(), rio.bound()];
    const flags = rio.slice(AT.flags, 4);
    rio.ws.RIOSendEx(rio.rq(one.s, cq), [rio.put('x')], 1, null, rio.addressOf(two.s), null, flags, 0, 1);
    await rio.results(cq, 1);
    expect([...rio.memory.subarray(AT.flags, AT.flags + 5)]).toEqual([0, 0, 0, 0, 0xcc]);
  });

  it.each([['shorter than itself', 3], ['longer than the slice', 33]])('control information %s is WSAEINVAL', async (_how, length) => {
    const [one, two] = [rio.bound(), rio.bound()];
    new RIO_CMSG_BUFFER(rio.memory, AT.control).TotalLength = length;
    const control = rio.slice(AT.control, 32);
    rio.ws.RIOSendEx(rio.rq(one.s, cq), [rio.put('x')], 1, null, rio.addressOf(two.s), control, null, 0, 1);
    expect(await rio.results(cq, 1)).toEqual([{ status: WSAEINVAL, bytes: 0, socket: 7, request: 1 }]);
  });

  it('control information that does not fit is told of', async () => {
    const { s } = rio.bound();
    const asked = rio.ws.setsockopt(s, IPPROTO_IP, IP_PKTINFO, Uint8Array.of(1, 0, 0, 0), 4);
    const control = rio.slice(AT.control, RIO_CMSG_BASE_SIZE);
    rio.ws.RIOReceiveEx(rio.rq(s, cq), [rio.slice(0, 8)], 1, null, null, control, rio.slice(AT.flags, 4), 0, 1);
    await rio.sendTo(s, 'x');
    const [result] = await rio.results(cq, 1);
    const flags = new DataView(rio.memory.buffer).getUint32(AT.flags, true);
    // Where the driver does not tell the destination there is nothing that could be cut off.
    const cut = asked === 0 && driver === 'sim';
    expect([result?.status, (flags & MSG_CTRUNC) !== 0]).toEqual(cut ? [WSAEMSGSIZE, true] : [0, false]);
  });

  it('local sockets have no request queue', () => {
    const s = rio.ws.WSASocketW(AF_UNIX, SOCK_STREAM, 0, null, 0, WSA_FLAG_REGISTERED_IO | WSA_FLAG_OVERLAPPED);
    expect([rio.rq(s, cq), rio.world.lastError()]).toEqual([RIO_INVALID_RQ, 'WSAEOPNOTSUPP']);
  });

  it('every send has its result, though the socket is closed in the same breath', async () => {
    const [one, two] = [rio.bound(), rio.bound()];
    const queue = rio.rq(one.s, cq);
    const address = rio.addressOf(two.s);
    for (const context of [1, 2, 3]) rio.ws.RIOSendEx(queue, [rio.put('x')], 1, null, address, null, null, 0, context);
    await rio.ws.closesocket(one.s);
    const results = rio.take(cq);
    expect(Array.isArray(results) ? results.map(({ request }) => request) : results).toEqual([1, 2, 3]);
    await rio.ws.Sleep(1);
    expect(rio.take(cq)).toEqual([]);
  });
});

it('a completion queue that grows keeps which of its results may be told of', () => {
  let told = 0;
  const notification = { asked: () => undefined, tell: () => { told += 1; } };
  const queue = new CompletionQueue(256, notification);
  const holder = { taken: () => undefined };
  const add = (count: number, loud: boolean): void => {
    for (let i = 0; i < count; i++) queue.add(holder, 0, 0, 0, 0, 0, 0, loud);
  };
  const take = (count: number): void => {
    queue.take(Array.from({ length: count }, () => new RIORESULT()), count);
  };
  // The ring has gone round when it is full, with the loud ones at its start.
  add(64, false);
  take(10);
  add(10, true);
  add(1, false);
  take(64);
  expect([queue.notify(), told]).toEqual([0, 0]);
  add(1, true);
  expect(told).toBe(1);
});
