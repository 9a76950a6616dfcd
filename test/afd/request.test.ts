// A pending request and the queue that it waits in: it completes exactly once, whoever tries, and leaves no trace.
import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { MSG_PEEK, MSG_WAITALL, WSAEINTR, WSAETIMEDOUT } from '../../src/abi/index.js';
import { IoRequest, ReceiveRequest, RequestQueue } from '../../src/afd/index.js';
import { FakeClock } from '../win32/fake-clock.js';

describe('a request', () => {
  test('keeps the first result and reports it once', () => {
    const request = new IoRequest();
    let reports = 0;
    request.onDone(() => {
      reports += 1;
    });
    request.complete(0, 7);
    request.complete(WSAEINTR, 9);
    request.abort(WSAEINTR);
    expect([request.done, request.error, request.bytes, reports]).toEqual([true, 0, 7, 1]);
  });

  test('has its result when it reports', () => {
    const request = new IoRequest();
    let seen: unknown;
    request.onDone(() => {
      seen = [request.done, request.error, request.bytes];
    });
    request.complete(WSAEINTR, 3);
    expect(seen).toEqual([true, WSAEINTR, 3]);
  });

  test('tells whoever asked first first', () => {
    const request = new IoRequest();
    const order: number[] = [];
    for (const each of [1, 2, 3]) request.onDone(() => order.push(each));
    request.complete(0);
    expect(order).toEqual([1, 2, 3]);
  });

  test('reports once even when a report completes it again', () => {
    const request = new IoRequest();
    let reports = 0;
    request.onDone(() => {
      reports += 1;
      request.complete(WSAEINTR);
    });
    request.complete(0);
    expect([reports, request.error]).toEqual([1, 0]);
  });

  test('aborts with what it has got so far, and leaves its queue first', () => {
    const queue = new RequestQueue<IoRequest>();
    const request = new IoRequest();
    queue.push(request);
    request.bytes = 4;
    let sizeAtReport = -1;
    request.onDone(() => {
      sizeAtReport = queue.size;
    });
    request.abort(WSAEINTR);
    expect([request.error, request.bytes, sizeAtReport]).toEqual([WSAEINTR, 4, 0]);
  });
});

describe('a request with a time limit', () => {
  test('fails when the time is up, not before', () => {
    const clock = new FakeClock();
    const queue = new RequestQueue<IoRequest>();
    const request = new IoRequest();
    queue.push(request);
    request.expireAfter(clock, 100, WSAETIMEDOUT);
    clock.advance(99);
    expect([request.done, queue.size]).toEqual([false, 1]);
    clock.advance(1);
    expect([request.error, queue.size, clock.pending]).toEqual([WSAETIMEDOUT, 0, 0]);
  });

  test('leaves no timer behind when it is done in time', () => {
    const clock = new FakeClock();
    const request = new IoRequest();
    request.expireAfter(clock, 100, WSAETIMEDOUT);
    request.complete(0);
    expect(clock.pending).toBe(0);
    clock.advance(200);
    expect(request.error).toBe(0);
  });

  test.each([0, -1])('waits for ever with a limit of %i', (ms) => {
    const clock = new FakeClock();
    new IoRequest().expireAfter(clock, ms, WSAETIMEDOUT);
    expect(clock.pending).toBe(0);
  });

  test('sets no timer when it is done already', () => {
    const clock = new FakeClock();
    const request = new IoRequest();
    request.complete(0);
    request.expireAfter(clock, 100, WSAETIMEDOUT);
    expect(clock.pending).toBe(0);
  });
});

describe('a queue of requests', () => {
  test('is first in, first out, and lets requests leave from the middle', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.constant('push' as const), fc.nat(5)), { maxLength: 40 }), (steps) => {
        const queue = new RequestQueue<IoRequest>();
        const model: IoRequest[] = [];
        for (const step of steps) {
          if (step === 'push') {
            const request = new IoRequest();
            queue.push(request);
            model.push(request);
          } else if (model.length > 0) {
            model.splice(step % model.length, 1)[0]?.abort(WSAEINTR);
          }
          expect(queue.size).toBe(model.length);
          expect(queue.head).toBe(model[0] ?? null);
        }
      }),
    );
  });

  test('fails all that wait, the oldest first, each with its own count', () => {
    const queue = new RequestQueue<IoRequest>();
    const requests = [1, 2, 3].map(() => new IoRequest());
    const order: number[] = [];
    for (const [index, request] of requests.entries()) {
      request.bytes = index;
      queue.push(request);
      request.onDone(() => order.push(index));
    }
    queue.failAll(WSAEINTR);
    expect(order).toEqual([0, 1, 2]);
    expect(requests.map(({ error, bytes }) => [error, bytes])).toEqual([[WSAEINTR, 0], [WSAEINTR, 1], [WSAEINTR, 2]]);
    expect(queue.size).toBe(0);
  });

  test('does not fail what is pushed while it fails the others', () => {
    const queue = new RequestQueue<IoRequest>();
    const [first, second] = [new IoRequest(), new IoRequest()];
    queue.push(first);
    first.onDone(() => queue.push(second));
    queue.failAll(WSAEINTR);
    expect([second.done, queue.size]).toEqual([false, 1]);
  });

  test('finishes a request after taking it out', () => {
    const queue = new RequestQueue<IoRequest>();
    const request = new IoRequest();
    queue.push(request);
    let size = -1;
    request.onDone(() => {
      size = queue.size;
    });
    queue.finish(request, 0, 5);
    expect([size, request.bytes]).toEqual([0, 5]);
  });
});

describe('a receive request', () => {
  const sizes = fc.array(fc.nat(6), { maxLength: 4 });

  test('fills its buffers in order, and knows what is left of them', () => {
    fc.assert(
      fc.property(sizes, fc.array(fc.uint8Array({ minLength: 1, maxLength: 7 }), { maxLength: 5 }), (lengths, parts) => {
        const buffers = lengths.map((length) => new Uint8Array(length).fill(0xcc));
        const request = new ReceiveRequest(buffers, 0);
        const room = lengths.reduce((sum, length) => sum + length, 0);
        const content: number[] = [];
        for (const part of parts) {
          // Each part lies between bytes that must not be taken.
          const source = Uint8Array.of(0xaa, 0xaa, ...part, 0xaa);
          const taken = request.take(source, 2, 2 + part.length);
          expect(taken).toBe(Math.min(part.length, room - content.length));
          content.push(...part.subarray(0, taken));
          expect(request.bytes).toBe(content.length);
          const left = request.remaining().reduce((sum, buffer) => sum + buffer.length, 0);
          expect(left).toBe(room - content.length);
        }
        const filled = buffers.flatMap((buffer) => [...buffer]);
        expect(filled.slice(0, content.length)).toEqual(content);
        expect(filled.slice(content.length).every((byte) => byte === 0xcc)).toBe(true);
      }),
    );
  });

  test('is satisfied by anything, or with MSG_WAITALL by everything', () => {
    const some = new ReceiveRequest([new Uint8Array(4)], 0);
    const all = new ReceiveRequest([new Uint8Array(4)], MSG_WAITALL);
    for (const request of [some, all]) expect(request.satisfied).toBe(false);
    for (const request of [some, all]) request.take(Uint8Array.of(1), 0, 1);
    expect([some.satisfied, all.satisfied]).toEqual([true, false]);
    all.take(Uint8Array.of(2, 3, 4), 0, 3);
    expect(all.satisfied).toBe(true);
  });

  test('does not wait for everything while it only peeks', () => {
    const request = new ReceiveRequest([new Uint8Array(4)], MSG_PEEK | MSG_WAITALL);
    expect([request.peek, request.waitAll]).toEqual([true, false]);
  });
});
