// Owns: the cases about TransmitFile and TransmitPackets, by the pointers to them.
// Does not own: files. The cases send memory, and what needs a file is the file system's own tests'.

import {
  FALSE,
  SOCK_DGRAM,
  TF_DISCONNECT,
  TF_REUSE_SOCKET,
  TP_ELEMENT_EOP,
  TP_ELEMENT_MEMORY,
  TRANSMIT_FILE_BUFFERS,
  TRANSMIT_PACKETS_ELEMENT,
  TRUE,
  WSAEFAULT,
  WSAEINVAL,
  WSAENOTCONN,
  WSAENOTSOCK,
  WSA_INVALID_HANDLE,
  WSA_IO_PENDING,
  type HANDLE,
  type OVERLAPPED,
  type SOCKET,
} from '../../../index.js';
import { resultOf, succeeded, withEvent } from './connection-steps.js';
import { extension } from './features.js';
import { JUNK, bytes, type Case, type Entries, type Outcome } from './host.js';
import { connect, done, failed } from './steps.js';

const NO_FILE = 0 as HANDLE;
const succeededNow: Outcome = { value: TRUE, error: JUNK };
const begun: Outcome = { value: FALSE, error: WSA_IO_PENDING };
const refusal = (error: number): Outcome => failed(error, FALSE);

function around(head: string, tail: string): TRANSMIT_FILE_BUFFERS {
  return new TRANSMIT_FILE_BUFFERS({
    Head: bytes(head),
    HeadLength: head.length,
    Tail: bytes(tail),
    TailLength: tail.length,
  });
}

function transmitFile(
  entries: Entries,
  s: SOCKET,
  buffers: TRANSMIT_FILE_BUFFERS | null,
  overlapped: OVERLAPPED | null = null,
  flags = 0,
  file: HANDLE = NO_FILE,
): Promise<Outcome> {
  const transmit = extension(entries, 'TransmitFile');
  return entries.either((e) => transmit(s, file, 0, 0, overlapped, buffers, flags, e));
}

function memory(text: string, more = 0): TRANSMIT_PACKETS_ELEMENT {
  return new TRANSMIT_PACKETS_ELEMENT({ dwElFlags: TP_ELEMENT_MEMORY | more, cLength: text.length, pBuffer: bytes(text) });
}

function transmitPackets(
  entries: Entries,
  s: SOCKET,
  elements: readonly TRANSMIT_PACKETS_ELEMENT[] | null,
  overlapped: OVERLAPPED | null = null,
  count = elements?.length ?? 0,
  size = 0,
  flags = 0,
): Promise<Outcome> {
  const transmit = extension(entries, 'TransmitPackets');
  return entries.either((e) => transmit(s, elements, count, size, overlapped, flags, e));
}

/** Receives until there are `size` bytes, or the end. */
async function text(entries: Entries, s: SOCKET, size: number): Promise<string> {
  let all = '';
  while (all.length < size) {
    const { text: more } = await entries.recv(s, size - all.length);
    if (more === null || more === '') break;
    all += more;
  }
  return all;
}

const fileCases: readonly Case[] = [
  {
    name: 'TransmitFile sends head and tail, also without a file between them',
    needs: ['TransmitFile'],
    async run(entries) {
      const { expect } = entries;
      const { client, server } = await entries.pair();
      expect(await transmitFile(entries, client, around('head,', 'tail'))).toEqual(succeededNow);
      expect(await text(entries, server, 9)).toBe('head,tail');
    },
  },
  {
    name: 'TransmitFile is told overlapped like everything, with its count',
    needs: ['TransmitFile'],
    async run(entries) {
      const { expect } = entries;
      const { client, server } = await entries.pair();
      const overlapped = withEvent(entries);
      expect([begun, succeededNow]).toContainEqual(await transmitFile(entries, client, around('head,', 'tail'), overlapped));
      expect(await resultOf(entries, client, overlapped)).toEqual(succeeded(9));
      expect(await text(entries, server, 9)).toBe('head,tail');
    },
  },
  {
    name: 'TransmitFile disconnects when it is asked to',
    needs: ['TransmitFile'],
    async run(entries) {
      const { expect } = entries;
      const { client, server } = await entries.pair();
      expect(await transmitFile(entries, client, around('a', 'b'), null, TF_DISCONNECT)).toEqual(succeededNow);
      expect(await text(entries, server, 9)).toBe('ab');
    },
  },
  {
    name: 'TransmitFile refuses sockets that are not connected, unknown flags, files and buffers that are none',
    needs: ['TransmitFile'],
    async run(entries) {
      const { expect } = entries;
      const { client, server } = await entries.pair();
      const buffers = around('a', 'b');
      expect(await transmitFile(entries, entries.socket(), buffers)).toEqual(refusal(WSAENOTCONN));
      expect(await transmitFile(entries, entries.event().handle as number as SOCKET, buffers)).toEqual(refusal(WSAENOTSOCK));
      for (const flags of [0x1000, TF_REUSE_SOCKET]) {
        expect(await transmitFile(entries, client, buffers, null, flags)).toEqual(refusal(WSAEINVAL));
      }
      expect(await transmitFile(entries, client, buffers, null, 0, entries.event().handle)).toEqual(refusal(WSA_INVALID_HANDLE));
      const short = new TRANSMIT_FILE_BUFFERS({ Head: bytes('a'), HeadLength: 2 });
      expect(await transmitFile(entries, client, short)).toEqual(refusal(WSAEFAULT));
      await entries.send(client, 'only this');
      expect(await text(entries, server, 9)).toBe('only this');
    },
  },
];

const packetCases: readonly Case[] = [
  {
    name: 'TransmitPackets sends its elements of memory in order, as many as said',
    needs: ['TransmitPackets'],
    async run(entries) {
      const { expect } = entries;
      const { client, server } = await entries.pair();
      const elements = [memory('one,'), memory(''), memory('two'), memory('three')];
      expect(await transmitPackets(entries, client, elements, null, 3)).toEqual(succeededNow);
      expect(await entries.send(client, '.')).toEqual(done);
      expect(await text(entries, server, 8)).toBe('one,two.');
    },
  },
  {
    name: 'TransmitPackets is told overlapped like everything, with its count',
    needs: ['TransmitPackets'],
    async run(entries) {
      const { expect } = entries;
      const { client, server } = await entries.pair();
      const overlapped = withEvent(entries);
      const elements = [memory('one,'), memory('two')];
      expect([begun, succeededNow]).toContainEqual(await transmitPackets(entries, client, elements, overlapped));
      expect(await resultOf(entries, client, overlapped)).toEqual(succeeded(7));
      expect(await text(entries, server, 7)).toBe('one,two');
    },
  },
  {
    name: 'TransmitPackets makes datagrams end where an element says so, or where they have the size that is asked for',
    needs: ['TransmitPackets'],
    async run(entries) {
      const { expect } = entries;
      const [from, to] = [entries.bound(SOCK_DGRAM), entries.bound(SOCK_DGRAM)];
      expect(await connect(entries, from.s, to.port)).toEqual(done);
      const elements = [memory('a'), memory('b', TP_ELEMENT_EOP), memory('c')];
      expect(await transmitPackets(entries, from.s, elements, null, 3, 0xffffffff)).toEqual(succeededNow);
      expect([(await entries.recv(to.s)).text, (await entries.recv(to.s)).text]).toEqual(['ab', 'c']);
      expect(await transmitPackets(entries, from.s, [memory('abcd')], null, 1, 3)).toEqual(succeededNow);
      expect([(await entries.recv(to.s)).text, (await entries.recv(to.s)).text]).toEqual(['abc', 'd']);
    },
  },
  {
    name: 'TransmitPackets refuses sockets that are not connected, unknown flags and elements that are none',
    needs: ['TransmitPackets'],
    async run(entries) {
      const { expect } = entries;
      const { client, server } = await entries.pair();
      const elements = [memory('a')];
      expect(await transmitPackets(entries, entries.socket(), elements)).toEqual(refusal(WSAENOTCONN));
      expect(await transmitPackets(entries, entries.event().handle as number as SOCKET, elements)).toEqual(refusal(WSAENOTSOCK));
      expect(await transmitPackets(entries, client, elements, null, 1, 0, 0x1000)).toEqual(refusal(WSAEINVAL));
      expect(await transmitPackets(entries, client, elements, null, 2)).toEqual(refusal(WSAEFAULT));
      expect(await transmitPackets(entries, client, null, null, 1)).toEqual(refusal(WSAEFAULT));
      const short = new TRANSMIT_PACKETS_ELEMENT({ dwElFlags: TP_ELEMENT_MEMORY, cLength: 2, pBuffer: bytes('a') });
      expect(await transmitPackets(entries, client, [memory('b'), short])).toEqual(refusal(WSAEFAULT));
      await entries.send(client, 'only this');
      expect(await text(entries, server, 9)).toBe('only this');
    },
  },
];

export const transmitCases: readonly Case[] = [...fileCases, ...packetCases];
