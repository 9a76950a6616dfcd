// Layers with handles of their own in a process as programs have it: what the scenarios and the compliance suite do not
// come to, for they know of one handle only.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  FALSE,
  INVALID_SOCKET,
  OVERLAPPED,
  SIO_BASE_HANDLE,
  SOCKET_ERROR,
  WSABUF,
  WSAPROTOCOL_INFOW,
  WSA_IO_PENDING,
  WSA_OPERATION_ABORTED,
  ref,
  type HANDLE,
  type SOCKET,
} from '../../src/abi/index.js';
import { MemoryStore } from '../../src/catalog/index.js';
import { begin } from '../../src/providers/layered/own-handles/overlapped.js';
import { layer, type LayerOptions } from '../../src/providers/layered/index.js';
import * as passthrough from '../../src/providers/layered/passthrough-own-handles/index.js';
import * as msafd from '../../src/providers/msafd/index.js';
import { createModuleLoader, type WSPPROC_TABLE } from '../../src/spi/index.js';
import { WinsockProcess } from '../../src/ws2_32/index.js';
import { connectedPair, startedWorld, tcp, turn, type World } from '../api/world.js';
import { stackCatalog } from './stack.js';

const OWN = 'winsock2/layers/passthrough-own-handles';

let world: World;
afterEach(() => world.host.dispose());

async function baseHandle(s: SOCKET): Promise<SOCKET> {
  const output = new Uint8Array(8);
  expect(await world.ws.WSAIoctl(s, SIO_BASE_HANDLE, null, 0, output, 8, ref(0), null, null)).toBe(0);
  return Number(new DataView(output.buffer).getBigUint64(0, true)) as SOCKET;
}

function receive(s: SOCKET, overlapped: OVERLAPPED, memory = new Uint8Array(8)): number {
  const status = world.ws.WSARecv(s, [new WSABUF(memory.length, memory)], 1, null, ref(0), overlapped, null);
  return status === SOCKET_ERROR ? world.ws.WSAGetLastError() : status;
}

/** A process whose sockets go through one layer of a test's own, with handles of its own. */
async function worldOf(change: LayerOptions['change'], top = 'top'): Promise<World> {
  const WSPStartup = layer({ description: 'of a test', handles: 'own', ...(change === undefined ? {} : { change }) });
  const loader = createModuleLoader({
    builtin: new Map<string, () => Promise<unknown>>([
      ['winsock2/msafd', () => Promise.resolve(msafd)],
      [OWN, () => Promise.resolve(passthrough)],
      ['top', () => Promise.resolve({ WSPStartup })],
    ]),
    importer: () => Promise.reject(new Error('not here')),
  });
  return startedWorld({ loader, store: new MemoryStore(stackCatalog([top])) });
}

describe.each([1, 3])('%i layers with handles of their own', (depth) => {
  beforeEach(async () => {
    world = await startedWorld({ store: new MemoryStore(stackCatalog(Array<string>(depth).fill(OWN))) });
  });

  it('give each socket one handle each, and the base provider’s to whoever asks for it', async () => {
    const before = world.host.handles.size;
    const { a, b } = await connectedPair(world);
    // The listener is the third.
    expect(world.host.handles.size - before).toBe(3 * (depth + 1));
    const base = await baseHandle(a);
    expect(base).not.toBe(a);
    // The base provider answers for it, past the layers.
    expect(await world.ws.send(base, Uint8Array.of(7), 1, 0)).toBe(1);
    const memory = new Uint8Array(4);
    expect(await world.ws.recv(b, memory, 4, 0)).toBe(1);
    expect(memory[0]).toBe(7);
    expect(await baseHandle(base)).toBe(base);
  });

  it.each(['closesocket', 'CloseHandle'] as const)('leave nothing behind after %s', async (how) => {
    const [handles, sockets] = [world.host.handles.size, WinsockProcess.of(world.host).sockets.size];
    const s = tcp(world);
    if (how === 'closesocket') expect(await world.ws.closesocket(s)).toBe(0);
    else expect(world.ws.CloseHandle(s as number as HANDLE)).toBe(1);
    expect([world.host.handles.size, WinsockProcess.of(world.host).sockets.size]).toEqual([handles, sockets]);
    expect(await world.ws.closesocket(s)).toBe(SOCKET_ERROR);
    expect(world.lastError()).toBe('WSAENOTSOCK');
  });

  it('tell of an operation on a duplicate that was closed before its end', async () => {
    const { a, b } = await connectedPair(world);
    const info = new WSAPROTOCOL_INFOW();
    expect(world.ws.WSADuplicateSocketW(a, world.ws.GetCurrentProcessId(), info)).toBe(0);
    const twin = world.ws.WSASocketW(-1, -1, -1, info, 0, 1);
    expect(twin).not.toBe(INVALID_SOCKET);
    const [event, memory] = [world.ws.WSACreateEvent(), new Uint8Array(4)];
    const overlapped = new OVERLAPPED({ hEvent: event });
    expect(receive(twin, overlapped, memory)).toBe(WSA_IO_PENDING);
    expect(await world.ws.closesocket(twin)).toBe(0);
    expect(await world.ws.send(b, Uint8Array.of(5), 1, 0)).toBe(1);
    expect(await world.ws.WSAWaitForMultipleEvents(1, [event], 1, 5000, 0)).toBe(0);
    expect([overlapped.Internal, overlapped.InternalHigh, memory[0]]).toEqual([0, 1, 5]);
  });

  it('cancel what one thread has started, and nothing of another’s', async () => {
    const { a } = await connectedPair(world);
    const [mine, theirs] = [new OVERLAPPED(), new OVERLAPPED()];
    expect(receive(a, mine)).toBe(WSA_IO_PENDING);
    const thread = world.ws.CreateThread(null, 0, () => receive(a, theirs), null, 0, null);
    await world.ws.WaitForSingleObject(thread, 5000);
    expect(world.ws.CancelIo(a as number as HANDLE)).toBe(1);
    expect(mine.Internal).toBe(WSA_OPERATION_ABORTED);
    expect(theirs.Internal).not.toBe(WSA_OPERATION_ABORTED);
    expect(await world.ws.WSAGetOverlappedResult(a, theirs, ref(0), FALSE, ref(0))).toBe(FALSE);
    expect(world.lastError()).toBe('WSA_IO_INCOMPLETE');
  });

  it('are ended by WSACleanup, with all they stand on', async () => {
    const before = world.host.handles.size;
    const { a } = await connectedPair(world);
    const overlapped = new OVERLAPPED({ hEvent: world.ws.WSACreateEvent() });
    expect(receive(a, overlapped)).toBe(WSA_IO_PENDING);
    expect(await world.ws.WSACleanup()).toBe(0);
    expect(overlapped.Internal).toBe(WSA_OPERATION_ABORTED);
    // The event of the operation, which heard nothing.
    expect(world.host.handles.size).toBe(before + 1);
    expect(await world.ws.WaitForSingleObject(overlapped.hEvent, 0)).not.toBe(0);
  });
});

describe('a layer that changes something', () => {
  it('carries out overlapped receives itself', async () => {
    const waiting: (() => void)[] = [];
    let cancelled = 0;
    world = await worldOf(({ below, own }) => ({
      lpWSPRecv: (s, buffers, count, received, flags, overlapped, routine, thread, lpErrno) => {
        const socket = own?.of(s) ?? null;
        if (socket === null || overlapped === null) {
          return below.lpWSPRecv(s, buffers, count, received, flags, overlapped, routine, thread, lpErrno);
        }
        const operation = begin(socket, overlapped, routine, thread, lpErrno);
        if (operation === null) return SOCKET_ERROR;
        waiting.push(() => {
          buffers?.[0]?.buf?.fill(0x2a);
          operation.complete(0, 2);
        });
        return operation.pend(() => {
          cancelled += 1;
          operation.complete(WSA_OPERATION_ABORTED, 0);
        }, SOCKET_ERROR, lpErrno);
      },
    }));
    const { a } = await connectedPair(world);
    const port = world.ws.CreateIoCompletionPort(a as number as HANDLE, null, 9, 0);
    const [first, second, memory] = [new OVERLAPPED(), new OVERLAPPED(), new Uint8Array(2)];
    for (const overlapped of [first, second]) expect(receive(a, overlapped, memory)).toBe(WSA_IO_PENDING);
    expect(world.ws.CancelIoEx(a as number as HANDLE, second)).toBe(1);
    for (const finish of waiting) finish();
    const [bytes, key, told] = [ref(0), ref(0), ref<OVERLAPPED | null>(null)];
    expect(await world.ws.GetQueuedCompletionStatus(port, bytes, key, told, 0)).toBe(0);
    expect([told.value, cancelled]).toEqual([second, 1]);
    expect(await world.ws.GetQueuedCompletionStatus(port, bytes, key, told, 0)).toBe(1);
    expect([told.value, bytes.value, key.value, [...memory]]).toEqual([first, 2, 9, [0x2a, 0x2a]]);
    // Each was told once.
    expect(await world.ws.GetQueuedCompletionStatus(port, bytes, key, told, 0)).toBe(0);
    expect(told.value).toBe(null);
  });

  it('sees calls on accepted sockets too', async () => {
    const seen: SOCKET[] = [];
    world = await worldOf(({ below }): Partial<WSPPROC_TABLE> => ({
      lpWSPSend: (s, ...rest) => {
        seen.push(s);
        return below.lpWSPSend(s, ...rest);
      },
    }));
    const { a, b } = await connectedPair(world);
    for (const s of [a, b]) expect(await world.ws.send(s, Uint8Array.of(1), 1, 0)).toBe(1);
    await turn();
    expect(seen).toEqual([a, b]);
  });
});
