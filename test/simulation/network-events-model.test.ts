// Random runs of calls on the simulated network, compared step by step with a model of select, WSAPoll, WSAEventSelect and
// WSAAsyncSelect. A failure prints the seed and the shortest run that shows it; WINSOCK2_EVENT_RUNS says how many are made.
import { afterAll, beforeAll, describe, test } from 'vitest';
import fc from 'fast-check';
import { SD_BOTH, SD_RECEIVE, SD_SEND } from '../../src/index.js';
import { EventsWorld, type Step } from './network-events-run.js';

const RUNS = Number(process.env['WINSOCK2_EVENT_RUNS'] ?? 10_000);
const SEED = process.env['WINSOCK2_SEED'];

const at = fc.nat(7);
const event = fc.nat(1);
const wanted = fc.constantFrom(0, 1, 2, 8, 33, 35, 48, 59, 1023, 1023, 1023);
const only = (name: 'connect' | 'datagram' | 'look'): fc.Arbitrary<Step> => fc.constant({ do: name });
const call = (name: 'accept' | 'close' | 'reset'): fc.Arbitrary<Step> => fc.record({ do: fc.constant(name), at });
const transfer = (name: 'send' | 'receive' | 'peek'): fc.Arbitrary<Step> =>
  fc.record({ do: fc.constant(name), at, size: fc.integer({ min: 1, max: 12 }) });

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: only('connect') },
  { weight: 1, arbitrary: only('datagram') },
  { weight: 2, arbitrary: only('look') },
  { weight: 4, arbitrary: fc.constant<Step>({ do: 'accept', at: 0 }) },
  { weight: 1, arbitrary: call('accept') },
  { weight: 1, arbitrary: call('close') },
  { weight: 1, arbitrary: call('reset') },
  { weight: 6, arbitrary: transfer('send') },
  { weight: 6, arbitrary: transfer('receive') },
  { weight: 1, arbitrary: transfer('peek') },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('shutdown' as const),
      at,
      how: fc.constantFrom(SD_SEND, SD_SEND, SD_RECEIVE, SD_BOTH),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('select' as const), at, window: fc.boolean(), event, wanted }),
  },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('enum' as const), at, event, reset: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('resetEvent' as const), event }) },
);

describe('network events', () => {
  const world = new EventsWorld();
  beforeAll(() => world.begin());
  afterAll(() => world.end());

  test(
    `behave as their model in ${RUNS} runs`,
    async () => {
      const runs = fc.array(step, { minLength: 4, maxLength: 24, size: 'max' });
      await fc.assert(
        fc.asyncProperty(runs, (steps) => world.run([{ do: 'connect' }, { do: 'accept', at: 0 }, ...steps])),
        { numRuns: RUNS, ...(SEED === undefined ? {} : { seed: Number(SEED) }) },
      );
    },
    RUNS * 30 + 60_000,
  );
});
