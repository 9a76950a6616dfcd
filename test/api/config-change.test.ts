// WSAProviderConfigChange: who is told of a change in the catalog, in which way, and what ends the waiting.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  INFINITE,
  INVALID_HANDLE_VALUE,
  OVERLAPPED,
  SOCKET_ERROR,
  STATUS_PENDING,
  TRUE,
  WAIT_IO_COMPLETION,
  WSADATA,
  WSA_OPERATION_ABORTED,
  ref,
  type HANDLE,
  type Ref,
} from '../../src/abi/index.js';
import { MemoryStore } from '../../src/catalog/index.js';
import { layer } from '../../src/testing/compliance/store/samples.js';
import { freshWorld, startedWorld, turn, type World } from './world.js';

let store: MemoryStore;
let world: World;

beforeEach(async () => {
  store = new MemoryStore();
  world = await startedWorld({ store });
});
afterEach(() => world.host.dispose());

const change = (): Promise<unknown> => store.update((current) => current.withProtocols([layer]));

/** A notification handle. */
async function notification({ ws }: World = world): Promise<Ref<HANDLE>> {
  const handle = ref(0 as HANDLE);
  expect(await ws.WSAProviderConfigChange(handle, null, null)).toBe(0);
  return handle;
}

function begin(handle: Ref<HANDLE>, overlapped: OVERLAPPED, routine: (() => void) | null = null): void {
  expect(world.ws.WSAProviderConfigChange(handle, overlapped, routine)).toBe(SOCKET_ERROR);
  expect(world.lastError()).toBe('WSA_IO_PENDING');
  expect(overlapped.Internal).toBe(STATUS_PENDING);
}

describe('a notification handle', () => {
  it('comes from the first call, also from one with an OVERLAPPED, which is left alone', async () => {
    const overlapped = new OVERLAPPED();
    const second = ref(0 as HANDLE);
    expect(world.ws.WSAProviderConfigChange(second, overlapped, null)).toBe(0);
    expect(overlapped.Internal).toBe(0);
    expect((await notification()).value).not.toBe(second.value);
    expect(world.ws.CloseHandle(second.value)).toBe(TRUE);
    expect(world.ws.WSAProviderConfigChange(second, overlapped, null)).toBe(SOCKET_ERROR);
    expect(world.lastError()).toBe('WSA_INVALID_HANDLE');
  });

  it('is no other kind of handle', async () => {
    expect(await world.ws.WSAProviderConfigChange(ref(world.ws.WSACreateEvent()), null, null)).toBe(SOCKET_ERROR);
    expect(world.lastError()).toBe('WSA_INVALID_HANDLE');
    expect(await world.ws.WSAProviderConfigChange(null, null, null)).toBe(SOCKET_ERROR);
    expect(world.lastError()).toBe('WSAEFAULT');
  });

  it('needs WSAStartup', async () => {
    const fresh = freshWorld();
    expect(await fresh.ws.WSAProviderConfigChange(ref(0 as HANDLE), null, null)).toBe(SOCKET_ERROR);
    expect(fresh.lastError()).toBe('WSANOTINITIALISED');
  });
});

describe('a change of the catalog', () => {
  it('ends a call that blocks, and the next call waits for the next one', async () => {
    const handle = await notification();
    await change();
    for (let round = 0; round < 2; round++) {
      let over = false;
      const call = world.ws.WSAProviderConfigChange(handle, null, null).then((result) => {
        over = true;
        return result;
      });
      await turn();
      expect(over).toBe(false);
      await change();
      expect(await call).toBe(0);
    }
  });

  it('sets the event of every OVERLAPPED that waits, once', async () => {
    const handle = await notification();
    const events = [world.ws.WSACreateEvent(), world.ws.WSACreateEvent()];
    const overlappeds = events.map((hEvent) => new OVERLAPPED({ hEvent }));
    for (const overlapped of overlappeds) begin(handle, overlapped);
    expect(await world.ws.WSAWaitForMultipleEvents(1, events, 0, 0, 0)).toBe(258);
    await change();
    expect(await world.ws.WSAWaitForMultipleEvents(2, events, 1, 0, 0)).toBe(0);
    for (const overlapped of overlappeds) expect(overlapped.Internal).toBe(0);
    const [overlapped] = overlappeds as [OVERLAPPED];
    expect(await world.ws.GetOverlappedResult(handle.value, overlapped, ref(9), 0)).toBe(TRUE);
    begin(handle, overlapped);
    expect(world.ws.WSAProviderConfigChange(handle, overlapped, null)).toBe(SOCKET_ERROR);
    expect(world.lastError()).toBe('WSAEINVAL');
    await change();
    expect(overlapped.Internal).toBe(0);
  });

  it('calls the routine in an alertable wait', async () => {
    const handle = await notification();
    const calls: unknown[][] = [];
    const overlapped = new OVERLAPPED();
    begin(handle, overlapped, (...args: unknown[]) => void calls.push(args));
    await change();
    expect(calls).toEqual([]);
    expect(await world.ws.SleepEx(INFINITE, TRUE)).toBe(WAIT_IO_COMPLETION);
    expect(calls).toEqual([[0, 0, overlapped, 0]]);
  });

  it('is a packet at the port of the handle', async () => {
    const handle = await notification();
    const port = world.ws.CreateIoCompletionPort(handle.value, null, 7, 0);
    const overlapped = new OVERLAPPED();
    begin(handle, overlapped);
    expect(world.ws.WSAProviderConfigChange(handle, new OVERLAPPED(), () => undefined)).toBe(SOCKET_ERROR);
    expect(world.lastError()).toBe('WSAEINVAL');
    await change();
    const [bytes, key, which] = [ref(9), ref(0), ref<OVERLAPPED | null>(null)];
    expect(await world.ws.GetQueuedCompletionStatus(port, bytes, key, which, 0)).toBe(TRUE);
    expect([bytes.value, key.value, which.value]).toEqual([0, 7, overlapped]);
    expect(port).not.toBe(INVALID_HANDLE_VALUE);
  });

  it('is seen by WSCEnumProtocols, while the process goes on with the catalog that it started with', async () => {
    const handle = await notification();
    const call = world.ws.WSAProviderConfigChange(handle, null, null);
    await change();
    await call;
    const memory = new Uint8Array(628 * 10);
    expect(world.ws.WSCEnumProtocols(null, memory, ref(memory.length), ref(0))).toBe(8);
  });
});

describe('what waits for a change', () => {
  const ends: readonly [string, (handle: HANDLE, overlapped: OVERLAPPED) => unknown, boolean][] = [
    ['CancelIo', (handle) => world.ws.CancelIo(handle), true],
    ['CancelIoEx', (handle, overlapped) => world.ws.CancelIoEx(handle, overlapped), true],
    ['CloseHandle', (handle) => world.ws.CloseHandle(handle), true],
    ['WSACleanup', () => world.ws.WSACleanup(), false],
  ];

  it.each(ends)('is ended by %s, once', async (_name, end, told) => {
    const handle = await notification();
    const hEvent = world.ws.WSACreateEvent();
    const overlapped = new OVERLAPPED({ hEvent });
    begin(handle, overlapped);
    await end(handle.value, overlapped);
    expect(overlapped.Internal).toBe(WSA_OPERATION_ABORTED);
    expect(await world.ws.WaitForSingleObject(hEvent, 0)).toBe(told ? 0 : 258);
    world.ws.ResetEvent(hEvent);
    overlapped.Internal = 4711;
    await change();
    expect(overlapped.Internal).toBe(4711);
    expect(await world.ws.WaitForSingleObject(hEvent, 0)).toBe(258);
  });

  it('is ended by CloseHandle while it blocks, and by nothing that cancels', async () => {
    const handle = await notification();
    const call = world.ws.WSAProviderConfigChange(handle, null, null).then((result) => [result, world.lastError()]);
    await turn();
    expect(world.ws.CancelIoEx(handle.value, null)).toBe(0);
    expect(world.ws.CloseHandle(handle.value)).toBe(TRUE);
    expect(await call).toEqual([SOCKET_ERROR, 'WSAEINTR']);
  });

  it('is ended by the last WSACleanup while it blocks, and the handle serves the next WSAStartup', async () => {
    const handle = await notification();
    const call = world.ws.WSAProviderConfigChange(handle, null, null);
    await world.ws.WSACleanup();
    expect(await call).toBe(SOCKET_ERROR);
    await world.ws.WSAStartup(0x0202, new WSADATA());
    const next = world.ws.WSAProviderConfigChange(handle, null, null);
    await change();
    expect(await next).toBe(0);
  });
});
