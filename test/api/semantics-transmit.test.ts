// TransmitFile and TransmitPackets through the C face, on both drivers.
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  ERROR_ACCESS_DENIED,
  GENERIC_WRITE,
  INVALID_SOCKET,
  OVERLAPPED,
  SD_SEND,
  TF_DISCONNECT,
  TF_REUSE_SOCKET,
  TF_WRITE_BEHIND,
  TP_ELEMENT_EOP,
  TP_ELEMENT_FILE,
  TP_ELEMENT_MEMORY,
  TRANSMIT_FILE_BUFFERS,
  TRANSMIT_PACKETS_ELEMENT,
  sockaddr_in,
  type HANDLE,
  type SOCKET,
} from '../../src/abi/index.js';
import type { OpenFile } from '../../src/win32/file-system.js';
import { FileObject } from '../../src/win32/index.js';
import { Files, pattern } from './file-world.js';
import { DRIVERS, beginAccept, pending, resultOf, said, worldOn, type DriverWorld } from './extension-world.js';
import { boundUdp, connectedPair, listener, nameOf, observersOf, selfConnectedUdp, streamOf, tcp, turn, udp, type World } from './world.js';

const NO_FILE = 0 as HANDLE;

describe.each(DRIVERS)('on the %s driver', (driver) => {
  let on: DriverWorld;
  let world: World;
  let files: Files;
  beforeEach(async () => {
    on = await worldOn(driver);
    world = on.world;
    files = new Files(world, driver);
  });
  afterEach(async () => {
    await on.end();
    files.end();
  });

  /** Receives `total` bytes, or all up to the end. */
  async function receive(s: SOCKET, total: number): Promise<Uint8Array> {
    const all = new Uint8Array(total);
    let position = 0;
    while (position < total) {
      const count = await world.ws.recv(s, all.subarray(position), Math.min(total - position, 256 * 1024), 0);
      if (count <= 0) return all.subarray(0, position);
      position += count;
    }
    return all;
  }

  const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
  const bytes = (of: string): Uint8Array => new TextEncoder().encode(of);

  describe('TransmitFile', () => {
    type Args = [SOCKET, HANDLE, number, number, OVERLAPPED, TRANSMIT_FILE_BUFFERS | null, number];
    const refused: readonly (readonly [string, string, (good: Args) => unknown])[] = [
      ['no socket', 'WSAENOTSOCK', (good) => (good[0] = INVALID_SOCKET)],
      ['an unconnected socket', 'WSAENOTCONN', (good) => (good[0] = tcp(world))],
      ['an unconnected datagram socket', 'WSAENOTCONN', (good) => (good[0] = udp(world))],
      ['a connected datagram socket', 'WSAEINVAL', async (good) => (good[0] = await selfConnectedUdp(world))],
      ['a handle that is no file', 'WSA_INVALID_HANDLE', (good) => (good[1] = world.ws.WSACreateEvent())],
      ['a file that is not for reading', 'ERROR_ACCESS_DENIED', async (good) => (good[1] = await files.make(pattern(9), GENERIC_WRITE))],
      ['too many bytes', 'WSAEINVAL', (good) => (good[2] = 0x7fffffff)],
      ['a place behind the end', 'WSAEINVAL', (good) => (good[4] = new OVERLAPPED({ Offset: 101 }))],
      ['a place far behind the end', 'WSAEINVAL', (good) => (good[4] = new OVERLAPPED({ OffsetHigh: 1 }))],
      ['a length without memory', 'WSAEFAULT', (good) => (good[5] = new TRANSMIT_FILE_BUFFERS({ HeadLength: 1 }))],
      [
        'a length beyond the memory',
        'WSAEFAULT',
        (good) => (good[5] = new TRANSMIT_FILE_BUFFERS({ Tail: new Uint8Array(3), TailLength: 4 })),
      ],
      ['TF_REUSE_SOCKET alone', 'WSAEINVAL', (good) => (good[6] = TF_REUSE_SOCKET)],
      ['a flag that is none', 'WSAEINVAL', (good) => (good[6] = 8)],
      ['a socket that was shut down', 'WSAESHUTDOWN', (good) => world.ws.shutdown(good[0], SD_SEND)],
    ];

    it.each(refused)('%s: %s', async (_what, error, spoil) => {
      const { a } = await connectedPair(world);
      const args: Args = [a, await files.make(pattern(100)), 0, 0, new OVERLAPPED(), null, 0];
      await spoil(args);
      const before = files.position(args[1]);
      expect(said(world, world.ws.TransmitFile(...args))).toBe(error);
      expect([args[4].Internal === 0x103, files.position(args[1])]).toEqual([false, before]);
    });

    it('without an OVERLAPPED begins at the file pointer, moves it and blocks', async () => {
      const { a, b } = await connectedPair(world);
      const file = await files.make(bytes('0123456789'));
      world.ws.SetFilePointerEx(file, 2n, null, 0);
      const buffers = new TRANSMIT_FILE_BUFFERS({ Head: bytes('<<'), HeadLength: 1, Tail: bytes('>'), TailLength: 1 });
      expect(await world.ws.TransmitFile(a, file, 3, 0, null, buffers, 0)).toBe(1);
      expect([text(await receive(b, 5)), files.position(file)]).toEqual(['<234>', 5]);
      // More than there is sends what there is.
      expect(await world.ws.TransmitFile(a, file, 100, 2, null, null, 0)).toBe(1);
      expect([text(await receive(b, 5)), files.position(file)]).toEqual(['56789', 10]);
    });

    it('without a file sends the buffers, and without those nothing', async () => {
      const { a, b } = await connectedPair(world);
      const buffers = new TRANSMIT_FILE_BUFFERS({ Head: bytes('ab'), HeadLength: 2, Tail: bytes('c'), TailLength: 1 });
      expect(await world.ws.TransmitFile(a, NO_FILE, 0, 0, null, null, 0)).toBe(1);
      expect(await world.ws.TransmitFile(a, NO_FILE, 0, 0, null, buffers, 0)).toBe(1);
      expect(text(await receive(b, 3))).toBe('abc');
    });

    it('with an OVERLAPPED begins where that says, and reports the bytes of all three pieces', async () => {
      const { a, b } = await connectedPair(world);
      const file = await files.make(bytes('0123456789'));
      const overlapped = new OVERLAPPED({ Offset: 8 });
      const buffers = new TRANSMIT_FILE_BUFFERS({ Head: bytes('['), HeadLength: 1, Tail: bytes(']'), TailLength: 1 });
      expect(said(world, world.ws.TransmitFile(a, file, 0, 0, overlapped, buffers, 0))).toBe('WSA_IO_PENDING');
      expect(await resultOf(world, a, overlapped)).toBe(4);
      expect(text(await receive(b, 4))).toBe('[89]');
    });

    it('with TF_WRITE_BEHIND is done within the call if the system takes it all', async () => {
      const { a, b } = await connectedPair(world);
      const buffers = new TRANSMIT_FILE_BUFFERS({ Head: bytes('now'), HeadLength: 3 });
      expect(said(world, world.ws.TransmitFile(a, NO_FILE, 0, 0, new OVERLAPPED(), buffers, TF_WRITE_BEHIND))).toBe('TRUE');
      expect(text(await receive(b, 3))).toBe('now');
    });

    it('goes on when the file’s handle is closed', async () => {
      const { a, b } = await connectedPair(world);
      const content = pattern(300_000);
      const file = await files.make(content);
      const overlapped = new OVERLAPPED();
      world.ws.TransmitFile(a, file, 0, 0, overlapped, null, 0);
      expect(world.ws.CloseHandle(file)).toBe(1);
      expect(Buffer.compare(await receive(b, content.length), content)).toBe(0);
      expect(await resultOf(world, a, overlapped)).toBe(content.length);
    });

    /** A file that says it has `size` bytes and has `length`. */
    function strange(size: number, length: number): { handle: HANDLE; closed: () => number } {
      let closed = 0;
      const file: OpenFile = {
        size: () => size,
        read: (target, position, done) => {
          done(0, Math.max(0, Math.min(target.length, length - position)));
        },
        write: (_source, _position, done) => {
          done(ERROR_ACCESS_DENIED, 0);
        },
        close: () => {
          closed += 1;
        },
      };
      return { handle: world.host.handles.open(new FileObject(file, true, false)), closed: () => closed };
    }

    it('sends what is there of a file that has become shorter', async () => {
      const { a, b } = await connectedPair(world);
      const { handle } = strange(10, 4);
      const buffers = new TRANSMIT_FILE_BUFFERS({ Tail: bytes('end'), TailLength: 3 });
      const overlapped = new OVERLAPPED();
      world.ws.TransmitFile(a, handle, 0, 0, overlapped, buffers, 0);
      expect(await resultOf(world, a, overlapped)).toBe(7);
      expect(text(await receive(b, 7))).toBe('\0\0\0\0end');
    });

    it('refuses what is too long altogether', async () => {
      const { a } = await connectedPair(world);
      const { handle, closed } = strange(0x7ffffffe, 0);
      const buffers = new TRANSMIT_FILE_BUFFERS({ Head: bytes('x'), HeadLength: 1 });
      expect(said(world, world.ws.TransmitFile(a, handle, 0, 0, new OVERLAPPED(), buffers, 0))).toBe('WSAEINVAL');
      expect(said(world, world.ws.TransmitFile(a, strange(3e9, 0).handle, 0, 0, new OVERLAPPED(), null, 0))).toBe('WSAEINVAL');
      world.ws.CloseHandle(handle);
      expect(closed()).toBe(1);
    });

    it.each(['done', 'refused'])('%s, it has let go of the file and the socket', async (how) => {
      const { a } = await connectedPair(world);
      const { handle, closed } = strange(10, 10);
      if (how === 'refused') world.ws.shutdown(a, SD_SEND);
      expect(await world.ws.TransmitFile(a, handle, 0, 0, null, null, 0)).toBe(how === 'done' ? 1 : 0);
      expect(closed()).toBe(0);
      world.ws.CloseHandle(handle);
      expect(closed()).toBe(1);
      expect(observersOf(world, a)).toBe(0);
    });

    it('is interrupted by the close of its socket, while it waits for the peer’s end too', async () => {
      const { a } = await connectedPair(world);
      const waiting = (async (): Promise<string> => {
        const result = await world.ws.TransmitFile(a, NO_FILE, 0, 0, null, null, TF_DISCONNECT | TF_REUSE_SOCKET);
        return said(world, result);
      })();
      await turn();
      await world.ws.closesocket(a);
      expect(await waiting).toBe('WSAEINTR');
    });

    it('disconnects, and gives the socket back for the next connection', async () => {
      const from = listener(world);
      const s = tcp(world);
      const file = await files.make(bytes('page'));
      for (let i = 0; i < 3; i++) {
        const accepting = beginAccept(world, from.s, s);
        const c = tcp(world);
        await world.ws.connect(c, from.name, sockaddr_in.size);
        await resultOf(world, from.s, accepting.overlapped);
        const overlapped = new OVERLAPPED();
        world.ws.TransmitFile(s, file, 0, 0, overlapped, null, TF_DISCONNECT | TF_REUSE_SOCKET);
        expect(text(await receive(c, 100))).toBe('page');
        expect(pending(overlapped)).toBe(true);
        await world.ws.closesocket(c);
        expect(await resultOf(world, s, overlapped)).toBe(4);
        expect(streamOf(world, s).state).toBe('open');
      }
      const { a, b } = await connectedPair(world);
      expect(await world.ws.TransmitFile(a, NO_FILE, 0, 0, null, null, TF_DISCONNECT)).toBe(1);
      expect(await world.ws.recv(b, new Uint8Array(1), 1, 0)).toBe(0);
      expect([await world.ws.send(a, bytes('x'), 1, 0), world.lastError()]).toEqual([-1, 'WSAESHUTDOWN']);
    });

    describe('20 MB', () => {
      const LENGTH = 20 * 1024 * 1024;

      it('arrive byte for byte', async () => {
        const { a, b } = await connectedPair(world);
        const content = pattern(LENGTH);
        const file = await files.make(content);
        const [sent, received] = await Promise.all([world.ws.TransmitFile(a, file, 0, 0, null, null, 0), receive(b, LENGTH)]);
        expect([sent, received.length, Buffer.compare(received, content)]).toEqual([1, LENGTH, 0]);
        expect(files.position(file)).toBe(LENGTH);
      }, 60_000);

      it.each(['cancelled', 'closed', 'cut by the peer'])('%s in the middle, leave nothing behind', async (how) => {
        const before = world.host.handles.size;
        const { a, b } = await connectedPair(world);
        const file = await files.make(pattern(LENGTH));
        const overlapped = new OVERLAPPED();
        const endpoint = streamOf(world, a);
        expect(said(world, world.ws.TransmitFile(a, file, 0, 0, overlapped, null, 0))).toBe('WSA_IO_PENDING');
        await receive(b, 1024 * 1024);
        expect(pending(overlapped)).toBe(true);
        if (how === 'cancelled') expect(world.ws.CancelIoEx(a, overlapped)).toBe(1);
        else if (how === 'closed') await world.ws.closesocket(a);
        else streamOf(world, b).transport.reset();
        if (how === 'closed') expect(overlapped.Internal).toBe(995);
        else {
          expect(await resultOf(world, a, overlapped)).toBe(how === 'cancelled' ? 'WSA_OPERATION_ABORTED' : 'WSAECONNRESET');
          expect(files.position(file)).toBeLessThan(LENGTH);
        }
        const stopped = files.position(file);
        for (let i = 0; i < 20; i++) await turn();
        expect(files.position(file)).toBeLessThanOrEqual(stopped + 65536);
        if (how !== 'closed') await world.ws.closesocket(a);
        await world.ws.closesocket(b);
        expect(world.ws.CloseHandle(file)).toBe(1);
        // The listener of the pair is what is left.
        expect([world.host.handles.size - before, world.afd.endpoints.has(endpoint)]).toEqual([1, false]);
      }, 60_000);
    });
  });

  describe('TransmitPackets', () => {
    const memory = (content: Uint8Array, flags = 0): TRANSMIT_PACKETS_ELEMENT =>
      new TRANSMIT_PACKETS_ELEMENT({ dwElFlags: TP_ELEMENT_MEMORY | flags, cLength: content.length, pBuffer: content });
    const piece = (hFile: HANDLE, nFileOffset: bigint, cLength: number, flags = 0): TRANSMIT_PACKETS_ELEMENT =>
      new TRANSMIT_PACKETS_ELEMENT({ dwElFlags: TP_ELEMENT_FILE | flags, cLength, hFile, nFileOffset });

    const bad: readonly (readonly [string, string, () => TRANSMIT_PACKETS_ELEMENT])[] = [
      ['memory and file', 'WSAEINVAL', () => piece(NO_FILE, 0n, 1, TP_ELEMENT_MEMORY)],
      ['an unknown flag', 'WSAEINVAL', () => memory(pattern(3), 8)],
      ['no memory', 'WSAEFAULT', () => new TRANSMIT_PACKETS_ELEMENT({ dwElFlags: TP_ELEMENT_MEMORY, cLength: 1 })],
      ['no file', 'WSA_INVALID_HANDLE', () => piece(NO_FILE, 0n, 1)],
    ];

    it.each(bad)('an element with %s: %s', async (_what, error, element) => {
      const { a } = await connectedPair(world);
      const elements = [memory(bytes('lost?')), element()];
      expect(said(world, world.ws.TransmitPackets(a, elements, 2, 0, new OVERLAPPED(), 0))).toBe(error);
      expect(streamOf(world, a).transport.local).not.toBeNull();
    });

    it('refuses what is not there, flags that are none, sockets that are not connected', async () => {
      const { a } = await connectedPair(world);
      const one = [memory(bytes('x'))];
      const self = await selfConnectedUdp(world);
      const attempt = (s: SOCKET, elements: TRANSMIT_PACKETS_ELEMENT[] | null, count: number, flags: number): string =>
        said(world, world.ws.TransmitPackets(s, elements, count, 0, new OVERLAPPED(), flags));
      expect([
        attempt(INVALID_SOCKET, one, 1, 0),
        attempt(tcp(world), one, 1, 0),
        attempt(udp(world), one, 1, 0),
        attempt(a, null, 1, 0),
        attempt(a, one, 2, 0),
        attempt(a, one, 1, TF_REUSE_SOCKET),
        attempt(a, one, 1, TF_WRITE_BEHIND),
        attempt(self, one, 1, TF_DISCONNECT),
        attempt(self, [memory(new Uint8Array(65_508))], 1, 0),
        attempt(self, [piece(await files.make(pattern(9)), 10n, 0)], 1, 0),
      ]).toEqual([
        ...['WSAENOTSOCK', 'WSAENOTCONN', 'WSAENOTCONN', 'WSAEFAULT', 'WSAEFAULT', 'WSAEINVAL', 'WSAEINVAL', 'WSAEINVAL'],
        ...['WSAEMSGSIZE', 'WSAEINVAL'],
      ]);
    });

    it('sends nothing of nothing, and disconnects', async () => {
      const { a, b } = await connectedPair(world);
      expect(await world.ws.TransmitPackets(a, null, 0, 0, null, TF_DISCONNECT)).toBe(1);
      expect(await world.ws.recv(b, new Uint8Array(1), 1, 0)).toBe(0);
    });

    /** What the property makes elements of. */
    const element = fc.record({
      inFile: fc.boolean(),
      start: fc.integer({ min: 0, max: 200 }),
      length: fc.integer({ min: 1, max: 300 }),
      ends: fc.boolean(),
    });
    const content = pattern(500);

    it('on a stream is as one send of everything', async () => {
      const { a, b } = await connectedPair(world);
      const file = await files.make(content);
      await fc.assert(
        fc.asyncProperty(fc.array(element, { maxLength: 12 }), fc.integer({ min: 0, max: 400 }), async (all, size) => {
          const elements = all.map(({ inFile, start, length, ends }) => {
            const flags = ends ? TP_ELEMENT_EOP : 0;
            return inFile ? piece(file, BigInt(start), length, flags) : memory(content.slice(start, start + length), flags);
          });
          const expected = all.flatMap(({ start, length }) => [...content.subarray(start, start + length)]);
          expect(await world.ws.TransmitPackets(a, elements, elements.length, size, null, 0)).toBe(1);
          expect([...(await receive(b, expected.length))]).toEqual(expected);
        }),
        { numRuns: 60 },
      );
    });

    it('on a datagram socket makes messages that end at TP_ELEMENT_EOP, or with their size', async () => {
      const to = boundUdp(world);
      const s = udp(world);
      await world.ws.connect(s, nameOf(world, to), sockaddr_in.size);
      const file = await files.make(content);
      await fc.assert(
        fc.asyncProperty(fc.array(element, { minLength: 1, maxLength: 6 }), fc.constantFrom(0, 64, 0xffffffff), async (all, size) => {
          const elements = all.map(({ inFile, start, length, ends }) => {
            const flags = ends ? TP_ELEMENT_EOP : 0;
            return inFile ? piece(file, BigInt(start), length, flags) : memory(content.slice(start, start + length), flags);
          });
          const most = size === 64 ? 64 : Infinity;
          const messages: number[][] = [[]];
          for (const { start, length, ends } of all) {
            for (const byte of content.subarray(start, start + length)) {
              if (messages.at(-1)?.length === most) messages.push([]);
              messages.at(-1)?.push(byte);
            }
            if (ends) messages.push([]);
          }
          expect(await world.ws.TransmitPackets(s, elements, elements.length, size, null, 0)).toBe(1);
          for (const message of messages.filter(({ length }) => length > 0)) {
            expect([...(await receiveOne(to))]).toEqual(message);
          }
        }),
        { numRuns: 40 },
      );
    });

    async function receiveOne(s: SOCKET): Promise<Uint8Array> {
      const buffer = new Uint8Array(4096);
      return buffer.subarray(0, await world.ws.recv(s, buffer, buffer.length, 0));
    }

    it('at the file pointer goes on where the element before stopped', async () => {
      const { a, b } = await connectedPair(world);
      const file = await files.make(bytes('0123456789'));
      world.ws.SetFilePointerEx(file, 4n, null, 0);
      const elements = [memory(bytes('-')), piece(file, -1n, 2), memory(bytes('-'))];
      expect(await world.ws.TransmitPackets(a, elements, 3, 0, null, 0)).toBe(1);
      expect([text(await receive(b, 4)), files.position(file)]).toEqual(['-45-', 6]);
    });
  });
});
