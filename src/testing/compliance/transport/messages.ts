// Owns: the cases about WSARecvMsg and WSASendMsg, by the pointers to them, as far as every provider of datagrams has it.
// Does not own: control information, which depends on what is below; overlapped calls (overlapped.ts).

import {
  AF_INET,
  MSG_PEEK,
  MSG_TRUNC,
  SOCK_DGRAM,
  WSABUF,
  WSAEFAULT,
  WSAEINVAL,
  WSAEMSGSIZE,
  WSAENOTCONN,
  WSAENOTSOCK,
  WSAMSG,
  ref,
  type Ref,
  type SOCKET,
} from '../../../index.js';
import { extension } from './features.js';
import { JUNK, bytes, loopback, portIn, wsabufs, type Case, type Entries, type Outcome } from './host.js';
import { connect, done, failed, sendTo } from './steps.js';

interface Received extends Outcome {
  readonly count: number;
  readonly message: WSAMSG;
  readonly text: string;
  readonly from: readonly unknown[];
}

/** Receives a message into two buffers, of two bytes and of the rest. */
async function receive(entries: Entries, s: SOCKET, size = 10, dwFlags = 0): Promise<Received> {
  const recvMsg = extension(entries, 'WSARecvMsg');
  const [memory, name, count] = [new Uint8Array(size), new Uint8Array(28).fill(0xcc), ref(JUNK)];
  const lpBuffers = wsabufs(memory.subarray(0, 2), memory.subarray(2));
  const message = new WSAMSG({ name, namelen: 28, lpBuffers, dwBufferCount: 2, dwFlags });
  const outcome = await entries.either((e) => recvMsg(s, message, count, null, null, null, e));
  const text = new TextDecoder().decode(memory.subarray(0, Math.min(size, count.value)));
  return { ...outcome, count: count.value, message, text, from: [name[0], portIn(name), message.namelen] };
}

function send(entries: Entries, s: SOCKET, message: WSAMSG | null, sent = ref(JUNK)): Promise<Outcome> {
  const sendMsg = extension(entries, 'WSASendMsg');
  return entries.either((e) => sendMsg(s, message, 0, sent, null, null, null, e));
}

const outcomeOf = ({ value, error }: Outcome): Outcome => ({ value, error });

export const messageCases: readonly Case[] = [
  {
    name: 'WSARecvMsg scatters a message, and tells its sender, its length and no flags',
    needs: ['WSARecvMsg'],
    async run(entries) {
      const { expect } = entries;
      const [a, b] = [entries.bound(SOCK_DGRAM), entries.bound(SOCK_DGRAM)];
      expect(await sendTo(entries, a.s, b.port, 'message')).toEqual(done);
      const received = await receive(entries, b.s);
      expect([outcomeOf(received), received.count, received.text]).toEqual([done, 7, 'message']);
      expect([received.from, received.message.dwFlags]).toEqual([[AF_INET, a.port, 16], 0]);
    },
  },
  {
    name: 'WSARecvMsg leaves a message that it peeks at, and says when one did not fit',
    needs: ['WSARecvMsg'],
    async run(entries) {
      const { expect } = entries;
      const [a, b] = [entries.bound(SOCK_DGRAM), entries.bound(SOCK_DGRAM)];
      expect(await sendTo(entries, a.s, b.port, 'message')).toEqual(done);
      await entries.readable(b.s);
      const peeked = await receive(entries, b.s, 10, MSG_PEEK);
      expect([outcomeOf(peeked), peeked.text]).toEqual([done, 'message']);
      const cut = await receive(entries, b.s, 4);
      expect([outcomeOf(cut), cut.text]).toEqual([failed(WSAEMSGSIZE), 'mess']);
      expect([cut.message.dwFlags & MSG_TRUNC, cut.from]).toEqual([MSG_TRUNC, [AF_INET, a.port, 16]]);
    },
  },
  {
    name: 'WSARecvMsg waits for a message',
    needs: ['WSARecvMsg'],
    async run(entries) {
      const { expect } = entries;
      const [a, b] = [entries.bound(SOCK_DGRAM), entries.bound(SOCK_DGRAM)];
      const waiting = receive(entries, b.s);
      expect(await sendTo(entries, a.s, b.port, 'late')).toEqual(done);
      expect((await waiting).text).toBe('late');
    },
  },
  {
    name: 'WSASendMsg gathers a message, for the address that it names or the peer',
    needs: ['WSASendMsg'],
    async run(entries) {
      const { expect } = entries;
      const [a, b] = [entries.bound(SOCK_DGRAM), entries.bound(SOCK_DGRAM)];
      const lpBuffers = wsabufs(bytes('mess'), bytes('age'), bytes('!'));
      const [named, sent] = [new WSAMSG({ name: loopback(b.port), namelen: 16, lpBuffers, dwBufferCount: 2 }), ref(JUNK)];
      expect([await send(entries, a.s, named, sent), sent.value]).toEqual([done, 7]);
      expect((await entries.recv(b.s)).text).toBe('message');
      expect(await connect(entries, a.s, b.port)).toEqual(done);
      expect(await send(entries, a.s, new WSAMSG({ lpBuffers, dwBufferCount: 3 }))).toEqual(done);
      expect((await entries.recv(b.s)).text).toBe('message!');
    },
  },
  {
    name: 'WSARecvMsg refuses streams, no message and buffers that are not there, and loses nothing',
    needs: ['WSARecvMsg'],
    async run(entries) {
      const { expect } = entries;
      const [a, b] = [entries.bound(SOCK_DGRAM), entries.bound(SOCK_DGRAM)];
      expect(await sendTo(entries, a.s, b.port, 'kept')).toEqual(done);
      await entries.readable(b.s);
      const recvMsg = extension(entries, 'WSARecvMsg');
      const call = (s: SOCKET, message: WSAMSG | null, count: Ref | null = ref(JUNK)): Outcome =>
        entries.now((e) => recvMsg(s, message, count, null, null, null, e));
      const good = (): WSAMSG => new WSAMSG({ lpBuffers: wsabufs(new Uint8Array(8)), dwBufferCount: 1 });
      expect(call(entries.event().handle as number as SOCKET, good())).toEqual(failed(WSAENOTSOCK));
      expect(call((await entries.pair()).server, good())).toEqual(failed(WSAEINVAL));
      expect(call(b.s, null)).toEqual(failed(WSAEFAULT));
      expect(call(b.s, good(), null)).toEqual(failed(WSAEFAULT));
      expect(call(b.s, new WSAMSG({ lpBuffers: null, dwBufferCount: 1 }))).toEqual(failed(WSAEFAULT));
      expect(call(b.s, Object.assign(good(), { name: new Uint8Array(8), namelen: 8 }))).toEqual(failed(WSAEFAULT));
      expect((await entries.recv(b.s)).text).toBe('kept');
    },
  },
  {
    name: 'WSASendMsg refuses streams, no message, buffers that are not there and sockets without a peer',
    needs: ['WSASendMsg'],
    async run(entries) {
      const { expect } = entries;
      const { s } = entries.bound(SOCK_DGRAM);
      const good = new WSAMSG({ lpBuffers: wsabufs(bytes('x')), dwBufferCount: 1 });
      expect(await send(entries, entries.event().handle as number as SOCKET, good)).toEqual(failed(WSAENOTSOCK));
      expect(await send(entries, (await entries.pair()).client, good)).toEqual(failed(WSAEINVAL));
      expect(await send(entries, s, null)).toEqual(failed(WSAEFAULT));
      expect(await send(entries, s, new WSAMSG({ lpBuffers: [new WSABUF(8, null)], dwBufferCount: 1 }))).toEqual(failed(WSAEFAULT));
      expect(await send(entries, s, good)).toEqual(failed(WSAENOTCONN));
    },
  },
];
