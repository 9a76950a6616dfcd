// Owns: the cases about sockets and connections: how handles are announced, what connects, waits, ends and is given back.
// Does not own: wrong arguments (arguments.ts), bytes (transfer.ts).

import {
  AF_INET,
  CF_ACCEPT,
  CF_DEFER,
  CF_REJECT,
  INVALID_SOCKET,
  IPPROTO_TCP,
  SD_SEND,
  SO_PROTOCOL_INFOW,
  SO_RCVTIMEO,
  SOCK_DGRAM,
  SOCK_STREAM,
  SOCKET_ERROR,
  SOL_SOCKET,
  WSAECONNREFUSED,
  WSAEFAULT,
  WSAEINVAL,
  WSAEMFILE,
  WSAENOTSOCK,
  WSAEWOULDBLOCK,
  WSAPROTOCOL_INFOW,
  WSATRY_AGAIN,
  ref,
  sockaddr_in,
} from '../../../index.js';
import { validateProcTable } from '../../../spi/index.js';
import { JUNK, loopback, portIn, protocolInfo, seconds, setOf, TCP_ENTRY, UDP_ENTRY, type Case } from './host.js';
import { connect, done, nonBlocking } from './steps.js';

export const socketCases: readonly Case[] = [
  {
    name: 'the table is complete',
    run(entries) {
      entries.expect(validateProcTable(entries.table)).toBeNull();
    },
  },
  {
    name: 'a new socket is announced once, under the entry that it was asked for',
    run(entries) {
      const [stream, datagram] = [entries.socket(), entries.socket(SOCK_DGRAM)];
      entries.expect(entries.upcalls.announced).toEqual([[TCP_ENTRY, stream], [UDP_ENTRY, datagram]]);
    },
  },
  {
    name: 'a socket that WS2_32 does not take is not made, and leaves nothing behind',
    run(entries) {
      const { expect } = entries;
      const before = entries.process.handles.size;
      entries.upcalls.refusal = WSAEMFILE;
      const info = protocolInfo(SOCK_STREAM, IPPROTO_TCP, TCP_ENTRY);
      expect(entries.now((e) => entries.table.lpWSPSocket(AF_INET, SOCK_STREAM, IPPROTO_TCP, info, 0, 0, e))).toEqual({
        value: INVALID_SOCKET,
        error: WSAEMFILE,
      });
      expect(entries.process.handles.size).toBe(before);
    },
  },
  {
    name: 'the description of a socket is not kept: it may change after the call',
    run(entries) {
      const { expect } = entries;
      const info = protocolInfo(SOCK_STREAM, IPPROTO_TCP, TCP_ENTRY);
      const { value: s } = entries.now((e) => entries.table.lpWSPSocket(AF_INET, SOCK_STREAM, IPPROTO_TCP, info, 0, 0, e));
      info.dwCatalogEntryId = 1;
      const told = new WSAPROTOCOL_INFOW();
      const size = ref(told.bytes.length);
      expect(entries.now((e) => entries.table.lpWSPGetSockOpt(s, SOL_SOCKET, SO_PROTOCOL_INFOW, told, size, e))).toEqual(done);
      expect(told.dwCatalogEntryId).toBe(TCP_ENTRY);
    },
  },
  {
    name: 'an accepted socket is announced under its listener\'s entry, and names its peer',
    async run(entries) {
      const { expect } = entries;
      const { s, port } = entries.listener();
      const client = entries.socket();
      expect(await connect(entries, client, port)).toEqual(done);
      const [address, length] = [new sockaddr_in(), ref(28)];
      const memory = new Uint8Array(28).fill(0xcc);
      const { value, error } = await entries.either((e) => entries.table.lpWSPAccept(s, memory, length, null, 0, e));
      expect([error, length.value]).toEqual([JUNK, 16]);
      expect(entries.upcalls.announced.at(-1)).toEqual([TCP_ENTRY, value]);
      address.bytes.set(memory.subarray(0, 16));
      expect([address.sin_family, portIn(memory)]).toEqual([AF_INET, entries.portOf(client)]);
      expect(memory.subarray(16).every((byte) => byte === 0xcc)).toBe(true);
      expect(entries.portOf(value)).toBe(port);
    },
  },
  {
    name: 'accepting waits for somebody to come',
    async run(entries) {
      const { expect } = entries;
      const { s, port } = entries.listener();
      const accepted = entries.later((e) => entries.table.lpWSPAccept(s, null, null, null, 0, e));
      expect(await connect(entries, entries.socket(), port)).toEqual(done);
      const { value, error } = await accepted;
      expect([value !== INVALID_SOCKET, error]).toEqual([true, JUNK]);
    },
  },
  {
    name: 'accepting with somebody there answers at once; with too little room for the address it leaves them there',
    async run(entries) {
      const { expect } = entries;
      const { s, port } = entries.listener();
      expect(await connect(entries, entries.socket(), port)).toEqual(done);
      await entries.readable(s);
      expect(entries.now((e) => entries.table.lpWSPAccept(s, loopback(), ref(4), null, 0, e))).toEqual({
        value: INVALID_SOCKET,
        error: WSAEFAULT,
      });
      expect(entries.now((e) => entries.table.lpWSPAccept(s, null, null, null, 0, e)).error).toBe(JUNK);
    },
  },
  {
    name: 'a condition function is asked once, with both addresses and its data',
    async run(entries) {
      const { expect } = entries;
      const { s, port } = entries.listener();
      expect(await connect(entries, entries.socket(), port)).toEqual(done);
      const asked: unknown[] = [];
      const { error } = await entries.either((e) =>
        entries.table.lpWSPAccept(s, null, null, (caller, _data, _sqos, _gqos, callee, _calleeData, _group, context) => {
          asked.push([caller.len, callee.len, context]);
          return CF_ACCEPT;
        }, 'mine', e),
      );
      expect([error, asked]).toEqual([JUNK, [[16, 16, 'mine']]]);
    },
  },
  {
    name: 'a condition function may put off, and turn away',
    async run(entries) {
      const { expect } = entries;
      const { s, port } = entries.listener();
      expect(await connect(entries, entries.socket(), port)).toEqual(done);
      await entries.readable(s);
      const verdict = (answer: number) => entries.now((e) => entries.table.lpWSPAccept(s, null, null, () => answer, 0, e));
      expect(verdict(CF_DEFER)).toEqual({ value: INVALID_SOCKET, error: WSATRY_AGAIN });
      expect(verdict(CF_REJECT)).toEqual({ value: INVALID_SOCKET, error: WSAECONNREFUSED });
    },
  },
  {
    name: 'a condition function that throws does not take the application down',
    async run(entries) {
      const { expect } = entries;
      const { s, port } = entries.listener();
      expect(await connect(entries, entries.socket(), port)).toEqual(done);
      const outcome = await entries.either((e) =>
        entries.table.lpWSPAccept(s, null, null, () => {
          throw new Error('by the condition function');
        }, 0, e),
      );
      expect(outcome.value).toBe(INVALID_SOCKET);
      expect(outcome.error).not.toBe(JUNK);
    },
  },
  {
    name: 'a refused connect says so when it is known, and may be tried again',
    async run(entries) {
      const { expect } = entries;
      const client = entries.socket();
      const { port } = entries.bound();
      expect(await entries.later((e) => entries.table.lpWSPConnect(client, loopback(port), 16, null, null, null, null, e))).toEqual({
        value: SOCKET_ERROR,
        error: WSAECONNREFUSED,
      });
      expect(await connect(entries, client, entries.listener().port)).toEqual(done);
    },
  },
  {
    name: 'non-blocking calls say WSAEWOULDBLOCK at once, and select waits for the rest',
    async run(entries) {
      const { expect } = entries;
      const { s, port } = entries.listener();
      const client = entries.socket();
      for (const each of [s, client]) nonBlocking(entries, each);
      const wouldBlock = { value: SOCKET_ERROR, error: WSAEWOULDBLOCK };
      expect(entries.now((e) => entries.table.lpWSPAccept(s, null, null, null, 0, e))).toEqual({ ...wouldBlock, value: INVALID_SOCKET });
      expect(entries.now((e) => entries.table.lpWSPConnect(client, loopback(port), 16, null, null, null, null, e))).toEqual(wouldBlock);
      const writable = setOf(client);
      expect(await entries.later((e) => entries.table.lpWSPSelect(0, null, writable, null, null, e))).toEqual({ value: 1, error: JUNK });
      expect([writable.fd_count, writable.fd_array[0]]).toEqual([1, client]);
      await entries.readable(s);
      expect(entries.now((e) => entries.table.lpWSPAccept(s, null, null, null, 0, e)).error).toBe(JUNK);
    },
  },
  {
    name: 'select keeps the members that are ready, and a zero timeout does not wait',
    async run(entries) {
      const { expect } = entries;
      const { client, server } = await entries.pair();
      const [read, write] = [setOf(client, server), setOf(server, client)];
      expect(entries.now((e) => entries.table.lpWSPSelect(0, read, write, null, seconds(0), e))).toEqual({ value: 2, error: JUNK });
      expect([read.fd_count, write.fd_count, write.fd_array.slice(0, 2)]).toEqual([0, 2, [server, client]]);
      await entries.send(client, 'x');
      await entries.readable(server);
      const again = setOf(client, server);
      expect(entries.now((e) => entries.table.lpWSPSelect(0, again, null, null, seconds(0), e)).value).toBe(1);
      expect([again.fd_count, again.fd_array[0]]).toEqual([1, server]);
    },
  },
  {
    name: 'select on a socket that is closed meanwhile fails with WSAENOTSOCK',
    async run(entries) {
      const { expect } = entries;
      const { client } = await entries.pair();
      const waiting = entries.later((e) => entries.table.lpWSPSelect(0, setOf(client), null, null, null, e));
      expect(await entries.either((e) => entries.table.lpWSPCloseSocket(client, e))).toEqual(done);
      expect(await waiting).toEqual({ value: SOCKET_ERROR, error: WSAENOTSOCK });
    },
  },
  {
    name: 'a closed handle is no socket any more, and is not given out again soon',
    run(entries) {
      const { expect } = entries;
      const s = entries.socket();
      expect(entries.now((e) => entries.table.lpWSPCloseSocket(s, e))).toEqual(done);
      expect(entries.now((e) => entries.table.lpWSPCloseSocket(s, e))).toEqual({ value: SOCKET_ERROR, error: WSAENOTSOCK });
      expect(Array.from({ length: 20 }, () => entries.socket())).not.toContain(s);
    },
  },
  {
    name: 'shutting down sending is the end for the peer; disconnecting does the same',
    async run(entries) {
      const { expect } = entries;
      const first = await entries.pair();
      expect(entries.now((e) => entries.table.lpWSPShutdown(first.client, SD_SEND, e))).toEqual(done);
      expect(await entries.recv(first.server)).toEqual({ value: 0, error: JUNK, text: '' });
      const second = await entries.pair();
      expect(entries.now((e) => entries.table.lpWSPSendDisconnect(second.client, null, e))).toEqual(done);
      expect(await entries.recv(second.server)).toEqual({ value: 0, error: JUNK, text: '' });
    },
  },
  {
    name: 'options that are set are told again',
    run(entries) {
      const { expect } = entries;
      const s = entries.socket();
      const [value, told, length] = [Uint8Array.of(0xe8, 3, 0, 0), new Uint8Array(8).fill(0xcc), ref(8)];
      expect(entries.now((e) => entries.table.lpWSPSetSockOpt(s, SOL_SOCKET, SO_RCVTIMEO, value, 4, e))).toEqual(done);
      value.fill(0);
      expect(entries.now((e) => entries.table.lpWSPGetSockOpt(s, SOL_SOCKET, SO_RCVTIMEO, told, length, e))).toEqual(done);
      expect([length.value, [...told]]).toEqual([4, [0xe8, 3, 0, 0, 0xcc, 0xcc, 0xcc, 0xcc]]);
    },
  },
  {
    name: 'a duplicate is a second handle to one socket, made once, announced under its entry',
    async run(entries) {
      const { expect } = entries;
      const { client, server } = await entries.pair();
      const info = new WSAPROTOCOL_INFOW();
      expect(entries.now((e) => entries.table.lpWSPDuplicateSocket(server, entries.process.id, info, e))).toEqual(done);
      const open = () => entries.now((e) => entries.table.lpWSPSocket(AF_INET, SOCK_STREAM, IPPROTO_TCP, info, 0, 0, e));
      const twin = open();
      expect([twin.error, twin.value !== server]).toEqual([JUNK, true]);
      expect(entries.upcalls.announced.at(-1)).toEqual([TCP_ENTRY, twin.value]);
      expect(open()).toEqual({ value: INVALID_SOCKET, error: WSAEINVAL });
      expect(entries.now((e) => entries.table.lpWSPCloseSocket(server, e))).toEqual(done);
      await entries.send(client, 'still here');
      expect((await entries.recv(twin.value)).text).toBe('still here');
    },
  },
  {
    name: 'the last WSPCleanup ends every socket',
    async run(entries) {
      const { expect } = entries;
      const { client, server, listener } = await entries.pair();
      const all = [client, server, listener, entries.socket(), entries.bound(SOCK_DGRAM).s];
      const waiting = entries.later((e) => entries.table.lpWSPAccept(listener, null, null, null, 0, e));
      expect(entries.now((e) => entries.table.lpWSPCleanup(e))).toEqual(done);
      expect((await waiting).value).toBe(INVALID_SOCKET);
      for (const s of all) expect(entries.process.handles.get(s)).toBeNull();
    },
  },
];
