// Random runs of connected pairs against plain models: bytes exact and in order, messages whole, every request
// completed once, errors as the model says. A failure prints the seed and the shortest run that shows it.
import { describe, test } from 'vitest';
import fc from 'fast-check';
import { MSG_PEEK, MSG_WAITALL, SD_BOTH, SD_RECEIVE, SD_SEND } from '../../src/abi/index.js';
import { ModelledDatagrams, type DatagramStep } from './datagram-model.js';
import { ModelledPair, type Side, type Step } from './stream-model.js';

const side = fc.constantFrom<Side>(0, 1);
const send: fc.Arbitrary<Step> = fc.record({
  do: fc.constant('send' as const),
  side,
  size: fc.nat(40),
  held: fc.boolean(),
  nonBlocking: fc.boolean(),
});
const receive: fc.Arbitrary<Step> = fc.record({
  do: fc.constant('receive' as const),
  side,
  size: fc.nat(50),
  flags: fc.constantFrom(0, 0, 0, MSG_PEEK, MSG_WAITALL, MSG_PEEK | MSG_WAITALL),
  nonBlocking: fc.boolean(),
});
const shutdown: fc.Arbitrary<Step> = fc.record({
  do: fc.constant('shutdown' as const),
  side,
  how: fc.constantFrom(SD_RECEIVE, SD_SEND, SD_BOTH),
});
const close: fc.Arbitrary<Step> = fc.record({ do: fc.constant('close' as const), side, hard: fc.boolean() });
const cut: fc.Arbitrary<Step> = fc.record({ do: fc.constant('break' as const), side });
const step = fc.oneof(
  { weight: 12, arbitrary: send },
  { weight: 12, arbitrary: receive },
  { weight: 2, arbitrary: shutdown },
  { weight: 1, arbitrary: close },
  { weight: 1, arbitrary: cut },
);

const datagramStep: fc.Arbitrary<DatagramStep> = fc.oneof(
  { weight: 10, arbitrary: fc.record({ do: fc.constant('send' as const), side, size: fc.nat(12) }) },
  {
    weight: 10,
    arbitrary: fc.record({
      do: fc.constant('receive' as const),
      side,
      size: fc.nat(14),
      peek: fc.boolean(),
      nonBlocking: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('shutdown' as const), side }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('close' as const), side }) },
);

describe('a pair of', () => {
  test('streams behaves as its model', () => {
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 40, size: 'max' }),
        fc.constantFrom(1, 10, 64, 65_536),
        fc.constantFrom(1, 7, 1000),
        (steps, receiveBuffer, segment) => {
          const pair = new ModelledPair(receiveBuffer, segment);
          for (const each of steps) pair.run(each);
          pair.finish();
        },
      ),
      { numRuns: 400 },
    );
  });

  test('datagram sockets behaves as its model', () => {
    fc.assert(
      fc.property(fc.array(datagramStep, { maxLength: 40, size: 'max' }), fc.constantFrom(1, 20, 65_536), (steps, receiveBuffer) => {
        const pair = new ModelledDatagrams(receiveBuffer);
        for (const each of steps) pair.run(each);
        pair.finish();
      }),
      { numRuns: 400 },
    );
  });
});
