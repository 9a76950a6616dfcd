// What is learnt of the handle under a socket, from a handle as it is in Node 20 and from such as lack something.
import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { readByHandle, StreamTap, type WritableHandle } from '../../src/drivers/node/stream-tap.js';

/** A request as Node makes them. */
class Request {
  oncomplete: ((status: number) => void) | undefined = undefined;
  buffer: Uint8Array | null | undefined = undefined;
  /** Whether libuv still has it. */
  underWay = false;

  getAsyncId(): number {
    return this.underWay ? 17 : -1;
  }
}

/** A request of a Node that hides whether a write is under way. */
class SecretiveRequest {
  oncomplete: ((status: number) => void) | undefined = undefined;
  buffer: Uint8Array | null | undefined = undefined;
}

/** A handle: how the next write ends is set from outside. */
class Handle implements WritableHandle {
  writeQueueSize = 0;
  readonly requests: object[] = [];
  /** The status that `writeBuffer` gives, what stays queued, and whether the end is still to be told. */
  next: { status: number | undefined; queued: number; late: boolean } = { status: 0, queued: 0, late: false };

  writeBuffer(request: object, _data: Uint8Array): number | undefined {
    if (request instanceof Request) {
      // Node aborts the process for it.
      if (request.underWay) throw new Error('a request that is under way was used again');
      request.underWay = this.next.late;
    }
    this.requests.push(request);
    this.writeQueueSize = this.next.queued;
    return this.next.status;
  }
}

const socketOver = (handle: unknown): Socket => ({ _handle: handle }) as unknown as Socket;
const CHUNK = new Uint8Array(3);
const nothing = (): number => 0;

/** A tap that has seen node:net write with a request of this class. */
function taught(Class: new () => object = Request): { tap: StreamTap; handle: Handle } {
  const tap = new StreamTap();
  const handle = new Handle();
  tap.learn(socketOver(handle));
  handle.writeBuffer(Object.assign(new Class(), { oncomplete: () => undefined, buffer: CHUNK }), CHUNK);
  handle.requests.length = 0;
  return { tap, handle };
}

describe('writing', () => {
  it('waits for node:net’s first write, and leaves the handle as it was after it', () => {
    const tap = new StreamTap();
    const handle = new Handle();
    const writeBuffer: unknown = Reflect.get(handle, 'writeBuffer');
    const socket = socketOver(handle);
    tap.learn(socket);
    expect([tap.writableHandle(socket), tap.write(handle, CHUNK)]).toEqual([null, null]);
    handle.writeBuffer(Object.assign(new Request(), { oncomplete: () => undefined, buffer: CHUNK }), CHUNK);
    expect(Reflect.get(handle, 'writeBuffer')).toBe(writeBuffer);
    expect(tap.writableHandle(socket)).toBe(handle);
    expect(tap.write(handle, CHUNK)).toBe(0);
  });

  it.each([
    ['no handle', null],
    ['no way to write', { writeQueueSize: 0 }],
    ['no count of what is queued', { writeBuffer: nothing }],
    ['a count that is no number', { writeBuffer: nothing, writeQueueSize: undefined }],
    ['a way to write that is no function', { writeBuffer: 0, writeQueueSize: 0 }],
  ])('is node:net’s where there is %s', (_name, handle) => {
    const tap = new StreamTap();
    tap.learn(socketOver(handle));
    expect(tap.writableHandle(socketOver(handle))).toBeNull();
  });

  it.each([
    ['is nothing', null],
    ['is a bare object', { oncomplete: () => undefined, buffer: CHUNK }],
    ['is told in another way', Object.assign(new Request(), { buffer: CHUNK })],
  ])('is node:net’s where a request %s', (_name, request) => {
    const tap = new StreamTap();
    const handle = new Handle();
    tap.learn(socketOver(handle));
    handle.writeBuffer(request as object, CHUNK);
    expect(tap.writableHandle(socketOver(handle))).toBeNull();
  });

  it('tells what is queued, an error, and a handle that is closed', () => {
    const { tap, handle } = taught();
    handle.next = { status: 0, queued: 5, late: true };
    expect(tap.write(handle, CHUNK)).toBe(5);
    handle.next = { status: -32, queued: 0, late: false };
    expect(tap.write(handle, CHUNK)).toBe(-32);
    handle.next = { status: undefined, queued: 0, late: false };
    expect(tap.write(handle, CHUNK)).toBeNull();
  });

  it('tells whoever waits for one write of the end of that one', () => {
    const { tap, handle } = taught();
    const told: string[] = [];
    handle.next = { status: 0, queued: 5, late: true };
    for (const name of ['first', 'second']) {
      tap.write(handle, CHUNK);
      tap.whenTaken((status) => told.push(`${name} ${String(status)}`));
    }
    const [first, second] = handle.requests as Request[];
    second?.oncomplete?.(0);
    first?.oncomplete?.(-104);
    expect(told).toEqual(['second 0', 'first -104']);
  });

  it('uses a request again only when nothing is under way with it', () => {
    const { tap, handle } = taught();
    const other = new Handle();
    for (let i = 0; i < 3; i += 1) expect(tap.write(handle, CHUNK)).toBe(0);
    expect(new Set(handle.requests).size).toBe(1);
    // The system took the rest at libuv's second try: nothing is queued, and the end is still to be told.
    handle.next = { status: 0, queued: 0, late: true };
    expect(tap.write(handle, CHUNK)).toBe(0);
    expect(tap.write(other, CHUNK)).toBe(0);
    other.next = { status: 0, queued: 4, late: true };
    expect(tap.write(other, CHUNK)).toBe(4);
    expect(tap.write(other, CHUNK)).toBe(4);
  });

  it('makes a new request each time where Node does not tell', () => {
    const { tap, handle } = taught(SecretiveRequest);
    for (let i = 0; i < 3; i += 1) expect(tap.write(handle, CHUNK)).toBe(0);
    expect(new Set(handle.requests).size).toBe(3);
  });
});

describe('reading', () => {
  /** A handle that has just read `length` bytes for the first time. */
  function reading(length = 4): { handle: { bytesRead: number; onread: (...args: unknown[]) => unknown }; net: unknown[][]; told: number[] } {
    const net: unknown[][] = [];
    return { handle: { bytesRead: length, onread: (...args) => net.push(args) }, net, told: [] };
  }

  it('tells the bytes of each further read, and leaves what has none to node:net', () => {
    const { handle, net, told } = reading(4);
    expect(readByHandle(socketOver(handle), 4, (length) => told.push(length))).toBe(true);
    expect([net, told]).toEqual([[], []]);
    handle.bytesRead += 10;
    handle.onread('bytes');
    handle.onread('end');
    handle.bytesRead += 65_536;
    handle.onread('bytes');
    handle.onread('error');
    expect([told, net]).toEqual([[10, 65_536], [['end'], ['error']]]);
  });

  it.each([
    ['no handle', null],
    ['nothing to call', { bytesRead: 4 }],
    ['no count', { onread: nothing }],
    ['a count that is no number', { onread: nothing, bytesRead: 4n }],
    ['nothing to call yet', { onread: undefined, bytesRead: 4 }],
    ['a count of something else', { onread: nothing, bytesRead: 5 }],
  ])('is node:net’s where there is %s', (_name, handle) => {
    const onread = (handle as { onread?: unknown } | null)?.onread;
    expect(readByHandle(socketOver(handle), 4, () => undefined)).toBe(false);
    expect((handle as { onread?: unknown } | null)?.onread).toBe(onread);
  });
});
