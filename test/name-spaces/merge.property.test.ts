// Whatever providers a query has, however they answer and whenever it is ended: results keep the order of their provider, come
// in the order of the catalog, and each comes once.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { LUP_FLUSHPREVIOUS, LUP_RETURN_ALL, ref } from '../../src/abi/index.js';
import type { Answer } from '../../src/providers/namespaces/kit/index.js';
import { begun, next, spaces, type TestSpace } from './world.js';

const RUNS = process.env['WINSOCK2_FULL'] === '1' ? 2_000 : 60;

interface Plan {
  /** How many turns each answer takes; 0 is at once. */
  readonly delays: readonly number[];
  readonly isAsync: boolean;
}

const plan: fc.Arbitrary<Plan> = fc.record({
  delays: fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 5 }),
  isAsync: fc.boolean(),
});

const nameOf = (provider: number, index: number): string => `${String(provider)}.${String(index)}`;

function spaceOf({ delays, isAsync }: Plan, provider: number): TestSpace {
  const answers = delays.map((_, index): Answer => ({ name: nameOf(provider, index) }));
  if (!isAsync) return { open: () => ({ query: () => answers }) };
  return {
    open: () => ({
      async *query() {
        for (const [index, answer] of answers.entries()) {
          for (let turn = 0; turn < (delays[index] ?? 0); turn++) await Promise.resolve();
          yield answer;
        }
      },
    }),
  };
}

type Step = 'next' | 'short' | 'flush' | 'two at once';

it('results are merged in order, each once, and End cancels what waits', async () => {
  const steps = fc.array(fc.constantFrom<Step>('next', 'next', 'next', 'short', 'flush', 'two at once'), { maxLength: 20 });
  const endAt = fc.option(fc.integer({ min: 0, max: 20 }), { nil: null });
  await fc.assert(
    fc.asyncProperty(fc.array(plan, { minLength: 1, maxLength: 4 }), steps, endAt, async (plans, todo, end) => {
      const world = await spaces(plans.map(spaceOf));
      try {
        const expected = plans.flatMap(({ delays }, provider) => delays.map((_, index) => nameOf(provider, index)));
        const handle = await begun(world);
        let at = 0;
        const take = async (flags: number, room = 0x10000): Promise<string> => {
          const found = await next(world, handle, flags, ref(room));
          return typeof found === 'string' ? found : (found.lpszServiceInstanceName ?? '');
        };
        const wanted = (): string => expected[at] ?? 'WSA_E_NO_MORE';
        for (const [index, step] of todo.entries()) {
          if (index === end) break;
          if (step === 'short') {
            expect(await take(LUP_RETURN_ALL, 8)).toBe(at < expected.length ? 'WSAEFAULT' : 'WSA_E_NO_MORE');
          } else if (step === 'flush') {
            // Only what did not fit is dropped.
            if ((await take(LUP_RETURN_ALL, 8)) === 'WSAEFAULT') at += 1;
            expect(await take(LUP_RETURN_ALL | LUP_FLUSHPREVIOUS)).toBe(wanted());
            at += 1;
          } else {
            const calls = step === 'next' ? [take(LUP_RETURN_ALL)] : [take(LUP_RETURN_ALL), take(LUP_RETURN_ALL)];
            for (const call of await Promise.all(calls)) {
              expect(call).toBe(wanted());
              at += 1;
            }
          }
        }
        // A flow of its own: what this one calls meanwhile has its own last error.
        const waiting = Promise.resolve().then(() => take(LUP_RETURN_ALL));
        if (end === null) expect(await waiting).toBe(wanted());
        for (let turn = 0; turn < (end ?? 0); turn++) await Promise.resolve();
        expect(world.ws.WSALookupServiceEnd(handle)).toBe(0);
        expect(['WSA_E_CANCELLED', 'WSA_INVALID_HANDLE', wanted()]).toContain(await waiting);
        expect(await take(LUP_RETURN_ALL)).toBe('WSA_INVALID_HANDLE');
      } finally {
        await world.host.dispose();
      }
    }),
    { numRuns: RUNS },
  );
});
