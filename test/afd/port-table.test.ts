// Who may bind where somebody is bound already: Microsoft's table for one user account, cell by cell, and what lies
// around it (families, dual stack, protocols, giving back).
import { describe, expect, test } from 'vitest';
import { WSAEACCES, WSAEADDRINUSE } from '../../src/abi/index.js';
import { PortTable, type Holding, type Sharing } from '../../src/afd/index.js';
import type { Family } from '../../src/drivers/contract.js';

const PORT = 5150;
const VERDICTS = { ok: 0, inuse: WSAEADDRINUSE, access: WSAEACCES } as const;
type Verdict = keyof typeof VERDICTS;
type Kind = 'wildcard' | 'specific';

/** First bind, then what each second bind gives: default, reuse and exclusive, each wildcard then specific. */
const TABLE: readonly (readonly [Sharing, Kind, ...Verdict[]])[] = [
  ['default', 'wildcard', 'inuse', 'ok', 'access', 'ok', 'inuse', 'ok'],
  ['default', 'specific', 'ok', 'inuse', 'ok', 'access', 'inuse', 'inuse'],
  ['reuse', 'wildcard', 'inuse', 'ok', 'ok', 'ok', 'inuse', 'ok'],
  ['reuse', 'specific', 'ok', 'inuse', 'ok', 'ok', 'inuse', 'inuse'],
  ['exclusive', 'wildcard', 'inuse', 'access', 'access', 'access', 'inuse', 'access'],
  ['exclusive', 'specific', 'ok', 'inuse', 'ok', 'access', 'inuse', 'inuse'],
];
const SECOND: readonly (readonly [Sharing, Kind])[] = [
  ['default', 'wildcard'],
  ['default', 'specific'],
  ['reuse', 'wildcard'],
  ['reuse', 'specific'],
  ['exclusive', 'wildcard'],
  ['exclusive', 'specific'],
];
const CELLS = TABLE.flatMap(([sharing, kind, ...row]) =>
  SECOND.map(([otherSharing, otherKind], index) => ({
    first: `${sharing} ${kind}`,
    second: `${otherSharing} ${otherKind}`,
    sharing,
    kind,
    otherSharing,
    otherKind,
    verdict: row[index]!,
  })),
);

const ADDRESSES = {
  ipv4: { wildcard: '0.0.0.0', specific: '127.0.0.1' },
  ipv6: { wildcard: '::', specific: '::1' },
} as const;

function holding(family: 'ipv4' | 'ipv6', kind: Kind, changes: Partial<Holding> = {}): Holding {
  const address = { family: family as Family, address: ADDRESSES[family][kind], port: PORT, scopeId: 0 };
  return { protocol: 'stream', address, sharing: 'default', dualStack: false, ...changes };
}

function second(held: Holding, wanted: Holding): number {
  const table = new PortTable();
  expect(table.check(held)).toBe(0);
  table.take(held);
  return table.check(wanted);
}

for (const family of ['ipv4', 'ipv6'] as const) {
  for (const protocol of ['stream', 'datagram'] as const) {
    describe(`${family} ${protocol}`, () => {
      test.each(CELLS)('after $first, $second is $verdict', ({ sharing, kind, otherSharing, otherKind, verdict }) => {
        const held = holding(family, kind, { sharing, protocol });
        expect(second(held, holding(family, otherKind, { sharing: otherSharing, protocol }))).toBe(VERDICTS[verdict]);
      });
    });
  }
}

describe('no conflict', () => {
  const exclusive = { sharing: 'exclusive' } as const;

  test.each(CELLS)('between protocols: $first, $second', ({ sharing, kind, otherSharing, otherKind }) => {
    const wanted = holding('ipv4', otherKind, { sharing: otherSharing, protocol: 'datagram' });
    expect(second(holding('ipv4', kind, { sharing }), wanted)).toBe(0);
  });

  test.each(CELLS)('between families: $first, $second', ({ sharing, kind, otherSharing, otherKind }) => {
    expect(second(holding('ipv4', kind, { sharing }), holding('ipv6', otherKind, { sharing: otherSharing }))).toBe(0);
    expect(second(holding('ipv6', kind, { sharing }), holding('ipv4', otherKind, { sharing: otherSharing }))).toBe(0);
  });

  test('between two specific addresses, even exclusive ones', () => {
    const other = { family: 'ipv4', address: '10.0.0.1', port: PORT, scopeId: 0 } as const;
    expect(second(holding('ipv4', 'specific', exclusive), holding('ipv4', 'specific', { ...exclusive, address: other }))).toBe(0);
  });

  test('between ports', () => {
    const other = { family: 'ipv4', address: '0.0.0.0', port: PORT + 1, scopeId: 0 } as const;
    expect(second(holding('ipv4', 'wildcard', exclusive), holding('ipv4', 'wildcard', { address: other }))).toBe(0);
  });

  test('for port 0, which lets the system choose', () => {
    const free = { family: 'ipv4', address: '0.0.0.0', port: 0, scopeId: 0 } as const;
    expect(second(holding('ipv4', 'wildcard', exclusive), holding('ipv4', 'wildcard', { address: free }))).toBe(0);
  });
});

describe('a dual-stack wildcard reserves the port for both families', () => {
  const dualStack = true;

  test.each(CELLS.filter(({ kind }) => kind === 'wildcard'))(
    'dual-stack $first, then IPv4 $second: $verdict',
    ({ sharing, otherSharing, otherKind, verdict }) => {
      const held = holding('ipv6', 'wildcard', { sharing, dualStack });
      expect(second(held, holding('ipv4', otherKind, { sharing: otherSharing }))).toBe(VERDICTS[verdict]);
    },
  );

  test.each(CELLS.filter(({ otherKind }) => otherKind === 'wildcard'))(
    'IPv4 $first, then dual-stack $second: $verdict',
    ({ sharing, kind, otherSharing, verdict }) => {
      const wanted = holding('ipv6', 'wildcard', { sharing: otherSharing, dualStack });
      expect(second(holding('ipv4', kind, { sharing }), wanted)).toBe(VERDICTS[verdict]);
    },
  );

  test('a specific IPv6 address concerns IPv6 alone, dual-stack socket or not', () => {
    const specific = holding('ipv6', 'specific', { dualStack, sharing: 'exclusive' });
    expect(second(specific, holding('ipv4', 'wildcard'))).toBe(0);
    expect(second(holding('ipv4', 'wildcard'), specific)).toBe(0);
  });
});

describe('the table', () => {
  test('refuses when any of several holders is in the way', () => {
    const table = new PortTable();
    table.take(holding('ipv4', 'specific', { sharing: 'reuse' }));
    table.take(holding('ipv4', 'wildcard', { sharing: 'exclusive' }));
    expect(table.check(holding('ipv4', 'specific', { sharing: 'reuse' }))).toBe(WSAEACCES);
  });

  test('frees what is released, and only that', () => {
    const table = new PortTable();
    const [first, twin] = [holding('ipv4', 'wildcard'), holding('ipv4', 'wildcard')];
    table.take(first);
    table.take(twin);
    expect([...table.holdings()]).toEqual([first, twin]);
    table.release(first);
    expect(table.check(holding('ipv4', 'wildcard'))).toBe(WSAEADDRINUSE);
    table.release(twin);
    expect(table.check(holding('ipv4', 'wildcard'))).toBe(0);
    expect([...table.holdings()]).toEqual([]);
  });

  test('is not disturbed by releasing what it does not hold', () => {
    const table = new PortTable();
    table.take(holding('ipv4', 'wildcard'));
    table.release(holding('ipv4', 'wildcard'));
    expect(table.check(holding('ipv4', 'wildcard'))).toBe(WSAEADDRINUSE);
  });
});
