// The recipe: its code is what the example runs, and what the example prints is what the recipe promises.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { session } from '../../examples/see-what-happens.js';
import { collector } from './network.js';

it('the code of the recipe is that of the example', () => {
  const [, shown = ''] = /\/\/ recipe\n([\s\S]*?)\/\/ end of recipe/.exec(readFileSync('examples/see-what-happens.ts', 'utf8')) ?? [];
  expect(shown).toContain('attachText');
  expect(readFileSync('docs/recipes/see-what-happens.md', 'utf8')).toContain(`\`\`\`ts\n${shown}\`\`\``);
});

it('shows calls, events and a timeline, and none of them afterwards', async () => {
  const { lines, print } = collector();
  let text = '';
  const write = (piece: string): void => {
    text += piece;
  };
  expect(await session(print, write)).toBe(0);
  expect(lines.some((line) => /app:4 +api +connect\(\d+, 127\.0\.0\.1:\d+, 16\)/.test(line))).toBe(true);
  expect(lines.some((line) => /app:4 +msafd +WSPConnect\(/.test(line))).toBe(true);
  expect(lines.some((line) => / afd +connectStream/.test(line))).toBe(false);
  expect(lines.some((line) => line.includes('app AFD_EVENT_SEND_COMPLETED (24) '))).toBe(true);
  expect(JSON.parse(text)).toEqual(expect.arrayContaining([expect.objectContaining({ name: 'WSPConnect', ph: 'b' })]));
  const before = lines.length;
  await session(() => undefined, () => undefined);
  expect(lines).toHaveLength(before);
});
