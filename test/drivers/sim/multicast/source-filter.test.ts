import { fc, it } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { AddressBook, type IpAddress } from '../../../../src/drivers/sim/ip/address.js';
import type { GroupFilter } from '../../../../src/drivers/sim/ip/service.js';
import { merged } from '../../../../src/drivers/sim/multicast/source-filter.js';

const book = new AddressBook();
const SOURCES = Array.from({ length: 6 }, (_, index) => book.parse(`10.0.0.${index + 1}`));

const filters = fc.array(
  fc.record({
    mode: fc.constantFrom('include', 'exclude'),
    sources: fc.subarray(SOURCES).map((chosen) => new Set(chosen)),
  }),
);

function hears({ mode, sources }: GroupFilter, source: IpAddress): boolean {
  return sources.has(source) === (mode === 'include');
}

describe('what an interface hears', () => {
  it.prop([filters])('is what any of its sockets hears, and nothing else', (wishes) => {
    const all = merged(wishes);
    for (const source of [...SOURCES, book.parse('192.0.2.1')]) {
      expect(hears(all, source)).toBe(wishes.some((wish) => hears(wish, source)));
    }
  });
});
