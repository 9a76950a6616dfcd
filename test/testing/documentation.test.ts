// The page about testing shows code that is run: every example on it is a piece of one of the files named here.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const page = readFileSync('docs/testing.md', 'utf8');
const sources = [
  'testing/lesson.test.ts',
  'testing/expect.ts',
  'testing/compliance.test.ts',
  'catalog/memory-store.test.ts',
  'drivers/sim/compliance.test.ts',
  'drivers/node-setup.ts',
].map((name) => readFileSync(`test/${name}`, 'utf8'));

/** The lines that say something, without their indentation. */
const linesOf = (text: string): string[] => text.split('\n').map((line) => line.trim()).filter((line) => line !== '');

const examples = [...page.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code = '']) => linesOf(code));

it('has examples', () => {
  expect(examples.length).toBeGreaterThan(10);
});

it.each(examples.map((lines) => [lines[0], lines] as const))('shows what is run: %s', (_first, lines) => {
  const wanted = lines.join('\n');
  expect(sources.some((source) => linesOf(source).join('\n').includes(wanted)), wanted).toBe(true);
});
