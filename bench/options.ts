// The harness's command line: npm run bench -- [--pairs N] [--side raw|ours] [--date YYYY-MM-DD] [ROW...]
import { parseArgs } from 'node:util';
import type { Row } from './row.js';

export type Side = 'raw' | 'ours';

export interface Options {
  readonly rows: readonly Row[];
  readonly pairs: number;
  readonly sides: readonly Side[];
  /** The day to record the results under; null records nothing. */
  readonly date: string | null;
}

/** Reads the command line; throws with a readable text if it is wrong. */
export function readOptions(args: string[], all: readonly Row[]): Options {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { pairs: { type: 'string', default: '5' }, side: { type: 'string' }, date: { type: 'string' } },
  });
  const unknown = positionals.filter((name) => !all.some((row) => row.name.startsWith(name)));
  if (unknown.length > 0) throw new Error(`no such row: ${unknown.join(', ')}; there are ${all.map((row) => row.name).join(', ')}`);
  const { side = null, date = null } = values;
  if (side !== null && side !== 'raw' && side !== 'ours') throw new Error('--side is raw or ours');
  if (date !== null && !/^\d{4}-\d\d-\d\d$/.test(date)) throw new Error('--date is YYYY-MM-DD');
  const pairs = Number(values.pairs);
  if (!Number.isInteger(pairs) || pairs < 1) throw new Error('--pairs is a number from 1 on');
  return {
    rows: positionals.length === 0 ? all : all.filter((row) => positionals.some((name) => row.name.startsWith(name))),
    pairs,
    sides: side === null ? ['raw', 'ours'] : [side],
    date: side === null ? date : null,
  };
}
