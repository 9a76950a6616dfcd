// The pages: the generated one is current, and no page points to a file that is not there.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TRACING, withEventTable } from '../../scripts/docs/event-table.js';
import { DEVIATIONS, deviations } from '../../scripts/generate-docs.js';

const pages = ['README.md', 'CHANGELOG.md', ...readdirSync('docs', { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.md'))
  .map((name) => join('docs', name))];

it('docs/deviations.md is what the tables say; npm run docs makes it so', () => {
  expect(readFileSync(DEVIATIONS, 'utf8')).toBe(deviations());
});

it('docs/tracing.md has every event; npm run docs makes it so', () => {
  const page = readFileSync(TRACING, 'utf8');
  expect(page).toBe(withEventTable(page));
});

describe('links', () => {
  it.each(pages)('of %s lead somewhere', (page) => {
    const targets = [...readFileSync(page, 'utf8').matchAll(/\]\(([^)#]+)/g)].map(([, target]) => target ?? '');
    const broken = targets.filter((target) => !target.startsWith('https:') && !existsSync(join(dirname(page), target)));
    expect(broken).toEqual([]);
  });

  // The names of source files in the pages go stale silently otherwise.
  it.each(pages)('the paths that %s names exist', (page) => {
    const named = [...readFileSync(page, 'utf8').matchAll(/`((?:src|test|scripts|examples|docs|bench)\/[\w./-]+)`/g)];
    expect(named.map(([, path]) => path ?? '').filter((path) => !existsSync(path))).toEqual([]);
  });
});
