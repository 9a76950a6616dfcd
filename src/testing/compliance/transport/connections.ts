// Owns: the cases about AcceptEx, GetAcceptExSockaddrs, ConnectEx and DisconnectEx, by the pointers to them.
// Does not own: TransmitFile and TransmitPackets (transmit.ts).

import {
  AF_INET,
  FALSE,
  SD_SEND,
  SOCK_DGRAM,
  SOL_SOCKET,
  SO_UPDATE_ACCEPT_CONTEXT,
  SO_UPDATE_CONNECT_CONTEXT,
  TF_REUSE_SOCKET,
  TRUE,
  WSAECONNREFUSED,
  WSAEFAULT,
  WSAEINVAL,
  WSAENOTCONN,
  WSAENOTSOCK,
  WSAESHUTDOWN,
  WSA_INVALID_PARAMETER,
  WSA_IO_PENDING,
  WSA_OPERATION_ABORTED,
  ref,
  type Memory,
  type OVERLAPPED,
  type SOCKET,
} from '../../../index.js';
import { ROOM, beginAccept, ended, resultOf, succeeded, withEvent, type Started } from './connection-steps.js';
import { extension } from './features.js';
import { JUNK, bytes, loopback, portIn, type Case, type Entries, type Outcome } from './host.js';
import { close, connect, done, failed, shutdown } from './steps.js';

const begun: Outcome = { value: FALSE, error: WSA_IO_PENDING };
const refusal = (error: number): Outcome => failed(error, FALSE);
const outcomeOf = ({ value, error }: Outcome): Outcome => ({ value, error });

function beginConnect(entries: Entries, s: SOCKET, port: number, data: Uint8Array | null = null): Started {
  const connectEx = extension(entries, 'ConnectEx');
  const overlapped = withEvent(entries);
  const size = data?.length ?? 0;
  const outcome = entries.now((e) => connectEx(s, loopback(port), 16, data, size, ref(JUNK), overlapped, e));
  return { ...outcome, overlapped };
}

function beginDisconnect(entries: Entries, s: SOCKET, flags: number): Started {
  const disconnectEx = extension(entries, 'DisconnectEx');
  const overlapped = withEvent(entries);
  return { ...entries.now((e) => disconnectEx(s, overlapped, flags, 0, e) as number), overlapped };
}

/** The peer's port, or the error. */
function peerOf(entries: Entries, s: SOCKET): number {
  const name = new Uint8Array(16);
  const { value, error } = entries.now((e) => entries.table.lpWSPGetPeerName(s, name, ref(16), e));
  return value === 0 ? portIn(name) : error;
}

/** The family and the port in an address that a pointer leads to; its length. */
function described(address: Memory | null, length: number): readonly unknown[] {
  const memory = address as Uint8Array | null;
  return memory === null ? [null, length] : [memory[0], portIn(memory), length];
}

const acceptCases: readonly Case[] = [
  {
    name: 'AcceptEx waits for a connection, and leaves both addresses to GetAcceptExSockaddrs',
    needs: ['AcceptEx', 'GetAcceptExSockaddrs'],
    async run(entries) {
      const { expect } = entries;
      const { s: listener, port } = entries.listener();
      const accepting = beginAccept(entries, listener);
      expect(outcomeOf(accepting)).toEqual(begun);
      const client = entries.socket();
      expect(await connect(entries, client, port)).toEqual(done);
      expect(await resultOf(entries, listener, accepting.overlapped)).toEqual(succeeded(0));
      const [local, remote] = [ref<Memory | null>(null), ref<Memory | null>(null)];
      const [localLength, remoteLength] = [ref(JUNK), ref(JUNK)];
      extension(entries, 'GetAcceptExSockaddrs')(accepting.buffer, 0, ROOM, ROOM, local, localLength, remote, remoteLength);
      expect(described(local.value, localLength.value)).toEqual([AF_INET, port, 16]);
      expect(described(remote.value, remoteLength.value)).toEqual([AF_INET, entries.portOf(client), 16]);
    },
  },
  {
    name: 'AcceptEx with somebody there is done, and waits for first data where it has room for some',
    needs: ['AcceptEx'],
    async run(entries) {
      const { expect } = entries;
      const { s: listener, port } = entries.listener();
      const [one, other] = [entries.socket(), entries.socket()];
      for (const client of [one, other]) expect(await connect(entries, client, port)).toEqual(done);
      await entries.readable(listener);
      const [plain, withData] = [beginAccept(entries, listener), beginAccept(entries, listener, 4)];
      expect(await resultOf(entries, listener, plain.overlapped)).toEqual(succeeded(0));
      expect(outcomeOf(withData)).toEqual(begun);
      await entries.send(other, 'first data');
      expect(await resultOf(entries, listener, withData.overlapped)).toEqual(succeeded(4));
      expect(new TextDecoder().decode(withData.buffer.subarray(0, 4))).toBe('firs');
      expect((await entries.recv(withData.s)).text).toBe('t data');
    },
  },
  {
    name: 'a socket from AcceptEx names its peer when it has been given its context',
    needs: ['AcceptEx'],
    async run(entries) {
      const { expect } = entries;
      const { s: listener, port } = entries.listener();
      const { s, overlapped } = beginAccept(entries, listener);
      const client = entries.socket();
      expect(await connect(entries, client, port)).toEqual(done);
      await resultOf(entries, listener, overlapped);
      expect(peerOf(entries, s)).toBe(WSAENOTCONN);
      const context = new Uint8Array(8);
      new DataView(context.buffer).setBigUint64(0, BigInt(listener), true);
      const updated = entries.now((e) => entries.table.lpWSPSetSockOpt(s, SOL_SOCKET, SO_UPDATE_ACCEPT_CONTEXT, context, 8, e));
      expect([updated, peerOf(entries, s)]).toEqual([done, entries.portOf(client)]);
    },
  },
  {
    name: 'AcceptEx refuses sockets and buffers that do not do, and leaves everything as it is',
    needs: ['AcceptEx'],
    async run(entries) {
      const { expect } = entries;
      const { s: listener, port } = entries.listener();
      const [fresh, overlapped] = [entries.socket(), withEvent(entries)];
      const acceptEx = extension(entries, 'AcceptEx');
      const call = (from: SOCKET, s: SOCKET, buffer: Uint8Array | null, local = ROOM, remote = ROOM): Outcome =>
        entries.now((e) => acceptEx(from, s, buffer, 0, local, remote, ref(JUNK), overlapped, e));
      const buffer = new Uint8Array(2 * ROOM);
      const foreign = entries.event().handle as number as SOCKET;
      expect(call(foreign, fresh, buffer)).toEqual(refusal(WSAENOTSOCK));
      expect(call(listener, foreign, buffer)).toEqual(refusal(WSAENOTSOCK));
      expect(call(entries.bound().s, fresh, buffer)).toEqual(refusal(WSAEINVAL));
      expect(call(listener, entries.bound().s, buffer)).toEqual(refusal(WSAEINVAL));
      expect(call(listener, entries.socket(SOCK_DGRAM), buffer)).toEqual(refusal(WSAEINVAL));
      expect(call(listener, fresh, null)).toEqual(refusal(WSAEFAULT));
      expect(call(listener, fresh, buffer.subarray(1))).toEqual(refusal(WSAEFAULT));
      expect(call(listener, fresh, buffer, ROOM, 0)).toEqual(refusal(WSAEFAULT));
      expect(call(listener, fresh, buffer, ROOM - 1)).toEqual(refusal(WSAEINVAL));
      expect(entries.now((e) => acceptEx(listener, fresh, buffer, 0, ROOM, ROOM, ref(JUNK), null, e))).toEqual(
        refusal(WSA_INVALID_PARAMETER),
      );
      const accepting = beginAccept(entries, listener, 0, fresh);
      expect(await connect(entries, entries.socket(), port)).toEqual(done);
      expect(await resultOf(entries, listener, accepting.overlapped)).toEqual(succeeded(0));
    },
  },
  {
    name: 'closing the listener aborts AcceptEx, and its socket can be used again',
    needs: ['AcceptEx'],
    async run(entries) {
      const { expect } = entries;
      const { s: listener } = entries.listener();
      const { s, overlapped } = beginAccept(entries, listener);
      expect(await close(entries, listener)).toEqual(done);
      await entries.signaled(overlapped.hEvent);
      expect(await resultOf(entries, s, overlapped)).toEqual(ended(WSA_OPERATION_ABORTED));
      const other = entries.listener();
      const again = beginAccept(entries, other.s, 0, s);
      expect(await connect(entries, entries.socket(), other.port)).toEqual(done);
      expect(await resultOf(entries, other.s, again.overlapped)).toEqual(succeeded(0));
    },
  },
];

const connectCases: readonly Case[] = [
  {
    name: 'ConnectEx connects a bound socket and sends its first data, which it tells the count of',
    needs: ['ConnectEx'],
    async run(entries) {
      const { expect } = entries;
      const { s: listener, port } = entries.listener();
      const { s } = entries.bound();
      const data = bytes('greeting');
      const connecting = beginConnect(entries, s, port, data);
      expect(outcomeOf(connecting)).toEqual(begun);
      expect(await resultOf(entries, s, connecting.overlapped)).toEqual(succeeded(8));
      data.fill(0);
      const { value: server } = await entries.either((e) => entries.table.lpWSPAccept(listener, null, null, null, 0, e));
      expect((await entries.recv(server)).text).toBe('greeting');
    },
  },
  {
    name: 'a socket from ConnectEx is fully one when it has been given its context',
    needs: ['ConnectEx'],
    async run(entries) {
      const { expect } = entries;
      const { port } = entries.listener();
      const { s } = entries.bound();
      expect(await resultOf(entries, s, beginConnect(entries, s, port).overlapped)).toEqual(succeeded(0));
      expect([peerOf(entries, s), shutdown(entries, s, SD_SEND)]).toEqual([WSAENOTCONN, failed(WSAENOTCONN)]);
      const updated = entries.now((e) => entries.table.lpWSPSetSockOpt(s, SOL_SOCKET, SO_UPDATE_CONNECT_CONTEXT, null, 0, e));
      expect([updated, peerOf(entries, s), shutdown(entries, s, SD_SEND)]).toEqual([done, port, done]);
    },
  },
  {
    name: 'ConnectEx tells that it was refused, and may be tried again',
    needs: ['ConnectEx'],
    async run(entries) {
      const { expect } = entries;
      const { s } = entries.bound();
      const connecting = beginConnect(entries, s, entries.bound().port);
      expect(await resultOf(entries, s, connecting.overlapped)).toEqual(ended(WSAECONNREFUSED));
      const again = beginConnect(entries, s, entries.listener().port);
      expect(await resultOf(entries, s, again.overlapped)).toEqual(succeeded(0));
    },
  },
  {
    name: 'ConnectEx refuses sockets that are not bound, datagrams, listeners, addresses and data that are not there',
    needs: ['ConnectEx'],
    run(entries) {
      const { expect } = entries;
      const { port } = entries.listener();
      const { s } = entries.bound();
      for (const wrong of [entries.socket(), entries.bound(SOCK_DGRAM).s, entries.listener().s]) {
        expect(outcomeOf(beginConnect(entries, wrong, port))).toEqual(refusal(WSAEINVAL));
      }
      const foreign = entries.event().handle as number as SOCKET;
      expect(outcomeOf(beginConnect(entries, foreign, port))).toEqual(refusal(WSAENOTSOCK));
      const connectEx = extension(entries, 'ConnectEx');
      const call = (name: Memory | null, length: number, data: number, overlapped: OVERLAPPED | null): Outcome =>
        entries.now((e) => connectEx(s, name, length, new Uint8Array(4), data, ref(JUNK), overlapped, e));
      expect(call(null, 16, 0, withEvent(entries))).toEqual(refusal(WSAEFAULT));
      expect(call(loopback(port), 8, 0, withEvent(entries))).toEqual(refusal(WSAEFAULT));
      expect(call(loopback(port), 16, 5, withEvent(entries))).toEqual(refusal(WSAEFAULT));
      expect(call(loopback(port), 16, 4, null)).toEqual(refusal(WSA_INVALID_PARAMETER));
    },
  },
];

const disconnectCases: readonly Case[] = [
  {
    name: 'DisconnectEx ends sending, as the peer sees',
    needs: ['DisconnectEx'],
    async run(entries) {
      const { expect } = entries;
      const { client, server } = await entries.pair();
      await entries.send(client, 'last');
      const ending = beginDisconnect(entries, client, 0);
      expect(outcomeOf(ending)).toEqual(begun);
      expect(await resultOf(entries, client, ending.overlapped)).toEqual(succeeded(0));
      expect([(await entries.recv(server)).text, (await entries.recv(server)).text]).toEqual(['last', '']);
      expect(await entries.send(client, 'more')).toEqual(failed(WSAESHUTDOWN));
    },
  },
  {
    name: 'DisconnectEx without an OVERLAPPED waits',
    needs: ['DisconnectEx'],
    async run(entries) {
      const { expect } = entries;
      const { client, server } = await entries.pair();
      const disconnectEx = extension(entries, 'DisconnectEx');
      expect(await entries.either((e) => disconnectEx(client, null, 0, 0, e))).toEqual({ value: TRUE, error: JUNK });
      expect((await entries.recv(server)).text).toBe('');
    },
  },
  {
    name: 'DisconnectEx for reuse waits for the end; an accepted socket then accepts again',
    needs: ['AcceptEx', 'DisconnectEx'],
    async run(entries) {
      const { expect } = entries;
      const { s: listener, port } = entries.listener();
      const first = beginAccept(entries, listener);
      const client = entries.socket();
      expect(await connect(entries, client, port)).toEqual(done);
      expect(await resultOf(entries, listener, first.overlapped)).toEqual(succeeded(0));
      const ending = beginDisconnect(entries, first.s, TF_REUSE_SOCKET);
      expect(outcomeOf(ending)).toEqual(begun);
      expect((await entries.recv(client)).text).toBe('');
      expect(await close(entries, client)).toEqual(done);
      expect(await resultOf(entries, first.s, ending.overlapped)).toEqual(succeeded(0));
      const again = beginAccept(entries, listener, 0, first.s);
      expect(outcomeOf(again)).toEqual(begun);
      const other = entries.socket();
      expect(await connect(entries, other, port)).toEqual(done);
      expect(await resultOf(entries, listener, again.overlapped)).toEqual(succeeded(0));
      await entries.send(other, 'new');
      expect((await entries.recv(first.s)).text).toBe('new');
    },
  },
  {
    name: 'DisconnectEx refuses sockets that are not connected, unknown flags and what is reserved',
    needs: ['DisconnectEx'],
    async run(entries) {
      const { expect } = entries;
      const { client, server } = await entries.pair();
      expect(outcomeOf(beginDisconnect(entries, entries.socket(), 0))).toEqual(refusal(WSAENOTCONN));
      expect(outcomeOf(beginDisconnect(entries, entries.event().handle as number as SOCKET, 0))).toEqual(refusal(WSAENOTSOCK));
      expect(outcomeOf(beginDisconnect(entries, client, 0x100))).toEqual(refusal(WSAEINVAL));
      const disconnectEx = extension(entries, 'DisconnectEx');
      expect(entries.now((e) => disconnectEx(client, withEvent(entries), 0, 1, e))).toEqual(refusal(WSAEINVAL));
      await entries.send(client, 'still here');
      expect((await entries.recv(server)).text).toBe('still here');
    },
  },
];

export const connectionCases: readonly Case[] = [...acceptCases, ...connectCases, ...disconnectCases];
