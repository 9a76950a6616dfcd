// Registered I/O against a model, between sockets of a simulated host: every request that was taken has exactly one result,
// with its own context, in the order of its queue and direction; every datagram that arrives is one that was sent.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RIORESULT, RIO_MSG_COMMIT_ONLY, RIO_MSG_DEFER, WSAECONNRESET, WSA_OPERATION_ABORTED, type HANDLE, type SOCKET } from '../../src/abi/index.js';
import { AT, RioWorld } from './rio-world.js';

const SOCKETS = 3;
/** Requests of each direction. */
const MOST = 5;
const SLICE = 16;

type Direction = 'receive' | 'send';
type Step =
  | { readonly do: Direction; readonly socket: number; readonly to: number; readonly defer: boolean }
  | { readonly do: 'commit'; readonly socket: number; readonly direction: Direction }
  | { readonly do: 'take'; readonly most: number }
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'close'; readonly socket: number };

const socket = fc.nat(SOCKETS - 1);
const steps = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: fc.record({ do: fc.constant('receive' as const), socket, to: socket, defer: fc.boolean() }) },
    { weight: 8, arbitrary: fc.record({ do: fc.constant('send' as const), socket, to: socket, defer: fc.boolean() }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('commit' as const), socket, direction: fc.constantFrom<Direction>('receive', 'send') }) },
    { weight: 4, arbitrary: fc.record({ do: fc.constant('take' as const), most: fc.integer({ min: 1, max: 6 }) }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: 3 }) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('close' as const), socket }) },
  ),
  { minLength: 10, maxLength: 120 },
);

/** What the model keeps of one socket. */
class Side {
  readonly s: SOCKET;
  readonly queue: HANDLE;
  readonly name: Uint8Array;
  open = true;
  /** Contexts whose results have not come, oldest first. Those held back come after those that are under way. */
  readonly waiting: Record<Direction, number[]> = { receive: [], send: [] };

  constructor(s: SOCKET, queue: HANDLE, name: Uint8Array) {
    this.s = s;
    this.queue = queue;
    this.name = name;
  }
}

class Run {
  readonly #rio: RioWorld;
  readonly #cq: HANDLE;
  readonly #sides: Side[] = [];
  #context = 0;
  readonly #directions = new Map<number, Direction>();
  readonly #sent = new Set<number>();
  #received = 0;

  constructor(rio: RioWorld) {
    this.#rio = rio;
    this.#cq = rio.cq(SOCKETS * MOST * 2);
    for (let i = 0; i < SOCKETS; i++) {
      const { s, name } = rio.bound();
      this.#sides.push(new Side(s, rio.rq(s, this.#cq, MOST, i), name.bytes));
    }
  }

  #start(direction: Direction, side: Side, to: Side, defer: boolean): void {
    const { ws, memory } = this.#rio;
    const context = (this.#context += 1);
    const flags = defer ? RIO_MSG_DEFER : 0;
    // Each request has memory of its own, as the rules want it.
    const offset = 512 + (context % 200) * SLICE;
    const data = this.#rio.slice(offset, SLICE);
    if (direction === 'send') new DataView(memory.buffer).setUint32(offset, context);
    memory.set(to.name, AT.address);
    const address = this.#rio.slice(AT.address, 28);
    const taken =
      direction === 'receive'
        ? ws.RIOReceive(side.queue, [data], 1, flags, context)
        : ws.RIOSendEx(side.queue, [data], 1, null, address, null, null, flags, context);
    const { waiting } = side;
    expect(taken === 1, this.#rio.world.lastError()).toBe(side.open && waiting[direction].length < MOST);
    if (taken !== 1) return;
    waiting[direction].push(context);
    this.#directions.set(context, direction);
    if (direction === 'send') this.#sent.add(context);
  }

  #take(most: number): number {
    const results = Array.from({ length: most }, () => new RIORESULT());
    const count = this.#rio.ws.RIODequeueCompletion(this.#cq, results, most);
    for (const { Status, BytesTransferred, SocketContext, RequestContext } of results.slice(0, count)) {
      const context = Number(RequestContext);
      const direction = this.#directions.get(context);
      const side = this.#sides[Number(SocketContext)];
      if (direction === undefined || side === undefined) throw new Error(`a result of nobody: ${String(context)}`);
      expect(context, 'in order, and once').toBe(side.waiting[direction].shift());
      const aborted = !side.open && Status === WSA_OPERATION_ABORTED;
      // A receive is told that an earlier send found nobody.
      const unreachable = Status === WSAECONNRESET && direction === 'receive' && this.#sides.some(({ open }) => !open);
      expect(Status === 0 || aborted || unreachable, String(Status)).toBe(true);
      if (Status !== 0) continue;
      expect(BytesTransferred).toBe(SLICE);
      if (direction === 'send') continue;
      const offset = 512 + (context % 200) * SLICE;
      expect(this.#sent.has(new DataView(this.#rio.memory.buffer).getUint32(offset))).toBe(true);
      this.#received += 1;
    }
    return count;
  }

  async step(step: Step): Promise<void> {
    const { ws } = this.#rio;
    if (step.do === 'take') this.#take(step.most);
    else if (step.do === 'wait') await ws.Sleep(step.ms);
    else {
      const side = this.#sides[step.socket] as Side;
      if (step.do === 'close') {
        if (side.open) await ws.closesocket(side.s);
        side.open = false;
      } else if (step.do === 'commit') {
        const call = step.direction === 'send' ? ws.RIOSend : ws.RIOReceive;
        expect(call(side.queue, null, 0, RIO_MSG_COMMIT_ONLY, null)).toBe(side.open ? 1 : 0);
      } else this.#start(step.do, side, this.#sides[step.to] as Side, step.defer);
    }
  }

  /** Closes everything: what has not come comes now. */
  async end(): Promise<number> {
    for (const [index, side] of this.#sides.entries()) if (side.open) await this.step({ do: 'close', socket: index });
    await this.#rio.ws.Sleep(10);
    while (this.#take(4) > 0);
    expect(this.#sides.map(({ waiting }) => waiting)).toEqual(this.#sides.map(() => ({ receive: [], send: [] })));
    return this.#received;
  }
}

describe('any mixture of requests', () => {
  it('gives each request one result, in order', async () => {
    let received = 0;
    await fc.assert(
      fc.asyncProperty(steps, async (all) => {
        const rio = await RioWorld.on('sim');
        try {
          const run = new Run(rio);
          for (const step of all) await run.step(step);
          received += await run.end();
        } finally {
          await rio.world.host.dispose();
        }
      }),
      { numRuns: 150 },
    );
    expect(received).toBeGreaterThan(0);
  });
});
